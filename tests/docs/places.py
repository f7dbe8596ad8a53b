"""Places in a page that a command fills: what stands between two markers, and nothing else of the page."""

import re
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
DOCS = ROOT / "docs"
PAGES = (README, ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted(DOCS.glob("*.md")))
"""Everything that people read of the project."""

PLACE = re.compile(r"(<!-- (make \w+: [\w -]+) -->\n).*?(<!-- end -->)", re.DOTALL)
"""`<!-- make COMMAND: NAME -->`, what the command wrote there, and `<!-- end -->`."""


def filled(text: str, command: str, tables: Mapping[str, str]) -> str:
    """The text of a page with the tables of a command in their places, by their names.

    Raises ValueError where places and tables are not the same, each once.
    """
    places = [place for _, place, _ in PLACE.findall(text) if place.startswith(f"make {command}: ")]
    wanted = {f"make {command}: {name}": table for name, table in tables.items()}
    if sorted(places) != sorted(wanted):
        raise ValueError(f"the page has places for {sorted(places)}, and there are {sorted(wanted)}")
    return PLACE.sub(
        lambda found: f"{found[1]}{wanted[found[2]]}\n{found[3]}" if found[2] in wanted else found[0], text
    )


def refilled(text: str, place: str, table: str) -> str:
    """The text of a page with one of its places filled anew. Raises ValueError where the page has no such place."""
    if place not in [found for _, found, _ in PLACE.findall(text)]:
        raise ValueError(f"the page has no place for '{place}'")
    return PLACE.sub(lambda found: f"{found[1]}{table}\n{found[3]}" if found[2] == place else found[0], text)
