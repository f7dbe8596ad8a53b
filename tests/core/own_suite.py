"""The suite that docs/writing-a-suite.md writes, from the page itself."""

from collections.abc import Callable
from typing import Any

from litellm_observatory.core.suite import Soak
from tests.outside import FILES

_names: dict[str, Any] = {"__name__": "suites.polite"}
exec(compile(FILES["suites/polite.py"], "docs/writing-a-suite.md", "exec"), _names)

polite: Callable[..., Soak] = _names["polite"]
