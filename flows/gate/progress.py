"""How far a gate's children are: a log line for each that ends, and a progress artifact in the UI."""

from collections.abc import Mapping
from contextlib import suppress
from uuid import UUID

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterFlowRunId, ArtifactFilterType
from prefect.logging import get_run_logger

from flows.gate.children import Followed
from flows.patience import UNANSWERED
from flows.progress import show
from flows.states import message_of


class Progress:
    """What was told of a gate's children."""

    def __init__(self, gate: str, prefect: PrefectClient) -> None:
        self._gate, self._prefect = gate, prefect
        self._artifact: UUID | None = None
        self._told = ""
        self._ended: set[str] = set()

    async def tell(self, followed: Mapping[str, Followed]) -> None:
        """Tell what is new. An unreachable server costs only the picture."""
        for suite, child in followed.items():
            if child.has_ended and suite not in self._ended:
                self._ended.add(suite)
                get_run_logger().info("%s: %s", suite, _end(child))
        with suppress(*UNANSWERED):
            share, said = await self._how_far(followed)
            if said != self._told:
                self._artifact = await show(self._prefect, self._artifact, self._gate, share, said)
                self._told = said

    async def _how_far(self, followed: Mapping[str, Followed]) -> tuple[float, str]:
        """The percentage of all that is done, and a sentence: what has ended, and where the others are."""
        going = {child.run_id: suite for suite, child in followed.items() if not child.has_ended}
        shares = {}
        if going:
            shown = await self._prefect.read_artifacts(
                artifact_filter=ArtifactFilter(
                    flow_run_id=ArtifactFilterFlowRunId(any_=list(going)), type=ArtifactFilterType(any_=["progress"])
                )
            )
            shares = {one.flow_run_id: float(str(one.data)) for one in shown}
        ended = len(followed) - len(going)
        parts = [f"{suite} {shares[run_id]:.0f} %" for run_id, suite in going.items() if run_id in shares]
        said = "; ".join([f"{ended} of {len(followed)} suites have ended", *parts])
        return (100 * ended + sum(shares.values())) / max(1, len(followed)), said


def _end(child: Followed) -> str:
    if child.report:
        return message_of(child.report)
    return str(child.run.state.name) if child.run and child.run.state else "deleted"
