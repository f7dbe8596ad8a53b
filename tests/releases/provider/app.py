"""The provider: which one is asked shows in the path, and what it answers follows from the model's name.

`broken` fails in the middle of a stream, `slow` takes its time, `status-429` is answered so, of `usage-beside-choice`
the last chunk has a choice beside its usage.
"""

from starlette.applications import Starlette
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from litellm_observatory.standin.gateway.app import Gateway
from litellm_observatory.standin.gateway.serving import PROVIDERS_IDLE_SECONDS, serve_until_signalled
from tests.releases.provider.anthropic import anthropic_messages
from tests.releases.provider.chat import openai_chat
from tests.releases.provider.embeddings import openai_embeddings, vllm_embeddings
from tests.releases.provider.gemini import gemini
from tests.releases.provider.responses import openai_responses

SERVERS = ("weather", "clock")
"""Its MCP servers."""


def provider() -> ASGIApp:
    """The provider; what it does not know itself, MCP servers among it, is a stand-in's."""
    return Starlette(
        routes=[
            Route("/v1/chat/completions", openai_chat, methods=["POST"]),
            Route("/openai/deployments/{model}/chat/completions", openai_chat, methods=["POST"]),
            Route("/v1/responses", openai_responses, methods=["POST"]),
            Route("/openai/responses", openai_responses, methods=["POST"]),
            Route("/v1/embeddings", openai_embeddings, methods=["POST"]),
            Route("/vllm/v1/embeddings", vllm_embeddings, methods=["POST"]),
            Route("/anthropic/v1/messages", anthropic_messages, methods=["POST"]),
            Route("/gemini{call:path}", gemini, methods=["POST"]),
            Mount("/", Gateway([], key=None, servers=SERVERS)),
        ]
    )


if __name__ == "__main__":
    serve_until_signalled(provider(), 0, PROVIDERS_IDLE_SECONDS)
