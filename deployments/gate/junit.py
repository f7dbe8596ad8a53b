"""The gate as JUnit XML, which every CI shows: a testcase for each suite, red unless it passed."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree

from deployments.ending import End
from flows.publishing import failures
from suites.judging.fingerprints import MOST_EXEMPLARS
from suites.judging.verdict import Verdict
from suites.report import Report, SuiteOutcome
from suites.words import break_commands, printable

GATE = "release-gate"
MOST_OF_A_TEXT = 4000
MOST_OF_A_FAILURE = 500
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Case:
    """A testcase; `trouble` is the kind of its error or failure, None where it passed or was `skipped`.

    `headline` is its message, `reason` its text.
    """

    name: str
    seconds: float
    trouble: str | None
    headline: str
    reason: str = ""
    output: str = ""
    skipped: bool = False
    group: str = GATE
    details: tuple[str, ...] = ()
    """Lines below the reason of its trouble."""

    @property
    def failed(self) -> bool:
        """Whether the gateway failed it; any other trouble is an error."""
        return self.trouble == Verdict.FAILED


def of_end(release: str, end: End, link: str, earlier: str = "") -> bytes:
    """The XML of a gate that ended; it is red when the gate did not pass, also where no suite says why.

    `earlier` says that it had ended before it was asked for, and when.
    """
    suites = end.report.suites if end.report else ()
    cases = [_case(outcome) for outcome in suites]
    if not cases or (end.verdict is not Verdict.PASSED and all(case.trouble is None for case in cases)):
        seconds = 0.0 if cases or not end.report else end.report.duration_seconds
        cases.append(Case(GATE, seconds, _trouble(end.verdict), end.headline, end.reason, link))
    cases += _skipped(end.report) if end.report else ()
    began = f"{end.report.started_at:%Y-%m-%dT%H:%M:%S}" if end.report else ""
    return _xml(release, cases, end.report.duration_seconds if end.report else 0.0, began, earlier)


def of_obstacle(release: str, sentence: str) -> bytes:
    """The XML of a gate that could not be started, or not followed to its end."""
    return _xml(release, [Case(GATE, 0.0, "obstacle", sentence)], 0.0, "")


def _case(outcome: SuiteOutcome) -> Case:
    seconds = outcome.figures.duration_seconds if outcome.figures else 0.0
    said = outcome.headline or outcome.reason
    text = "\n".join(filter(None, (outcome.reason, outcome.remedy)))
    details = tuple(failures.lines(outcome.fingerprints, MOST_OF_A_FAILURE, exemplars=MOST_EXEMPLARS))
    return Case(outcome.suite, seconds, _trouble(outcome.verdict), said, text, outcome.run_url or "", details=details)


def _skipped(report: Report) -> Iterator[Case]:
    """The suites that were left out, and the cases that were skipped, prove nothing, or whose loss is accepted."""
    for left in report.left_out:
        yield Case(left.suite, 0.0, None, left.reason, skipped=True)
    for outcome in report.suites:
        group = f"{GATE}.{outcome.suite}"
        for case in outcome.accepted_cases:
            why = f"lost, accepted: {case.skipped or case.attempts[-1]}"
            yield Case(case.name, case.latency_seconds, None, why, skipped=True, group=group)
        for case in outcome.cases:
            if case.skipped and not case.regressed:
                yield Case(case.name, case.latency_seconds, None, case.skipped, skipped=True, group=group)
            if case.unproven:
                why = f"proves nothing: {case.attempts[-1]} (remedy: {case.unproven.remedy})"
                yield Case(case.name, case.latency_seconds, None, why, skipped=True, group=group)
        if more := outcome.omitted_cases:
            why = f"{more:,} more cases did not pass; the report of the suite counts them"
            yield Case(f"{outcome.suite}: {more:,} more", 0.0, None, why, skipped=True)


def _trouble(verdict: Verdict) -> str | None:
    return None if verdict is Verdict.PASSED else verdict.value


def _xml(release: str, cases: Sequence[Case], seconds: float, began: str, earlier: str = "") -> bytes:
    failures = sum(case.failed for case in cases)
    skipped = sum(case.skipped for case in cases)
    errors = sum(case.trouble is not None for case in cases) - failures
    counts = {"tests": len(cases), "failures": failures, "errors": errors, "skipped": skipped}
    said = {name: str(count) for name, count in counts.items()} | {"time": f"{seconds:.3f}"}
    root = ElementTree.Element("testsuites")
    suite = ElementTree.SubElement(root, "testsuite", {"name": _clean(f"{GATE} {release}"), **said})
    if began:
        suite.set("timestamp", began)
    if earlier:
        properties = ElementTree.SubElement(suite, "properties")
        ElementTree.SubElement(properties, "property", {"name": "earlier", "value": _clean(earlier)})
    for case in cases:
        shown = {"classname": _clean(case.group), "name": _clean(case.name), "time": f"{case.seconds:.3f}"}
        element = ElementTree.SubElement(suite, "testcase", shown)
        if case.trouble:
            told = {"type": case.trouble, "message": _clean(case.headline)}
            red = ElementTree.SubElement(element, "failure" if case.failed else "error", told)
            red.text = "\n".join(map(_clean, (case.reason or case.headline, *case.details)))
        if case.skipped:
            ElementTree.SubElement(element, "skipped", {"message": _clean(case.headline)})
        if case.output:
            ElementTree.SubElement(element, "system-out").text = _clean(case.output)
    ElementTree.indent(root)
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _clean(text: str) -> str:
    """The text without what XML does not allow, what deceives who reads it, and what acts in a CI that prints it."""
    return break_commands(printable(NOT_XML.sub("", text[:MOST_OF_A_TEXT]), keep="\n"))
