"""A person's way through Prefect's UI, in a real browser."""
