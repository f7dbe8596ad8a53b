"""From a verdict to the state that the flow run ends in; its message is the verdict's headline."""

from prefect.client.schemas.objects import State, StateType

from litellm_observatory.core.report.headline import fit_headline
from litellm_observatory.core.report.report import Report
from litellm_observatory.orchestration.ends import STATES


def state_of(report: Report) -> State[None]:
    """The final state of a run with this report. `Failed` always means: the gateway failed."""
    kind, name = STATES[report.verdict]
    return State(type=StateType(kind), name=name, message=message_of(report))


def message_of(report: Report) -> str:
    """The headline as one line of a state or a log, which a CI may show as its own; of an old report its reason."""
    return fit_headline(report.headline or report.reason)
