"""The scale bar and the arrow to the north on a small map."""

from __future__ import annotations

import math
from collections.abc import Iterable

from siteplan.reports.labels import Label
from siteplan.words import Words

WIDTH, HEIGHT = 112.0, 92.0
"""Of the drawing, millimetres."""

_ROUND = (1, 2, 5)


def bar_metres(scale: float) -> float:
    """Return a round length, about a fifth of the drawing wide, at so many metres in a millimetre.

    Examples
    --------
    >>> bar_metres(5.0), bar_metres(30.0)
    (100.0, 500.0)
    """
    most = WIDTH / 4.5 * scale
    power = 10.0 ** math.floor(math.log10(most))
    return max(step * power for step in _ROUND if step * power <= most)


def places(scale: float) -> Iterable[tuple[float, float, float, float]]:
    """Return the places that scale bar and arrow take: left, top, right, bottom, millimetres."""
    yield 2.0, HEIGHT - 10, 6 + bar_metres(scale) / scale, HEIGHT
    yield WIDTH - 12.5, 0.0, WIDTH, 14.5


def drawn(scale: float, north: float) -> Iterable[str]:
    """Return the scale bar, and the arrow turned by so many degrees to the right."""
    wide, x, y = bar_metres(scale) / scale, 4.0, HEIGHT - 4.0
    yield f'<rect x="{x - 2}" y="{y - 6}" width="{wide + 4:.2f}" height="8" fill="#ffffff" opacity="0.8"/>'
    yield (
        f'<path d="M{x} {y - 1.4}V{y}H{x + wide:.2f}V{y - 1.4}" '
        'fill="none" stroke="#17262b" stroke-width="0.35"/>'
    )
    x, y = WIDTH - 6.5, 12.0
    yield f'<circle cx="{x}" cy="{y - 3.5}" r="5.6" fill="#ffffff" opacity="0.8"/>'
    yield (
        f'<path d="M{x} {y - 6}L{x + 1.9} {y}L{x} {y - 1.3}L{x - 1.9} {y}Z" fill="#17262b" '
        f'transform="rotate({north:.2f} {x} {y - 3})"/>'
    )


def written(scale: float, words: Words) -> tuple[Label, ...]:
    """Return what belongs to scale bar and arrow."""
    metres = bar_metres(scale)
    return (
        Label(words.length(metres), 4.0 + metres / scale / 2, HEIGHT - 7.2, 7.0, plain=True),
        Label(words.say("passport.north"), WIDTH - 6.5, 4.4, 6.5, bold=True, plain=True),
    )
