"""Exit statuses beside the verdicts'; a module that imports nothing, so that a broken installation still has them."""

WRONG_USAGE = 2
NO_VERDICT = 4
INTERRUPTED = 130
