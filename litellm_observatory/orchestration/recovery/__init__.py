"""Runs that need somebody: crashed, cancelled, undelivered."""
