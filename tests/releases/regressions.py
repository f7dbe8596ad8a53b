"""The regressions that users of LiteLLM felt, and the releases that must not be failed."""

from collections.abc import Callable
from dataclasses import dataclass

from litellm_observatory.core.suite import Cases, Soak
from suites.api_contract import api_contract
from suites.mcp_release import mcp_release
from suites.oai_azure_release import oai_azure_release
from tests.releases import probes
from tests.releases.probes import Probe
from tests.releases.proxies import BENCHING, EXPIRING, HEALTHY_OPENAI, PLAIN_KEY, USUAL_SETTING, Setting


@dataclass(frozen=True, slots=True)
class Regression:
    """One regression: the defect, its issue or pull request in LiteLLM, and a release with and one without it.

    `probe` shows the defect; `suite`, with its own defaults but for its length, is to fail the bad release for it,
    and `named` is what its report says then (a regular expression). `models` are those that the suite is pointed at,
    none: all. `wanted` says which check would catch what no check catches.
    """

    name: str
    kind: str
    issue: int
    bad: str
    good: str
    probe: Probe
    suite: Callable[[], Soak | Cases]
    named: str
    models: tuple[str, ...] = ()
    setting: Setting = USUAL_SETTING
    wanted: str = ""


def _mcp() -> Soak:
    return mcp_release(duration_hours=60 / 3600, request_interval_seconds=0.2)


def _across_lifetimes() -> Soak:
    return oai_azure_release(duration_hours=100 / 3600, request_interval_seconds=0.1)


REGRESSIONS = (
    Regression(
        "an embedding that names no encoding is refused",
        "request changed on its way",
        19174,
        "1.80.11",
        "1.80.10",
        probes.embedding_without_format,
        api_contract,
        r"embeddings.*encoding_format",
        ("strict-embedder",),
    ),
    Regression(
        "MCP servers and their tools are gone for a key that is no administrator's",
        "list lost",
        17650,
        "1.80.0",
        "1.79.3",
        probes.mcp_tools_are_listed,
        _mcp,
        r"lost since.*lists no MCP server",
        setting=PLAIN_KEY,
    ),
    Regression(
        "one caller's timeout benches a deployment for everybody",
        "cooldown",
        41230,
        "1.99.0",
        "1.99.2",
        probes.timeout_benches_nobody,
        api_contract,
        r"chat after another caller's timeout.*rate_limited",
        ("slow",),
        BENCHING,
    ),
    Regression(
        "a streamed tool call of Gemini ends with `stop`",
        "finish reason",
        21041,
        "1.81.14",
        "1.83.14",
        probes.gemini_tool_stream_finishes,
        api_contract,
        r"tool call, streamed.*finish_reason",
        ("gemini",),
    ),
    Regression(
        "the end of a streamed response that failed is no `response.failed`",
        "failure told in a shape that clients cannot read",
        40243,
        "1.99.0",
        "1.108.7",
        probes.responses_tell_failure,
        api_contract,
        r"responses, streamed.*shape of another API",
        ("broken-responses",),
    ),
    Regression(
        "a failure in a stream of messages is swallowed",
        "failure swallowed",
        39703,
        "1.96.2",
        "1.108.7",
        probes.messages_tell_failure,
        api_contract,
        r"messages, streamed \((empty|malformed|stream_cut: the stream ended)",
        ("broken-messages",),
    ),
    Regression(
        "streamed usage is counted anew, not the provider's",
        "usage",
        36168,
        "1.99.0",
        "1.83.14",
        probes.usage_of_stream_is_the_providers,
        api_contract,
        r"prompt tokens, whole and streamed.*disagree",
        ("beside",),
    ),
    Regression(
        "/metrics asks strangers for a key",
        "route closed to strangers",
        30079,
        "1.88.0",
        "1.83.14",
        probes.strangers_read_metrics,
        api_contract,
        r"metrics without a key.*auth",
        ("gpt-4o-mini",),
    ),
    Regression(
        "a streamed tool call on /v1/responses ends an item that was never announced",
        "grammar of a stream",
        37852,
        "1.99.0",
        "1.108.7",
        probes.calls_of_responses_are_announced,
        api_contract,
        r"responses, tool call, streamed.*announced",
        ("gemini",),
    ),
    Regression(
        "function calls of other providers are lost in streams of /v1/responses",
        "function call lost",
        19368,
        "1.81.0",
        "1.83.14",
        probes.bridged_responses_call_tools,
        api_contract,
        r"responses, tool call, streamed \(malformed: the pieces of the call's arguments are missing",
        ("claude",),
    ),
    Regression(
        "a tool call of Gemini on /v1/messages ends with `end_turn`",
        "finish reason",
        12240,
        "1.81.0",
        "1.83.14",
        probes.messages_end_with_tool_use,
        api_contract,
        r"messages, tool call, streamed.*stop_reason",
        ("gemini",),
    ),
    Regression(
        "a message says no cost",
        "cost",
        31675,
        "1.81.0",
        "1.108.7",
        probes.messages_cost_something,
        api_contract,
        r"cost of messages.*x-litellm-response-cost",
        ("gpt-4o-mini",),
    ),
    Regression(
        "/v1/responses does not tell the gateway's own time",
        "header lost on one route",
        38840,
        "1.96.2",
        "1.108.7",
        probes.responses_tell_overhead,
        api_contract,
        r"headers of responses.*overhead",
        ("gpt-4o-mini",),
    ),
    Regression(
        "streamed completions do not tell the gateway's own time",
        "header lost on one route",
        22027,
        "1.81.0",
        "1.83.14",
        probes.streams_tell_overhead,
        api_contract,
        r"headers of chat, streamed.*overhead",
        ("gpt-4o-mini",),
    ),
    Regression(
        "a refused message is told in OpenAI's shape",
        "error told in a shape that clients cannot read",
        41826,
        "1.99.0",
        "1.108.7",
        probes.refusal_of_messages_is_anthropics,
        api_contract,
        r"refusal of messages.*shape",
        ("gpt-4o-mini",),
    ),
    Regression(
        "HTTP clients are closed while others use them",
        "client lifetime",
        19190,
        "1.81.3",
        "1.81.0",
        probes.clients_outlive_each_other,
        _across_lifetimes,
        r"client has been closed",
        setting=EXPIRING,
    ),
)

HEALTHY_RELEASES = {
    "1.76.3": HEALTHY_OPENAI,
    **dict.fromkeys(
        ("1.83.14", "1.88.0", "1.92.2", "1.96.2", "1.102.4", "1.106.12", "1.108.7", "1.109.3"), USUAL_SETTING
    ),
}
"""Over 18 months, and before which proxy; none of them may be failed by the smoke gate for what it never promised.

1.76.3 answers for Claude and Gemini on /v1/responses in a shape that no client of it reads, and ends Gemini's
streamed tool calls with `stop`: its users are served well with OpenAI's models.
"""
