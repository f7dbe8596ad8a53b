"""Targets of the last passed run that are gone: an MCP server is a loss, a model is told."""

import pytest

from litellm_observatory.core.discovery.model_info import TargetKind
from litellm_observatory.core.judging.tally import Tally
from litellm_observatory.core.judging.verdict import Finding, Status, Verdict, conclude
from litellm_observatory.core.objectives.still_listed import StillListed

HOLDS = Finding("failure rate", Status.MET, "0 of 9 failed")
RUN = "run able-ape of 2026-11-22 02:00"


@pytest.mark.parametrize(
    ("kind", "gone", "accepted", "said"),
    [
        (TargetKind.CHAT, (), False, "Passed: 0 of 9 failed"),
        (TargetKind.CHAT, ("gpt-b", "gpt-a"), False, "Passed: 0 of 9 failed; noted: no longer listed: gpt-a, gpt-b"),
        (TargetKind.MCP_SERVER, ("clock",), False, f"Failed: lost since {RUN}: MCP server clock"),
        (
            TargetKind.MCP_SERVER,
            ("clock",),
            True,
            f"Passed: 0 of 9 failed; noted: lost since {RUN}, accepted: MCP server clock",
        ),
    ],
)
def test_what_is_gone_stands_in_the_sentence(
    kind: TargetKind, gone: tuple[str, ...], said: str, *, accepted: bool
) -> None:
    finding = StillListed(gone, RUN, kind, accepted).judge(Tally.of(("gpt-a",)))
    verdict, why = conclude(HOLDS, finding)
    assert verdict.sentence(why) == said
    assert verdict is (Verdict.FAILED if said.startswith("Failed") else Verdict.PASSED)
