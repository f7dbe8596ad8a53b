"""Still listed: the targets of the last passed run are on the gateway's list."""

from dataclasses import dataclass

from litellm_observatory.core.discovery.model_info import TargetKind
from litellm_observatory.core.judging.brief import Brief
from litellm_observatory.core.judging.tally import Tally
from litellm_observatory.core.judging.verdict import Finding, Status
from litellm_observatory.core.text import display_name, list_names

STILL_LISTED = "still listed"
MOST_NAMED = 20
ACCEPT = "bring them back, or set accept_losses if they were removed on purpose"


@dataclass(frozen=True, slots=True)
class StillListed:
    """`gone` are the targets of the last passed run, `since`, that the gateway no longer lists.

    A model's owner may remove it: that is reported. A lost MCP server fails a run, unless the loss is `accepted`.
    """

    gone: tuple[str, ...]
    since: str
    kind: TargetKind
    accepted: bool = False

    def judge(self, tally: Tally) -> Finding:
        """Violated where any is gone, whatever was sent."""
        names = list_names(self.gone, most=MOST_NAMED)
        if not self.gone:
            return Finding(STILL_LISTED, Status.MET, f"all {self.kind.noun}s of {self.since} are listed")
        if self.kind is not TargetKind.MCP_SERVER:
            said = f"no longer listed: {names}"
            brief = Brief(f"{self._counted()} no longer listed")
            return Finding(STILL_LISTED, Status.VIOLATED, said, blocking=False, brief=brief)
        accepted = ", accepted" if self.accepted else ""
        said = f"lost since {self.since}{accepted}: {self.kind.noun} {names}"
        brief = Brief(f"lost since the last passed run: {self._counted()}")
        remedy = "" if self.accepted else ACCEPT
        return Finding(STILL_LISTED, Status.VIOLATED, said, blocking=not self.accepted, brief=brief, remedy=remedy)

    def _counted(self) -> str:
        """The lost target, or how many there are."""
        if len(self.gone) == 1:
            return f"{self.kind.noun} {display_name(self.gone[0])}"
        return f"{len(self.gone):,} {self.kind.noun}s"
