"""Names of the public contract are spelled in one module; prefect.yaml and everything else take them from there."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from litellm_observatory import names

ROOT = Path(__file__).parent.parent
ROOMS = ("litellm_observatory", "suites", "flows", "deployments")
MODULES = sorted(
    path
    for room in ROOMS
    for path in (ROOT / room).rglob("*.py")
    if path != ROOT / "litellm_observatory" / "names.py"
)
SPELLED = {
    names.CANCELLED_BY_LABEL,
    names.CLAIM_PREFIX,
    names.DUPLICATE_OF_LABEL,
    names.DUPLICATE_STATE,
    names.GATEWAY_BLOCK_TYPE,
    names.GATEWAY_LABEL,
    names.GATE_FLOW,
    names.HISTORY_PREFIX,
    names.KEY_LABEL,
    names.ON_DEMAND,
    names.RELEASE_TAG,
    names.START_LABEL,
    names.UNDELIVERED_TAG,
    names.VERDICT_LABEL,
    names.WORK_POOL,
    *(key("") for key in (names.report_key, names.result_key, names.progress_key, names.series_key)),
}
"""What means nothing else; a word such as `suites` is also a parameter."""


def texts(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_other_module_spells_a_name(path: Path) -> None:
    assert SPELLED.isdisjoint(texts(path))


def test_what_is_deployed_has_these_names() -> None:
    deployments = yaml.safe_load((ROOT / "prefect.yaml").read_text())["deployments"]
    pools = {one["work_pool"]["name"] for one in deployments}
    queues = {one["work_pool"]["work_queue_name"] for one in deployments}
    assert (pools, queues) == ({names.WORK_POOL}, {names.SUITES_QUEUE, names.CONTROL_QUEUE})
    kinds = {names.SUITE_TAG, names.GATE_TAG, names.CONTROL_TAG}
    assert all(len(kinds.intersection(one["tags"])) == 1 for one in deployments)
    on_demand = {one["name"] for one in deployments if names.ON_DEMAND in one["tags"]}
    assert on_demand == {names.ON_DEMAND}
