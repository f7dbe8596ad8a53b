"""Alerts over several runs: what still fails, and what a later run can call resolved."""

from typing import Any

import pytest

from flows.oai_azure_release import oai_azure_release
from flows.release_gate import release_gate
from litellm_observatory.orchestration.duplicates.identity import covers
from litellm_observatory.standin.gateway.faults import Fault, FaultKind
from tests.orchestration.conftest import MODELS, Observatory

SHORT: dict[str, Any] = {"duration_hours": 3 / 3600, "request_interval_seconds": 0.04, "max_failure_rate": 0.05}
SHORT |= {"models": [MODELS[1]], "max_tokens": 17}
LONG = SHORT | {"duration_hours": 1.0}


async def test_a_shorter_run_resolves_no_failure_of_a_longer_one(observatory: Observatory) -> None:
    courses = []
    for fails, soak in ((True, LONG), (False, SHORT), (True, SHORT), (False, SHORT), (True, LONG)):
        observatory.gateway.arm([Fault(FaultKind.STATUS)] if fails else [])
        run = await observatory.run(oai_azure_release, **soak)
        courses.append(run.course)
        if courses[-1] == "Resolved":
            assert "in 1 run." in run.page  # of its own length; the long one's failure stands
    assert courses == ["failed", "passed", "Still failing", "Resolved", "Still failing"]
    assert "in 2 runs" in run.page  # the long ones: the short one's failure was resolved


@pytest.mark.parametrize(
    ("later", "before", "resolves"),
    [
        ({}, {}, True),
        ({"duration_hours": 4.0}, {}, True),
        ({"duration_hours": 2.9}, {}, False),
        ({"request_interval_seconds": 2.0}, {}, False),
        ({"max_tokens": 32}, {}, False),
        ({"stream": True}, {}, False),
        ({"slack": "", "deployment_url": "http://h"}, {}, True),
        ({"models": ["a", "b"]}, {"models": ["b", "a"]}, True),
    ],
)
def test_a_soak_resolves_what_it_tests_as_well(
    later: dict[str, Any], before: dict[str, Any], *, resolves: bool
) -> None:
    assert covers(oai_azure_release, later, before) is resolves


@pytest.mark.parametrize(
    ("later", "before", "resolves"),
    [
        ({"release": "v2"}, {"release": "v1", "profile": "smoke"}, True),
        ({"profile": "smoke"}, {"profile": "full"}, False),
        ({"profile": "full"}, {"profile": "smoke"}, False),
        ({"suites": ["b", "a"]}, {"suites": ["a", "b"]}, True),
        ({"suites": ["a"]}, {"suites": ["a", "b"]}, False),
    ],
)
def test_a_gate_resolves_what_one_of_its_profile_and_suites_found(
    later: dict[str, Any], before: dict[str, Any], *, resolves: bool
) -> None:
    assert covers(release_gate, later, before) is resolves
