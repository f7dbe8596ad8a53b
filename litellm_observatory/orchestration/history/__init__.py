"""Runs that have ended: what later ones compare with."""
