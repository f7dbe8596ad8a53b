"""Caches: how a request asks for none, and how an answer shows that it came from one."""

from collections.abc import Mapping

NOT_CACHED: Mapping[str, object] = {"cache": {"no-cache": True, "no-store": True}}
"""LiteLLM's controls, which it honours on every route and passes on to no provider (measured on 1.106.2)."""

NO_CACHE = {"Cache-Control": "no-cache, no-store"}
"""The same for proxies before the gateway; LiteLLM itself ignores such headers (measured)."""

_KEY = "x-litellm-cache-key"
"""LiteLLM sends it with what it answers from its cache, and only then; some routes of it never do."""

_STATUS = (
    "x-cache",  # CDNs, nginx, Varnish
    "x-cache-status",
    "x-proxy-cache",
    "x-kong-cache-status",
    "cf-cache-status",
    "cf-aig-cache-status",  # Cloudflare's AI gateway
    "helicone-cache",
    "x-portkey-cache-status",
)


def cached_by(headers: Mapping[str, str]) -> str | None:
    """The header by which an answer says that it came from a cache; None when none does."""
    if headers.get(_KEY):
        return _KEY
    statuses = ((name, headers.get(name, "")) for name in _STATUS)
    return next((f"{name}: {status[:40]}" for name, status in statuses if "hit" in status.lower()), None)
