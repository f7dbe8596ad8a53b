"""No known regression: a single message of one fails a run."""

from dataclasses import dataclass

from litellm_observatory.core.judging.brief import Brief
from litellm_observatory.core.judging.message_patterns import KNOWN, Signature
from litellm_observatory.core.judging.tally import Tally
from litellm_observatory.core.judging.verdict import Finding, Status


@dataclass(frozen=True, slots=True)
class NoKnownRegression:
    """No failure's message has one of these signatures."""

    signatures: tuple[Signature, ...] = KNOWN

    def judge(self, tally: Tally) -> Finding:
        """Violated at the first hit."""
        for signature in self.signatures:
            hits = {
                fingerprint.model: seen.times
                for fingerprint, seen in tally.fingerprints.items()
                if signature.is_in(fingerprint.message)
            }
            if hits:
                who = ", ".join(f"{model} {times:,} times" for model, times in sorted(hits.items()))
                said = f"known signature: {signature.message}, {signature.source} ({who})"
                brief = Brief(f"known regression '{signature.message}' {sum(hits.values()):,} times (limit 0)")
                remedy = f"hold the release back; see {signature.source}"
                return Finding("known signatures", Status.VIOLATED, said, brief=brief, remedy=remedy)
        return Finding("known signatures", Status.MET, "no known regression showed itself")
