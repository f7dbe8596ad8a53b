"""A tally as plain data, fit for JSON, and back; all data is checked as it is read, whoever wrote it."""

import base64
from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import ConfigDict, Field, TypeAdapter, with_config
from typing_extensions import TypedDict

from litellm_observatory.core.judging.fingerprints import MOST_EXEMPLARS, Fingerprint, Occurrences
from litellm_observatory.core.judging.gauge import ROWS, UNNAMED, Gauge
from litellm_observatory.core.judging.rows import COLUMNS, KINDS, MOST_RETRIES, ORIGINS, PASSED
from litellm_observatory.core.judging.tally import Tally
from litellm_observatory.core.wire.attempts import ID_LIMIT, VERSION_LIMIT
from litellm_observatory.core.wire.samples import Process

LAGS = np.dtype([("lag", np.float64)])
MOST_ROWS = 1_000_000
MEASURED = ("due", "lateness", "latency", "service")
"""Columns that have a number in every row: times that are never negative."""
OPTIONAL = ("overhead_ms", "cost", "first_token", "longest_gap")
"""Columns that have a number, never a negative one, where the gateway reported one."""
MOST = 1e9
"""No number of a row is as large: 30 years in seconds."""
MOST_ENTRIES = 10_000


class Column(NamedTuple):
    """One column: its name, the name of its little-endian dtype, and its values as base64."""

    name: str
    dtype: str
    values: str


class _Counted(NamedTuple):
    fingerprint: Fingerprint
    seen: Occurrences


@with_config(ConfigDict(extra="forbid"))
class StoredTally(TypedDict):
    """What is stored of a tally. The codes in its rows are positions in the names that are stored beside them."""

    models: tuple[str, ...]
    kinds: tuple[str, ...]
    origins: tuple[str, ...]
    rows: list[Column]
    fingerprints: Annotated[list[_Counted], Field(max_length=MOST_ENTRIES)]
    versions: Annotated[dict[Annotated[str, Field(max_length=VERSION_LIMIT)], float], Field(max_length=MOST_ENTRIES)]
    lags: list[Column]
    gauge: list[Column]
    processes: Annotated[tuple[Process, ...], Field(max_length=MOST_ENTRIES)]


_STORED = TypeAdapter(StoredTally)


def to_data(tally: Tally) -> StoredTally:
    """The tally as lists, texts and numbers."""
    return {
        "models": tally.models,
        "kinds": tuple(map(str, KINDS)),
        "origins": tuple(map(str, ORIGINS)),
        "rows": _columns(tally.rows),
        "fingerprints": [_Counted(*counted) for counted in tally.fingerprints.items()],
        "versions": dict(tally.versions),
        "lags": _columns(tally.lags.astype(np.float64).view(LAGS)),
        "gauge": _columns(tally.gauge.rows),
        "processes": tally.gauge.processes,
    }


def from_data(data: object, *, has_exemplars: bool = True) -> Tally:
    """The tally that `to_data` made. Raises ValueError for anything else, and for impossible counts.

    Earlier versions kept no exemplars: their tallies must not have any.
    """
    stored = _STORED.validate_python(data)
    rows, readings = _table(stored["rows"], COLUMNS), _table(stored["gauge"], ROWS)
    _require_codes(rows, "model", 0, len(stored["models"]))
    _require_codes(readings, "process", UNNAMED, len(stored["processes"]))
    _translate(rows, "kind", stored["kinds"], KINDS)
    _translate(rows, "origin", stored["origins"], ORIGINS)
    tally = Tally(
        models=stored["models"],
        rows=rows,
        fingerprints=dict(stored["fingerprints"]),
        versions=stored["versions"],
        lags=_table(stored["lags"], LAGS)["lag"],
        gauge=Gauge(readings, stored["processes"]),
    )
    _require_possible(tally)
    for seen in tally.fingerprints.values():
        _require_exemplars(seen, MOST_EXEMPLARS if has_exemplars else 0)
    return tally


def _translate(rows: NDArray[np.void], column: str, stored: Sequence[str], ours: Sequence[str]) -> None:
    """Turn a column's codes, positions in the names `stored`, into ours. Raises ValueError for an unknown name."""
    _require_codes(rows, column, PASSED, len(stored))
    used = {int(code) for code in np.unique(rows[column]) if code != PASSED}
    codes = [ours.index(name) if place in used else PASSED for place, name in enumerate(stored)]
    rows[column] = np.array([*codes, PASSED], np.int8)[rows[column]]  # the last one is where PASSED points


