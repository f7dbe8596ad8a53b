"""`litellm-observatory` and `python -m deployments`: apply, gateway, run, gate, up, demo.

Nothing but Python's own is imported before a fault can be told: of a gate, Python's own exit status for a broken
installation, 1, would say that the gateway failed.
"""

import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress

from deployments.statuses import INTERRUPTED, NO_VERDICT

MOST_OF_A_REASON = 300


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status: 0, 1 with the reason said on stderr, 2 for a wrong usage, or 130.

    A run and a gate have statuses of their own: 0 passed, 1 failed, 2 inconclusive, 3 invalid, 4 no verdict, whatever
    is broken.
    """
    typed = list(sys.argv[1:] if arguments is None else arguments)
    judges = next((one for one in typed if not one.startswith("-")), "") in ("run", "gate")
    try:
        from deployments.commands import run  # here, since it imports what may not be there

        return run(typed)
    except KeyboardInterrupt:
        return INTERRUPTED
    except SystemExit as end:
        if end.code and judges:
            return NO_VERDICT
        raise
    except BaseException as error:
        with suppress(Exception):  # whatever becomes of the sentence, the status stays
            sys.stderr.write(_describe(error))
        return NO_VERDICT if judges else 1


def _describe(error: BaseException) -> str:
    """Where it broke, and a sentence; its message's first line alone: the others may repeat a key."""
    frames = "".join(traceback.format_tb(error.__traceback__))
    reason = next(iter(str(error).splitlines()), "")[:MOST_OF_A_REASON]
    remedy = "; install the observatory anew" if isinstance(error, ImportError) else ""
    return f"{frames}The command broke, and there is no verdict: {type(error).__name__}: {reason}{remedy}.\n"


if __name__ == "__main__":
    sys.exit(main())
