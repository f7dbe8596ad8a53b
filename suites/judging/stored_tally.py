"""A tally as plain data, fit for JSON, and back; what is no such data is no tally, whoever wrote it."""

import base64
from typing import Annotated, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import ConfigDict, Field, TypeAdapter, with_config
from typing_extensions import TypedDict

from suites.judging.fingerprints import Fingerprint, Seen
from suites.judging.tally import COLUMNS, GAUGE, KINDS, ORIGINS, PASSED, Tally

LAGS = np.dtype([("lag", np.float64)])
MOST_ROWS = 1_000_000


class Column(NamedTuple):
    """One column: its name, the name of its little-endian dtype, and its values as base64."""

    name: str
    dtype: str
    values: str


class _Counted(NamedTuple):
    fingerprint: Fingerprint
    seen: Seen


@with_config(ConfigDict(extra="forbid"))
class StoredTally(TypedDict):
    """What is stored of a tally."""

    models: tuple[str, ...]
    rows: list[Column]
    fingerprints: Annotated[list[_Counted], Field(max_length=10_000)]
    versions: dict[str, float]
    lags: list[Column]
    gauge: list[Column]


_STORED = TypeAdapter(StoredTally)


def to_data(tally: Tally) -> StoredTally:
    """The tally as lists, texts and numbers."""
    return {
        "models": tally.models,
        "rows": _columns(tally.rows),
        "fingerprints": [_Counted(*counted) for counted in tally.fingerprints.items()],
        "versions": dict(tally.versions),
        "lags": _columns(tally.lags.astype(np.float64).view(LAGS)),
        "gauge": _columns(tally.gauge),
    }


def from_data(data: object) -> Tally:
    """The tally that `to_data` made. Raises ValueError for anything else."""
    stored = _STORED.validate_python(data)
    rows = _table(stored["rows"], COLUMNS)
    for column, codes in (("model", stored["models"]), ("kind", KINDS), ("origin", ORIGINS)):
        least = 0 if column == "model" else PASSED
        if rows.size and not (least <= rows[column].min() and rows[column].max() < len(codes)):
            raise ValueError(f"the column {column} has a code that stands for nothing")
    return Tally(
        models=stored["models"],
        rows=rows,
        fingerprints=dict(stored["fingerprints"]),
        versions=stored["versions"],
        lags=_table(stored["lags"], LAGS)["lag"],
        gauge=_table(stored["gauge"], GAUGE),
    )


def _columns(table: NDArray[Any]) -> list[Column]:
    return [Column(name, dtype.str, _encoded(table[name].astype(dtype))) for name, dtype in _dtypes(table.dtype)]


def _encoded(values: NDArray[Any]) -> str:
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
