"""Read by the Python of a release: lets LiteLLM's HTTP clients live for CLIENT_TTL_SECONDS instead of an hour.

The lifetime is a constant of LiteLLM's; it is changed as soon as it is defined, before anybody has read it.
"""

import os
import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any


class _Shortened(Loader):
    def __init__(self, loader: Any) -> None:
        self._loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        found: ModuleType | None = self._loader.create_module(spec)
        return found

    def exec_module(self, module: ModuleType) -> None:
        self._loader.exec_module(module)
        module._DEFAULT_TTL_FOR_HTTPX_CLIENTS = int(os.environ["CLIENT_TTL_SECONDS"])  # type: ignore[attr-defined]


class _Finder(MetaPathFinder):
    def find_spec(self, name: str, path: Any, target: ModuleType | None = None) -> ModuleSpec | None:
        spec = PathFinder.find_spec(name, path) if name == "litellm.constants" else None
        if spec:
            spec.loader = _Shortened(spec.loader)
        return spec


sys.meta_path.insert(0, _Finder())
