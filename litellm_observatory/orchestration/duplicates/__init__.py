"""Two runs of the same test: which of them sends."""
