"""Stored tallies: their codes stand for names, and one that claims what cannot be is no tally."""

import base64
import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from litellm_observatory.core.judging import stored_tally
from litellm_observatory.core.judging.origin import Origin
from litellm_observatory.core.judging.rows import KINDS, ORIGINS
from litellm_observatory.core.judging.stored_tally import from_data, to_data
from litellm_observatory.core.judging.tally import Tally
from litellm_observatory.core.wire.failures import Failure, FailureKind
from tests.core.examples import sample, server_error

SILENCE = Failure(FailureKind.TIMEOUT, "no answer")
NO = Failure(FailureKind.BAD_REQUEST, "400: no")
Data = dict[str, Any]


def tally() -> Tally:
    """Six requests, of which four failed, two of them alike."""
    refused = [sample(i, NO, request_id=f"run-{i}", call_id="c", model_id="m") for i in (4, 5)]
    others = [sample(0), sample(1, server_error()), sample(2, SILENCE), sample(3, retries=1)]
    return Tally.of(("gpt-a",), [*others, *refused])


def stored() -> Data:
    """It, as it comes out of a file."""
    data: Data = json.loads(json.dumps(to_data(tally())))
    return data


def write(data: Data, column: str, row: int, value: float) -> None:
    """Change one value of a column."""
    place, dtype, text = next(
        (place, dtype, text) for place, (name, dtype, text) in enumerate(data["rows"]) if name == column
    )
    values = np.frombuffer(base64.b64decode(text), dtype).copy()
    values[row] = value
    data["rows"][place] = [column, dtype, base64.b64encode(values.tobytes()).decode()]


def write_seen(data: Data, seen: list[float]) -> None:
    """Change how often the first failure was seen, first and last."""
    data["fingerprints"][0][1][:3] = seen


def exemplars(data: Data) -> list[list[Any]]:
    """The exemplars of the two requests that failed alike."""
    found: list[list[Any]] = data["fingerprints"][2][1][3]
    return found


def test_kinds_and_origins_in_another_order_are_read_as_what_they_were(monkeypatch: pytest.MonkeyPatch) -> None:
    kinds, origins = KINDS[::-1], ORIGINS[::-1]
    data = stored()
    monkeypatch.setattr(stored_tally, "KINDS", kinds)
    monkeypatch.setattr(stored_tally, "ORIGINS", origins)

    rows = from_data(data).rows

    read = [None if code < 0 else kinds[code] for code in rows["kind"]]
    assert read[:4] == [None, FailureKind.SERVER_ERROR, FailureKind.TIMEOUT, None]
    assert [code < 0 or origins[code] for code in rows["origin"][:4]] == [True, Origin.UNKNOWN, Origin.UNKNOWN, True]


def test_a_kind_that_this_version_does_not_know_makes_a_tally_unreadable_only_where_it_is_used() -> None:
    data = stored()
    data["kinds"].append("haunted")
    assert from_data(data).failures == 4
    write(data, "kind", 1, len(KINDS))
    with pytest.raises(ValueError, match="not in tuple"):
        from_data(data)


@pytest.mark.parametrize(
    "claim",
    [
        lambda data: write_seen(data, [-1, 1.0, 1.0]),
        lambda data: write_seen(data, [10**6, 1.0, 1.0]),
        lambda data: write_seen(data, [1, 2.0, 1.0]),
        lambda data: write_seen(data, [1, 1.0, 1e308]),
        lambda data: data["fingerprints"].clear(),
        lambda data: data["fingerprints"].append([["gpt-b", "timeout", "no answer"], [1, 2.0, 2.0]]),
        lambda data: exemplars(data).clear(),
        lambda data: exemplars(data).pop(),
        lambda data: exemplars(data).append([5.0, "run-6", "", ""]),
        lambda data: exemplars(data).reverse(),
        lambda data: exemplars(data)[0].__setitem__(0, 3.0),
        lambda data: exemplars(data)[0].__setitem__(0, "nan"),
        lambda data: exemplars(data)[1].__setitem__(0, 6.0),
        lambda data: exemplars(data)[1].__setitem__(0, float("nan")),
        lambda data: exemplars(data)[1].__setitem__(2, "c" * 101),
        lambda data: exemplars(data)[1].__setitem__(1, None),
        lambda data: data.update(versions={str(number): 1.0 for number in range(10_001)}),
        lambda data: data.update(versions={"1" * 10_000: 1.0}),
        lambda data: write(data, "index", 0, -1),
        lambda data: write(data, "index", 1, 0),
        lambda data: write(data, "model", 0, 1),
        lambda data: write(data, "kind", 0, 0),
        lambda data: write(data, "kind", 0, -2),
        lambda data: write(data, "origin", 1, -1),
        lambda data: write(data, "rescued", 1, 1),
        lambda data: write(data, "due", 0, -1.0),
        lambda data: write(data, "latency", 0, np.nan),
        lambda data: write(data, "service", 0, np.inf),
        lambda data: write(data, "cost", 0, -np.inf),
        lambda data: write(data, "overhead_ms", 0, np.inf),
        lambda data: write(data, "retries", 0, -1),
        lambda data: write(data, "fallbacks", 0, 30_000),
    ],
    ids=range(32),
)
def test_a_tally_that_claims_what_cannot_be_is_none(claim: Callable[[Data], object]) -> None:
    data = stored()
    assert from_data(data).failures == 4
    claim(data)
    with pytest.raises(ValueError):  # noqa: PT011  whatever is wrong, it is unreadable
        from_data(data)
