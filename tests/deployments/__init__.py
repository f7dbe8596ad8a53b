"""How an observatory is brought up, what `apply` does to it, and that nothing of it is left."""
