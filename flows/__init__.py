"""How a suite runs on Prefect: flows, request tasks, artifacts, Slack, state."""
