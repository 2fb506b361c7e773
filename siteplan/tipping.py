"""Where a rank tips: by the weight of one criterion, by what is unknown, by another plot's absence."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from siteplan import valuing
from siteplan.criteria import Criterion
from siteplan.plan import Plan
from siteplan.worth import Relative

_PAIRED = 20
_EQUAL = 1e-12  # scores closer than this are equal


def limits(values: pd.DataFrame, shares: Mapping[str, float], first: str) -> pd.DataFrame:
    """Return within which shares of each criterion a plot stays first.

    When a criterion's share becomes t, each other share is multiplied by (1 - t) / (1 - share), so
    that a plot's score is a straight line over t, and a plot stays first up to where the first of the
    other lines crosses its own.

    Parameters
    ----------
    values
        Worth by plot and criterion, as the ranking counts it: what is unknown counts 0.
    shares
        The plan's shares; they sum to 1.
    first
        The plot that is first by them.

    Returns
    -------
    limits
        Indexed by criterion: `share`; `low` and `high`, between which the plot stays first; `below`
        and `above`, who is first beyond each, empty where nobody is.

    Examples
    --------
    >>> values = pd.DataFrame({"rail": [0.2, 0.8], "gas": [0.9, 0.1]}, index=["a", "b"])
    >>> limits(values, {"rail": 0.5, "gas": 0.5}, "a")[["low", "high"]].round(3).to_numpy().tolist()
    [[0.0, 0.571], [0.429, 1.0]]
    """
    worth = values.to_numpy(dtype=np.float64)
    weights = np.array([shares[name] for name in values.columns])
    own = list(values.index).index(first)
    rows = [_interval(worth, weights, column, own) for column in range(len(weights))]
    names = [*map(str, values.index), ""]
    return pd.DataFrame(
        {
            "share": weights,
            "low": [low for low, _, _, _ in rows],
            "high": [high for _, high, _, _ in rows],
            "below": [names[below] for _, _, below, _ in rows],
            "above": [names[above] for _, _, _, above in rows],
        },
        index=pd.Index(values.columns, name="criterion"),
    )


def _interval(
    worth: NDArray[np.float64], weights: NDArray[np.float64], column: int, own: int
) -> tuple[float, float, int, int]:
    """Least and greatest share, and the rows of those who are first beyond; -1 for nobody."""
    others = np.delete(weights, column)
    if not others.sum() > 0:
        return 1.0, 1.0, -1, -1
    rest = np.delete(worth, column, axis=1) @ (others / others.sum())
    # The lead over each rival at a share of 1 and at a share of 0; in between it is a straight line.
    full, none = (_lead(at, own) for at in (worth[:, column], rest))
    with np.errstate(divide="ignore", invalid="ignore"):
        crossing = none / (none - full)
    high = np.where(full < 0, np.maximum(crossing, weights[column]), np.inf)
    low = np.where(none < 0, np.minimum(crossing, weights[column]), -np.inf)
    above, below = _next(high, full - none), _next(-low, none - full)
    return (
        float(max(low[below], 0.0)),
        float(min(high[above], 1.0)),
        below if np.isfinite(low[below]) else -1,
        above if np.isfinite(high[above]) else -1,
    )


def _lead(scores: NDArray[np.float64], own: int) -> NDArray[np.float64]:
    """The lead of one over each; what differs by the rounding of a sum is no lead, as in the ranking."""
    lead = scores[own] - scores
    return np.where(np.abs(lead) > _EQUAL, lead, 0.0)


def _next(crossing: NDArray[np.float64], slope: NDArray[np.float64]) -> int:
    """Who is first beyond the nearest crossing: of those who cross there, the one that gains fastest."""
    there = np.flatnonzero(crossing <= crossing.min() + _EQUAL)
    return int(there[slope[there].argmin()])


def span(totals: pd.DataFrame, digits: int = 12) -> pd.DataFrame:
    """Return the best and the worst place of each ranked plot while what is unknown may be worth anything.

    Parameters
    ----------
    totals
        `score` and `score_high` of the ranked plots.
    digits
        Scores that are equal when rounded to so many are equal.

    Returns
    -------
    span
        On the same index: `rank_low`, the best place: it has its high score and all others their low
        ones; `rank_high`, the worst: the other way round.

    Examples
    --------
    >>> span(pd.DataFrame({"score": [0.6, 0.5, 0.2], "score_high": [0.6, 0.7, 0.2]})).to_numpy().tolist()
    [[1, 2], [1, 2], [3, 3]]
    """
    low, high = (
        totals[column].to_numpy(dtype=np.float64).round(digits) for column in ("score", "score_high")
    )
    above_high = len(low) - np.searchsorted(np.sort(low), high, side="right")
    above_low = len(high) - np.searchsorted(np.sort(high), low, side="right")
    # Its own high score may be above its own low one; it is no rival of itself.
    worst = 1 + above_low - (high > low)
    return pd.DataFrame({"rank_low": 1 + above_high, "rank_high": worst}, index=totals.index)


@dataclass(frozen=True, eq=False)
class Absences:
    """What the absence of single plots would do to the order of the best.

    Attributes
    ----------
    reversals
        `removed`, `plot`, `over`: without the first, the second would be better than the third.
    looked_at
        How many of the best were looked at and taken away, of how many ranked, and how many more that
        hold a best or worst amount were taken away; nothing where no value is relative.
    """

    reversals: pd.DataFrame
    looked_at: tuple[int, ...]


def absences(contributions: pd.DataFrame, ranked: pd.DataFrame, plan: Plan) -> Absences:
    """Return pairs of the best plots whose order would change if another plot were not there.

    Only relative values depend on other plots. Each of the best 20, and each plot that holds the best or
    the worst amount of a relative criterion, is taken away in turn; what is unknown is worth 0.
    """
    none = pd.DataFrame({"removed": [], "plot": [], "over": []}, dtype="str")
    criteria = [one for one in plan.criteria if isinstance(one.value, Relative) and plan.shares[one.name] > 0]
    if not criteria:
        return Absences(none, ())
    by = contributions[contributions["plot"].isin(ranked.index)].pivot(index="plot", columns="criterion")
    names, shares = list(plan.shares), pd.Series(plan.shares)
    values, amounts = (
        pd.DataFrame(by[column]).reindex(index=ranked.index, columns=names).astype(float)
        for column in ("value", "amount")
    )
    few = ranked.index[:_PAIRED]
    before = pd.Series(values.fillna(0.0) @ shares).loc[few]
    taken = [*dict.fromkeys([*few, *_extremes(amounts, criteria)])]
    found = []
    for removed in taken:
        without = _without(removed, values, amounts, criteria)
        after = pd.Series(without.fillna(0.0) @ shares).loc[few].drop(removed, errors="ignore")
        found += [
            (str(removed), str(lower), str(upper))
            for upper, lower in combinations(after.index, 2)
            if before[upper] > before[lower] + _EQUAL and after[lower] > after[upper] + _EQUAL
        ]
    looked_at = (len(few), len(ranked), len(taken) - len(few))
    return Absences(pd.DataFrame(found, columns=none.columns, dtype="str") if found else none, looked_at)


def _extremes(amounts: pd.DataFrame, criteria: list[Criterion]) -> list[Hashable]:
    """The plots that hold the least and the greatest amounts."""
    return [
        amounts[one.name].agg(end)
        for one in criteria
        for end in ("idxmin", "idxmax")
        if amounts[one.name].notna().any()
    ]


def _without(
    removed: Hashable, values: pd.DataFrame, amounts: pd.DataFrame, criteria: list[Criterion]
) -> pd.DataFrame:
    """The worths where relative ones are relative to the other plots than one."""
    among = pd.Series(amounts.index != removed, index=amounts.index)
    again = {
        one.name: valuing.value(pd.DataFrame({"amount": amounts[one.name], "category": None}), one, among)
        for one in criteria
    }
    return values.assign(**again)
