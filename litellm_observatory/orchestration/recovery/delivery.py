"""What Slack missed: told later, sparingly, and after all that cannot wait."""

from uuid import UUID

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import FlowRun
from prefect.logging import get_run_logger

from litellm_observatory.core.wire.failures import trace_of
from litellm_observatory.core.wire.gateway import PreflightError
from litellm_observatory.names import SLACK_BLOCK, UNDELIVERED_TAG
from litellm_observatory.orchestration.duplicates.claim import DuplicateError, hold_claim
from litellm_observatory.orchestration.history.reports import read_report
from litellm_observatory.orchestration.preflight import load_slack
from litellm_observatory.orchestration.publishing.publish import notify
from litellm_observatory.orchestration.recovery.find import undelivered


class Delivery:
    """The deliveries of one pass: a Slack block that does not take a message is left alone until the next pass."""

    def __init__(self, prefect: PrefectClient) -> None:
        self._prefect = prefect
        self._tried: set[UUID] = set()
        self._away: set[str] = set()

    async def deliver_next(self) -> list[str]:
        """Tell Slack one end that it missed, the oldest first; returns what was done, in words."""
        return await self.deliver(await undelivered(self._prefect))

    async def deliver(self, runs: list[FlowRun]) -> list[str]:
        """Tell Slack the first of these ends that can be told; returns what was done, in words."""
        for run in runs:
            slack = str(run.parameters.get("slack", SLACK_BLOCK))
            if run.id in self._tried or slack in self._away:
                continue
            self._tried.add(run.id)
            try:
                async with hold_claim(f"care-{run.id}"):
                    if done := await self._deliver_one(run.id, slack):
                        return [done]
            except DuplicateError:
                continue  # somebody looks after it at this moment
            except PreflightError as refusal:  # the block is gone
                self._away.add(slack)
                get_run_logger().warning("%s", refusal)
            except Exception as error:  # the next one is to be told all the same
                get_run_logger().warning("Run %s.\n%s", run.name, trace_of(error))
        return []

    async def _deliver_one(self, run_id: UUID, slack: str) -> str | None:
        """What was done, in words; None when there is nothing to tell, or Slack is away. Raises PreflightError."""
        run = await self._prefect.read_flow_run(run_id)
        report = await read_report((await self._prefect.read_flow(run.flow_id)).name, run_id)
        if report is None or UNDELIVERED_TAG not in run.tags or not (run.state and run.state.is_final()):
            return None
        missed = await notify(report, run_id, run.run_count, await load_slack(slack), retries=0)
        if missed is None:
            return f"run {run.name} is reported to Slack"
        if missed.final:
            return f"run {run.name} cannot be reported to Slack"
        self._away.add(slack)
        return None
