"""What a check is, and those that every endpoint shares."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from litellm_observatory.core.wire.failures import Failure, FailureKind, kind_of_status, presentable
from litellm_observatory.core.wire.reply import Reply

QUOTED = 100
"""Characters quoted of an answer in a sentence about it."""


@dataclass(frozen=True, slots=True)
class Check:
    """A predicate on a reply: calling it returns the failure that it found, or None."""

    find: Callable[[Reply], Failure | None]

    def __call__(self, reply: Reply) -> Failure | None:
        return self.find(reply)

    def __and__(self, other: "Check") -> "Check":
        """Both checks must pass; the second is asked only when the first passed."""
        return Check(lambda reply: self.find(reply) or other.find(reply))


def or_refused(check: Check) -> Check:
    """The check for suites that only need an answer: a model's refusal is one, since the gateway passed it on."""

    def find(reply: Reply) -> Failure | None:
        failure = check(reply)
        return None if failure and failure.kind is FailureKind.REFUSAL else failure

    return Check(find)


def status(expected: int) -> Check:
    """The HTTP status is the expected one; the failure carries the gateway's own message."""

    def find(reply: Reply) -> Failure | None:
        return None if reply.status == expected else wrong_status(reply)

    return Check(find)


def wrong_status(reply: Reply) -> Failure:
    """The failure of a reply with an unexpected status, with the gateway's own message."""
    return Failure(kind_of_status(reply.status), f"{reply.status}: {reply.error_message or 'no message'}")


def quote(said: object) -> str:
    """What a gateway said, short enough to stand in a sentence, and cut so that no half of a key is left."""
    return presentable(said, most=QUOTED)


def malformed(what: str) -> Failure:
    """A 200 that is no answer of the endpoint."""
    return Failure(FailureKind.MALFORMED, what)


def too_large(what: str) -> Failure:
    """A 200 of which there is more than is read."""
    return Failure(FailureKind.TOO_LARGE, what)


def no_content(ended: object, *, cut: object, reasoned: bool, refused: bool = False) -> Failure:
    """The failure of a 200 without content, by its cause.

    `ended` is why the model says it ended, `cut` the endpoint's word for the bound on tokens, `reasoned` whether the
    answer shows that tokens were spent on reasoning, `refused` whether it says that the model would not answer.
    """
    if refused or ended in ("content_filter", "refusal"):
        return Failure(FailureKind.REFUSAL, f"the model, or a filter, refused (finish_reason {quote(ended)})")
    if reasoned and ended == cut:
        return Failure(FailureKind.TRUNCATED, "the bound on tokens was spent on reasoning; raise max_tokens")
    hint = "; a reasoning model may need more max_tokens" if ended == cut else ""
    return Failure(
        FailureKind.EMPTY, f"200 but empty content (finish_reason {quote(ended) if ended else None}{hint})"
    )


def spent_on_reasoning(body: object) -> bool:
    """Whether a body's usage counts tokens of reasoning, by the names of chat completions or of responses."""
    match body:
        case {"usage": {"completion_tokens_details": {"reasoning_tokens": int() as tokens}}}:
            return tokens > 0
        case {"usage": {"output_tokens_details": {"reasoning_tokens": int() as tokens}}}:
            return tokens > 0
    return False


def counts_tokens(body: object) -> bool:
    """Whether a body has a usage that counts tokens, by OpenAI's names or by Anthropic's."""
    match body:
        case {"usage": {"total_tokens": int() as tokens}} | {"usage": {"output_tokens": int() as tokens}}:
            return tokens > 0
    return False


def unlike(reply: Reply, what: str) -> Failure:
    """The failure that a 200 of another shape is: no JSON, an error, or `what` it lacks."""
    if reply.has_too_many_values:
        return too_large(f"200 but more than {reply.most_values} values")
    if reply.json is None:
        return malformed(f"200 but no JSON: {quote(reply.text) or 'an empty body'}")
    match reply.json:
        case {"error": error} if error:
            return malformed(f"200 but an error: {reply.error_message}")
    return malformed(f"200 but {what}")


is_object = Check(lambda reply: None if isinstance(reply.json, dict) else unlike(reply, "no JSON object"))
"""The body is a JSON object."""
has_usage = Check(lambda reply: None if counts_tokens(reply.json) else malformed("200 but no usage"))
"""The body counts its tokens."""


def stream_has_usage(last_word: Callable[[Reply], Iterable[object]]) -> Check:
    """One of the bodies that `last_word` finds in a stream counts its tokens."""
    missing = malformed("the stream ended without usage")
    return Check(lambda reply: None if any(map(counts_tokens, last_word(reply))) else missing)


def prompt_tokens(reply: Reply) -> float | None:
    """How many tokens the prompt had, by the last word of an answer, whole or streamed; None where it says none."""
    found: float | None = None
    for body in [*reply.chunks, reply.json]:
        match body:
            case {"usage": {"prompt_tokens": int() as tokens}}:
                found = float(tokens)
    return found
