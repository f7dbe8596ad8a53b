"""Tables of the documents that follow from code and from prefect.yaml; `make docs` writes them."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from prefect.utilities.callables import parameter_schema

from tests.deployed import declared, flow_of
from tests.docs.places import DOCS, README
from tests.orchestration.detected import DETECTED

SUITE, GATE, CONTROL = "suite", "gate", "control"
"""Tags of prefect.yaml by which a deployment belongs to a table."""


class Row(NamedTuple):
    """What a run form says of a parameter; suites for which it says the same share a row."""

    parameter: str
    description: str


def deployments_table(tag: str) -> str:
    """Every deployment with a tag, and what prefect.yaml says of it."""
    rows = [(f"`{name}`", stanza["description"]) for name, stanza in declared().items() if tag in stanza["tags"]]
    return _table(("deployment", "what it does"), rows)


def gate_parameters_table() -> str:
    """The parameters of `release-gate`."""
    form = _forms(GATE)["release-gate"]
    rows = [(f"`{name}`", _default(about), about["description"]) for name, about in form.items()]
    return _table(("parameter", "default", "meaning"), rows)


def suite_parameters_table() -> str:
    """The parameters of all suites, the most common first, with the suites' defaults."""
    forms = _forms(SUITE)
    found: dict[Row, dict[str, str]] = defaultdict(dict)
    for suite, form in forms.items():
        for name, about in form.items():
            found[Row(name, about["description"])][suite] = _default(about)
    takers = Counter(row.parameter for row, defaults in found.items() for _ in defaults)
    order = sorted(
        found, key=lambda row: (-takers[row.parameter], list(takers).index(row.parameter), -len(found[row]))
    )
    rows = [
        (f"`{row.parameter}`", _defaults(found[row]), _suites(found[row], forms), row.description) for row in order
    ]
    return _table(("parameter", "default", "suites", "meaning"), rows)


def faults_table() -> str:
    """Every fault that `make system` lets a suite detect."""
    rows = [(f"`{one.flow.name}`", one.fault, one.cause.replace("<", "&lt;")) for one in DETECTED]
    return _table(("suite", "fault", "what the verdict's sentence says"), rows)


TABLES: Mapping[Path, Mapping[str, Callable[[], str]]] = {
    README: {"suites": lambda: deployments_table(SUITE)},
    DOCS / "suites.md": {"parameters": suite_parameters_table, "faults": faults_table},
    DOCS / "gate.md": {"deployments": lambda: deployments_table(GATE), "parameters": gate_parameters_table},
    DOCS / "operations.md": {"deployments": lambda: deployments_table(CONTROL)},
}
"""The places of each page, by their names."""


def _forms(tag: str) -> dict[str, dict[str, dict[str, Any]]]:
    """The run form of each flow that is deployed with a tag, a parameter after the other."""
    flows = {flow.name: flow for stanza in declared().values() if tag in stanza["tags"] for flow in [flow_of(stanza)]}
    return {name: parameter_schema(flow).model_dump()["properties"] for name, flow in flows.items()}


def _default(about: Mapping[str, Any]) -> str:
    match about["default"]:
        case bool(default):
            return str(default).lower()
        case float(default):
            return f"{default:g}"
        case None | "" | []:
            return "empty"
        case default:
            return f"`{default}`" if isinstance(default, str) else f"{default}"


def _defaults(of: Mapping[str, str]) -> str:
    """The most common default, and those of the suites that have another."""
    usual = Counter(of.values()).most_common(1)[0][0]
    return "; ".join([usual, *(f"`{suite}`: {default}" for suite, default in of.items() if default != usual)])


def _suites(taking: Mapping[str, str], every: Mapping[str, object]) -> str:
    """Which suites, or which not, whichever is shorter."""
    others = [f"`{suite}`" for suite in every if suite not in taking]
    if not others:
        return "all"
    named = [f"`{suite}`" for suite in taking]
    return ", ".join(named) if len(named) <= len(others) else f"all but {', '.join(others)}"


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    return "\n".join([_line(heads), "|---" * len(heads) + "|", *map(_line, rows)])


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(' '.join(cell.split()) for cell in cells)} |"
