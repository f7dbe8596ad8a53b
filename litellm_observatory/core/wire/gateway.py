"""The gateway under test: its name here, where it is, and the key that opens it."""

from dataclasses import dataclass, field

from litellm_observatory.core.text import quote


class PreflightError(Exception):
    """A run that must not start. Its message is one sentence: what is wrong, the remedy, the choices.

    A headline says `what` is wrong, in fewer words where the sentence has many, what somebody else `said` of it, and
    the remedy.
    """

    def __init__(self, what: str, remedy: str = "", *, brief: str = "", said: str = "") -> None:
        super().__init__("; ".join(filter(None, (what, remedy))))
        self.what, self.remedy, self.said = brief or what, remedy, said


class KeyRefusedError(PreflightError):
    """A gateway that answers, and does not take our key."""


@dataclass(frozen=True, slots=True)
class Gateway:
    """A LiteLLM gateway: `url` is its base, without a trailing slash; `key` is never shown."""

    name: str
    url: str
    key: str = field(repr=False)

    def __str__(self) -> str:
        return f"gateway '{self.name}' at {self.url}"

    @property
    def display_name(self) -> str:
        """The gateway in a headline."""
        return f"gateway {quote(self.name)}"

    def refusal(self, what: str, remedy: str = "", *, brief: str = "", said: str = "") -> PreflightError:
        """Why this gateway cannot be tested: `what` it is or does, in a headline `brief`, by default the same."""
        return PreflightError(f"{self} {what}", remedy, brief=f"{self.display_name} {brief or what}", said=said)
