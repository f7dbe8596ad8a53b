"""The two request tasks. Everything that is sent to a gateway is sent by one of them."""

from prefect import task
from prefect.client.schemas.objects import State, TaskRun
from prefect.runtime import flow_run, task_run
from prefect.states import Completed, Failed
from prefect.tasks import exponential_backoff

from litellm_observatory.core.judging.early_stop import EarlyStop
from litellm_observatory.core.judging.tally import Tally
from litellm_observatory.core.load.send_case import send_case
from litellm_observatory.core.load.send_window import send_window
from litellm_observatory.core.load.traffic import RequestMix, Traffic, Window
from litellm_observatory.core.text import break_commands, clock
from litellm_observatory.core.wire.client import Client
from litellm_observatory.core.wire.failures import Failure
from litellm_observatory.core.wire.request import Request
from litellm_observatory.core.wire.samples import Attempt, Sample
from litellm_observatory.orchestration.persistence.once import once_per_run
from litellm_observatory.orchestration.persistence.stored import DataSerializer

RETRIES = 3
"""Further attempts at a request that met a transient fault."""


class TransientFailureError(Exception):
    """An attempt that met a fault which may pass, with tries left."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(break_commands(str(failure)))


def _met_a_transient_fault(task: object, task_run: TaskRun, state: State[object]) -> bool:
    return isinstance(state.data, TransientFailureError)


def _met_a_fault_of_ours(task: object, task_run: TaskRun, state: State[object]) -> bool:
    return isinstance(state.data, BaseException)


def _case_name() -> str:
    request: Request = task_run.parameters["request"]
    return break_commands(request.name)  # a worker shows it in each line of its log


@task(
    task_run_name=_case_name,
    retries=RETRIES,
    retry_delay_seconds=exponential_backoff(backoff_factor=1),
    retry_jitter_factor=0.5,
    retry_condition_fn=_met_a_transient_fault,
    persist_result=True,
    result_serializer=DataSerializer(kind=Sample),
    cache_key_fn=once_per_run,
)
async def send_request(
    client: Client, request: Request, index: int, due: float, attempts: list[Attempt]
) -> Sample | State[Sample]:
    """Send one request; transient faults are tried again, and every attempt is appended to `attempts`.

    It was `due` so many seconds after the run's start.
    """
    attempt = await send_case(client, request, f"{flow_run.id}-{flow_run.run_count}-{index}-{len(attempts)}")
    attempts.append(attempt)
    sample = Sample(index, request.name, request.model, due=due, lateness=0.0, attempts=tuple(attempts))
    if attempt.failure and attempt.failure.kind.is_transient and task_run.run_count <= RETRIES:
        raise TransientFailureError(attempt.failure)
    if sample.skipped:
        return Completed(name="Skipped", message=break_commands(sample.skipped), data=sample)
    if sample.unproven:
        return Completed(name="Unproven", message=break_commands(str(attempt.failure)), data=sample)
    return Failed(message=break_commands(str(sample.failure)), data=sample) if sample.failure else sample


def _window_name() -> str:
    window: Window = task_run.parameters["window"]
    return clock(window.start)


@task(
    task_run_name=_window_name,
    retries=1,
    retry_condition_fn=_met_a_fault_of_ours,
    persist_result=True,
    result_serializer=DataSerializer(kind=Tally),
    cache_key_fn=once_per_run,
)
async def send_request_window(
    client: Client, mix: RequestMix, traffic: Traffic, window: Window, start: float, early_stop: EarlyStop
) -> Tally | State[Tally]:
    """Send the requests of one window on schedule; a gateway's failure is data, and shows as `Degraded`, in red."""
    tally = await send_window(client, mix, traffic, window, start, str(flow_run.id), early_stop)
    if not tally.failures:
        return tally
    return Failed(name="Degraded", message=f"{tally.failures} of {tally.requests} failed", data=tally)
