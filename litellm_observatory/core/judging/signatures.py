"""Signatures: parts of the messages of known regressions, with their sources."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Signature:
    """A known regression: a part of its message, in lower case, and its source."""

    message: str
    source: str

    def is_in(self, message: str) -> bool:
        """Whether a failure's message shows it."""
        return self.message in message.lower()


KNOWN = (
    Signature("client has been closed", "LiteLLM PR #19190"),
    Signature("session is closed", "LiteLLM PR #15442"),
)
