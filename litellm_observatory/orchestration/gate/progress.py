"""How far a gate is: a log line for each of its suites that ends, and a progress artifact for whoever watches."""

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterFlowRunId, ArtifactFilterType
from prefect.logging import get_run_logger

from litellm_observatory.core.report.progress import Progress
from litellm_observatory.orchestration.gate.children import ChildRun
from litellm_observatory.orchestration.gate.plan import Plan
from litellm_observatory.orchestration.progress import show, worth_no_run
from litellm_observatory.orchestration.states import message_of


class GateProgress:
    """What was told of a gate's children; `plan` says how long each of them is to send."""

    def __init__(self, gate: str, plan: Plan, prefect: PrefectClient) -> None:
        self._gate, self._plan, self._prefect = gate, plan, prefect
        self._artifact: UUID | None = None
        self._shown: object = None
        self._ended: dict[str, str] = {}

    async def publish(self, followed: Mapping[str, ChildRun]) -> None:
        """Tell what is new. An unreachable server costs only the picture."""
        for suite, child in followed.items():
            if child.has_ended and suite not in self._ended:
                self._ended[suite] = _state(child)
                get_run_logger().info("%s: %s", suite, message_of(child.report) if child.report else _state(child))
        with worth_no_run():
            going = await self._read_going(followed)
            now = datetime.now(UTC)
            progress = progress_of(self._plan, followed, going, self._ended, now)
            seen = (progress.due, progress.sent, progress.failed, progress.said)
            if seen == self._shown:
                return  # time alone has passed: whoever watches has a clock
            line = "; ".join([progress.said, *(f"{suite} {one.share(now):.0%}" for suite, one in going.items())])
            self._artifact = await show(
                self._prefect, self._artifact, self._gate, progress, progress.share(now), line
            )
            self._shown = seen

    async def _read_going(self, followed: Mapping[str, ChildRun]) -> dict[str, Progress]:
        """How far those are that have not ended, as they tell it themselves."""
        suites = {child.run_id: suite for suite, child in followed.items() if not child.has_ended}
        if not suites:
            return {}
        shown = await self._prefect.read_artifacts(
            artifact_filter=ArtifactFilter(
                flow_run_id=ArtifactFilterFlowRunId(any_=list(suites)), type=ArtifactFilterType(any_=["progress"])
            )
        )
        read = ((one.flow_run_id, Progress.read(one.metadata_)) for one in shown)
        return {suites[run_id]: progress for run_id, progress in read if run_id in suites and progress}


def progress_of(
    plan: Plan,
    followed: Mapping[str, ChildRun],
    going: Mapping[str, Progress],
    ended: Mapping[str, str],
    now: datetime,
) -> Progress:
    """All of a gate: the requests of every suite, until the one that ends last. `ended` says how each ended.

    One that has told nothing yet is thought to begin now.
    """
    passed = (now - plan.told_at).total_seconds()
    ends = [passed]
    for child in plan.children:
        told = going.get(child.suite)
        if told and told.seconds is not None:
            ends.append((told.began - plan.told_at).total_seconds() + told.seconds)
        elif child.seconds and not followed[child.suite].has_ended:
            ends.append(passed + child.seconds)
    reports = [child.report for child in followed.values() if child.report]
    states = ", ".join(f"{suite} {state}" for suite, state in ended.items())
    return Progress(
        began=plan.told_at,
        seconds=max(ends),
        due=sum(report.due for report in reports) + sum(one.due for one in going.values()),
        sent=sum(report.sent for report in reports) + sum(one.sent for one in going.values()),
        failed=sum(report.failures for report in reports) + sum(one.failed for one in going.values()),
        said=f"{len(ended)} of {len(followed)} suites have ended" + (f": {states}" if states else ""),
    )


def _state(child: ChildRun) -> str:
    """How a child ended, in one word: its verdict, or its state where it has no report."""
    if child.report:
        return child.report.verdict
    return str(child.run.state.name).lower() if child.run and child.run.state else "deleted"
