"""Preflight: what a run needs is looked at before any traffic; what is missing is said in one sentence."""

import resource
from typing import cast

from prefect.blocks.core import Block
from prefect.client.orchestration import get_client
from prefect_slack import SlackWebhook

from litellm_observatory.core.text import list_names, quote
from litellm_observatory.core.wire.gateway import Gateway, PreflightError
from litellm_observatory.names import SLACK_BLOCK
from litellm_observatory.orchestration.blocks import LiteLLMGateway
from litellm_observatory.orchestration.remedies import APPLY, add_gateway

FILES_BESIDE_CONNECTIONS = 200
"""File descriptors that the process needs for itself."""


async def require_gateway(name: str) -> None:
    """Raise PreflightError where there is no gateway block of this name."""
    await _require(LiteLLMGateway, name, "gateway block", f"add it: {add_gateway(name)}")


async def load_gateway(name: str, deployment_url: str | None) -> Gateway:
    """The gateway that a block describes, at `deployment_url` if one is given. Raises PreflightError."""
    await require_gateway(name)
    block = cast("LiteLLMGateway", await LiteLLMGateway.aload(name))
    return block.gateway(name, deployment_url)


async def require_slack(name: str) -> None:
    """Raise PreflightError where there is no Slack block of this name; an empty one is none, and none is needed."""
    if name:
        await _require(
            SlackWebhook,
            name,
            "Slack block",
            f"set SLACK_WEBHOOK_URL (in .env) and run {APPLY}, or leave the parameter slack empty",
        )


def may_be_missing(slack: str) -> bool:
    """Whether a run starts also where the Slack block that it is to tell is not there: nobody has named it."""
    return slack == SLACK_BLOCK


async def load_slack(name: str) -> SlackWebhook | None:
    """The Slack webhook to report to; None when `name` is empty, for a run that reports to nobody.

    Raises PreflightError.
    """
    if not name:
        return None
    await require_slack(name)
    return await SlackWebhook.aload(name)


def ensure_file_descriptors(connections: int) -> None:
    """Let this process hold so many connections at once. Raises PreflightError when the system does not allow it."""
    needed = connections + FILES_BESIDE_CONNECTIONS
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < needed:
        if hard != resource.RLIM_INFINITY and hard < needed:
            raise PreflightError(
                f"a gateway that hangs would hold {connections:,} connections, but this process may open only "
                f"{hard:,} files",
                "raise the worker's limit (ulimit -n), the request interval, or lower the timeout",
            )
        resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))


async def _require(block: type[Block], name: str, kind: str, remedy: str) -> None:
    """Raise PreflightError, with the names that exist, when there is no such document of a block type."""
    async with get_client() as prefect:
        documents = await prefect.read_block_documents_by_type(block.get_block_type_slug(), include_secrets=False)
    names = [document.name for document in documents if document.name]
    if name not in names:
        brief = f"no {kind} {quote(name)}; there are: {list_names(names, most=3)}"
        raise PreflightError(f"no {kind} '{name}'; there are: {list_names(names)}", remedy, brief=brief)
