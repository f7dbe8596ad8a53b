"""Whatever a gateway says of itself, a run ends with a report and a state of ours."""

import pytest

from flows.single_request import single_request
from tests.orchestration.conftest import Observatory

SAID = ("1.81.3\ud800", "1.81.3\n", "1.81.3\x00\u202e", " 1.81.3\r\n")


@pytest.mark.parametrize("said", SAID)
async def test_a_version_of_any_characters_is_that_of_the_answers(
    observatory: Observatory, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def version_of(model: str | None, ordinal: int, elapsed: float) -> str:
        return "1.81.3" if model else said

    monkeypatch.setattr(observatory.gateway, "version_of", version_of)
    run = await observatory.run(single_request)
    assert run.state.name == "Completed", run.state
    assert run.report.gateway_version == "1.81.3"
    assert "1.81.3" in run.page
    assert run.messages
