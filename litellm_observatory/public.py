"""What a suite of one's own is written with; `orchestration.suite_flow` makes a Prefect flow of it.

Nothing here knows Prefect: a suite, and what judges it, can be imported and tested where there is none.
"""

from litellm_observatory.core.discovery.gateway_info import GatewayInfo
from litellm_observatory.core.discovery.model_info import TargetKind
from litellm_observatory.core.judging.tally import Tally
from litellm_observatory.core.judging.verdict import Finding, Objective, Status, Verdict
from litellm_observatory.core.objectives import default_objectives, pattern_objectives
from litellm_observatory.core.objectives.limits import latency_limit, overhead_limit
from litellm_observatory.core.parameters import (
    AcceptLosses,
    GatewayRetries,
    Hours,
    Interval,
    ResponseTokens,
    Share,
    StopEarly,
    Streamed,
    Tokens,
)
from litellm_observatory.core.suite import Cases, Soak
from litellm_observatory.core.wire.checks.check import Check, malformed
from litellm_observatory.core.wire.failures import Failure, FailureKind
from litellm_observatory.core.wire.reply import Reply
from litellm_observatory.core.wire.request import NONCE, Level, Request
from litellm_observatory.core.wire.requests import chat, embedding, mcp_tools, message, response

__all__ = [
    "NONCE",
    "AcceptLosses",
    "Cases",
    "Check",
    "Failure",
    "FailureKind",
    "Finding",
    "GatewayInfo",
    "GatewayRetries",
    "Hours",
    "Interval",
    "Level",
    "Objective",
    "Reply",
    "Request",
    "ResponseTokens",
    "Share",
    "Soak",
    "Status",
    "StopEarly",
    "Streamed",
    "Tally",
    "TargetKind",
    "Tokens",
    "Verdict",
    "chat",
    "default_objectives",
    "embedding",
    "latency_limit",
    "malformed",
    "mcp_tools",
    "message",
    "overhead_limit",
    "pattern_objectives",
    "response",
]
