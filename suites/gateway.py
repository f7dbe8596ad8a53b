"""The gateway under test: its name here, where it is, and the key that opens it."""

from dataclasses import dataclass, field


class Refused(Exception):
    """A run that must not start. Its message is one sentence: what is wrong, the remedy, the choices."""


@dataclass(frozen=True, slots=True)
class Gateway:
    """A LiteLLM gateway: `url` is its base, without a trailing slash; `key` is never shown."""

    name: str
    url: str
    key: str = field(repr=False)

    def __str__(self) -> str:
        return f"gateway '{self.name}' at {self.url}"
