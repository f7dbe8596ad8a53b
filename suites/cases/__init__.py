"""The cases of a contract, by what they ask: the gateway itself, a model, and what must be refused."""
