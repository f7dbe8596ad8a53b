"""The gate: several suites of one release, each a run of its own deployment, and one verdict."""
