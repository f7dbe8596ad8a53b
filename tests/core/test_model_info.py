"""What is read of `/model/info`, above all prices: one that nobody told is never taken for nothing."""

from typing import Any

import pytest

from litellm_observatory.core.discovery.model_info import LONGEST_NAME, ModelInfo, Price, read_model_info
from tests.core.examples import replied


def entry(name: object = "gpt-a", **info: Any) -> dict[str, Any]:
    return {"model_name": name, "model_info": {"mode": "chat", **info}}


def priced(sent: object, answered: object, **info: Any) -> dict[str, Any]:
    return entry(input_cost_per_token=sent, output_cost_per_token=answered, **info)


def read(*entries: object) -> ModelInfo:
    return read_model_info(replied({"data": list(entries)}))


def test_mode_price_and_reasoning_are_read() -> None:
    info = read(priced(2e-6, 8e-6, supports_reasoning=True), entry("gpt-b", supports_reasoning=None))
    assert info == ModelInfo({"gpt-a": "chat", "gpt-b": "chat"}, {"gpt-a": Price(2e-6, 8e-6)}, ("gpt-a",))


@pytest.mark.parametrize(
    ("sent", "answered"),
    [
        (None, None),  # LiteLLM 1.106.2 of a model that is on no map of prices
        (0, 0),  # 1.81.3 of the same
        (1e-5, 0),  # both, where only what is sent has a price
        (0, 1e-5),
        (-1e-6, 1e-6),
        (1e-6, 2.0),
        (1e-6, 1e308),
        (5e-324, 5e-324),  # so cheap that a share of a bound on the cost has no finite number
        ("1e-6", "2e-6"),
        (True, True),
        ([], {}),
    ],
)
def test_a_price_that_is_not_told_is_none(sent: object, answered: object) -> None:
    assert read(priced(sent, answered)).prices == {}


def test_what_is_free_by_the_map_of_prices_costs_nothing() -> None:
    assert read(priced(0.0, 0.0)).prices == {"gpt-a": Price(0.0, 0.0)}


@pytest.mark.parametrize("answered", [0, 0.0])
def test_an_embedding_is_paid_by_what_is_sent(answered: float) -> None:
    assert read(priced(2e-8, answered, mode="embedding")).prices == {"gpt-a": Price(2e-8, 0.0)}


def test_a_group_costs_as_much_as_its_dearest_deployment_and_unknown_where_one_is() -> None:
    dear, cheap = priced(2.5e-6, 1e-6), priced(1.5e-7, 1e-5)
    assert read(dear, cheap).prices == {"gpt-a": Price(2.5e-6, 1e-5)}
    assert read(dear, entry(), cheap).prices == {}


@pytest.mark.parametrize(
    "data",
    [None, 3, "x", {"gpt-a": 1}, [None, 3, [], {"model_name": None}, {"model_name": "x" * (LONGEST_NAME + 1)}]],
)
def test_an_answer_that_is_no_such_list_says_nothing(data: object) -> None:
    assert read_model_info(replied({"data": data})) == ModelInfo()
    assert read_model_info(replied([data])) == ModelInfo()
    assert read_model_info(replied({"data": [entry()]}, status=403)) == ModelInfo()
