"""Still listed: the targets of the last passed run are on the gateway's list."""

from dataclasses import dataclass

from suites.judging.tally import Tally
from suites.judging.verdict import Finding, Standing
from suites.targets import Kind
from suites.words import listed

STILL_LISTED = "still listed"
MOST_NAMED = 20


@dataclass(frozen=True, slots=True)
class StillListed:
    """`gone` are the targets of the last passed run, `since`, that the gateway lists no more.

    A model's owner may take it off: that is told. An MCP server that is gone fails a run, unless that is `accepted`.
    """

    gone: tuple[str, ...]
    since: str
    kind: Kind
    accepted: bool = False

    def judge(self, tally: Tally) -> Finding:
        """Broken where any is gone, whatever was sent."""
        names = listed(self.gone, most=MOST_NAMED)
        if not self.gone:
            return Finding(STILL_LISTED, Standing.HOLDS, f"all {self.kind.noun}s of {self.since} are listed")
        if self.kind is not Kind.MCP_SERVER:
            return Finding(STILL_LISTED, Standing.BROKEN, f"no longer listed: {names}", blocking=False)
        accepted = ", accepted" if self.accepted else ""
        said = f"lost since {self.since}{accepted}: {self.kind.noun} {names}"
        return Finding(STILL_LISTED, Standing.BROKEN, said, blocking=not self.accepted)
