"""The gateway that a run began with, kept on the server: a run that is taken up again must not go on at another."""

import hashlib
import hmac
from dataclasses import dataclass
from uuid import UUID

import httpx
from prefect.client.orchestration import get_client
from prefect.runtime import flow_run

from litellm_observatory.core.judging.validity import RUN_AGAIN
from litellm_observatory.core.judging.verdict import Finding, invalid_reason
from litellm_observatory.core.wire.gateway import Gateway
from litellm_observatory.names import GATEWAY_LABEL, KEY_LABEL

DIGITS = 4
"""Of a key's fingerprint: enough to notice that a key was renewed, too few to confirm a guess of it."""


class MovedError(Exception):
    """The run would go on at another gateway than it began with; the text is a sentence."""

    @property
    def invalid_reason(self) -> Finding:
        """Why nothing can be said of either gateway."""
        return invalid_reason(str(self), "the gateway block names another URL than the run began at", RUN_AGAIN)


@dataclass(frozen=True, slots=True)
class FirstGateway:
    """Where the gateway of a run was when it was asked first, and the fingerprint of its key."""

    url: str
    key: str

    def require(self, gateway: Gateway) -> None:
        """Raise MovedError where a gateway is at another URL; one host and path may be written in several ways."""
        if httpx.URL(self.url) != httpx.URL(gateway.url):
            raise MovedError(
                f"the run began at {self.url}, and gateway block '{gateway.name}' names {gateway.url} now"
            )

    def note(self, gateway: Gateway) -> tuple[str, ...]:
        """What the report notes of the key with which the run goes on."""
        if fingerprint(gateway) == self.key:
            return ()
        return (f"The key of gateway block '{gateway.name}' was renewed while the run was interrupted",)


async def first_gateway() -> FirstGateway | None:
    """What an earlier attempt of this run has kept; None where none got through its preflight."""
    async with get_client() as prefect:
        labels = (await prefect.read_flow_run(UUID(flow_run.id))).labels
    url = labels.get(GATEWAY_LABEL)
    return FirstGateway(str(url), str(labels.get(KEY_LABEL, ""))) if url else None


async def keep_gateway(gateway: Gateway) -> None:
    """Keep the gateway that a run asks first as labels of the run, which survive lost results.

    It is kept before what the gateway said is stored: that must never be taken for another gateway's.
    """
    if await first_gateway():
        return
    async with get_client() as prefect:
        await prefect.update_flow_run_labels(
            UUID(flow_run.id), {GATEWAY_LABEL: gateway.url, KEY_LABEL: fingerprint(gateway)}
        )


def fingerprint(gateway: Gateway) -> str:
    """A few digits of its key, of this run alone: those of two runs tell nothing of each other."""
    return hmac.new(flow_run.id.encode(), gateway.key.encode(), hashlib.sha256).hexdigest()[:DIGITS]
