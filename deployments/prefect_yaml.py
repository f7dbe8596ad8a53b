"""What prefect.yaml declares, as far as it must be known to find it again on a server."""

from pathlib import Path
from typing import Any

import yaml

from deployments.command_error import CommandError


def read_prefect_yaml(file: Path) -> frozenset[tuple[str, str]]:
    """Name and entry point of every deployment of a prefect.yaml. Raises CommandError when one lacks either."""
    try:
        stanzas = yaml.safe_load(file.read_text())["deployments"]
        return frozenset(_declared(position, stanza) for position, stanza in enumerate(stanzas, 1))
    except OSError as error:
        raise CommandError(f"{file.name} cannot be read ({error.strerror}); it declares the deployments.") from None
    except yaml.YAMLError as error:
        raise CommandError(f"{file.name} is no YAML: {' '.join(str(error).split())}.") from None
    except (KeyError, TypeError, AttributeError):
        raise CommandError(
            f"{file.name} declares no deployments; it needs a list of them under 'deployments'."
        ) from None


def _declared(position: int, stanza: Any) -> tuple[str, str]:
    name, entrypoint = stanza.get("name"), stanza.get("entrypoint")
    if not name or not entrypoint:
        raise CommandError(
            f"Deployment {position} of prefect.yaml needs a name and an entrypoint (flows/FILE.py:FLOW)."
        )
    return name, entrypoint
