"""Weights out of judgements: arithmetic on plain numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

CONSISTENT = 0.10
"""The consistency ratio up to which judgements pass (Saaty 1980, The Analytic Hierarchy Process)."""

_RANDOM_INDEX = (0.0, 0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59)
"""Mean consistency index of random judgements by their number of criteria (Saaty 1980), up to 15."""

COMPARED = len(_RANDOM_INDEX) - 1
"""How many criteria can be compared before nobody can tell whether the judgements agree."""

_RECIPROCAL = 1e-6  # by which a judgement times its mirror image may miss 1
_ALIKE = 1e-9  # judgements whose distances differ by less disagree alike: of three criteria always all


def rank_order_centroid(criteria: int) -> Array:
    """Return the mean of all weights that keep an order, the most important first.

    References
    ----------
    Barron & Barrett 1996, Decision quality using ranked attribute weights, Management Science 42(11).

    Examples
    --------
    >>> rank_order_centroid(3).round(4).tolist()
    [0.6111, 0.2778, 0.1111]
    """
    parts = 1.0 / np.arange(1, criteria + 1)
    return np.asarray(np.cumsum(parts[::-1])[::-1] / criteria)


def shares(points: ArrayLike) -> Array:
    """Return points, as of swing weighting, as shares that sum to 1.

    References
    ----------
    von Winterfeldt & Edwards 1986, Decision Analysis and Behavioral Research: the swing from worst to
    best that matters most gets 100 points, each other one as many as it matters beside that.

    Examples
    --------
    >>> shares([100, 60, 40]).tolist()
    [0.5, 0.3, 0.2]
    """
    given = np.asarray(points, np.float64)
    return np.asarray(given / given.sum())


@dataclass(frozen=True, eq=False)
class Judged:
    """What pairwise judgements come to.

    Attributes
    ----------
    weights
        The principal eigenvector, summing to 1.
    eigenvalue, index, ratio
        The principal eigenvalue, the consistency index (eigenvalue - n) / (n - 1), and the consistency
        ratio: the index over that of random judgements. The ratio is missing from 16 criteria on.
    given
        The judgements.
    worst
        The judgements, as (row, column), that are farthest from the quotient of their weights: mostly
        one, of three criteria always all; none where all agree.
    agreeing
        For each of them what the other judgements say.
    """

    weights: Array
    eigenvalue: float
    index: float
    ratio: float
    given: Array
    worst: tuple[tuple[int, int], ...]
    agreeing: tuple[float, ...]


def ahp(matrix: ArrayLike) -> Judged:
    """Return weights from pairwise judgements by the analytic hierarchy process [1]_.

    What the others say of a judgement that disagrees most is the quotient of the weights without it,
    as of incomplete judgements [2]_.

    Parameters
    ----------
    matrix
        How many times as important the criterion of the row is as that of the column; positive, and
        each entry the inverse of its mirror image.

    Raises
    ------
    ValueError
        If an entry is not positive, or not the inverse of its mirror image.

    References
    ----------
    .. [1] Saaty 1980, The Analytic Hierarchy Process.
    .. [2] Harker 1987, Incomplete pairwise comparisons in the analytic hierarchy process, Mathematical
       Modelling 9(11).

    Examples
    --------
    >>> found = ahp([[1, 3, 5], [1 / 3, 1, 3], [1 / 5, 1 / 3, 1]])
    >>> found.weights.round(4).tolist(), round(found.eigenvalue, 4), round(found.ratio, 4)
    ([0.637, 0.2583, 0.1047], 3.0385, 0.0332)
    """
    given = np.asarray(matrix, np.float64)
    criteria = len(given)
    if given.shape != (criteria, criteria) or not (given > 0).all():
        raise ValueError("judgements are positive numbers, as many rows as columns")
    if not np.allclose(given * given.T, 1.0, rtol=0, atol=_RECIPROCAL):
        raise ValueError("each judgement is the inverse of its mirror image; some are not")
    weights, eigenvalue = _principal(given)
    index = (eigenvalue - criteria) / (criteria - 1) if criteria > 1 else 0.0
    random = _RANDOM_INDEX[criteria] if criteria <= COMPARED else np.nan
    ratio = index / random if random else 0.0
    away = np.triu(np.abs(np.log(given * weights / weights[:, None])), 1)
    most = float(away.max())
    worst = np.argwhere(away >= most - _ALIKE) if criteria > 2 and most > _ALIKE else np.empty((0, 2), int)
    pairs = tuple((int(row), int(column)) for row, column in worst)
    agreeing = tuple(_without(given, row, column) for row, column in pairs)
    return Judged(weights, eigenvalue, max(index, 0.0), max(ratio, 0.0), given, pairs, agreeing)


def _principal(matrix: Array) -> tuple[Array, float]:
    values, vectors = np.linalg.eig(matrix)
    principal = int(values.real.argmax())
    return shares(np.abs(vectors[:, principal].real)), float(values[principal].real)


def _without(matrix: Array, row: int, column: int) -> float:
    """How many times as important the row's criterion is as the column's by the other judgements."""
    others = matrix.copy()
    others[row, column] = others[column, row] = 0.0
    others[row, row] = others[column, column] = 2.0
    weights, _ = _principal(others)
    return float(weights[row] / weights[column])


def together(each: ArrayLike, *, geometric: bool = False) -> Array:
    """Return the mean of several experts' shares, (experts, criteria), as shares.

    The geometric mean is that of Aczél & Saaty 1983, Procedures for synthesizing ratio judgements,
    Journal of Mathematical Psychology 27(1): a share of 0 by one expert makes it 0.

    Examples
    --------
    >>> together([[0.8, 0.2], [0.4, 0.6]]).round(3).tolist()
    [0.6, 0.4]
    """
    given = np.asarray(each, np.float64)
    if not geometric:
        return shares(given.mean(axis=0))
    with np.errstate(divide="ignore"):
        return shares(np.exp(np.log(given).mean(axis=0)))


def disagreement(each: ArrayLike, mean: ArrayLike) -> Array:
    """Return how much weight each expert would move: half the sum of differences from the mean, 0 to 1.

    Examples
    --------
    >>> disagreement([[0.8, 0.2], [0.4, 0.6]], [0.6, 0.4]).round(3).tolist()
    [0.2, 0.2]
    """
    return np.asarray(np.abs(np.asarray(each, np.float64) - np.asarray(mean)).sum(axis=1) / 2)
