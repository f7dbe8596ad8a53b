"""Checks of the list of MCP tools."""

from typing import Any

from suites.wire.checks.check import Check, status, unlike
from suites.wire.failures import Failure, FailureKind
from suites.wire.reply import Reply
from suites.wire.text import string
from suites.words import listed

SEPARATOR = "-"
"""LiteLLM lists a tool as SERVER-TOOL; a server's name has no hyphen."""


def lists_tools_of(server: str) -> Check:
    """The list holds at least one tool of an MCP server."""

    def find(reply: Reply) -> Failure | None:
        names = tool_names(reply.json)
        if names is None:
            return unlike(reply, "no list of tools")
        if any(name.startswith(server + SEPARATOR) for name in names):
            return None
        others = listed({name.split(SEPARATOR)[0] for name in names})
        return Failure(FailureKind.EMPTY, f"no tool of MCP server '{server}' is listed; there are some of: {others}")

    return status(200) & Check(find)


def tool_names(body: Any) -> list[str] | None:
    """The names of all tools in a list of them; None when it is no such list."""
    match body:
        case {"tools": list() as tools}:
            return [name for tool in tools if isinstance(tool, dict) and (name := string(tool.get("name")))]
    return None
