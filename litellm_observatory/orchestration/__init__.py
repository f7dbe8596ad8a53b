"""How a suite runs on Prefect."""
