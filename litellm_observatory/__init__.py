"""What a suite of one's own is written with (see `public`); `orchestration.suite_flow` makes a Prefect flow of it.

It is imported when it is first asked for: a command that needs one small module of this package need not wait for
scipy.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from litellm_observatory.public import *  # noqa: F403


def __getattr__(name: str) -> object:
    """A name of the public surface. Raises AttributeError."""
    if name.startswith("__") and name != "__all__":
        raise AttributeError(name)
    public = import_module("litellm_observatory.public")
    try:
        return getattr(public, name)
    except AttributeError:
        raise AttributeError(f"litellm_observatory has no {name}") from None
