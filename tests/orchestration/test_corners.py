"""Whatever the parameters' types accept can be planned, judged and reported, and raises nothing but a refusal."""

import asyncio
from datetime import UTC, datetime
from inspect import signature
from typing import Any, get_type_hints
from unittest.mock import patch

import pytest
import yaml
from hypothesis import event, given, settings
from hypothesis import strategies as st
from prefect import Flow
from prefect.flows import load_flow_from_entrypoint
from pydantic import TypeAdapter, ValidationError

from flows.release_gate import release_gate
from litellm_observatory.core.cases.outcomes import Predecessor
from litellm_observatory.core.discovery.gateway_info import GatewayInfo
from litellm_observatory.core.gate.conclude import report_of_gate
from litellm_observatory.core.gate.profiles import PROFILES
from litellm_observatory.core.judging.tally import Tally
from litellm_observatory.core.judging.verdict import Verdict
from litellm_observatory.core.load.soak_result import SoakResult
from litellm_observatory.core.planning.plan import check
from litellm_observatory.core.report.fitting import fit
from litellm_observatory.core.report.report import LeftOut, Report, SuiteOutcome
from litellm_observatory.core.reporting.build import report_of_cases, report_of_soak
from litellm_observatory.core.reporting.run_info import RunInfo
from litellm_observatory.core.suite import Cases, Soak
from litellm_observatory.core.wire.gateway import PreflightError
from litellm_observatory.core.wire.samples import Attempt, Sample
from litellm_observatory.orchestration.gate.request import GateRequest
from litellm_observatory.orchestration.parameters import RunOptions
from litellm_observatory.project import PROJECT
from tests.core.examples import sample, server_error

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
SUBJECT = RunInfo("suite", "default", None, "1.90.0", NOW)
MOST_SAMPLES = 20
Parameters = dict[str, Any]


def deployed_suites() -> dict[str, Flow[Any, Any]]:
    """The flow of each deployment that is tagged as a suite."""
    stanzas = yaml.safe_load((PROJECT / "prefect.yaml").read_text())["deployments"]
    entrypoints = {stanza["entrypoint"] for stanza in stanzas if "suite" in stanza["tags"]}
    return {flow.name: flow for flow in map(loaded, sorted(entrypoints))}


def loaded(entrypoint: str) -> Flow[Any, Any]:
    flow: Flow[Any, Any] = load_flow_from_entrypoint(f"{PROJECT}/{entrypoint}")
    return flow


SUITES = deployed_suites()
GATE: Flow[Any, Any] = release_gate


def parameters_of(flow: Flow[Any, Any]) -> st.SearchStrategy[Parameters]:
    """What a flow's signature accepts; bounds come more often than what lies between them."""
    hints = get_type_hints(flow.fn, include_extras=True)
    return st.fixed_dictionaries({name: accepted_by(kind) for name, kind in hints.items() if name != "return"})


def accepted_by(kind: Any) -> st.SearchStrategy[Any]:
    """Values that a parameter's type accepts, as the flow gets them."""
    adapter = TypeAdapter[Any](kind)

    def accepts(value: object) -> bool:
        try:
            adapter.validate_python(value)
        except ValidationError:
            return False
        return True

    return described_by(adapter.json_schema()).filter(accepts).map(adapter.validate_python)


