"""What a run keeps for its next attempt."""
