"""Where every command takes its variables from: the environment, then `.env`; and which Prefect server it asks.

The server is the one that PREFECT_API_URL names, else that of Prefect's active profile, else that of `make up`.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

from dotenv import dotenv_values

from deployments.auth import CLIENT_AUTH, CLIENT_KEY, SERVER_AUTH
from deployments.command_error import CommandError
from deployments.paths import relative
from deployments.settings import ENV_FILE, KNOWN, SERVER, UP_FOLDER, UP_SERVER
from litellm_observatory.project import PROJECT

LOCAL = "http://127.0.0.1:4200/api"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the variables say, and for a person a line for each place that something was taken from."""

    variables: Mapping[str, str] = field(repr=False)
    notes: tuple[str, ...] = ()


def look_around(environment: Mapping[str, str], folder: Path, *more: str) -> Surroundings:
    """The surroundings of a command that is typed in a folder; `more` are variables that only it knows.

    What `.env` says counts where the environment says nothing. Values are taken as they stand: a `${…}` within a key
    is a part of it. Raises CommandError.
    """
    file = _find_dotenv(environment, folder)
    if file is None:
        return Surroundings(environment)
    in_file = dotenv_values(file, interpolate=False)
    if SERVER_AUTH in in_file and not (in_file[SERVER_AUTH] or environment.get(SERVER_AUTH, "")).strip():
        # Prefect reads that file too, and would let nobody in.
        raise CommandError(
            f"{SERVER_AUTH} is empty in {relative(file)}; make it user:password, or take the line away."
        )
    known = dict.fromkeys((*KNOWN, *more))
    taken = {name: value for name in known if (value := in_file.get(name)) and not environment.get(name, "").strip()}
    line = (f"From {relative(file)}: {', '.join(taken)}",) if taken else ()
    return Surroundings({**environment, **taken}, line)


def find_server(around: Surroundings) -> Surroundings:
    """The same with PREFECT_API_URL, whoever says it, and what lets a client in there."""
    said = around.variables
    url, source = said.get(SERVER, "").strip(), ""
    more: dict[str, str] = {}
    if not url:
        url, more = _of_profile()
        source = " (of Prefect's profile)"
    if not url:
        url, source = _of_up()
    unsaid = {name: value for name, value in more.items() if not said.get(name, "").strip()}
    line = f"Prefect server: {without_password(url)}{source}"
    return replace(around, variables={**said, SERVER: url, **unsaid}, notes=(*around.notes, line))


def _of_up() -> tuple[str, str]:
    """The server that `make up` has running here, and how it was found; the usual one where it has none."""
    with suppress(OSError):
        return (UP_FOLDER / UP_SERVER).read_text().strip(), f" (that of make up: {SERVER} is not set)"
    return LOCAL, f" ({SERVER} is not set, and make up does not run here)"


def without_password(url: str) -> str:
    """A URL without the user name and password that it may hold; of what is none, nothing."""
    try:
        parts = urlsplit(url)
        return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
    except ValueError:
        return "no URL"


def _find_dotenv(environment: Mapping[str, str], folder: Path) -> Path | None:
    """The file that is named; else `.env` in the folder, as for Prefect's own commands; else that of the project.

    Raises CommandError.
    """
    if named := environment.get(ENV_FILE, "").strip():
        if not (file := folder / named).exists():
            raise CommandError(
                f"{ENV_FILE} names {named[:100]}, which is not there; name a file, or unset it to take .env."
            )
        return file
    return next((file for file in (folder / ".env", PROJECT / ".env") if file.is_file()), None)


def _of_profile() -> tuple[str, dict[str, str]]:
    """The server of Prefect's active profile, and what lets a client in there; nothing where it names none."""
    from prefect.settings import get_current_settings  # here, since it takes a second to import

    api = get_current_settings().api
    secrets = {CLIENT_AUTH: api.auth_string, CLIENT_KEY: api.key}
    return api.url or "", {name: secret.get_secret_value() for name, secret in secrets.items() if secret}
