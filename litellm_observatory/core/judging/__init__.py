"""How samples become a verdict: tallies, objectives over them, and the sentence that says it."""
