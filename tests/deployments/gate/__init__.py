"""A release pipeline's one command, against a real Prefect server whose gate ends as each test says."""
