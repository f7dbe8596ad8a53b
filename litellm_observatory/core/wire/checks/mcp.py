"""Checks of the list of MCP tools."""

import re
from typing import Any

from litellm_observatory.core.text import list_names
from litellm_observatory.core.wire.checks.check import Check, status, unlike
from litellm_observatory.core.wire.failures import Failure, FailureKind
from litellm_observatory.core.wire.reply import Reply
from litellm_observatory.core.wire.text import string


def lists_tools_of(server: str, *, alone: bool = False) -> Check:
    """The list holds at least one tool of an MCP server; `alone`: the gateway has no other.

    LiteLLM puts the server's name before a tool's, blanks as underscores, with a separator that its operator chooses
    (MCP_TOOL_PREFIX_SEPARATOR); releases before 1.80.18 put nothing there where there is one server.
    """
    prefix = re.compile(re.escape(server.replace(" ", "_")) + r"[\W_]")

    def find(reply: Reply) -> Failure | None:
        names = tool_names(reply.json)
        if names is None:
            return unlike(reply, "no list of tools")
        if any(map(prefix.match, names)) or (alone and names):
            return None
        others = list_names({re.split(r"[\W_]", name, maxsplit=1)[0] for name in names})
        return Failure(FailureKind.EMPTY, f"no tool of MCP server '{server}' is listed; there are some of: {others}")

    return status(200) & Check(find)


def tool_names(body: Any) -> list[str] | None:
    """The names of all tools in a list of them; None for anything else."""
    match body:
        case {"tools": list() as tools}:
            return [name for tool in tools if isinstance(tool, dict) and (name := string(tool.get("name")))]
    return None
