"""A suite by its name: what `suites/its_name.py` makes of parameters."""

import inspect
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from litellm_observatory.core.suite import Cases, Soak


def suite_by_name(name: str, parameters: Mapping[str, Any]) -> Soak | Cases | None:
    """The suite with those of the parameters that it has; None where there is no such suite here."""
    module = name.replace("-", "_")
    if not module.isidentifier():
        return None
    try:
        build = getattr(import_module(f"suites.{module}"), module)
        known = inspect.signature(build).parameters
        suite = build(**{name: value for name, value in parameters.items() if name in known})
    except (ImportError, AttributeError, TypeError, ValueError):
        return None
    return suite if isinstance(suite, Soak | Cases) else None
