"""How scores are coloured."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

# Light to dark in seven steps of equal lightness (OKLCH: lightness 0.90 to 0.32, hue 165 to 210):
# even to the eye, unmistakable without colour vision, and in order on a grey printer.
_RAMP = ("#bdead5", "#7ed2b9", "#34b8a3", "#009a90", "#007a7a", "#00595f", "#013a42")
_STEPS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0)
_MOST = len(_RAMP)
_LADDER = tuple(float(f"{digit}e{power}") for power in range(-1, 7) for digit in (1, 2, 5))
_TOLERANCE = 1e-6


@dataclass(frozen=True)
class ScoreClass:
    """One colour of the legend: from `low` up to, not including, `high`; points of 100, or hectares."""

    low: float
    high: float
    colour: str
    count: int


def score_classes(scores: Sequence[float]) -> list[ScoreClass]:
    """Cut scores into at most seven classes with round bounds.

    Parameters
    ----------
    scores
        Scores of the ranked plots as they are shown, points of 100.

    Examples
    --------
    >>> [(c.low, c.high, c.count) for c in score_classes([41.0, 48.2, 50.0, 67.3])]
    [(40.0, 45.0, 1), (45.0, 50.0, 1), (50.0, 55.0, 1), (55.0, 60.0, 0), (60.0, 65.0, 0), (65.0, 70.0, 1)]
    """
    if not scores:
        return []
    step, first, number = _cut(min(scores), max(scores))
    colours = ramp(number)
    place = np.floor((np.asarray(scores) - first * step) / step + _TOLERANCE).astype(int)
    placed = np.bincount(place.clip(0, number - 1), minlength=number)
    return [
        ScoreClass(round((first + i) * step, 1), round((first + i + 1) * step, 1), colours[i], int(placed[i]))
        for i in range(number)
    ]


def area_classes(areas: Sequence[float]) -> list[ScoreClass]:
    """Cut areas into at most seven classes with round bounds, each about twice the one before.

    Plots are many small and few large: equal steps would put nearly all into the first. Areas that
    are much alike are cut in equal steps all the same.

    Parameters
    ----------
    areas
        Hectares; missing ones are left out.

    Examples
    --------
    >>> [(c.low, c.high, c.count) for c in area_classes([0.7, 1.2, 4.0, 24.5])]
    [(0.5, 1.0, 1), (1.0, 2.0, 1), (2.0, 5.0, 1), (5.0, 10.0, 0), (10.0, 20.0, 0), (20.0, 50.0, 1)]
    """
    known = np.asarray(areas, dtype=float)
    known = known[np.isfinite(known)]
    if not len(known):
        return []
    bounds = _rungs(known.min(), known.max())
    colours = ramp(len(bounds) - 1)
    place = np.searchsorted(bounds, known, side="right") - 1
    placed = np.bincount(place.clip(0, len(colours) - 1), minlength=len(colours))
    return [
        ScoreClass(low, high, colour, int(count))
        for low, high, colour, count in zip(bounds, bounds[1:], colours, placed, strict=False)
    ]


def _rungs(lowest: float, highest: float) -> list[float]:
    """Round bounds around what is there, the last one above it."""
    between = [rung for rung in _LADDER if lowest < rung <= highest]
    if len(between) > 1:
        lower = [rung for rung in _LADDER if rung <= lowest] if len(between) < _MOST else []
        above = next((rung for rung in _LADDER if rung > highest), math.inf)
        return [lower[-1] if lower else 0.0, *between[1 - _MOST :], above]
    for step in _LADDER:
        first, last = (math.floor(area / step + _TOLERANCE) for area in (lowest, highest))
        if last - first < _MOST:
            return [round(number * step, 1) for number in range(first, last + 2)]
    return [0.0, math.inf]


def class_of(score: float, low: float, step: float, number: int) -> int:
    """Return the number of the class a shown score falls into; 100 belongs to the last."""
    return min(number - 1, max(0, math.floor((score - low) / step + _TOLERANCE)))


def ramp(number: int) -> list[str]:
    """Return `number` colours from light to dark, spread over the whole ramp.

    Examples
    --------
    >>> ramp(1)
    ['#009a90']
    """
    if number == 1:
        return [_RAMP[_MOST // 2]]
    return [_between(i * (_MOST - 1) / (number - 1)) for i in range(number)]


def _between(place: float) -> str:
    """A colour between two neighbours of the ramp."""
    lower = min(int(place), _MOST - 2)
    share = place - lower
    pairs = zip(*(bytes.fromhex(colour[1:]) for colour in _RAMP[lower : lower + 2]), strict=True)
    return "#" + "".join(f"{round(dark * share + light * (1 - share)):02x}" for light, dark in pairs)


def _cut(lowest: float, highest: float) -> tuple[float, int, int]:
    """The smallest round step that needs at most seven classes: step, first class, number."""
    for step in _STEPS:
        first = math.floor(lowest / step + _TOLERANCE)
        # 100 needs no class of its own above 90-100
        last = min(math.floor(highest / step + _TOLERANCE), round(100 / step) - 1)
        first = min(first, last)
        if last - first + 1 <= _MOST and (step >= 1 or highest - lowest < 1):
            return step, first, last - first + 1
    raise ValueError(f"scores from {lowest} to {highest} are not points of 100")
