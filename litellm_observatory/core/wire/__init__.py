"""One request on the wire: what is asked, what came back, which checks it must pass."""
