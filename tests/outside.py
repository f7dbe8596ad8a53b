"""A repository as somebody else writes one, the files of docs/writing-a-suite.md; and the wheel of this project."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Mapping
from pathlib import Path

from tests.docs.places import DOCS, ROOT

PAGE = (DOCS / "writing-a-suite.md").read_text()

FILES: dict[str, str] = dict(re.findall(r"```\w+\n# (\S+)\n(.*?)```", PAGE, re.DOTALL))
"""Each file of the example, by its path."""

COMMANDS = re.findall(r"```bash\n(.*?)```", PAGE, re.DOTALL)[-1].splitlines()
"""What the page says to type, in order."""

IN_NO_WHEEL = shutil.ignore_patterns(".*", "build", "*.egg-info", "__pycache__", "tests", "docs")


def write_repository(folder: Path, names: Mapping[str, str] | None = None) -> None:
    """Write the example into a folder; `names` are other names for its folders."""
    for path, text in FILES.items():
        for old, new in (names or {}).items():
            path, text = path.replace(f"{old}/", f"{new}/"), re.sub(rf"\b{old}(?=/| import)", new, text)
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)


def build_wheel(folder: Path) -> Path:
    """Build the wheel of this checkout, from a copy: a build takes along what an earlier one left beside it."""
    shutil.copytree(ROOT, folder / "source", ignore=IN_NO_WHEEL)
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder)]
    subprocess.run([*command, str(folder / "source")], check=True)
    [wheel] = folder.glob("*.whl")
    return wheel


def install(wheel: Path, folder: Path) -> Path:
    """Install a wheel into an environment of its own, which sees what it needs in ours; returns its `bin`.

    Nothing of the checkout is seen there: how it is installed in ours is said in files that only ours reads.
    """
    venv.create(folder, symlinks=True)
    python = folder / "bin/python"
    subprocess.run(
        [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-deps", str(wheel)],
        check=True,
    )
    packages = sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": str(folder)})
    (Path(packages) / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    return python.parent


def typed(command: str, bin_: Path, folder: Path, said: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder as a shell does that finds the environment's commands."""
    environment = {**said, "PATH": f"{bin_}{os.pathsep}{os.environ['PATH']}"}
    return subprocess.run(
        ["bash", "-c", command], cwd=folder, env=environment, capture_output=True, text=True, timeout=600
    )
