"""What a suite sends and how it is judged. Knows no Prefect, no Slack, no files."""
