"""What preflight learnt about a gateway, and the targets that a run chooses from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from litellm_observatory.core.discovery.model_info import Price, TargetKind
from litellm_observatory.core.text import enumerate_texts, list_names, quote
from litellm_observatory.core.wire.gateway import Gateway, PreflightError

LEAST_TOKENS = 16
"""The bound on an answer's tokens of a model that needs no more; the least that OpenAI's Responses API takes."""


MOST_TARGETS = 1000
"""Targets of one run: each is asked once before it, and has statistics of its own in the report."""

MOST_COMPARED = 200_000
"""Pieces of patterns that are looked for in names, some 100 ns each; of very many patterns the first ones count."""

MOST_REASONS = 10
"""Reasons in one sentence why names are left out."""

PERMISSION = "the name of a permission"


@dataclass(frozen=True, slots=True)
class GatewayInfo:
    """What a gateway reported of itself.

    `modes` maps each target's name to its mode, None where none is stated; `no_targets` maps other listed names to
    what they are. `tokens` is the bound within which a model answers, where preflight found that it needs more.
    `prices` are those of the models that state one, `reasoning` names the models that it reports as able to reason.
    """

    version: str | None
    modes: dict[str, str | None]
    no_targets: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, int] = field(default_factory=dict)
    prices: dict[str, Price] = field(default_factory=dict)
    reasoning: tuple[str, ...] = ()

    def of(self, kind: TargetKind) -> tuple[str, ...]:
        """All targets of a kind; a model that states no mode is a chat model until it says otherwise."""
        return tuple(name for name, mode in self.modes.items() if (mode or TargetKind.CHAT) == kind)

    def among(self, names: Sequence[str], kind: TargetKind) -> tuple[str, ...]:
        """Those of the names that a suite of models of a kind may be asked to test; what states no mode is chat."""
        return tuple(
            name for name in names if (self.modes.get(name) == TargetKind.EMBEDDING) == (kind is TargetKind.EMBEDDING)
        )

    def missing(self, names: Sequence[str]) -> tuple[str, ...]:
        """Those of the names that are on the list no more, neither themselves nor by a pattern."""
        known = {*self.modes, *self.no_targets}
        patterns = few_enough(_patterns(known), len(names))
        return tuple(name for name in names if name not in known and not any(one.makes(name) for one in patterns))

    def left_out(self, kind: TargetKind) -> dict[str, str]:
        """What `of` leaves out, which may yet be named, and why."""
        chosen = set(self.of(kind))
        others = {name: f"mode {mode}" for name, mode in self.modes.items() if name not in chosen}
        patterns = dict.fromkeys(_patterns(chosen), "a pattern")
        return others | patterns | self.no_targets

    def bound(self, model: str, requested: int | None, least: int = LEAST_TOKENS) -> int:
        """The bound on a model's answer: the requested one, else what it needs, `least` at least."""
        return requested or max(least, self.tokens.get(model, 0))


def choose_targets(
    requested: Sequence[str], facts: GatewayInfo, gateway: Gateway, kind: TargetKind
) -> tuple[str, ...]:
    """The targets of a run: the requested names, or all of a kind when there are none.

    Raises PreflightError for a blank, repeated or unknown name, for a pattern, and when there is nothing to choose
    from, or more than one run can test.
    """
    noun = kind.short_noun
    for position, name in enumerate(requested):
        shown = quote(name)
        if not name.strip() or name != name.strip():
            raise PreflightError(
                f"{noun} {position + 1} of the list is {name!r}: a name without blanks around is needed",
                brief=f"{noun} {position + 1} of the list has no name, or blanks around it",
            )
        if name in requested[:position]:
            raise PreflightError(
                f"{noun} '{name}' is listed twice", "list it once", brief=f"{noun} {shown} is listed twice"
            )
        if "*" in name:
            raise PreflightError(
                f"{noun} '{name}' stands for many", "name one of them", brief=f"{noun} {shown} stands for many"
            )
        if facts.no_targets.get(name) == PERMISSION:
            raise PreflightError(
                f"'{name}' is {PERMISSION}, and no {noun}; name one of: {list_names(list(facts.modes))}",
                brief=f"{shown} is {PERMISSION}, and no {noun}",
            )
    if unknown := facts.missing(requested):
        raise PreflightError(
            f"no {noun} '{unknown[0]}' on {gateway}; there are: {list_names(list(facts.modes))}",
            brief=f"no {noun} {quote(unknown[0])} on {gateway.display_name}",
        )
    chosen = tuple(requested) or tuple(name for name in facts.of(kind) if "*" not in name)
    if not chosen:
        what = f"lists no {kind.noun}; name the {noun}s to test"
        others = f"; no targets are: {group_by_reason(facts.no_targets)}" if facts.no_targets else ""
        raise gateway.refusal(f"{what}, there are: {list_names(list(facts.modes))}{others}", brief=what)
    if len(chosen) > MOST_TARGETS:
        what = f"lists {len(chosen):,} {kind.noun}s"
        raise gateway.refusal(
            f"{what}, and one run tests {MOST_TARGETS:,} at most; "
            f"name the {noun}s to test, such as: {list_names(chosen, most=5)}",
            brief=f"{what}, {MOST_TARGETS:,} are the most; name some",
        )
    return chosen


def group_by_reason(reasons: Mapping[str, str]) -> str:
    """Names by what they have in common: "dall-e-3 (mode image_generation); a-team, b-team (a pattern)"."""
    names: dict[str, list[str]] = {}
    for name, why in reasons.items():
        names.setdefault(why, []).append(name)
    return enumerate_texts([f"{list_names(each)} ({why})" for why, each in names.items()], most=MOST_REASONS)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A name with stars, each of which stands for any text: LiteLLM's wildcard. `pieces` are what is between them."""

    name: str
    pieces: tuple[str, ...]

    def makes(self, name: str) -> bool:
        """Whether a name is one of those it stands for."""
        first, *inner, last = self.pieces
        at, end = len(first), len(name) - len(last)
        if at > end or not (name.startswith(first) and name.endswith(last)):
            return False
        for piece in inner:
            found = name.find(piece, at, end)
            if found < 0:
                return False
            at = found + len(piece)
        return True


def few_enough(patterns: Sequence[str], names: int) -> Sequence[Pattern]:
    """Those of the patterns that so many names may be compared with, the first ones."""
    left = MOST_COMPARED // max(1, names)
    kept: list[Pattern] = []
    for name in patterns:
        pieces = tuple(name.split("*"))
        left -= len(pieces)
        if left < 0:
            break
        kept.append(Pattern(name, pieces))
    return kept


def _patterns(names: Sequence[str] | set[str]) -> list[str]:
    return [name for name in names if "*" in name]
