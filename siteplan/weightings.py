"""Weights drawn at random: evenly over all weightings, or over those that a planner finds plausible."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from siteplan.uncertainty import Doubts

Array = NDArray[np.float64]

_ATTEMPTS = 100  # draws tried for each that is wanted, before walking takes the place of trying
_STEPS = 40  # of a walk, for each criterion: then where it began no longer shows


def drawn(names: Sequence[str], doubts: Doubts) -> Array:
    """Draw weights evenly from those that `doubts` allows.

    Differences of sorted even numbers are even over all weights [1]_; to sort the weights of
    criteria whose order is stated keeps them even over the weights in that order. Where shares are
    bounded, what falls outside is drawn again; where hardly anything falls inside, each draw is the
    end of a walk of its own (hit and run [2]_), which is even but for the walk's length.

    Parameters
    ----------
    names
        The criteria that weigh anything.
    doubts
        How many draws, the seed, the order and the bounds; checked by `Doubts.problems`.

    Returns
    -------
    weights
        (draws, criteria); every row sums to 1.

    References
    ----------
    .. [1] Tervonen & Lahdelma 2007, Implementing stochastic multicriteria acceptability analysis,
       European Journal of Operational Research 178(2).
    .. [2] Tervonen, van Valkenhoef, Basturk & Postmus 2013, Hit-And-Run enables efficient weight
       generation for simulation-based multiple criteria decision analysis, EJOR 224(3).

    Examples
    --------
    >>> drawn(["rail", "gas"], Doubts(draws=100, order=("rail", "gas"))).min(axis=0).round(1)
    array([0.5, 0. ])
    """
    random = np.random.default_rng([doubts.seed, 1])
    low, high = _bounds(names, doubts)
    order = [list(names).index(name) for name in doubts.order]
    if not doubts.between:
        return _ordered(_even(random, doubts.draws, len(names)), order)
    kept: list[Array] = []
    for _ in range(_ATTEMPTS):
        tried = _ordered(_even(random, doubts.draws, len(names)), order)
        kept.append(tried[((tried >= low) & (tried <= high)).all(axis=1)])
        if sum(map(len, kept)) >= doubts.draws:
            return np.concatenate(kept)[: doubts.draws]
    return _walked(random, doubts.draws, low, high, order)


def _bounds(names: Sequence[str], doubts: Doubts) -> tuple[Array, Array]:
    pairs = [doubts.between.get(name, (0.0, 1.0)) for name in names]
    return np.array([low for low, _ in pairs]), np.array([high for _, high in pairs])


def _even(random: np.random.Generator, draws: int, criteria: int) -> Array:
    cuts = np.sort(random.random((draws, criteria - 1)), axis=1)
    ends = np.ones((draws, 1))
    return np.diff(np.concatenate([np.zeros((draws, 1)), cuts, ends], axis=1), axis=1)


def _ordered(weights: Array, order: list[int]) -> Array:
    if order:
        weights[:, order] = -np.sort(-weights[:, order], axis=1)
    return weights


def _walked(random: np.random.Generator, draws: int, low: Array, high: Array, order: list[int]) -> Array:
    """Each row the end of a walk: a direction at random, then anywhere along it that is allowed.

    Every other step moves weight between two criteria only: where some shares are bounded narrowly and
    others widely, steps in all directions at once would be as short as the narrowest.
    """
    criteria = len(low)
    floors = np.concatenate([low, -high, np.zeros(max(len(order) - 1, 0))])[:, None]
    start = _inside(_held(np.eye(criteria), order), floors[:, 0])
    weights = np.repeat(start[:, None], draws, axis=1)  # a row for each criterion: sums of rows are fast
    free = np.flatnonzero(high > low)
    for step in range(_STEPS * criteria):
        way = np.ascontiguousarray(_way(random, draws, criteria, free, two=step % 2 == 0).T)
        room, pace = _held(weights, order) - floors, _held(way, order)
        with np.errstate(divide="ignore", invalid="ignore"):
            until = np.maximum(room, 0.0) / -pace
        ahead = np.where(pace < 0, until, np.inf).min(axis=0)
        behind = np.where(pace > 0, until, -np.inf).max(axis=0)
        ahead, behind = (np.where(np.isfinite(end), end, 0.0) for end in (ahead, behind))
        weights += way * (behind + (ahead - behind) * random.random(draws))
    clipped = weights.T.clip(low, high)
    return np.asarray(clipped / clipped.sum(axis=1, keepdims=True))


def _held(weights: Array, order: list[int]) -> Array:
    """What must not fall below its floor: each weight, its negative, and each of the order less the next."""
    return np.concatenate([weights, -weights, weights[order[:-1]] - weights[order[1:]]])


def _way(
    random: np.random.Generator, draws: int, criteria: int, free: NDArray[np.intp], *, two: bool
) -> Array:
    """A direction for each draw that leaves the sum and what is fixed as they are."""
    way = np.zeros((draws, criteria))
    if len(free) < 2:
        return way
    if two:
        rows, first = np.arange(draws), random.integers(0, len(free), draws)
        second = (first + random.integers(1, len(free), draws)) % len(free)
        way[rows, free[first]], way[rows, free[second]] = 1.0, -1.0
    else:
        way[:, free] = random.normal(size=(draws, len(free)))
        way[:, free] -= way[:, free].mean(axis=1, keepdims=True)
    return way


def _inside(slopes: Array, floors: Array) -> Array:
    """The weights that stay farthest from every bound."""
    from scipy.optimize import linprog  # noqa: PLC0415 (only where shares are bounded narrowly)

    criteria = slopes.shape[1]
    cost = np.append(np.zeros(criteria), -1.0)
    whole = np.append(np.ones(criteria), 0.0)[None]
    rows = np.column_stack([-slopes, np.ones(len(slopes))])
    found = linprog(cost, rows, -floors, whole, [1.0], bounds=[(0, 1)] * criteria + [(0, None)])
    return np.asarray(found.x[:-1], dtype=np.float64)
