"""The report, the one value that every publisher reads, and what it holds."""
