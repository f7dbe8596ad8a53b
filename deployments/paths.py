"""Paths and commands as they are typed from where one stands."""

import os
import sys
from pathlib import Path


def near(path: Path) -> str:
    """A path, from the working directory."""
    return os.path.relpath(path)


def typed(command: str) -> str:
    """A command of this environment, by its path."""
    return near(Path(sys.executable).with_name(command))
