"""Reading a body as it comes in: what is inflated is bounded as what is read."""

import zlib
from collections.abc import AsyncIterator, Callable

import httpx

_GZIP, _ZLIB, _BARE = 16 + zlib.MAX_WBITS, zlib.MAX_WBITS, -zlib.MAX_WBITS
_WINDOWS = {"gzip": _GZIP, "x-gzip": _GZIP, "deflate": _ZLIB}

ACCEPTED = "gzip, deflate"
"""The codings that we accept; one on top of another is a bomb, no saving."""

Inflate = Callable[[bytes], bytes]


class TooLarge(Exception):
    """A body of more bytes than are read."""


async def read_body(response: httpx.Response, most: int) -> AsyncIterator[bytes]:
    """The pieces of a body, inflated.

    Raises TooLarge as soon as more than `most` bytes have come or been inflated, and httpx.DecodingError for what is
    not coded as it says or in a way that nobody asked for.
    """
    assert isinstance(response.stream, httpx.AsyncByteStream)
    inflate = _inflater(response.headers.get("content-encoding", ""), most)
    read = inflated = 0
    async for raw in response.stream:
        try:
            piece = inflate(raw)
        except zlib.error as error:
            raise httpx.DecodingError(str(error)) from error
        read, inflated = read + len(raw), inflated + len(piece)
        if piece:
            yield piece
        if max(read, inflated) > most:
            raise TooLarge


def _inflater(coding: str, most: int) -> Inflate:
    """What undoes a coding, a piece at a time and at most `most` bytes and one more of it."""
    codings = [name for name in (word.strip().lower() for word in coding.split(",")) if name not in ("", "identity")]
    if not codings:
        return lambda raw: raw
    if len(codings) > 1 or codings[0] not in _WINDOWS:
        raise httpx.DecodingError(f"the Content-Encoding '{coding}' is none of those asked for: {ACCEPTED}")
    window = _WINDOWS[codings[0]]
    decoder = zlib.decompressobj(window)
    is_first = True

    def inflate(raw: bytes) -> bytes:
        nonlocal decoder, is_first
        was_first, is_first = is_first, False
        if decoder.eof:
            return b""  # what follows the end: the decoder would keep all of it, and copy it with each piece
        try:
            return decoder.decompress(raw, most + 1)
        except zlib.error:
            if window != _ZLIB or not was_first:
                raise
            decoder = zlib.decompressobj(_BARE)  # some servers take "deflate" by its word
            return decoder.decompress(raw, most + 1)

    return inflate
