"""How well a failure's origin is found, on the labelled messages of tests/core/judging/origins.csv."""

import csv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from litellm_observatory.core.judging.origin import Origin, origin
from litellm_observatory.core.wire.failures import Failure, FailureKind

CORPUS = Path(__file__).parents[1] / "core" / "judging" / "origins.csv"
HELD_OUT = "held-out"
FIRST_READ = {"mended 1": 91, "mended 2": 35, "mended 3": 34, HELD_OUT: 58}
"""How many of a part were right when the rule first read it; the rule was mended by a part only after that."""


@dataclass(frozen=True)
class Message:
    """A message that a gateway answered, and whose fault its words show."""

    text: str
    origin: Origin
    provider: str
    source: str
    part: str

    @property
    def found(self) -> Origin:
        """What the rule says."""
        return origin(Failure(FailureKind.SERVER_ERROR, self.text))

    @property
    def right(self) -> bool:
        """Whether the rule says what the label says."""
        return self.found is self.origin

    @property
    def unfair(self) -> bool:
        """Whether a provider is blamed for what is not proven to be its own: the error that must not be."""
        return self.found is Origin.PROVIDER is not self.origin


def messages() -> list[Message]:
    """The whole corpus."""
    with CORPUS.open(newline="") as file:
        return [
            Message(row["message"], Origin(row["origin"]), row["provider"], row["source"], row["part"])
            for row in csv.DictReader(file)
        ]


def share(corpus: Sequence[Message]) -> float:
    """The share that is right."""
    return sum(message.right for message in corpus) / len(corpus)


def corpus_tables(corpus: Sequence[Message]) -> str:
    """How the parts and how the providers are read."""
    parts = ["| part | messages | right at first reading | right now | taken for a provider's by mistake |"]
    parts.append("|---|---|---|---|---|")
    for part, members in _groups(corpus, lambda message: message.part):
        first = f"{FIRST_READ[part] / len(members):.1%}" if part in FIRST_READ else ""
        unfair = sum(message.unfair for message in members)
        parts.append(f"| {part} | {len(members)} | {first} | {share(members):.1%} | {unfair} |")
    providers = ["| provider | messages | right | of those held out | right |", "|---|---|---|---|---|"]
    for provider, members in _groups(corpus, lambda message: message.provider or _UNNAMED[message.origin]):
        held = [message for message in members if message.part == HELD_OUT]
        cells = (provider, len(members), _right(members), len(held) or "", _right(held) if held else "")
        providers.append(f"| {' | '.join(str(cell) for cell in cells)} |")
    return "\n".join([*parts, "", *providers])


_UNNAMED = {Origin.GATEWAY: "*the gateway's own*", Origin.UNKNOWN: "*of unknown origin*"}


def _right(members: Iterable[Message]) -> int:
    return sum(message.right for message in members)


def _groups(corpus: Sequence[Message], key: Callable[[Message], str]) -> list[tuple[str, list[Message]]]:
    names = sorted({key(message) for message in corpus})
    return [(name, [message for message in corpus if key(message) == name]) for name in names]
