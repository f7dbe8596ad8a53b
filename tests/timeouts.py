"""How long tests wait."""

LONGEST_WAIT_SECONDS = 300
"""For what comes in seconds: a busy machine takes a hundred times as long, and no test that passes waits for it."""
