"""Texts on a small map: those that find room, the most important first."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

_POINT_MM = 0.3528
_AIR_MM = 0.6
_LONGEST = 34


@dataclass(frozen=True)
class Label:
    """A text with its place.

    Attributes
    ----------
    text
        What is written.
    x, y
        Its middle, millimetres from the top left corner.
    size
        Of its letters, points.
    bold, plain
        Whether it is written boldly, and whether without a light ground.
    room
        How wide the thing is that it names; a wider text is left out.
    """

    text: str
    x: float
    y: float
    size: float
    bold: bool = False
    plain: bool = False
    room: float = math.inf

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom as far as they can be known without the font."""
        wide = sum(1.0 if _is_wide(letter) else 0.56 for letter in self.text) * self.size * _POINT_MM
        high = self.size * _POINT_MM * 1.1
        return self.x - wide / 2, self.y - high / 2, self.x + wide / 2, self.y + high / 2


def placed(
    labels: Iterable[Label],
    width: float,
    height: float,
    taken: Iterable[tuple[float, float, float, float]] = (),
) -> list[Label]:
    """Return the labels that fit on the map and on what they name, and cover none before them.

    Parameters
    ----------
    labels
        The most important first.
    width, height
        Of the map.
    taken
        Places that are not free: left, top, right, bottom.

    Examples
    --------
    >>> [
    ...     one.text
    ...     for one in placed([Label("A", 5, 5, 8), Label("B", 5.5, 5, 8), Label("C", 20, 5, 8)], 40, 10)
    ... ]
    ['A', 'C']
    """
    full, found = list(taken), []
    for label in labels:
        left, top, right, bottom = label.box
        on_map = left > 0 and top > 0 and right < width and bottom < height
        fits = label.bold or right - left < label.room
        if len(label.text) > _LONGEST or not (on_map and fits) or any(_meet(label.box, one) for one in full):
            continue
        full.append(label.box)
        found.append(label)
    return found


def _meet(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return (
        one[0] < other[2] + _AIR_MM
        and other[0] < one[2] + _AIR_MM
        and one[1] < other[3] + _AIR_MM
        and other[1] < one[3] + _AIR_MM
    )


def _is_wide(letter: str) -> bool:
    return unicodedata.east_asian_width(letter) in "WF"
