"""Stored results: JSON with a format name and a version, and nothing that is executed when it is read.

Prefect's own store reads what a record says of itself: one that names the pickle serializer is unpickled, whatever
the task asked for, and whoever may write to a shared storage executes code. Ours reads with its own serializer alone.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from prefect import Task
from prefect.context import FlowRunContext
from prefect.results import ResultStore
from prefect.serializers import Serializer
from pydantic import Field, TypeAdapter

from litellm_observatory.core.judging.stored_tally import from_data, to_data
from litellm_observatory.core.judging.tally import Tally
from litellm_observatory.core.wire.gateway import PreflightError

FORMAT = "litellm-observatory"
VERSION = 3
"""Raised whenever what is stored changes. Windows of the version before are read all the same, so that a soak goes on
which an upgrade interrupted; tests/orchestration/windows has one of each version.
"""

WITHOUT_EXEMPLARS = 2
"""The version whose windows keep no requests of the failures that are alike."""

LARGEST = 32 * 1024 * 1024
"""Bytes of a record at most. A window of 3,000 requests has 0.3 MB, the choice among 30,000 models 4 MB."""

NOTHING, FAULT = "nothing", "fault"
NOT_STORED = object()

READ_TOGETHER = 128
READ_AT_ONCE = 8


class DataSerializer(Serializer):
    """Values of one kind as JSON; `kind` is None for a task that returns nothing.

    They are stored under the `name` of their kind, its class's where none is given: it outlives a renamed class.
    A fault is stored as its type's name, and what a refusal said; it is no result, and is not read.
    """

    type: str = Field(default=FORMAT, frozen=True)
    kind: Any = Field(default=None, exclude=True)
    name: str = Field(default="", exclude=True)

    def dumps(self, obj: Any) -> bytes:
        """A value as JSON. Raises TypeError for one of another kind."""
        data: object
        if isinstance(obj, BaseException):
            said = str(obj) if isinstance(obj, PreflightError) else ""
            kind, data = FAULT, {"type": type(obj).__name__, "text": said}
        elif not isinstance(obj, self.kind or type(None)):
            raise TypeError(f"{self._name} is stored here, not {type(obj).__name__}")
        else:
            kind, data = self._name, to_data(obj) if isinstance(obj, Tally) else self._adapter.dump_python(obj)
        stored = {"format": FORMAT, "version": VERSION, "kind": kind, "data": data}
        return json.dumps(stored, default=datetime.isoformat).encode()

    def loads(self, blob: bytes) -> Any:
        """The value that is stored. Raises ValueError for anything else, a fault included."""
        match json.loads(blob):
            case {"format": format_, "version": version, "kind": kind, "data": data} if (format_, kind) == (
                FORMAT,
                self._name,
            ):
                if self.kind is Tally and version in (VERSION, WITHOUT_EXEMPLARS):
                    return from_data(data, has_exemplars=version != WITHOUT_EXEMPLARS)
                if version == VERSION:
                    return self._adapter.validate_python(data)
        raise ValueError(f"no {self._name} of version {VERSION}")

    @property
    def _name(self) -> str:
        return self.name or (self.kind.__name__ if self.kind else NOTHING)

    @property
    def _adapter(self) -> TypeAdapter[Any]:
        return TypeAdapter(self.kind)


class DataStore(ResultStore):
    """A store that takes what its serializer cannot read for not stored. For asynchronous tasks."""

    async def aexists(self, key: str) -> bool:
        """Whether there is a result to read."""
        return await self._found(key) is not None

    async def aread(self, key: str, holder: str | None = None) -> Any:
        """The record of the stored result. Raises ValueError where there is none."""
        if record := await self._found(key):
            return record
        raise ValueError(f"no result is stored as {key}")

    async def _found(self, key: str) -> Any:
        path = self._resolved_key_path(key)
        if path in self.cache:
            return self.cache[path]
        assert self.result_storage is not None
        try:
            content = await self.result_storage.read_path(key)
            record = self.create_result_record(self._read_from(content), key=key)
        except Exception:  # whatever a storage or a spoilt record raises: the result is not there
            return None
        record.mark_persisted()
        self.cache[path] = record
        return record

    def read_stored(self, key: str) -> Any:
        """The stored result, read anew; NOT_STORED where there is none to read. For threads without an event loop."""
        assert self.result_storage is not None
        try:
            content: Any = self.result_storage.read_path(key)
            return self._read_from(asyncio.run(content) if asyncio.iscoroutine(content) else content)
        except Exception:
            return NOT_STORED

    def _read_from(self, content: bytes) -> Any:
        """The result in a record as Prefect writes it; what the record says of itself is not looked at."""
        if len(content) > LARGEST:
            raise ValueError(f"a record of more than {LARGEST:,} bytes")
        match json.loads(content):
            case {"result": str(result)}:
                return self.serializer.loads(result.encode())
        raise ValueError("no record of a result")


@contextmanager
def data_only() -> Iterator[None]:
    """Let the tasks of this flow run read and write stored results as data."""
    run = FlowRunContext.get()
    assert run is not None, "results are stored within a flow run"
    fields = {name: getattr(run.result_store, name) for name in ResultStore.model_fields}
    with run.model_copy(update={"result_store": DataStore.model_construct(**fields)}):
        yield


def require_data(store: ResultStore | None) -> None:
    """Raise TypeError for any other store, so that Prefect neither reads nor writes through it."""
    if not isinstance(store, DataStore):
        raise TypeError("results are stored as data only: run this task within data_only()")


async def read_stored(task: Task[Any, Any], keys: Sequence[str]) -> AsyncGenerator[Any, None]:
    """What is stored under each of a task's keys, in their order; NOT_STORED where there is nothing to read.

    No task runs for it, and threads read: a week of windows takes 5 s of CPU, and the event loop waits for none.
    """
    with data_only():
        context = FlowRunContext.get()
        assert context
        store = await context.result_store.aupdate_for_task(task)
    assert isinstance(store, DataStore)
    loop = asyncio.get_running_loop()
    threads = ThreadPoolExecutor(READ_AT_ONCE)
    try:
        for first in range(0, len(keys), READ_TOGETHER):
            reading = [loop.run_in_executor(threads, store.read_stored, key) for key in keys[first:][:READ_TOGETHER]]
            for result in await asyncio.gather(*reading):
                yield result
    finally:
        threads.shutdown(wait=False, cancel_futures=True)
