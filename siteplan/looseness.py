"""Worths that are not certain: anything from 0 to 1 of unknown amounts, a range of unsure ones."""

from __future__ import annotations

import hashlib

import numpy as np
import pandas as pd

from siteplan import valuing
from siteplan.criteria import Criterion
from siteplan.kernels.acceptability import Loose
from siteplan.places import Array
from siteplan.uncertainty import Spread

_WORTHS = 256
"""Equally likely amounts that stand for a spread: the middles of so many equal parts of it."""


def loose(
    amounts: pd.DataFrame, values: pd.DataFrame, criteria: list[Criterion], seed: int
) -> tuple[Array, Loose]:
    """Tell certain worths from those that are drawn.

    Parameters
    ----------
    amounts, values
        By plot and criterion; amounts in the criterion's unit, both missing where unknown.
    criteria
        Of the columns, in their order.
    seed
        What the draws start from.

    Returns
    -------
    certain
        (plots, criteria), 0 where a worth is drawn.
    loose
        The worths that are drawn, each from its plot's and criterion's names: a plot's draws are the
        same in other company.
    """
    certain = values.to_numpy(dtype=np.float64).copy()
    unsure = np.zeros(certain.shape, bool)
    tables, table = [np.empty((0, _WORTHS))], np.full(certain.shape, -1, np.int64)
    for column, criterion in enumerate(criteria):
        amount = amounts.iloc[:, column].to_numpy(dtype=np.float64)
        if criterion.spread is not None:
            rows = np.flatnonzero(np.isfinite(amount))
            unsure[rows, column] = True
            table[rows, column] = sum(map(len, tables)) + np.arange(len(rows))
            tables.append(_worths(amount[rows], criterion, criterion.spread))
    drawn = unsure | np.isnan(certain)
    certain[drawn] = 0.0
    plot, column_of = np.nonzero(drawn)
    offsets = np.concatenate([[0], np.cumsum(np.bincount(plot, minlength=len(values)))]).astype(np.int64)
    by_plot = _numbers([str(name) for name in values.index], seed)[plot]
    by_criterion = _numbers([one.name for one in criteria], seed)[column_of]
    key = by_plot ^ (by_criterion << np.uint64(1) | by_criterion >> np.uint64(63))
    return certain, Loose(offsets, column_of, key, table[drawn], np.concatenate(tables))


def amounts_within(amount: Array, spread: Spread) -> Array:
    """Equally likely amounts around each amount, (amounts, 256), ascending.

    Examples
    --------
    >>> within = amounts_within(np.array([100.0]), Spread(share=0.2))
    >>> within[0, [0, -1]].round(1).tolist()
    [80.1, 119.9]
    """
    middle = (np.arange(_WORTHS) + 0.5) / _WORTHS
    half = np.abs(amount) * spread.share if spread.share is not None else np.full(len(amount), spread.amount)
    if spread.kind == "uniform":
        away = 2.0 * middle - 1.0
    elif spread.kind == "triangular":
        away = np.where(middle < 0.5, np.sqrt(2.0 * middle) - 1.0, 1.0 - np.sqrt(2.0 * (1.0 - middle)))
    else:
        from scipy.special import ndtri  # noqa: PLC0415 (only for this kind of spread)

        away = ndtri(middle) / 2.0
    return np.asarray(amount[:, None] + half[:, None] * away)


def _worths(amount: Array, criterion: Criterion, spread: Spread) -> Array:
    within = amounts_within(amount, spread)
    measured = pd.DataFrame({"amount": within.ravel(), "category": None})
    return valuing.value(measured, criterion).to_numpy(dtype=np.float64).reshape(within.shape)


def _numbers(names: list[str], seed: int) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
    """A number of each name, far from those of other names and seeds."""
    digests = (hashlib.blake2b(f"{seed}\0{name}".encode(), digest_size=8).digest() for name in names)
    return np.frombuffer(b"".join(digests), dtype="<u8").astype(np.uint64)
