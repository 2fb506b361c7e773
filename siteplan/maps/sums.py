"""What each plot's score is the sum of: contributions as tables of plots by criteria."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from siteplan.maps.values import number, texts
from siteplan.rounding import shown_parts

if TYPE_CHECKING:
    from siteplan.scorecard import Scorecard

Floats = NDArray[np.float64]

EXACT = 12
"""Digits to which scores and their parts are compared; scores are ranked to as many."""

_DIGITS = 6
_WRONG = 1e-6


@dataclass(frozen=True)
class Sums:
    """One row per plot, one column per criterion in the plan's order.

    Attributes
    ----------
    amount
        In the plan's unit; infinite where a layer is known to be empty, missing where unknown.
    worth
        0-1, missing where unknown.
    exact
        Contribution to the score, missing where unknown.
    category, feature
        Texts; empty where there is none.
    tie_in
        Longitude and latitude, shape (plots, criteria, 2); missing where there is none.
    """

    amount: Floats
    worth: Floats
    exact: Floats
    category: NDArray[np.object_]
    feature: NDArray[np.object_]
    tie_in: Floats

    def __len__(self) -> int:
        return len(self.worth)

    def parts(self, plot: int) -> list[dict[str, Any]]:
        """Return one plot's contributions, one per criterion."""
        return [self._part(plot, criterion) for criterion in range(self.worth.shape[1])]

    def _part(self, plot: int, criterion: int) -> dict[str, Any]:
        here = (plot, criterion)
        tie_in = self.tie_in[here]
        return {
            "criterion": criterion,
            "amount": number(self.amount[here]),
            "none": math.isinf(self.amount[here]),
            "category": self.category[here],
            "feature": self.feature[here],
            "worth": number(self.worth[here]),
            "exact": number(self.exact[here], EXACT),
            "tie_in": [number(degrees) for degrees in tie_in] if np.isfinite(tie_in).all() else None,
        }


def sums(card: Scorecard, order: NDArray[np.intp]) -> Sums:
    """Return the contributions of plots, in an order of the rows of `card.plots`.

    Raises
    ------
    OutputError
        If a plot's contributions do not add up to its score.
    """
    rows = card.contributions
    row = _places(rows["plot"], card.plots.index, order)
    column, criteria = pd.factorize(rows["criterion"])
    there = row >= 0
    shape = (len(order), len(criteria))

    def table(values: Any, empty: Any) -> Any:
        array = np.asarray(values, dtype=object if empty == "" else float)
        filled = np.full(shape + array.shape[1:], empty, array.dtype)
        filled[row[there], column[there]] = array[there]
        return filled

    named, ids = (np.array(texts(rows[name]), dtype=object) for name in ("feature_name", "feature"))
    exact = table(rows["contribution"], math.nan)
    made = Sums(
        table(rows["amount"], math.nan),
        np.where(np.isnan(exact), math.nan, table(rows["value"], math.nan)),
        exact.round(EXACT),
        table(texts(rows["category"]), ""),
        table(np.where(named == "", ids, named), ""),
        table(rows[["tie_in_lon", "tie_in_lat"]].to_numpy(float).round(_DIGITS), math.nan),
    )
    _refuse_wrong(made.exact, card.plots["score"].to_numpy(float)[order])
    return made


def _places(plots: pd.Series, index: pd.Index, order: NDArray[np.intp]) -> NDArray[np.intp]:
    """Where in the order the plot of each row stands; -1 where it does not."""
    number, different = pd.factorize(plots)
    same = pd.Index(different).equals(index)
    found = np.arange(len(index)) if same else index.get_indexer(pd.Index(different))
    place = np.full(len(index) + 1, -1)  # the last for what is not found
    place[order] = np.arange(len(order))
    places: NDArray[np.intp] = place[found][number]
    return places


def _refuse_wrong(exact: Floats, score: Floats) -> None:
    wrong = np.abs(np.nansum(exact, axis=1) - score) > _WRONG
    for plot in np.flatnonzero(wrong):
        known = exact[plot][~np.isnan(exact[plot])]
        shown_parts(known.tolist(), float(score[plot]))
