"""A stand-in for Slack's incoming webhooks: it refuses what Slack refuses and keeps what it was told."""