def _require_codes(rows: NDArray[np.void], column: str, least: int, end: int) -> None:
    if rows.size and not (least <= rows[column].min() and rows[column].max() < end):
        raise ValueError(f"the column {column} has a code that stands for nothing")


def _require_possible(tally: Tally) -> None:
    """Raise ValueError for what no samples add up to, such as more failures than requests."""
    rows, failed = tally.rows, tally.rows["kind"] != PASSED
    if rows.size and (rows["index"][0] < 0 or (np.diff(rows["index"]) <= 0).any()):
        raise ValueError("requests are there twice, out of order, or before the first one")
    if not all(((rows[name] >= 0) & (rows[name] < MOST)).all() for name in MEASURED):
        raise ValueError("a request took an impossible time")
    if any(((rows[name] < 0) | (rows[name] >= MOST)).any() for name in OPTIONAL):
        raise ValueError("the gateway reported an impossible number")
    if not all(((rows[name] >= 0) & (rows[name] <= MOST_RETRIES)).all() for name in ("retries", "fallbacks")):
        raise ValueError("a request was retried an impossible number of times")
    if (failed != (rows["origin"] != PASSED)).any() or (failed & rows["rescued"]).any():
        raise ValueError("a request both failed and passed")
    read = tally.gauge.rows
    if not ((np.abs(read["at"]) < MOST) & (read["value"] > 0) & (read["value"] < MOST)).all():
        raise ValueError("a reading has an impossible time or value")
    latest = rows["due"].max(initial=0.0)
    codes = Counter(zip(rows["model"][failed].tolist(), rows["kind"][failed].tolist(), strict=True))
    counted: Counter[tuple[str, str]] = Counter()
    for fingerprint, seen in tally.fingerprints.items():
        if not (seen.times > 0 and 0 <= seen.first <= seen.last <= latest):
            raise ValueError("a fingerprint occurred an impossible number of times, or at impossible times")
        counted[fingerprint.model, fingerprint.kind] += seen.times
    if counted != {(tally.models[model], KINDS[kind]): count for (model, kind), count in codes.items()}:
        raise ValueError("the fingerprints are not those of the requests that failed")


def _require_exemplars(seen: Occurrences, most: int) -> None:
    """Raise ValueError unless the exemplars are the first of the requests, with ids of a length that we keep."""
    dues = [exemplar.due for exemplar in seen.exemplars]
    as_many = len(dues) == min(seen.times, most)
    if not (as_many and dues[:1] == [seen.first][:most] and all(seen.first <= due <= seen.last for due in dues)):
        raise ValueError("the exemplars are not the first of the requests that failed alike")
    ids = [text for _, *texts in seen.exemplars for text in texts]
    if list(seen.exemplars) != sorted(seen.exemplars) or any(len(text) > ID_LIMIT for text in ids):
        raise ValueError("the exemplars are out of order, or have ids that are too long")


def _columns(table: NDArray[Any]) -> list[Column]:
    return [Column(name, dtype.str, _encode(table[name].astype(dtype))) for name, dtype in _dtypes(table.dtype)]


def _encode(values: NDArray[Any]) -> str:
    return base64.b64encode(values.tobytes()).decode("ascii")


def _table(columns: list[Column], wanted: np.dtype[np.void]) -> NDArray[np.void]:
    """The columns side by side. Raises ValueError where they are not those wanted, or not of one length."""
    dtypes = _dtypes(wanted)
    if [(column.name, column.dtype) for column in columns] != [(name, dtype.str) for name, dtype in dtypes]:
        raise ValueError("the columns are not those of this version")
    values = [
        np.frombuffer(base64.b64decode(column.values, validate=True), dtype)
        for column, (_, dtype) in zip(columns, dtypes, strict=True)
    ]
    length = len(values[0])
    if length > MOST_ROWS or any(len(column) != length for column in values):
        raise ValueError(f"the columns have different lengths, or more than {MOST_ROWS:,} rows")
    table = np.empty(length, wanted)
    for (name, _), column in zip(dtypes, values, strict=True):
        table[name] = column
    return table


def _dtypes(table: np.dtype[Any]) -> list[tuple[str, np.dtype[Any]]]:
    """Each column's name and its dtype as it is stored, little-endian."""
    return [(name, table[name].newbyteorder("<")) for name in table.names or ()]
