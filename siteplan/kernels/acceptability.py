"""Places of plots under many weightings: scores, ranks, and how often each plot takes each place.

Every number here is an exact integer or a sum in a fixed order, so that the answers do not depend on
threads, nor on whether numba or numpy computed them.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from siteplan.kernels.compiling import compiled

DIGITS = 1e12
"""Scores that differ by less than rounding at this place are equal, as in the ranking."""

_STEP = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_30, _27, _31, _11 = (np.uint64(shift) for shift in (30, 27, 31, 11))
_ULP = 2.0**-53
_CROWDED = 16  # moves for each plot, on the average, beyond which merging is faster
_NEAR = 32  # as many places of two bytes as the processor fetches at once

Array = NDArray[np.float64]


class Loose(NamedTuple):
    """Worths that are not certain, plot by plot.

    Attributes
    ----------
    offsets
        Where the worths of each plot begin, and the end, (plots + 1,).
    criterion
        Column of the weights, (loose,).
    key
        What a worth is drawn from together with the number of the draw, (loose,) of uint64.
    table
        Row of `tables`, or -1 where any worth from 0 to 1 is equally likely, (loose,).
    tables
        Equally likely worths of an amount that may be off, (rows, worths).
    """

    offsets: NDArray[np.int64]
    criterion: NDArray[np.int64]
    key: NDArray[np.uint64]
    table: NDArray[np.int64]
    tables: Array


def chance(key: NDArray[np.uint64], draw: NDArray[np.uint64]) -> Array:
    """Return even numbers from 0 to 1, each from its key and the number of its draw alone.

    The generator is SplitMix64 (Steele, Lea & Flood 2014, Fast splittable pseudorandom number
    generators, OOPSLA), read at any place: a plot's numbers do not depend on other plots.

    Examples
    --------
    >>> chance(np.array([7], np.uint64), np.array([[0], [1]], np.uint64)).round(3).tolist()
    [[0.39], [0.017]]
    """
    with np.errstate(over="ignore"):
        mixed = key + (draw + np.uint64(1)) * _STEP
        mixed = (mixed ^ (mixed >> _30)) * _FIRST
        mixed = (mixed ^ (mixed >> _27)) * _SECOND
        mixed = mixed ^ (mixed >> _31)
    return np.asarray((mixed >> _11) * _ULP)


@compiled
def _chance(key: Any, draw: Any) -> Any:
    mixed = key + (draw + np.uint64(1)) * _STEP
    mixed = (mixed ^ (mixed >> _30)) * _FIRST
    mixed = (mixed ^ (mixed >> _27)) * _SECOND
    mixed = mixed ^ (mixed >> _31)
    return (mixed >> _11) * _ULP


@compiled
def _keys(values: Any, weights: Any, draw: int, loose: Any, score: Any, key: Any) -> None:
    """Scores of all plots in one draw as whole numbers that compare as the ranking does."""
    offsets, criterion, keys, table, tables = loose
    score[:] = 0.0
    for column in range(values.shape[0]):
        weight = weights[column]
        for plot in range(values.shape[1]):
            score[plot] += weight * values[column, plot]
    if len(criterion):
        for plot in range(values.shape[1]):
            for one in range(offsets[plot], offsets[plot + 1]):
                worth = _chance(keys[one], np.uint64(draw))
                if table[one] >= 0:
                    worth = tables[table[one], int(worth * tables.shape[1])]
                score[plot] += weights[criterion[one]] * worth
    for plot in range(values.shape[1]):
        key[plot] = np.int64(np.rint(score[plot] * DIGITS))


@compiled
def podium(values: Any, weights: Any, first: int, loose: Any, visit: Any, counts: Any, winner: Any) -> None:
    """Count who takes the first places in every draw; equal scores share the better place.

    Parameters
    ----------
    values
        Worth of every plot by criterion, (criteria, plots), 0 where it is loose.
    weights
        (draws, criteria)
    first
        Number of the first of these draws.
    loose
        The fields of `Loose`, as a tuple.
    visit
        (plots,), the order in which plots are looked at; the sooner the best, the faster.
    counts
        (plots, places), added to.
    winner
        (draws,), set to the first of the plots that came first.
    """
    plots, places = counts.shape
    score, key, best = np.empty(plots), np.empty(plots, np.int64), np.empty(places, np.int64)
    for draw in range(len(weights)):
        _keys(values, weights[draw], first + draw, loose, score, key)
        filled = 0
        for plot in visit:
            if filled < places or key[plot] > best[filled - 1]:
                filled = min(filled + 1, places)
                at = filled - 1
                while at > 0 and best[at - 1] < key[plot]:
                    best[at] = best[at - 1]
                    at -= 1
                best[at] = key[plot]
        winner[draw] = plots
        for plot in range(plots):
            if key[plot] >= best[filled - 1]:
                place = 0
                while best[place] > key[plot]:
                    place += 1
                counts[plot, place] += 1
                if place == 0:
                    winner[draw] = min(winner[draw], plot)


@compiled
def standings(
    values: Any, weights: Any, first: int, loose: Any, places: Any, winner: Any, total: Any
) -> None:
    """Tell everyone's place in every draw.

    Parameters
    ----------
    values, weights, first, loose, winner
        As of `podium`.
    places
        (draws, plots), set to each plot's place, from 0.
    total
        (plots,), the sum of each plot's places, from 1; added to.
    """
    plots = values.shape[1]
    score, key = np.empty(plots), np.empty(plots, np.int64)
    bins = 1
    while bins < plots:
        bins *= 2
    starts, order, bin_of = np.empty(bins + 1, np.int64), np.empty(plots, np.int64), np.empty(plots, np.int64)
    for draw in range(len(weights)):
        _keys(values, weights[draw], first + draw, loose, score, key)
        _sorted(key, starts, order, bin_of)
        winner[draw] = plots
        place, before = 0, key[order[0]]
        for at in range(plots):
            plot = order[at]
            if key[plot] != before:
                place, before = at, key[plot]
            total[plot] += place + 1
            places[draw, plot] = place
            if place == 0:
                winner[draw] = min(winner[draw], plot)


@compiled
def tally(places: Any, counts: Any) -> None:
    """Count places, (draws, plots), into (plots, places): few plots at a time, whose rows stay near."""
    plots, most = counts.shape
    for start in range(0, plots, _NEAR):
        for draw in range(len(places)):
            for plot in range(start, min(start + _NEAR, plots)):
                if places[draw, plot] < most:
                    counts[plot, places[draw, plot]] += 1


@compiled
def _sorted(key: Any, starts: Any, order: Any, bin_of: Any) -> None:
    """Order plots from the greatest key: into bins of equal width, then by insertion inside each.

    Where most keys share a few bins, insertion would take the square of their number: then all are
    sorted by merging instead.
    """
    bins = len(starts) - 1
    low, high = key.min(), key.max()
    scale = (bins - 1) / max(high - low, 1)
    starts[:] = 0
    for plot in range(len(key)):
        bin_of[plot] = int((high - key[plot]) * scale)
        starts[bin_of[plot] + 1] += 1
    for at in range(bins):
        starts[at + 1] += starts[at]
    for plot in range(len(key)):
        at = starts[bin_of[plot]]
        order[at] = plot
        starts[bin_of[plot]] += 1
    moves = 0
    for at in range(1, len(key)):
        plot, back = order[at], at
        while back > 0 and key[order[back - 1]] < key[plot]:
            order[back] = order[back - 1]
            back -= 1
        order[back] = plot
        moves += at - back
        if moves > _CROWDED * len(key):
            order[:] = np.argsort(-key, kind="mergesort")
            return
