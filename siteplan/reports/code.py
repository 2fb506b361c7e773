"""The way from paper back to the map: an address, and its code for a phone's camera."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlsplit

import segno

from siteplan.errors import OutputError
from siteplan.words import Words

_QUIET = 2


def link(address: str, plot: str) -> str:
    """Return the address of a plot on the map.

    Parameters
    ----------
    address
        Where the map can be opened; `{plot}` in it is replaced, and an address without that leads
        to the plot by its fragment.

    Raises
    ------
    OutputError
        If it is no address of the web: a code must not start anything else.

    Examples
    --------
    >>> link("https://example.org/map.html", "28:21:999999:7")
    'https://example.org/map.html#plot=28%3A21%3A999999%3A7'
    """
    try:
        parts = urlsplit(address)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.netloc or not address.isprintable():
        raise OutputError(
            f"{address!r} is no address of a map; give one such as https://example.org/map.html"
        )
    named = quote(plot, safe="")
    if "{plot}" in address:
        return address.replace("{plot}", named)
    return address if "#" in address else f"{address}#plot={named}"


def block(address: str, plot: str, words: Words) -> dict[str, Any]:
    """Return the address, with its code as a drawing where a code can hold it."""
    target = link(address, plot)
    return {
        "svg": drawing(target),
        "address": target,
        "shown": target,
        "title": words.say("passport.address"),
    }


def drawing(text: str) -> str | None:
    """Return a QR code as a drawing, its quiet border included; none for a text that no code holds."""
    try:
        code = segno.make_qr(text, error="m")
    except segno.DataOverflowError:
        return None
    rows = [bytes(row) for row in code.matrix]
    size = len(rows) + 2 * _QUIET
    dark = "".join(
        f"M{x + _QUIET} {y + _QUIET}h1v1h-1z"
        for y, row in enumerate(rows)
        for x, dot in enumerate(row)
        if dot
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" shape-rendering="crispEdges">'
        f'<rect width="{size}" height="{size}" fill="#fff"/><path d="{dark}" fill="#000"/></svg>'
    )
