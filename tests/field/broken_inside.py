"""Faults inside a real LiteLLM: a callback that its processes load, and that a test tells what to do by a file.

It is loaded by LiteLLM in an environment that knows nothing of this project, so it imports nothing of it.
"""

import asyncio
import json
import random
from pathlib import Path
from typing import Any

from litellm.integrations.custom_logger import CustomLogger  # type: ignore[import-not-found]

WISHES = Path(__file__).with_name("wishes.json")
"""`{"closed": 0.1}` or `{"hang": 0.02}`: the share of requests that meet the fault."""

HANG_SECONDS = 600.0


class BrokenInside(CustomLogger):  # type: ignore[misc]
    """What goes wrong in the proxy itself, before a provider is asked."""

    async def async_pre_call_hook(self, user_api_key_dict: Any, cache: Any, data: Any, call_type: Any) -> None:
        """Raise as a closed client does, or keep the caller waiting."""
        wishes = json.loads(WISHES.read_text())
        if random.random() < wishes.get("closed", 0.0):
            raise RuntimeError("Cannot send a request, as the client has been closed.")
        if random.random() < wishes.get("hang", 0.0):
            await asyncio.sleep(HANG_SECONDS)


broken_inside = BrokenInside()
