"""The files that a pipeline wants: known to be writable before the gate starts, written when it has ended."""

from contextlib import suppress
from pathlib import Path

from deployments.command_error import CommandError


def prepare(path: Path) -> None:
    """Make room for a file, so that what an earlier gate left is not taken for this one's. Raises CommandError."""
    try:
        with path.open("wb"):
            pass
    except OSError as error:
        raise CommandError(
            f"{path} cannot be written ({error.strerror}); name a file in a folder that exists and may be written."
        ) from None
    with suppress(OSError):
        if path.is_file():
            path.unlink()


def write(path: Path, content: bytes) -> str | None:
    """Write a file; returns why it could not be written, since a verdict does not change for that."""
    try:
        path.write_bytes(content)
    except OSError as error:
        return f"{path} could not be written ({error.strerror})."
    return None
