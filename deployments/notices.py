"""What is said of a gateway and of the night once they are declared; whatever is wrong there keeps nobody back."""

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.responses import DeploymentResponse
from pydantic import ValidationError

from deployments.blocks import read_document, read_gateway
from deployments.changes import GATEWAY, NIGHT, Notice
from deployments.deploy import name_of, read_nights
from deployments.settings import Settings
from litellm_observatory.core.discovery.discover import introduce
from litellm_observatory.core.wire.client import open_client
from litellm_observatory.core.wire.gateway import KeyRefusedError, PreflightError
from litellm_observatory.names import DEFAULT_GATEWAY
from litellm_observatory.orchestration.blocks import LiteLLMGateway
from litellm_observatory.orchestration.gate.deployed import defaults_of
from litellm_observatory.orchestration.gate.plan import make_plan
from litellm_observatory.orchestration.gate.request import GateRequest


async def read_notices(client: PrefectClient, settings: Settings) -> list[Notice]:
    """What the gateway is, if there is one, and what a night takes, if somebody has just switched it on."""
    if not await read_document(client, LiteLLMGateway, DEFAULT_GATEWAY):
        return []
    notices = [await introduce_gateway(client, DEFAULT_GATEWAY)]
    if settings.nightly:
        notices += [await _price(client, night) for night in await read_nights(client)]
    return notices


async def introduce_gateway(client: PrefectClient, name: str) -> Notice:
    """What the gateway of a block is, in one line, or what is wrong with it."""
    try:
        gateway = (await read_gateway(client, name)).gateway(name, None)
        async with open_client(gateway) as http:
            return Notice(GATEWAY, f"{name} is {await introduce(http)}")
    except PreflightError as refusal:
        sentence, is_refusal = f"{refusal}; until it answers, runs are refused", isinstance(refusal, KeyRefusedError)
        return Notice(GATEWAY, sentence, is_trouble=True, is_refusal=is_refusal)
    except ValidationError:
        return Notice(GATEWAY, f"block '{name}' holds no gateway that can be used; write it anew", is_trouble=True)


async def _price(client: PrefectClient, night: DeploymentResponse) -> Notice:
    """What a gate takes each time that its schedule starts it, or why that is not known."""
    name = await name_of(client, night)
    request = GateRequest.of(defaults_of(night))
    try:
        block = await read_gateway(client, request.gateway)
        async with open_client(block.gateway(request.gateway, request.deployment_url)) as http:
            plan = await make_plan(http, client, request)
    except (PreflightError, ValidationError) as trouble:
        why = str(trouble) if isinstance(trouble, PreflightError) else "its block holds no gateway"
        return Notice(NIGHT, f"{name} is on; what it takes is not known: {why}", is_trouble=True)
    return Notice(NIGHT, f"{name} is on, and takes each night: {plan.text}")
