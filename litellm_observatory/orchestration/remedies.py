"""Commands that a refusal names as its remedy, as they are typed in the project's folder."""

import re
import sys
from pathlib import Path

OBSERVATORY = ".venv/bin/litellm-observatory" if Path(sys.prefix).name == ".venv" else "litellm-observatory"

APPLY = f"{OBSERVATORY} apply"


def add_gateway(name: str) -> str:
    """The command that creates the block of a gateway; what a shell would not take for one name is not repeated."""
    return f"{OBSERVATORY} gateway {name if re.fullmatch('[a-z0-9-]{1,100}', name) else 'NAME'} --url https://…"
