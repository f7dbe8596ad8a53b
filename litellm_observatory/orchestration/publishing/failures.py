"""Failures that are alike, each with the first requests that failed so, by the ids under which logs have them."""

from collections.abc import Iterator, Sequence

from litellm_observatory.core.report.metrics import FailedRequest, FingerprintStatistics
from litellm_observatory.core.text import shorten
from litellm_observatory.orchestration.publishing.markup import Markup, below, safe

MOST_OF_AN_EXEMPLAR = 400
MOST_OF_AN_ID = 120


def items(fingerprints: Sequence[FingerprintStatistics], indent: str = "") -> Iterator[Markup]:
    """Each as an item of a list, its requests below it: messages are long, and the UI wraps no table."""
    for seen in fingerprints:
        span = f"{seen.first_seen:%H:%M:%S} to {seen.last_seen:%H:%M:%S}"
        said = f"{safe(seen.model)}, {safe(seen.kind)}, {span}: {safe(seen.message)}"
        yield Markup(f"{indent}- **{seen.count:,} ×** {said}")
        for exemplar in seen.exemplars:
            yield Markup(f"{indent}    - {safe(shorten(str(exemplar), most=MOST_OF_AN_EXEMPLAR))}")


def ids(exemplar: FailedRequest | None) -> Markup:
    """A cell of a table: by which ids logs have a request, where one failed."""
    return below(*(shorten(one, most=MOST_OF_AN_ID) for one in exemplar.ids[:2])) if exemplar else Markup("")


def lines(fingerprints: Sequence[FingerprintStatistics], most: int, *, exemplars: int) -> Iterator[str]:
    """Each as a line of plain text of at most `most` characters, and up to so many of its requests below it."""
    for seen in fingerprints:
        yield shorten(str(seen), most=most)
        for exemplar in seen.exemplars[:exemplars]:
            yield f"  {shorten(str(exemplar), most=MOST_OF_AN_EXEMPLAR)}"
