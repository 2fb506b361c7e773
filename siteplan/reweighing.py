"""The same worths under other weights: fast enough for a slider."""

from __future__ import annotations

import math
from collections.abc import Mapping
from numbers import Real

import numpy as np
import pandas as pd

from siteplan.errors import PlanError
from siteplan.models import near
from siteplan.scorecard import Scorecard

_DIGITS = 12
_MOST = 1e9  # as of a plan


class Reweighing:
    """A result made ready to be ranked by other weights; its measured worths stay as they are.

    Parameters
    ----------
    card
        The result.

    Attributes
    ----------
    criteria
        Their names, in the plan's order, each with its share of the weight.

    Examples
    --------
    `Reweighing(card)({"rail": 3, "free_power": 1})` ranks by rail and power alone.
    """

    def __init__(self, card: Scorecard) -> None:
        wide = card.contributions.pivot(index="plot", columns="criterion", values="value")
        # Sums go by the criteria's names, as in the ranking, so that the last digit is the same.
        self._names = sorted(card.plan.shares)
        self._values = wide.reindex(index=card.plots.index, columns=self._names).to_numpy(dtype=float)
        self._plots = card.plots.index
        self._excluded = (card.plots["excluded_by"] != "").to_numpy()
        self.criteria = dict(card.plan.shares)

    def __call__(self, weights: Mapping[str, float]) -> pd.DataFrame:
        """Rank by other weights.

        Parameters
        ----------
        weights
            By criterion, in any measure; what is not named weighs nothing.

        Returns
        -------
        totals
            On the plots' index: `rank`, `score`, `score_high`, as a scorecard has them.

        Raises
        ------
        PlanError
            If a name is no criterion, a weight is negative or no number, or all are zero.
        """
        shares = self._shares(weights)
        score, high = np.zeros(len(self._plots)), np.zeros(len(self._plots))
        for column, name in enumerate(self._names):
            known = ~np.isnan(self._values[:, column])
            part = np.where(known, self._values[:, column] * shares[name], 0.0)
            score += part
            high += np.where(known, part, shares[name])
        table = pd.DataFrame({"score": score, "score_high": high}, index=self._plots).clip(upper=1.0)
        table.loc[self._excluded] = np.nan
        rank = table["score"].round(_DIGITS).rank(method="min", ascending=False).astype("Int64")
        table.insert(0, "rank", rank)
        return table

    def _shares(self, weights: Mapping[str, float]) -> dict[str, float]:
        wrong = [
            f"there is no criterion {name!r}{near(name, self._names)}"
            for name in weights
            if name not in self._names
        ]
        wrong += [
            f"{name}: {weight!r} is no weight; give a number from 0 to {_MOST:g}"
            for name, weight in weights.items()
            if not _is_weight(weight)
        ]
        if not wrong and not any(weights.values()):
            wrong = ["all weights are zero; give at least one a weight above 0"]
        if wrong:
            raise PlanError("weights refused", wrong)
        total = math.fsum(weights.values())
        return {name: weights.get(name, 0.0) / total for name in self._names}


def _is_weight(given: object) -> bool:
    return not isinstance(given, bool) and isinstance(given, Real) and 0 <= float(given) <= _MOST
