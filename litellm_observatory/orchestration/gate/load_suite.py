"""The suite behind a deployment: what its flow makes of parameters, where its code lies on this machine."""

import logging
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from inspect import signature
from pathlib import Path
from types import ModuleType
from typing import Any

from prefect import Flow
from prefect.flows import load_flow_from_entrypoint

import litellm_observatory
from litellm_observatory.core.suite import Cases, Soak
from litellm_observatory.core.wire.failures import trace_of
from litellm_observatory.project import PROJECT

OURS = (PROJECT, PROJECT / "flows")

LOGGER = logging.getLogger(__name__)


def load_suite(
    name: str, entrypoint: str | None, folder: Path | None, parameters: Mapping[str, Any]
) -> Soak | Cases | None:
    """The suite of a deployed flow, with those of the parameters that it has; None where its code cannot be loaded.

    `folder` is where its entry point starts on the machine that runs it. Where it does not lie there on this machine,
    the suite may still be one of our own.
    """
    build = _builder(name, entrypoint, folder) if entrypoint else None
    if build is None:
        return None
    known = signature(build).parameters
    try:
        return build(**{name: value for name, value in parameters.items() if name in known})
    except (TypeError, ValueError):
        return None


@cache
def _builder(name: str, entrypoint: str, folder: Path | None) -> Callable[..., Soak | Cases] | None:
    """What `suite_flow` made the flow of."""
    file, is_file, _ = entrypoint.partition(".py:")
    for start in filter(None, (folder, PROJECT)):
        if is_file and not (start / f"{file}.py").is_file():
            continue
        try:
            with _importing_from(start, (start / file).parent):
                flow: Flow[..., Any] = load_flow_from_entrypoint(
                    f"{start / entrypoint}" if is_file else entrypoint, use_placeholder_flow=False
                )
        except Exception as error:  # it is somebody's code
            LOGGER.warning("%s cannot be loaded from %s.\n%s", name, start, trace_of(error))
            continue
        build: Callable[..., Soak | Cases] | None = getattr(flow.fn, "build", None)
        if build and flow.name == name:
            return build
    return None


@contextmanager
def _importing_from(*folders: Path) -> Iterator[None]:
    """Modules may be imported from folders within the block; afterwards they are forgotten.

    Suites of several repositories lie in modules of the same names, and ours are on the path of a gate's run.
    """
    path, before = sys.path[:], set(sys.modules)
    sys.path[:] = [*map(str, folders), *(place for place in path if Path(place).resolve() not in OURS)]
    try:
        yield
    finally:
        sys.path[:] = path
        for name in set(sys.modules) - before:
            top = name.partition(".")[0]
            if top != litellm_observatory.__name__ and _lies_in(folders, top, sys.modules[name]):
                del sys.modules[name]


def _lies_in(folders: tuple[Path, ...], top: str, module: ModuleType) -> bool:
    """Whether a module, or the package `top` that it is in, lies in one of the folders itself."""
    file = getattr(module, "__file__", None)
    places = [Path(place) for place in ([file] if file else getattr(module, "__path__", ()))]
    return any(
        place.is_relative_to(start / top) or place == start / f"{top}.py" for place in places for start in folders
    )
