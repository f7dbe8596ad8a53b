"""A stand-in LiteLLM gateway: the formats of the real one over real sockets, and faults on a schedule."""
