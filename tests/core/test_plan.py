"""What a soak says before it starts."""

from dataclasses import replace

import pytest

from litellm_observatory.core.discovery.gateway_info import GatewayInfo
from litellm_observatory.core.discovery.model_info import Price
from litellm_observatory.core.load.traffic import Traffic
from litellm_observatory.core.planning.estimate import estimate
from litellm_observatory.core.planning.plan import check, plan_of_soak
from litellm_observatory.core.suite import Soak
from litellm_observatory.core.wire.checks.chat import chat_answered
from litellm_observatory.core.wire.gateway import PreflightError
from litellm_observatory.core.wire.request import Request
from suites.mcp_release import mcp_release
from suites.oai_azure_release import oai_azure_release
from suites.responses_release import responses_release
from suites.streaming_release import streaming_release


def plan(soak: Soak, traffic: Traffic) -> str:
    return plan_of_soak(soak, traffic, estimate(soak, traffic.models, soak.facts))


def test_a_plan_says_how_much_is_sent_where_and_when() -> None:
    prices = {"gpt-4o-mini": Price(1.5e-7, 6e-7), "azure-gpt-4o": Price(2.5e-6, 1e-5)}
    soak = replace(oai_azure_release(), facts=GatewayInfo("1.90.0", {}, prices=prices))
    assert plan(soak, soak.traffic(("gpt-4o-mini", "azure-gpt-4o"))) == (
        "10,800 requests, one every 1 s for 3 h, to 2 models with staggered first use "
        "(gpt-4o-mini from 0 s, azure-gpt-4o from 5 min); at most 648,000 tokens sent and 172,800 answered, $1.74"
    )


def test_a_plan_of_one_model_over_odd_times_reads_well() -> None:
    soak = oai_azure_release(duration_hours=3726 / 3600, request_interval_seconds=0.25, max_tokens=1000)
    said = plan(soak, soak.traffic(("gpt-a",)))
    assert "one every 0.25 s for 1 h 2 min 6 s, to gpt-a; at most" in said
    assert " and 14,904,000 answered; the price of 1 model is unknown (gpt-a)" in said


def test_requests_that_ask_no_model_have_a_plan() -> None:
    def requests(model: str, facts: GatewayInfo) -> list[Request]:
        return [Request(model, model, "/v1/models", {}, chat_answered, method="GET")]

    soak = Soak("listing", requests, 60.0, 1.0, 0.01)
    assert plan(soak, soak.traffic(("gpt-a",))) == "60 requests, one every 1 s for 1 min, to gpt-a"


def test_the_plan_of_a_mix_counts_its_tokens_and_that_of_mcp_servers_calls_them_so() -> None:
    streams = streaming_release(duration_hours=0.5, request_interval_seconds=1.0, long_tokens=1000)
    assert plan(streams, streams.traffic(("gpt-a",))).count(f" and {900 * 16 + 900 * 1000:,} answered; ") == 1
    responses = responses_release(duration_hours=0.5, max_tokens=100)
    assert plan(responses, responses.traffic(("gpt-a",))).count(" and 180,000 answered; ") == 1
    servers = mcp_release()
    assert "to 2 MCP servers with staggered first use (weather from 0 s, clock from 5 min)" in plan(
        servers, servers.traffic(("weather", "clock"))
    )


def test_a_plan_too_short_to_pass_says_so_and_what_to_do() -> None:
    short, enough = (oai_azure_release(duration_hours=seconds / 3600) for seconds in (298, 299))
    assert enough.failure_rate.underpowered_reason(enough.traffic(("gpt-a",)).count) is None
    said = short.failure_rate.underpowered_reason(short.traffic(("gpt-a",)).count)
    assert said is not None
    assert said.startswith("298 requests cannot show a failure rate below 1 %")
    assert "900 requests (0.2 s apart for 3 min)" in said


def test_a_plan_that_would_leave_a_model_out_is_refused() -> None:
    check(Traffic(("a", "b", "c"), 3.0, 1.0))
    with pytest.raises(
        PreflightError, match="2 requests are too few for 3 models, c would never be used; raise duration_hou"
    ):
        check(Traffic(("a", "b", "c"), 2.0, 1.0))


def test_a_plan_that_memory_could_not_hold_is_refused_with_the_numbers_and_what_it_offers_runs() -> None:
    hours = 168.0
    with pytest.raises(
        PreflightError,
        match=r"30,240,000 requests need 12\.7 GB .* 2 GB \(4,772,185 requests\); raise request_interval_",
    ) as refused:
        check(Traffic(("a",), hours * 3600, 0.02))
    assert "to 0.13, or lower duration_hours to 26.5" in str(refused.value)
    check(Traffic(("a",), hours * 3600, 0.13))
    check(Traffic(("a",), 26.5 * 3600, 0.02))
