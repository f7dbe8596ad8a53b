"""Paths and commands as they are typed from where one stands."""

import os
import shutil
import sys
from pathlib import Path


def relative(path: Path) -> str:
    """A path, from the working directory."""
    return os.path.relpath(path)


def venv_command(command: str) -> str:
    """A command of this environment as it is typed: by its path, or by its name where a shell finds it by that."""
    path = Path(sys.executable).with_name(command)
    return command if (found := shutil.which(command)) and Path(found) == path else relative(path)
