"""What is read off an answer's usage."""

from litellm_observatory.core.wire.reply import Reply


def prompt_tokens(reply: Reply) -> float | None:
    """How many tokens the prompt had, by the last word of an answer, whole or streamed; None where it says none."""
    found: float | None = None
    for body in [*reply.chunks, reply.json]:
        match body:
            case {"usage": {"prompt_tokens": int() as tokens}}:
                found = float(tokens)
    return found
