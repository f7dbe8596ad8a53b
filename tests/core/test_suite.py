"""The suites that exist."""

from litellm_observatory.core.discovery.gateway_info import GatewayInfo
from suites.oai_azure_release import oai_azure_release
from suites.single_request import single_request


def test_a_single_request_asks_every_model_once() -> None:
    requests = single_request(max_tokens=5, stream=True).requests(["a", "b"], GatewayInfo(None, {}))
    assert [request.model for request in requests] == ["a", "b"]
    assert all(request.is_streamed and request.body["max_tokens"] == 5 for request in requests)
    assert all(request.body["num_retries"] == 0 for request in requests)


def test_the_release_soak_is_three_hours_at_one_a_second_and_one_percent() -> None:
    soak = oai_azure_release()
    assert (soak.name, soak.duration_seconds, soak.interval_seconds) == ("oai-azure-release", 10_800, 1)
    assert soak.failure_rate.limit == 0.01
    assert soak.requests_to("a")[0].body["disable_fallbacks"] is True


def test_what_a_run_asks_for_reaches_the_soak() -> None:
    soak = oai_azure_release(
        duration_hours=0.5,
        max_failure_rate=0.02,
        request_interval_seconds=0.1,
        max_tokens=7,
        stream=True,
        gateway_retries=True,
    )
    assert soak.traffic(("a",)).count == 18_000
    assert soak.failure_rate.limit == 0.02
    assert soak.requests_to("a")[0].is_streamed
    assert soak.requests_to("a")[0].body["max_tokens"] == 7
    assert "num_retries" not in soak.requests_to("a")[0].body
