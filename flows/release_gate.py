"""`release-gate`: may this release ship? Several suites, one verdict."""

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run

from litellm_observatory.core.gate.profiles import ProfileName
from litellm_observatory.core.parameters import ResponseTokens
from litellm_observatory.core.text import shorten
from litellm_observatory.names import DEFAULT_GATEWAY, GATE_FLOW, SLACK_BLOCK
from litellm_observatory.orchestration.gate.request import GateRequest
from litellm_observatory.orchestration.parameters import (
    BlockName,
    DeploymentUrl,
    Dollars,
    Models,
    ReleaseTag,
    SlackBlockName,
    SuiteNames,
)
from litellm_observatory.orchestration.run import run


def _name() -> str:
    """The release, and the profile or the suites that were named: what tells gates apart in a list."""
    asked = flow_run.parameters
    tests = ", ".join(asked.get("suites") or [asked["profile"]])
    return shorten(f"{asked.get('release') or 'what runs now'} {tests}")


@flow(name=GATE_FLOW, flow_run_name=_name)
async def release_gate(
    release: ReleaseTag = "",
    gateway: BlockName = DEFAULT_GATEWAY,
    deployment_url: DeploymentUrl = None,
    models: Models = [],  # noqa: B006  Prefect shows the default in the run form and never changes it
    profile: ProfileName = "smoke",
    suites: SuiteNames = [],  # noqa: B006
    allow_other_version: bool = False,
    accept_losses: bool = False,
    max_tokens: ResponseTokens = None,
    max_cost: Dollars = None,
    slack: SlackBlockName = SLACK_BLOCK,
) -> State[None]:
    """Runs the suites of a profile, each through its own deployment, and answers with one verdict.

    Args:
        release: Tag of the release under test, such as v1.90.0; empty takes the version that the gateway reports.
        gateway: Name of the LiteLLM Gateway block to test.
        deployment_url: URL of a release of that gateway to test instead; its host must be one that the block allows.
        models: Models to test, each by the suites for its kind; empty means all that the gateway lists.
        profile: How thoroughly: smoke takes 5 minutes, standard 80 (past the hour), full three hours.
        suites: Suites to run instead of the profile's, such as oai-azure-release; empty means the profile's.
        allow_other_version: Accept a release tag that names another version than the gateway reports; it is noted.
        accept_losses: Pass without what the last passed run had, such as routes or MCP servers that you switched off.
        max_tokens: Longest answer of a model, in tokens (16 to 4096); empty finds what each model needs.
        max_cost: Most that all suites together may cost, in dollars (0 to 1000000), by the gateway's prices; empty is
            no bound.
        slack: Name of the Slack Incoming Webhook block to notify; empty notifies nobody.
    """
    request = GateRequest(
        release,
        gateway,
        deployment_url,
        tuple(models),
        profile,
        tuple(suites),
        allow_other_version,
        max_tokens,
        accept_losses,
        max_cost,
    )
    return await run(GATE_FLOW, request, request.options(slack))
