"""The parameters of a run as they are typed: `-p NAME=VALUE`, again for each."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from deployments.command_error import CommandError


def parameters_of(typed: Sequence[str]) -> dict[str, Any]:
    """The parameters in `NAME=VALUE`s. Raises CommandError."""
    parameters: dict[str, Any] = {}
    for one in typed:
        name, equals, text = one.partition("=")
        if not equals or not name.isidentifier():
            raise CommandError(f"-p takes NAME=VALUE, such as -p profile=smoke, but not '{one[:40]}'.")
        if name in parameters:
            raise CommandError(f'The parameter {name} is given twice; a list is one value: -p \'{name}=["a", "b"]\'.')
        if not is_text(text):
            raise CommandError(f"The value of the parameter {name} is no text in UTF-8.")
        parameters[name] = _value(text)
    return parameters


def in_words(parameters: Mapping[str, Any]) -> str:
    """Parameters as `NAME=VALUE`s in JSON, for a person to read."""
    return " ".join(f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in parameters.items())


def _value(text: str) -> Any:
    """JSON where it is JSON that can be sent, otherwise the text itself."""
    try:
        value = json.loads(text)
        json.dumps(value, allow_nan=False)
    except (ValueError, RecursionError):
        return text
    return value


def is_text(text: str) -> bool:
    """Whether it can be sent: bytes that are no UTF-8 come from a shell as halves of characters."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
