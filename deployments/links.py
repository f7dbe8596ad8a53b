"""Where somebody looks at a run, and at its report: in that of Prefect's two UIs to which its bare address leads."""

from collections.abc import Mapping

from deployments.api import PrefectApi, Run
from deployments.command_error import CommandError
from litellm_observatory.names import report_key

CLOUD_API = "https://api.prefect.cloud/api"
NEWER_UI = "/v2"


def link(environment: Mapping[str, str], prefect: PrefectApi, run_id: str) -> str:
    """Where somebody looks at a run."""
    return f"{_ui(environment, prefect)}/runs/flow-run/{run_id}"


def report_link(environment: Mapping[str, str], prefect: PrefectApi, run: Run, flow: str) -> str | None:
    """Where somebody reads the report of a run that has ended; None where it left none or none is told."""
    try:
        report = prefect.artifact(run, report_key(flow))
    except CommandError:
        return None  # a verdict does not change for that
    return f"{_ui(environment, prefect)}/artifacts/artifact/{report.id}" if report else None


def _ui(environment: Mapping[str, str], prefect: PrefectApi) -> str:
    return (environment.get("PREFECT_UI_URL", "").strip() or _beside(prefect.url)).rstrip("/")


def _beside(api_url: str) -> str:
    """The UI beside an API; Prefect Cloud has its own under another name."""
    if api_url.startswith(CLOUD_API):
        path = (
            api_url.removeprefix(CLOUD_API).replace("/accounts/", "/account/").replace("/workspaces/", "/workspace/")
        )
        return f"https://app.prefect.cloud{path}"
    return f"{api_url.removesuffix('/api')}{NEWER_UI}"
