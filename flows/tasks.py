"""The two request tasks. Everything that is sent to a gateway is sent by one of them."""

from collections.abc import Awaitable
from typing import Any, TypeVar, cast

from prefect import Task, task
from prefect.client.schemas.objects import State, TaskRun
from prefect.context import TaskRunContext
from prefect.runtime import flow_run, task_run
from prefect.states import Completed, Failed
from prefect.tasks import exponential_backoff

from flows.stored import DataSerializer, data_only, require_data
from suites.judging.brake import Brake
from suites.judging.tally import Tally
from suites.mix import Mix
from suites.sending import send_window
from suites.sending_cases import send_case
from suites.traffic import Traffic, Window
from suites.wire.client import Client
from suites.wire.failures import Failure
from suites.wire.request import Request
from suites.wire.samples import Attempt, Sample
from suites.words import break_commands, clock

RETRIES = 3
"""Further attempts at a request that met a transient fault."""


class TransientFailureError(Exception):
    """An attempt that met a fault which may pass, with tries left."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(break_commands(str(failure)))


def _met_a_transient_fault(task: Any, task_run: TaskRun, state: State[Any]) -> bool:
    return isinstance(state.data, TransientFailureError)


def _met_a_fault_of_ours(task: Any, task_run: TaskRun, state: State[Any]) -> bool:
    return isinstance(state.data, BaseException)


def once_per_run(context: TaskRunContext, parameters: dict[str, Any]) -> str:
    """One result per flow run, task and position: a resumed run takes it from storage and sends nothing twice."""
    require_data(context.result_store)
    window = parameters.get("window")
    position = window.index if window else parameters.get("index", 0)
    return key_of(context.task_run.flow_run_id, context.task, position)


def key_of(run_id: object, task: Task[Any, Any], position: int) -> str:
    """The key under which a run's result of a task is stored."""
    return f"{run_id}-{task.name}-{position}"


@task(
    task_run_name="{request.name}",
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
    client: Client, mix: Mix, traffic: Traffic, window: Window, start: float, brake: Brake
) -> Tally | State[Tally]:
    """Send the requests of one window on schedule; a gateway's failure is data, and shows as `Degraded`, in red."""
    tally = await send_window(client, mix, traffic, window, start, str(flow_run.id), brake)
    if not tally.failures:
        return tally
    return Failed(name="Degraded", message=f"{tally.failures} of {tally.requests} failed", data=tally)


Result = TypeVar("Result")


async def awaited(run: object) -> State[Any]:
    """The state of a task run. With `return_state` Prefect types an asynchronous run as its state already."""
    with data_only():
        return await cast("Awaitable[State[Any]]", run)


async def result_of(state: State[Any], kind: type[Result]) -> Result:
    """What a request task returned, whatever the state's colour. Raises what the task raised: a fault of ours."""
    result = await state.aresult(raise_on_failure=False)
    if isinstance(result, kind):
        return result
    raise result if isinstance(result, Exception) else TypeError(f"{kind.__name__} expected, not {result!r}")
