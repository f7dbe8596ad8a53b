"""Work that is done once a run, whatever process does it: the key of its result, and the result itself."""

from collections.abc import Awaitable
from typing import Any, TypeVar, cast

from prefect import Task
from prefect.client.schemas.objects import State
from prefect.context import TaskRunContext

from litellm_observatory.orchestration.persistence.stored import data_only, require_data

Result = TypeVar("Result")


def once_per_run(context: TaskRunContext, parameters: dict[str, Any]) -> str:
    """One result per flow run, task and position: a resumed run takes it from storage and sends nothing twice."""
    require_data(context.result_store)
    window = parameters.get("window")
    position = window.index if window else parameters.get("index", 0)
    return key_of(context.task_run.flow_run_id, context.task, position)


def key_of(run_id: object, task: Task[Any, Any], position: int) -> str:
    """The key under which a run's result of a task is stored."""
    return f"{run_id}-{task.name}-{position}"


async def await_state(run: object) -> State[Any]:
    """The state of a task run. With `return_state` Prefect types an asynchronous run as its state already."""
    with data_only():
        return await cast("Awaitable[State[Any]]", run)


async def result_of(state: State[Any], kind: type[Result]) -> Result:
    """What a request task returned, whatever the state's colour. Raises what the task raised: a fault of ours."""
    result = await state.aresult(raise_on_failure=False)
    if isinstance(result, kind):
        return result
    raise result if isinstance(result, Exception) else TypeError(f"{kind.__name__} expected, not {result!r}")
