"""The report as it is stored: each of its lists within its share of a megabyte, the gravest entries first."""

import base64
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from hashlib import blake2b
from typing import TypeVar

from pydantic_core import to_jsonable_python

from litellm_observatory.core.judging.verdict import Status
from litellm_observatory.core.report.case_outcome import CaseOutcome
from litellm_observatory.core.report.metrics import replace_fields
from litellm_observatory.core.report.report import Omitted, Report, SuiteOutcome
from litellm_observatory.core.text import shorten

ROOM = {
    "models": 150_000,
    "model_statistics": 120_000,
    "cases": 130_000,
    "fingerprints": 110_000,
    "findings": 30_000,
    "notes": 15_000,
    "versions": 10_000,
    "left_out": 10_000,
}
"""Bytes of JSON of each list; the windows have theirs from the start (see statistics), a gate has no windows."""

MOST_OF_A_TEXT = 4000
MOST_OF_A_REASON = 1000
DIGEST_BYTES = 6
MOST_DIGESTS = 30_000
"""240 kB: where there are cases there are no windows. A contract with as many models as a run may have has 24,000."""


Value = TypeVar("Value")


def fit(report: Report) -> Report:
    """The report with no list longer than its room, and how many entries are left out; most reports stay as they are.

    Models and cases that failed are kept before those that passed, and cases that were skipped come between. A digest
    is kept of each case that passed, so that the next run knows what was there before.
    """
    shortened_findings = tuple(replace(one, sentence=_text(one.sentence)) for one in report.findings)
    cases = first_that_fit(report.cases, ROOM["cases"], lambda case: case.rank)
    models = first_that_fit(report.model_statistics, ROOM["model_statistics"], lambda model: -model.failures)
    findings = first_that_fit(
        shortened_findings, ROOM["findings"], lambda finding: finding.status is not Status.VIOLATED
    )
    kept: dict[str, tuple[object, ...]] = {
        "models": first_that_fit(report.models, ROOM["models"]),
        "model_statistics": models,
        "cases": cases,
        "fingerprints": first_that_fit(report.fingerprints, ROOM["fingerprints"]),
        "findings": findings,
        "notes": first_that_fit(tuple(map(_text, report.notes)), ROOM["notes"]),
        "versions": first_that_fit(report.versions, ROOM["versions"]),
        "left_out": first_that_fit(report.left_out, ROOM["left_out"]),
    }
    omitted = {name: len(getattr(report, name)) - len(few) for name, few in kept.items()}
    omitted["failed_cases"] = _failed(report.cases) - _failed(cases)
    before = report.omitted.model_dump()
    return replace_fields(
        report,
        **kept,
        reason=_text(report.reason),
        why=_text(report.why),
        plan=_text(report.plan),
        suites=tuple(_fit_suite(suite, ROOM["cases"] // len(report.suites)) for suite in report.suites),
        omitted=Omitted(**{name: before[name] + count for name, count in omitted.items()}),
        passed_cases=report.passed_cases or (digests(names_passed(report.cases)) if omitted["cases"] else ""),
    )


def first_that_fit(
    values: Sequence[Value], room: int, order: Callable[[Value], int] | None = None
) -> tuple[Value, ...]:
    """The values that fit in `room` bytes of JSON, chosen by `order`, least first; they keep their order."""
    ranked = sorted(range(len(values)), key=lambda place: order(values[place])) if order else range(len(values))
    kept: list[int] = []
    for place in ranked:
        room -= len(json.dumps(to_jsonable_python(values[place]))) + 2
        if room < 0:
            break
        kept.append(place)
    return tuple(values[place] for place in sorted(kept))


def names_passed(cases: Iterable[CaseOutcome]) -> set[str]:
    """The cases that passed, as far as is known: by name, and by what they ask of any model."""
    every = list(cases)
    passed = {case.name.removeprefix(f"{case.model}: ") for case in every if case.stands}
    return (passed - {case.name for case in every}) | {case.name for case in every if case.stands}


def digest(name: str) -> str:
    """A few characters that stand for a case's name."""
    return base64.b64encode(blake2b(name.encode(errors="replace"), digest_size=DIGEST_BYTES).digest()).decode()


def digests(names: Iterable[str]) -> str:
    """The digests of names, one after the other; of very many the first ones."""
    return "".join(sorted(map(digest, names))[:MOST_DIGESTS])


def read_digests(text: str) -> frozenset[str]:
    """The digests that `digests` put together."""
    length = len(digest(""))
    return frozenset(text[start : start + length] for start in range(0, len(text), length))


def _text(text: str) -> str:
    return shorten(text, most=MOST_OF_A_TEXT)


def _failed(cases: Sequence[CaseOutcome]) -> int:
    return sum(not case.passed for case in cases)


def _fit_suite(suite: SuiteOutcome, room: int) -> SuiteOutcome:
    cases = first_that_fit(suite.cases, room, lambda case: case.rank)
    omitted = suite.omitted_cases + len(suite.cases) - len(cases)
    reason, why = (shorten(text, most=MOST_OF_A_REASON) for text in (suite.reason, suite.why))
    return replace_fields(suite, reason=reason, why=why, cases=cases, omitted_cases=omitted)
