"""From a verdict to the state that the flow run ends in; its message is the verdict's headline."""

from prefect.client.schemas.objects import State, StateType

from litellm_observatory.core.judging.verdict import Verdict
from litellm_observatory.core.report.headline import shown
from litellm_observatory.core.report.report import Report

_STATES = {
    Verdict.PASSED: (StateType.COMPLETED, "Completed"),
    Verdict.FAILED: (StateType.FAILED, "Failed"),
    Verdict.INCONCLUSIVE: (StateType.FAILED, "Inconclusive"),
    Verdict.INVALID: (StateType.FAILED, "Invalid"),
    Verdict.REFUSED: (StateType.FAILED, "Refused"),
    Verdict.ERRORED: (StateType.FAILED, "Errored"),
    Verdict.CANCELLED: (StateType.CANCELLED, "Cancelled"),
    Verdict.CRASHED: (StateType.CRASHED, "Crashed"),
}


def state_of(report: Report) -> State[None]:
    """The final state of a run with this report. `Failed` always means: the gateway failed."""
    kind, name = _STATES[report.verdict]
    return State(type=kind, name=name, message=message_of(report))


def message_of(report: Report) -> str:
    """The headline as one line of a state or a log, which a CI may show as its own; of an old report its reason."""
    return shown(report.headline or report.reason)


def verdict_of(state: State[object]) -> Verdict:
    """What a final state says without its report; a state that is none of ours is a fault of the observatory."""
    said = next((verdict for verdict, ending in _STATES.items() if ending == (state.type, state.name)), None)
    if said is None or (said is Verdict.FAILED and not said.says(state.message or "")):
        return Verdict.ERRORED
    return said
