"""The one verdict of a release from those of its suites."""
