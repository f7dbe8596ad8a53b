"""What a suite sends to: chat models, embedding models, or MCP servers."""

from enum import StrEnum


class TargetKind(StrEnum):
    """A kind of target; of a model it is the mode that LiteLLM states."""

    CHAT = "chat"
    EMBEDDING = "embedding"
    MCP_SERVER = "mcp_server"

    @property
    def noun(self) -> str:
        """One target of this kind, in a sentence."""
        return "MCP server" if self is TargetKind.MCP_SERVER else f"{self} model"

    @property
    def short_noun(self) -> str:
        """The same where the kind of model does not matter."""
        return self.noun if self is TargetKind.MCP_SERVER else "model"
