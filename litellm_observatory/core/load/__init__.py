"""What is sent when, and the sending of it."""
