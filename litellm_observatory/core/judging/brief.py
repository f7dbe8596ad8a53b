"""What a headline says of a finding, as values: what and how much, of which targets, since when, and the cause."""

from collections import Counter
from dataclasses import dataclass

import numpy as np

from litellm_observatory.core.judging.origin import Origin, origin
from litellm_observatory.core.judging.rows import KINDS, ORIGINS, PASSED, counts
from litellm_observatory.core.judging.tally import Tally
from litellm_observatory.core.text import display_name
from litellm_observatory.core.wire.failures import Failure, FailureKind

COMPARE = "compare with a baseline"
ASK = f"ask the provider of these models and test again, or {COMPARE}"
LOOK_UP = "hold the release back; look the failures up in the gateway's log"


@dataclass(frozen=True, slots=True)
class Cause:
    """The origin of failures, how most of them failed, and the most frequent message, `said`.

    `alone`: all of the failures have this origin.
    """

    origin: Origin
    kind: FailureKind
    said: str = ""
    alone: bool = False

    @property
    def is_a_providers(self) -> bool:
        """Whether every one of the failures is a provider's, judging by the answers."""
        return self.alone and self.origin is Origin.PROVIDER

    @property
    def remedy(self) -> str:
        """What to do next."""
        return ASK if self.is_a_providers else LOOK_UP


@dataclass(frozen=True, slots=True)
class Brief:
    """`what` was found, in a few words with its number and limit; names from outside are quoted in it.

    `who` are the targets that failed, `since` is the first failure, in seconds after the run's start.
    """

    what: str
    who: str = ""
    since: float | None = None
    cause: Cause | None = None


def brief_of_failures(what: str, tally: Tally, who: str = "") -> Brief:
    """`what`, with the start and the cause of a tally's failures; `who` failed is looked up where it is not given."""
    failed = tally.judged[tally.judged["kind"] != PASSED]
    since = float(failed["due"].min()) if failed.size else None
    return Brief(what, who or _who(tally), since, cause_of(tally))


def cause_of(tally: Tally) -> Cause | None:
    """The cause of most failures; None where nothing failed."""
    failed = tally.judged[tally.judged["kind"] != PASSED]
    if not failed.size:
        return None
    code, _ = counts(failed["kind"])[0]
    origins = counts(failed["origin"][failed["kind"] == code])
    alone = len(np.unique(failed["origin"])) == 1
    main, kind = ORIGINS[origins[0][0]], KINDS[code]
    return Cause(main, kind, most_frequent_message(tally, kind, main), alone)


def most_frequent_message(tally: Tally, kind: FailureKind, of: Origin | None = None) -> str:
    """The most frequent message of a kind of failure, of one origin or of any; empty where none was kept."""
    times = Counter[str]()
    for fingerprint, seen in tally.fingerprints.items():
        if fingerprint.kind is kind and of in (None, origin(Failure(kind, fingerprint.message))):
            times[fingerprint.message] += seen.times
    return max(times, key=times.__getitem__, default="")


def _who(tally: Tally) -> str:
    """Which of the models failed."""
    judged = tally.judged
    codes = np.unique(judged["model"][judged["kind"] != PASSED])
    if len(codes) == 1:
        return display_name(tally.models[int(codes[0])])
    return "all models" if len(codes) == len(tally.models) else f"{len(codes)} of {len(tally.models)} models"
