"""The fault campaign: a real observatory, broken on purpose at random moments of a soak."""
