"""Which place each plot takes under each of many weightings, counted.

Both ways give the same bytes: numpy for a small job, which needs nothing compiled, and
`siteplan.kernels.acceptability` on all cores for a large one.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from siteplan.kernels import acceptability as kernel
from siteplan.kernels.acceptability import Loose
from siteplan.kernels.compiling import affordable

Array = NDArray[np.float64]

_CELL_S = 1e-7  # numpy's time for one plot in one draw, measured
_BLOCK = 2_000_000  # plots x draws that numpy holds at a time
_TALLIED = 10_000_000  # the same for compiled code, two bytes each, per core


@dataclass(frozen=True, eq=False)
class Places:
    """How often each plot took each place.

    Attributes
    ----------
    counts
        (plots, places) of draws; equal scores share the better place.
    total
        (plots,), the sum of a plot's places over all draws, from 1; None where not asked for.
    winner
        (draws,), the plot that came first, of several the one that stands first.
    """

    counts: NDArray[Any]
    total: NDArray[np.int64] | None
    winner: NDArray[np.int64]


def certain(plots: int) -> Loose:
    """Return what says that every worth of so many plots is certain."""
    none = np.empty(0, np.int64)
    return Loose(np.zeros(plots + 1, np.int64), none, none.astype(np.uint64), none, np.empty((0, 1)))


def places(
    values: Array,
    weights: Array,
    loose: Loose | None = None,
    *,
    most: int | None = None,
    totals: bool = True,
    compiled: bool | None = None,
) -> Places:
    """Count the places of plots over draws of weights.

    Parameters
    ----------
    values
        Worth by plot and criterion, (plots, criteria); what is loose counts 0 here.
    weights
        (draws, criteria)
    loose
        Worths that are not certain; none unless given.
    most
        How many places are counted; all of them unless given.
    totals
        Whether the sums of places are wanted: without them, few places of many plots are faster.
    compiled
        Which way; by default the faster for a job of this size.

    Raises
    ------
    ValueError
        If there is no plot, or the shapes do not go together.

    Examples
    --------
    >>> values = np.array([[1.0, 0.0], [0.0, 1.0], [0.4, 0.4]])
    >>> places(values, np.array([[0.9, 0.1], [0.2, 0.8], [0.5, 0.5]])).counts.tolist()
    [[2, 0, 1], [2, 0, 1], [0, 2, 1]]
    """
    values, weights = np.asarray(values, np.float64), np.asarray(weights, np.float64)
    if values.ndim != 2 or not values.size or weights.shape[1:] != values.shape[1:]:
        raise ValueError(f"values {values.shape} and weights {weights.shape} do not go together")
    given = certain(len(values)) if loose is None else loose
    shown = min(most or len(values), len(values))
    if compiled is None:
        compiled = not affordable(len(weights) * (len(values) + len(given.key)) * _CELL_S)
    columns = np.ascontiguousarray(values.T)
    if compiled:
        return _compiled(columns, weights, given, shown, totals=totals)
    return _plain(columns, weights, given, shown, totals=totals)


def scores(columns: Array, weights: Array, first: int, loose: Loose) -> Array:
    """Scores as the kernel has them, (draws, plots): a sum in the order of the criteria, the loose last.

    Parameters
    ----------
    columns
        Worth by criterion and plot.
    weights, first, loose
        As of `siteplan.kernels.acceptability.podium`.
    """
    total = np.zeros((len(weights), columns.shape[1]))
    for column, worth in enumerate(columns):
        total += weights[:, column, None] * worth
    draw = np.arange(first, first + len(weights), dtype=np.uint64)
    for plot in np.flatnonzero(np.diff(loose.offsets)):
        for one in range(loose.offsets[plot], loose.offsets[plot + 1]):
            worth = kernel.chance(loose.key[one], draw)
            if loose.table[one] >= 0:
                table = loose.tables[loose.table[one]]
                worth = table[(worth * len(table)).astype(np.int64)]
            total[:, plot] += weights[:, loose.criterion[one]] * worth
    return total


def ranked(total: Array) -> NDArray[np.int64]:
    """Places of scores in each row, from 0; equal scores share the better one."""
    key = np.rint(total * kernel.DIGITS).astype(np.int64)
    order = np.argsort(-key, axis=1, kind="stable")
    held = np.take_along_axis(key, order, axis=1)
    fresh = np.ones(held.shape, bool)
    fresh[:, 1:] = held[:, 1:] != held[:, :-1]
    place = np.maximum.accumulate(np.where(fresh, np.arange(held.shape[1]), 0), axis=1)
    result = np.empty_like(place)
    np.put_along_axis(result, order, place, axis=1)
    return result


def blocks(draws: int, plots: int) -> Iterator[slice]:
    """Split draws so that one block of them for all plots fits into the memory set aside."""
    size = max(_BLOCK // max(plots, 1), 1)
    return (slice(start, min(start + size, draws)) for start in range(0, draws, size))


def _plain(columns: Array, weights: Array, loose: Loose, most: int, *, totals: bool) -> Places:
    plots = columns.shape[1]
    counts, total = np.zeros((plots, most), np.int64), np.zeros(plots, np.int64)
    winner = np.empty(len(weights), np.int64)
    for block in blocks(len(weights), plots):
        place = ranked(scores(columns, weights[block], block.start, loose))
        total += (place + 1).sum(axis=0)
        winner[block] = (place == 0).argmax(axis=1)
        _, plot = shown = np.nonzero(place < most)
        np.add.at(counts, (plot, place[shown]), 1)
    return Places(counts, total if totals else None, winner)


def _compiled(columns: Array, weights: Array, loose: Loose, most: int, *, totals: bool) -> Places:
    """Every core takes a share of the draws and counts by itself; whole numbers add up the same anyhow."""
    plots = columns.shape[1]
    cores = min(os.cpu_count() or 1, len(weights))
    cuts = np.linspace(0, len(weights), cores + 1).astype(int)
    narrow = np.uint16 if max(len(weights), plots) < 2**16 else np.uint32
    winner = np.empty(len(weights), np.int64)
    visit = np.argsort(-columns.sum(axis=0), kind="stable")
    size = max(_TALLIED // plots, 1)

    def share(core: int) -> tuple[NDArray[Any], NDArray[np.int64]]:
        counts, total = np.zeros((plots, most), narrow), np.zeros(plots, np.int64)
        if not totals and most < plots:
            block = slice(cuts[core], cuts[core + 1])
            kernel.podium(columns, weights[block], block.start, tuple(loose), visit, counts, winner[block])
            return counts, total
        place = np.empty((size, plots), narrow)
        for start in range(cuts[core], cuts[core + 1], size):
            block = slice(start, min(start + size, cuts[core + 1]))
            part = place[: block.stop - block.start]
            kernel.standings(columns, weights[block], start, tuple(loose), part, winner[block], total)
            kernel.tally(part, counts)
        return counts, total

    with ThreadPoolExecutor(cores) as pool:
        parts = list(pool.map(share, range(cores)))
    counts = parts[0][0]
    for more, _ in parts[1:]:
        counts += more
    total = np.sum([total for _, total in parts], axis=0)
    return Places(counts, total if totals else None, winner)
