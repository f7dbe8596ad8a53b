"""A suite as somebody else writes one: a check of its own, and an objective beside the usual ones."""

from litellm_observatory import Check, Hours, Share, Soak, chat, default_objectives, latency_limit, malformed

says_please = Check(lambda reply: None if "please" in reply.text else malformed("200 but not polite"))


def polite(*, duration_hours: Hours = 1.0, max_failure_rate: Share = 0.01) -> Soak:
    """Does every model say please, and within three seconds?"""
    return Soak(
        name="polite",
        requests=lambda model, facts: [chat(model, "Say please.").also(says_please)],
        duration_seconds=duration_hours * 3600,
        interval_seconds=1.0,
        max_failure_rate=max_failure_rate,
        objectives=(*default_objectives(max_failure_rate), latency_limit(3.0)),
    )
