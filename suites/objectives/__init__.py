"""What must hold over a run. Each objective is a small value that turns a tally into a finding."""
