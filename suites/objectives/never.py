"""Never again: messages of known regressions, of which a single one fails a run."""

from dataclasses import dataclass

from suites.judging.tally import Tally
from suites.judging.verdict import Finding, Standing


@dataclass(frozen=True, slots=True)
class Signature:
    """A known regression: what its message says (any case), and where it is told of."""

    message: str
    source: str


KNOWN = (
    Signature("client has been closed", "LiteLLM PR #19190"),
    Signature("session is closed", "LiteLLM PR #15442"),
)


@dataclass(frozen=True, slots=True)
class Never:
    """None of these signatures is seen."""

    signatures: tuple[Signature, ...] = KNOWN

    def judge(self, tally: Tally) -> Finding:
        """Broken at one hit."""
        for signature in self.signatures:
            hits = {
                fingerprint.model: seen.times
                for fingerprint, seen in tally.fingerprints.items()
                if signature.message in fingerprint.message.lower()
            }
            if hits:
                who = ", ".join(f"{model} {times:,} times" for model, times in sorted(hits.items()))
                said = f"known signature: {signature.message}, {signature.source} ({who})"
                return Finding("known signatures", Standing.BROKEN, said)
        return Finding("known signatures", Standing.HOLDS, "no known regression showed itself")
