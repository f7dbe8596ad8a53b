"""Checks: predicates on one reply that compose with `&` and say what is wrong. One module per endpoint."""
