"""Pictures of what the browser shows, small enough for the documents."""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Locator, Page, expect

WIDTH, HEIGHT = 1280, 900
COLOURS = 128
MOST_LOOKS = 40
"""Graphs glide to their place; a picture is taken when two looks in a row are equal."""


@dataclass(frozen=True)
class Screenshots:
    """Pictures in a folder."""

    folder: Path

    def take(self, page: Page, name: str, until: Locator | None = None) -> None:
        """Keep the page as `name`.png; it reaches down to the lower edge of `until`, where one is given."""
        expect(page.locator("[data-sonner-toast]")).to_have_count(0)  # notices of what was done before
        if until:
            box = until.bounding_box()
            assert box
            page.set_viewport_size({"width": WIDTH, "height": round(box["y"] + box["height"]) + 24})
        picture = Image.open(BytesIO(_still(page))).convert("RGB")
        page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
        self.folder.mkdir(parents=True, exist_ok=True)
        few = picture.quantize(COLOURS, dither=Image.Dither.NONE)
        few.save(self.folder / f"{name}.png", optimize=True)


def _still(page: Page) -> bytes:
    """What the page shows when it has come to rest."""
    before = page.screenshot()
    for _ in range(MOST_LOOKS):
        now = page.screenshot()
        if now == before:
            break
        before = now
    return before
