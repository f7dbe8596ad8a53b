"""LiteLLM Observatory: tests a LiteLLM gateway the way its users feel it."""
