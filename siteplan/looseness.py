"""Worths that are not certain: anything from 0 to 1 of unknown amounts, a range of unsure ones."""

from __future__ import annotations

import hashlib

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from siteplan import valuing
from siteplan.criteria import Criterion
from siteplan.kernels.acceptability import Loose
from siteplan.places import Array
from siteplan.uncertainty import Spread

_WORTHS = 256
"""Equally likely amounts that stand for a spread: the middles of so many equal parts of it."""

_AT_ONCE = 4_096  # amounts valued together: 8 MB of worths


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
    tables, table = _tabled(amounts, criteria)
    drawn = (table >= 0) | np.isnan(certain)
    certain[drawn] = 0.0
    plot, column_of = np.nonzero(drawn)
    offsets = np.concatenate([[0], np.cumsum(np.bincount(plot, minlength=len(values)))]).astype(np.int64)
    by_plot = _numbers([str(name) for name in values.index], seed)[plot]
    by_criterion = _numbers([one.name for one in criteria], seed)[column_of]
    key = by_plot ^ (by_criterion << np.uint64(1) | by_criterion >> np.uint64(63))
    return certain, Loose(offsets, column_of, key, table[drawn], tables)


def _tabled(amounts: pd.DataFrame, criteria: list[Criterion]) -> tuple[Array, NDArray[np.int64]]:
    """The worths of unsure amounts, one row for equal ones, and which row is whose.

    An amount that is worth the same wherever it lies has none: -1, as of those that are not unsure.
    """
    table = np.full(amounts.shape, -1, np.int64)
    spread = [(column, one) for column, one in enumerate(criteria) if one.spread is not None]
    found = {column: _distinct(amounts.iloc[:, column].to_numpy(np.float64)) for column, _ in spread}
    # Memory that is not written to is not taken.
    tables, filled = np.empty((sum(len(known) for known, _, _ in found.values()), _WORTHS)), 0
    for column, criterion in spread:
        known, rows, which = found[column]
        row = np.full(len(known), -1, np.int64)
        for start in range(0, len(known), _AT_ONCE):
            worths = _worths(known[start : start + _AT_ONCE], criterion)
            vary = np.flatnonzero(worths.min(axis=1) < worths.max(axis=1))
            row[start + vary] = filled + np.arange(len(vary))
            tables[filled : filled + len(vary)] = worths[vary]
            filled += len(vary)
        table[rows, column] = row[which]
    return tables[:filled], table


def _distinct(amount: Array) -> tuple[Array, NDArray[np.intp], NDArray[np.intp]]:
    """The amounts that are known and not endless, each once; whose they are; and which is whose."""
    rows = np.flatnonzero(np.isfinite(amount))
    known, which = np.unique(amount[rows], return_inverse=True)
    return known, rows, which


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


def _worths(amount: Array, criterion: Criterion) -> Array:
    assert criterion.spread is not None  # the caller asks for no other
    within = amounts_within(amount, criterion.spread)
    measured = pd.DataFrame({"amount": within.ravel()})  # of texts there is no spread
    return valuing.value(measured, criterion).to_numpy(dtype=np.float64).reshape(within.shape)


def _numbers(names: list[str], seed: int) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
    """A number of each name, far from those of other names and seeds."""
    digests = (hashlib.blake2b(f"{seed}\0{name}".encode(), digest_size=8).digest() for name in names)
    return np.frombuffer(b"".join(digests), dtype="<u8").astype(np.uint64)
