"""What a run is going to send, and what that may cost."""
