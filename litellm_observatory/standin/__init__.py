"""The stand-in gateway and the stand-in Slack, which the demo and the tests use."""
