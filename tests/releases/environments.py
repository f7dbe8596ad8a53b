"""An environment for each LiteLLM release, with the dependencies that were new when it was published.

uv makes one in seconds, most of it hard links into its cache: an environment costs little room.
"""

import subprocess
import sys
import tomllib
from datetime import datetime, timedelta
from pathlib import Path

FOLDER = Path(__file__).parents[2] / ".venv-releases"
EXTRAS = ("prometheus-client", "prisma")
"""What a proxy without a database needs beside `litellm[proxy]`: for metrics, and to refuse a stranger properly."""

PINS = {
    "1.96.2": ("fastapi<0.140",),  # imports what a later one has no more
    "1.109.3": ("litellm-proxy-extras==0.4.110", "litellm-enterprise==0.1.79.post1"),  # not every index has its own
}
"""Taken instead of what a release asks for, so that it installs and starts."""

INSTALL_SECONDS = 300.0
GRACE = timedelta(days=1)
"""Packages published this long after the release may be used: its own companions come a little later than itself."""


def ensure_environment(version: str) -> Path:
    """The `litellm` command of this release, installed if it is not yet there.

    Raises RuntimeError with uv's words when it cannot be installed.
    """
    environment = FOLDER / version
    ready = environment / ".ready"
    if not ready.exists():
        until = published(version) + GRACE
        _uv("venv", "--quiet", "--clear", "--python", sys.executable, str(environment))
        overrides = environment / "overrides.txt"
        overrides.write_text("\n".join(PINS.get(version, ())))
        _uv(
            *("pip", "install", "--quiet", "--python", str(environment / "bin" / "python")),
            *("--override", str(overrides), "--exclude-newer", until.isoformat()),
            *(f"litellm[proxy]=={version}", *EXTRAS),
        )
        ready.touch()
    return environment / "bin" / "litellm"


def published(version: str) -> datetime:
    """When this release was published, as its index tells."""
    locked = _uv("pip", "compile", "--quiet", "--no-deps", "--format", "pylock.toml", "-", said=f"litellm=={version}")
    found: datetime = tomllib.loads(locked)["packages"][0]["wheels"][0]["upload-time"]
    return found


def _uv(*arguments: str, said: str = "") -> str:
    """What uv prints; uv itself is installed on first use, in an environment of its own."""
    tools = FOLDER / "tools"
    uv = tools / "bin" / "uv"
    if not uv.exists():
        subprocess.run([sys.executable, "-m", "venv", tools], check=True)
        subprocess.run([tools / "bin" / "python", "-m", "pip", "install", "--quiet", "uv"], check=True)
    done = subprocess.run(
        [uv, *arguments], input=said, capture_output=True, text=True, timeout=INSTALL_SECONDS, check=False
    )
    if done.returncode:
        raise RuntimeError(f"uv {' '.join(arguments)} failed: {done.stderr[-2000:]}")
    return done.stdout
