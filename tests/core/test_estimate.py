"""What a run takes, said before it: never less than it will be, and never $0 where nobody told a price."""

from collections import Counter
from dataclasses import replace

import pytest

from litellm_observatory.core.discovery.gateway_info import GatewayInfo
from litellm_observatory.core.discovery.model_info import Price
from litellm_observatory.core.planning.estimate import Estimate, estimate, together
from litellm_observatory.core.suite import Soak
from litellm_observatory.core.wire.gateway import PreflightError
from litellm_observatory.core.wire.requests import chat
from suites.api_contract import api_contract
from suites.embeddings_release import embeddings_release
from suites.mcp_release import mcp_release
from suites.oai_azure_release import oai_azure_release
from suites.single_request import single_request
from suites.streaming_release import streaming_release

PRICED = GatewayInfo("1.90.0", {"a": "chat", "b": "chat"}, prices={"a": Price(1e-6, 2e-6), "b": Price(3e-6, 4e-6)})


def test_a_soak_costs_what_its_requests_and_their_longest_answers_cost() -> None:
    taken = estimate(oai_azure_release(duration_hours=0.5), ["a"], PRICED)
    assert (taken.requests, taken.sent, taken.answered) == (1800, 1800 * 57, 1800 * 16)
    assert taken.cost == pytest.approx(1800 * (57 * 1e-6 + 16 * 2e-6))
    assert taken.text == "at most 102,600 tokens sent and 28,800 answered, $0.17"


def test_what_a_model_needs_for_its_reasoning_counts() -> None:
    needs = GatewayInfo("1.90.0", PRICED.modes, tokens={"b": 1024}, prices=PRICED.prices)
    little, much = (estimate(single_request(), ["a", "b"], facts) for facts in (PRICED, needs))
    assert (little.answered, much.answered) == (32, 16 + 1024)
    assert much.dollars - little.dollars == pytest.approx(
        1008 * 4e-6, rel=1e-3
    )  # the bound itself is a longer number to send


def test_each_model_has_the_share_that_the_schedule_gives_it() -> None:
    soak = oai_azure_release(duration_hours=0.5)
    sent = Counter(soak.traffic(("a", "b")).model(index) for index in range(1800))
    assert sent[0] > sent[1]  # the second one begins later
    costs = [estimate(soak, [model], PRICED).dollars / 1800 for model in "ab"]
    assert estimate(soak, ["a", "b"], PRICED).dollars == pytest.approx(sent[0] * costs[0] + sent[1] * costs[1])


@pytest.mark.parametrize("hours", [0.5, 1.0, 2.6])
def test_no_stream_that_is_sent_is_missing_in_it(hours: float) -> None:
    soak = streaming_release(duration_hours=hours)
    traffic = soak.traffic(("a", "b"))
    mix = soak.mix(traffic.models)
    answered = sum(mix.request(traffic, index).most_tokens for index in range(traffic.count))
    assert answered <= estimate(soak, traffic.models, PRICED).answered <= answered + 8 * 1024


def test_the_requests_that_a_case_sends_beside_itself_count_too() -> None:
    cases = api_contract().requests(("a",), PRICED)
    taken = estimate(api_contract(), ["a"], PRICED)
    assert taken.requests > sum(not case.skip for case in cases)
    assert taken.cost


def test_what_asks_no_model_costs_nothing_and_says_nothing_of_it() -> None:
    taken = estimate(mcp_release(), ["weather"], GatewayInfo("1.90.0", {"weather": "mcp_server"}))
    assert (taken.requests, taken.cost, taken.text) == (360, 0.0, "")
    taken.require(0.0)


def test_embeddings_have_no_answer_to_pay() -> None:
    facts = GatewayInfo("1.90.0", {"e": "embedding"}, prices={"e": Price(2e-8, 0.0)})
    taken = estimate(embeddings_release(duration_hours=1), ["e"], facts)
    assert taken.answered == 0
    assert taken.cost == pytest.approx(1800 * (51 + 51) * 2e-8, rel=0.01)


def test_a_price_that_is_not_told_is_said_and_not_counted_as_nothing() -> None:
    taken = estimate(single_request(), ["a", "x"], PRICED)
    assert taken.cost is None
    assert taken.text == (
        "at most 114 tokens sent and 32 answered, $0.000089 without the unknown part; "
        "the price of 1 model is unknown (x)"
    )
    nothing = estimate(single_request(), ["x", "y"], PRICED)
    assert nothing.text.endswith("32 answered; the price of 2 models is unknown (x, y)")


def test_several_suites_are_added_up() -> None:
    every = [estimate(single_request(), models, PRICED) for models in (["a", "x"], ["b"], ["x"])]
    assert together(every) == Estimate(4, 228, 64, every[0].dollars + every[1].dollars, ("x",))
    assert together([]) == Estimate()


def test_what_may_cost_more_than_somebody_allows_is_refused_with_what_would_do() -> None:
    taken = estimate(oai_azure_release(), ["a"], PRICED)
    taken.require(None)
    taken.require(taken.dollars)
    taken.require(taken.dollars * (1 - 1e-15))  # what a gate hands on may be rounded
    with pytest.raises(
        PreflightError, match=r"^10,800 requests may cost \$0.97, and max_cost is \$0.90; raise max_cost, or "
    ):
        taken.require(0.9)


def test_nobody_knows_whether_a_bound_is_enough_where_a_price_is_not_told() -> None:
    taken = estimate(single_request(), ["a", "x"], PRICED)
    taken.require(None)
    with pytest.raises(
        PreflightError,
        match=r"^the price of 1 model is unknown \(x\), so max_cost .* may not be enough; .* leave max_cost empty$",
    ):
        taken.require(1000.0)
    with pytest.raises(PreflightError, match="may cost"):  # what is known is enough
        taken.require(0.00001)


def test_what_an_answer_without_a_bound_costs_is_not_known() -> None:
    unbounded = replace(chat("a"), body={"model": "a"})
    taken = estimate(Soak("own", lambda model, facts: [unbounded], 60.0, 1.0, 0.01), ["a"], PRICED)
    assert taken.cost is None
    assert taken.text.endswith("without the unknown part; answers of 1 model have no bound (a)")
    with pytest.raises(PreflightError, match=r"^answers of 1 model have no bound \(a\), so max_cost"):
        taken.require(5.0)
