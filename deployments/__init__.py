"""Where and when suites run: blocks, queues, deployments, schedules, a Prefect server. `litellm-observatory`."""