def described_by(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values that a JSON schema describes. Raises ValueError for one that has no bounds."""
    match schema:
        case {"anyOf": list(choices)}:
            return st.one_of([described_by(choice) for choice in choices])
        case {"enum": list(choices)}:
            return st.sampled_from(choices)
        case {"type": "null"}:
            return st.none()
        case {"type": "boolean"}:
            return st.booleans()
        case {"type": "integer", "minimum": least, "maximum": most}:
            return st.sampled_from([least, most]) | st.integers(least, most)
        case {"type": "number", "minimum": least, "maximum": most}:
            return st.sampled_from([float(least), float(most)]) | st.floats(least, most)
        case {"type": "array", "items": items, "maxItems": most}:
            return st.lists(described_by(items), max_size=min(3, most), unique=True)
        case {"type": "string", "pattern": pattern}:
            return st.from_regex(pattern, alphabet=st.characters(codec="ascii"))
        case {"type": "string", "maxLength": most}:
            return st.text(min_size=schema.get("minLength", 0), max_size=min(20, most))
    raise ValueError(f"a parameter without bounds: {schema}")


def asked_of(flow: Flow[Any, Any], parameters: Parameters) -> tuple[Soak | Cases, RunOptions]:
    """The suite, and the target, that a flow runs with these parameters."""
    asked: list[tuple[Soak | Cases, RunOptions]] = []

    async def take(name: str, suite: Soak | Cases, target: RunOptions) -> None:
        asked.append((suite, target))

    with patch.dict(flow.fn.__globals__, run=take):
        asyncio.run(flow.fn(**parameters))
    return asked[0]


def soak_reports(soak: Soak, models: tuple[str, ...]) -> list[Report]:
    """The reports of a soak of which nothing was seen, and of ones that passed, or failed, at both of its ends."""
    traffic = soak.traffic(models)
    check(traffic)
    assert soak.mix(models)
    ends = sorted({*range(min(MOST_SAMPLES, traffic.count)), *range(traffic.count)[-MOST_SAMPLES:]})
    tallies = [
        Tally.of(
            models,
            [sample(i, failure, model=models[traffic.model(i)], due=traffic.due(i), reading=1.0) for i in ends],
        )
        for failure in (None, server_error())
    ]
    return [
        report_of_soak(SUBJECT, soak, traffic, SoakResult.of(traffic, tally), NOW, connections_opened=0)
        for tally in (Tally.of(models), *tallies)
    ]


def cases_reports(cases: Cases, models: tuple[str, ...]) -> list[Report]:
    """The reports of cases that were not sent, of ones that passed, and of ones that failed after that."""
    requests = cases.requests(models, GatewayInfo(None, dict.fromkeys(models)))
    reports = [report_of_cases(SUBJECT, requests, [], NOW, connections_opened=0)]
    for failure in (None, server_error()):
        before = Predecessor.of("run able-ape", reports[-1])
        samples = [
            Sample(i, one.name, one.model, float(i), 0.0, (Attempt(0.4, failure),)) for i, one in enumerate(requests)
        ]
        reports.append(report_of_cases(SUBJECT, requests, samples, NOW, connections_opened=0, predecessor=before))
    return reports


@pytest.mark.parametrize("name", SUITES)
@settings(derandomize=True, max_examples=12, deadline=None)
@given(data=st.data())
def test_every_value_that_a_suite_accepts_is_planned_and_judged_or_refused(name: str, data: st.DataObject) -> None:
    suite, target = asked_of(SUITES[name], data.draw(parameters_of(SUITES[name])))
    models = tuple(target.models) or ("gpt-a",)
    try:
        reports = soak_reports(suite, models) if isinstance(suite, Soak) else cases_reports(suite, models)
    except PreflightError as refusal:
        said = str(refusal)
        event("refused")
    else:
        said = reports[0].reason
        nothing, good, bad = (report.verdict for report in reports)
        assert nothing not in (Verdict.PASSED, Verdict.FAILED)
        assert good is not Verdict.FAILED
        assert bad is not Verdict.PASSED
        assert all(Report.read(fit(report).model_dump(mode="json")) for report in reports)
    assert 0 < len(said) < 2000


@settings(derandomize=True, max_examples=12, deadline=None)
@given(parameters_of(GATE))
def test_what_a_gate_accepts_lies_in_the_bounds_of_its_suites_and_is_judged(parameters: Parameters) -> None:
    asked: list[GateRequest] = []

    async def take(name: str, request: GateRequest, options: RunOptions) -> None:
        asked.append(request)

    with patch.dict(GATE.fn.__globals__, run=take):
        asyncio.run(GATE.fn(**parameters))
    (question,) = asked
    profile = PROFILES[question.profile]
    for name, flow in SUITES.items():
        own = {name: parameter.default for name, parameter in signature(flow.fn).parameters.items()}
        handed = {"models": question.models, "max_tokens": question.max_tokens, **profile.parameters(name)}
        flow.validate_parameters(own | {parameter: handed[parameter] for parameter in own.keys() & handed.keys()})
    names = question.suites or tuple(profile.suites)
    for verdict in Verdict:
        report = report_of_gate(
            SUBJECT,
            question.release or "1.90.0",
            [SuiteOutcome(suite=name, verdict=verdict, reason="") for name in names],
            [],
            NOW,
            left_out=[LeftOut(suite=name, reason="") for name in names],
            allow_other_version=True,
        )
        assert (report.verdict is Verdict.PASSED) == (verdict is Verdict.PASSED)
