"""Where somebody looks at what there is, in Prefect's UI; None where nobody knows its address."""

from uuid import UUID

from prefect.settings import PREFECT_UI_URL
from prefect.utilities.urls import url_for


def run_address(run_id: UUID | str) -> str | None:
    """A flow run's."""
    return url_for("flow-run", obj_id=run_id)


def artifact_address(artifact_id: UUID) -> str | None:
    """An artifact's, of which Prefect's `url_for` knows none."""
    ui = PREFECT_UI_URL.value()
    return f"{ui.rstrip('/')}/artifacts/artifact/{artifact_id}" if ui else None
