"""What is told of a run, and to whom. Each module reads the report and nothing else."""
