"""The headline: one sentence, short enough that every sink shows it whole."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from litellm_observatory.core.judging.brief import COMPARE
from litellm_observatory.core.judging.origin import Origin
from litellm_observatory.core.judging.verdict import NOTED, VALIDITY, WHOLE_PLAN, Finding, Status, Verdict, leading
from litellm_observatory.core.text import break_commands, one_line, quote

LONGEST = 120
"""Characters of a headline."""

LEAST_QUOTED = 26
"""The least characters of a quotation, with its quotes, that are worth the parts that are dropped for it."""

NOT_THIS_RELEASE = "not by this release, as far as its answers tell"
BESIDE = (VALIDITY, WHOLE_PLAN, NOTED)
"""The objectives of findings that no objective of a suite made."""

_ORIGIN_LABELS = {Origin.GATEWAY: "gateway", Origin.PROVIDER: "provider", Origin.UNKNOWN: "origin unknown"}


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a headline that is left out where it does not fit; the least `rank` is kept first.

    It ends with a quotation, `said`, which may be cut at its end; `otherwise` is the part without it.
    """

    rank: int
    text: str
    said: str = ""
    otherwise: str = ""

    def fitted(self, room: int) -> str:
        """The longest form of it that fits; empty where none does."""
        if self.said:
            quotation = quote(self.said, most=max(LEAST_QUOTED, room - len(self.text) - 1))
            forms = (f"{self.text} {quotation}", self.otherwise)
        else:
            forms = (self.text, self.otherwise)
        return next((form for form in forms if len(form) <= room), "")


def compose(verdict: Verdict, first: str, parts: Sequence[Part]) -> str:
    """What a headline says after its verdict: its `first` words, then the parts that fit, in their order.

    A quotation gets the room that the others leave, if that is enough.
    """
    room = LONGEST - len(verdict.sentence(first))
    chosen = [""] * len(parts)
    for place in sorted(range(len(parts)), key=lambda place: parts[place].rank):
        part = parts[place]
        least = len(part.text) + 1 + LEAST_QUOTED
        chosen[place] = part.fitted(min(room, least) if part.said else room)
        room -= len(chosen[place])
    for place, part in enumerate(parts):
        if part.said:
            longer = part.fitted(room + len(chosen[place]))
            room -= len(longer) - len(chosen[place])
            chosen[place] = longer
    return fit_after_verdict(verdict, first + "".join(chosen))


def fit_after_verdict(verdict: Verdict, what: str) -> str:
    """What a headline says after its verdict, as one line that fits beside it; a longer one is cut."""
    return one_line(break_commands(what), most=LONGEST - len(verdict.sentence("")))


def fit_headline(headline: str) -> str:
    """A headline as one line that fits, and that no CI takes for a command; a longer one is cut."""
    return one_line(break_commands(headline), most=LONGEST)


def headline_of(verdict: Verdict, findings: Sequence[Finding], started_at: datetime, *, after: str = "") -> str:
    """What the headline of a run says after its verdict, by all of its findings, the main one first.

    `after` says how much of its plan was carried out.
    """
    lead = leading(verdict, findings)
    return compose(verdict, lead.short.what, parts_of(verdict, findings, started_at, after=after))


def parts_of(
    verdict: Verdict,
    findings: Sequence[Finding],
    started_at: datetime,
    *,
    after: str = "",
    excused: bool | None = None,
) -> list[Part]:
    """The parts of a headline after what the leading finding found.

    `excused`: whether every failure is a provider's; None where these findings alone decide that.
    """
    lead = leading(verdict, findings)
    brief = lead.short
    parts = [Part(4, f", {brief.who}")] if brief.who else []
    if brief.since is not None and verdict is Verdict.FAILED:
        parts.append(Part(2, f", since {started_at + timedelta(seconds=brief.since):%H:%M:%S}"))
    if after:
        parts.append(Part(3, f", {after}"))
    if verdict is Verdict.FAILED and (is_a_providers(findings) if excused is None else excused):
        parts += [Part(-1, f"; {NOT_THIS_RELEASE}"), Part(1, f"; {COMPARE}")]
    elif verdict is Verdict.FAILED and (cause := brief.cause):
        origin = _ORIGIN_LABELS[cause.origin]
        parts.append(Part(1, f"; {origin}:", cause.said, f"; {origin}: {cause.kind}"))
    if lead.remedy and verdict in (Verdict.INCONCLUSIVE, Verdict.INVALID):
        parts.append(Part(5, f"; {lead.remedy}"))
    noted = [one for one in findings if one.status is Status.VIOLATED and not one.blocking]
    if noted and verdict is not Verdict.FAILED and noted[0] is not lead:
        parts.append(Part(6, f"; noted: {noted[0].short.what}"))
    return parts


def is_a_providers(findings: Sequence[Finding]) -> bool:
    """Whether every failure that fails a run is a provider's, judging by the answers."""
    causes = [finding.short.cause for finding in findings if finding.fails_a_run]
    return bool(causes) and all(cause is not None and cause.is_a_providers for cause in causes)


def by_severity(findings: Sequence[Finding]) -> list[Finding]:
    """The findings in the order in which they are shown: violated, undecided, met."""
    order = (Status.VIOLATED, Status.UNDECIDED, Status.MET)
    return sorted(findings, key=lambda finding: (order.index(finding.status), not finding.blocking))


def decisive(findings: Sequence[Finding]) -> list[Finding]:
    """The findings of a run that its verdict rests on, that are violated, or that no objective made."""
    return [
        one
        for place, one in enumerate(findings)
        if place == 0 or one.required or one.status is Status.VIOLATED or one.objective in BESIDE
    ]


def as_many_as_fit(texts: Sequence[str]) -> str:
    """As many whole texts as a headline has room for, and how many more there are."""
    for count in range(len(texts), 0, -1):
        rest = f"; and {len(texts) - count:,} more" * (count < len(texts))
        said = "; ".join(texts[:count]) + rest
        if len(said) <= LONGEST:
            return said
    return f"{len(texts):,} in all" if texts else ""
