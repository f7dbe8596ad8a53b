"""Cases: those of a contract, by what they ask (the gateway, a model, what must be refused), and the judge of all."""
