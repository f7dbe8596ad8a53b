"""Access: whoever knows a Prefect server's auth string, `user:password`, may do everything there, and nobody else."""

from collections.abc import Mapping

from deployments.command_error import CommandError

SERVER_AUTH = "PREFECT_SERVER_API_AUTH_STRING"
"""What a server asks for; without it everybody who reaches the server is let in."""

CLIENT_AUTH = "PREFECT_API_AUTH_STRING"
"""What everybody else says: `apply`, workers, runs, Prefect's own commands."""

CLIENT_KEY = "PREFECT_API_KEY"
"""What they say instead to Prefect Cloud, or to a proxy that asks for a bearer's token."""


def read_auth(environment: Mapping[str, str]) -> str | None:
    """The auth string that a server of ours is to ask for; a blank variable counts as not set.

    Raises CommandError.
    """
    auth = environment.get(SERVER_AUTH, "").strip()
    user, _, password = auth.partition(":")
    # Prefect answers 500 to everything where there is a character that is not ASCII; curl needs the colon.
    if auth and not (user and password and auth.isascii() and auth.isprintable() and " " not in auth):
        raise CommandError(f"{SERVER_AUTH} must look like user:password, in ASCII characters without blanks.")
    return auth or None


def read_key_of_client(environment: Mapping[str, str]) -> str | None:
    """The key that lets a client in; a blank variable counts as not set. Raises CommandError."""
    key = environment.get(CLIENT_KEY, "").strip()
    if not (key.isascii() and (key.isprintable() or not key)) or " " in key:
        raise CommandError(
            f"{CLIENT_KEY} has blanks or characters that no HTTP header takes; set it to the key alone."
        )
    return key or None


def locked_out(url: str, status: int) -> str | None:
    """What a server's refusal to let somebody in means; None where `status` is none."""
    if status not in (401, 403):
        return None
    return f"The Prefect server at {url} lets nobody in without the right {CLIENT_AUTH} or {CLIENT_KEY} ({status})."
