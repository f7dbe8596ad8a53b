"""The provider behind the releases: OpenAI, Azure, Anthropic, Gemini and vLLM, as far as the suites go."""
