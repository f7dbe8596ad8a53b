"""Text from a gateway: whatever is kept or shown of it is one printable line of bounded length."""

import json
import unicodedata

from litellm_observatory.core.text import make_printable

CUT = "…"
"""How a text ends that was longer."""

SCANNED = 4096
"""Characters read of a text that is to be shown; a line of a few hundred is made of them."""


def clean(text: str, most: int) -> str:
    """`text` on one line of at most `most` printable characters, normalised (NFC), without blanks around."""
    line = one_line(text[:SCANNED])
    is_cut = len(line) > most or (len(text) > SCANNED and bool(line))
    return line[: most - 1] + CUT if is_cut else line


def one_line(text: str) -> str:
    """`text` on one line; what cannot be printed, lone surrogates included, becomes a blank."""
    return " ".join(unicodedata.normalize("NFC", make_printable(text)).split())


def string(value: object) -> str:
    """A value of JSON that should be a string; "" when it is something else."""
    return value if isinstance(value, str) else ""


def in_words(value: object) -> str:
    """A value of JSON as text: a string as it is, anything else as JSON, whole and therefore of any length."""
    if isinstance(value, str):
        return value
    try:
        return json.dumps(value, ensure_ascii=False, check_circular=False)
    except (ValueError, TypeError, RecursionError):  # a number of too many digits; no JSON; nested too deep
        return CUT
