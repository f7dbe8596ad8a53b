"""What is imported is declared: a dependency of a dependency may go with its next version."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions

from litellm_observatory.project import PROJECT

ROOMS = ("deployments", "flows", "litellm_observatory", "suites")


def imported() -> set[str]:
    """The modules of others that the product imports."""
    trees = [ast.parse(file.read_text()) for room in ROOMS for file in (PROJECT / room).rglob("*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    named = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    named += [node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module]
    return {name.partition(".")[0] for name in named} - sys.stdlib_module_names - {*ROOMS}


def test_every_package_that_is_imported_is_declared() -> None:
    lines = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]["dependencies"]
    declared = {re.split(r"[^\w-]", line)[0].lower() for line in lines}
    distributions = packages_distributions()
    names = {module: {name.lower().replace("_", "-") for name in distributions[module]} for module in imported()}
    assert {module for module, of in names.items() if not of & declared} == set()
