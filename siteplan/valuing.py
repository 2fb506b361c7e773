"""Value functions: amounts in, worth from 0 to 1 out."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd

from siteplan import units
from siteplan.amounts import Connected, Travelled
from siteplan.criteria import Criterion
from siteplan.findings import Finding
from siteplan.worth import Category, Exponential, Linear, Logistic, Piecewise, Relative, Step, Target

_EQUAL_DIGITS = 9  # of the largest amount: what differs beyond is rounding
_MOST_DIGITS = 300  # to which numpy can round

_RELATIVE = (
    "its worth is relative to the other plots: the scores of all change when a plot comes, goes or changes"
)


def linear(amount: pd.Series, *, best: float, worst: float) -> pd.Series:
    """Worth of an amount: 1 at `best`, 0 at `worst`, straight between, flat beyond.

    Parameters
    ----------
    amount
        What was measured, one row per plot, in the measure's unit.
    best, worst
        Amounts worth 1 and 0, same unit. `best < worst` when less is better.

    Returns
    -------
    value
        Worth from 0 to 1, on the index of `amount`; missing stays missing.

    Examples
    --------
    >>> linear(pd.Series([0, 500, 2000]), best=0, worst=1000).tolist()
    [1.0, 0.5, 0.0]
    """
    # Nothing is added to -0, which would print as -0.000.
    return ((amount - worst) / (best - worst)).clip(0.0, 1.0) + 0.0


def piecewise(amount: pd.Series, *, points: tuple[tuple[float, float], ...]) -> pd.Series:
    """Worth on straight lines through (amount, worth) points, flat beyond both ends.

    Examples
    --------
    >>> piecewise(pd.Series([1, 3, 9]), points=((2, 0.0), (4, 1.0), (8, 0.5))).tolist()
    [0.0, 0.5, 0.5]
    """
    at, worth = zip(*points, strict=True)
    return pd.Series(np.interp(amount, at, worth), index=amount.index).where(amount.notna())


def step(amount: pd.Series, *, steps: tuple[tuple[float, float], ...], beyond: float) -> pd.Series:
    """Worth of the first bound that an amount does not exceed; `beyond` past the last.

    Examples
    --------
    >>> step(pd.Series([500, 501, 9000]), steps=((500, 1.0), (2000, 0.4)), beyond=0.0).tolist()
    [1.0, 0.4, 0.0]
    """
    bounds, worths = zip(*steps, strict=True)
    chosen = np.searchsorted(bounds, amount.to_numpy(dtype=float), side="left")
    return pd.Series(np.append(worths, beyond)[chosen], index=amount.index).where(amount.notna())


def exponential(amount: pd.Series, *, best: float, half: float) -> pd.Series:
    """Worth 1 at and before `best`, one half at `half`, a quarter as far again, and so on.

    Examples
    --------
    >>> exponential(pd.Series([0, 1000, 2000]), best=0, half=1000).tolist()
    [1.0, 0.5, 0.25]
    """
    return 0.5 ** ((amount - best) / (half - best)).clip(lower=0.0)


def category(text: pd.Series, *, worths: Mapping[str, float], other: float | None) -> pd.Series:
    """Worth of each text by the planner's table; `other` for texts that are not in it.

    Examples
    --------
    >>> category(pd.Series(["paved", None]), worths={"paved": 1.0}, other=None).tolist()
    [1.0, nan]
    """
    value = text.map(dict(worths)).astype(float)
    return value if other is None else value.where(value.notna() | text.isna(), other)


def logistic(amount: pd.Series, *, half: float, high: float) -> pd.Series:
    """Worth on an S-shaped curve: one half at `half`, 0.9 at `high`, 0.1 as far on the other side.

    The curve is 1 / (1 + exp(-k (amount - half))) with k = ln 9 / (high - half).

    Examples
    --------
    >>> logistic(pd.Series([200, 500, 800, float("inf")]), half=500, high=200).round(3).tolist()
    [0.9, 0.5, 0.1, 0.0]
    """
    steep = math.log(9.0) / (high - half)
    return pd.Series(0.5 + 0.5 * np.tanh(0.5 * steep * (amount - half)), index=amount.index)


def target(
    amount: pd.Series, *, best: tuple[float, float], low: float | None, high: float | None
) -> pd.Series:
    """Worth 1 from the first to the second amount of `best`, falling straight to 0 at `low` and `high`.

    A side without an end does not fall.

    Examples
    --------
    >>> target(pd.Series([1, 3, 4, 5, 14]), best=(4, 6), low=2, high=10).tolist()
    [0.0, 0.5, 1.0, 1.0, 0.0]
    """
    points = [] if low is None else [(low, 0.0)]
    points += [(at, 1.0) for at in sorted({*best})]
    points += [] if high is None else [(high, 0.0)]
    return piecewise(amount, points=tuple(points))


def relative(amount: pd.Series, *, by: str, better: str, among: pd.Series) -> pd.Series:
    """Worth by the place of an amount among those of other plots.

    By min-max the best amount among them is worth 1 and the worst 0, straight between; by percentile it
    is the share of those that are worse and half of those that are as good, itself included, as
    NatLabRockies/reVeal counts: the best of n is worth 1 - 1/(2n). Where all are equal, they are worth 1.

    Parameters
    ----------
    amount
        One row per plot.
    by
        "min-max" or "percentile".
    better
        "more" or "less".
    among
        Which plots it is relative to; if none of them has an amount, to all that have one.

    Examples
    --------
    >>> amount = pd.Series([10.0, 20.0, 40.0])
    >>> relative(amount, by="min-max", better="less", among=amount.notna()).round(3).tolist()
    [1.0, 0.667, 0.0]
    >>> relative(amount, by="percentile", better="more", among=amount.notna()).round(3).tolist()
    [0.167, 0.5, 0.833]
    """
    given = amount if better == "more" else -amount
    # Rounding tells no amounts apart; how far apart the others are is told by what was measured.
    signed = _even(given)
    members = among & given.notna()
    members = members if members.any() else given.notna()
    ordered = np.sort(signed[members].to_numpy(dtype=float))
    if not len(ordered) or ordered[0] == ordered[-1]:
        best = ordered[-1] if len(ordered) else 0.0
        return (signed >= best).astype(float).where(amount.notna())
    if by == "percentile":
        below, up_to = (np.searchsorted(ordered, signed, side=side) for side in ("left", "right"))
        worth = (below + up_to) / (2 * len(ordered))
        return pd.Series(worth, index=amount.index).where(amount.notna())
    finite = members & np.isfinite(given)
    if signed[finite].nunique() > 1:
        low, high = float(given[finite].min()), float(given[finite].max())
        return linear(given, best=high, worst=low)
    best = signed[finite].max() if finite.any() else 0.0
    return (signed >= best).astype(float).where(amount.notna())


def _even(amount: pd.Series) -> pd.Series:
    """Amounts without the last digits, in which equal amounts differ by how they were computed."""
    finite = amount[np.isfinite(amount)].abs()
    largest = float(finite.max()) if len(finite) else 0.0
    if not largest > 0:
        return amount
    return amount.round(min(_EQUAL_DIGITS - math.ceil(math.log10(largest)), _MOST_DIGITS))


def value(measured: pd.DataFrame, criterion: Criterion, among: pd.Series | None = None) -> pd.Series:
    """Worth of what was measured for a criterion, 0-1; missing where the amount is unknown.

    An endless amount is past every other: nothing of the layer is there. Where it says that a way or a
    connection is not to be had, it is worth the least that the value function gives, also where more is
    better.

    Parameters
    ----------
    measured
        One row per plot with `amount` in the criterion's unit, and `category`.
    criterion
        Holds the value function.
    among
        Which plots a relative value is relative to; all unless given.
    """
    amount, shape = measured["amount"], criterion.value
    out_of_reach = np.isinf(amount) & isinstance(criterion.measure, Connected | Travelled)
    if isinstance(shape, Category):
        return category(measured["category"], worths=shape.worths, other=shape.other)
    if isinstance(shape, Relative):
        every = pd.Series(True, index=amount.index) if among is None else among
        worst = -np.inf if shape.better == "more" else np.inf
        return relative(amount.mask(out_of_reach, worst), by=shape.by, better=shape.better, among=every)
    return _anchored(amount, shape).mask(out_of_reach, _least(shape))


_Anchored = Linear | Piecewise | Step | Exponential | Logistic | Target


def _anchored(amount: pd.Series, shape: _Anchored) -> pd.Series:
    """Worth of amounts by a value function with the planner's anchors."""
    match shape:
        case Linear():
            return linear(amount, best=shape.best, worst=shape.worst)
        case Piecewise():
            return piecewise(amount, points=shape.points)
        case Step():
            return step(amount, steps=shape.steps, beyond=shape.beyond)
        case Exponential():
            return exponential(amount, best=shape.best, half=shape.half)
        case Logistic():
            return logistic(amount, half=shape.half, high=shape.high)
        case Target():
            return target(amount, best=shape.best, low=shape.low, high=shape.high)


def _least(shape: _Anchored) -> float:
    """The least that a value function gives to any amount, or comes near to."""
    if isinstance(shape, Piecewise):
        return min(worth for _, worth in shape.points)
    if isinstance(shape, Step):
        return min(shape.beyond, *(worth for _, worth in shape.steps))
    return 0.0


def relative_findings(
    judged: pd.DataFrame, criteria: tuple[Criterion, ...], among: pd.Series
) -> list[Finding]:
    """Say which criteria are judged against the other plots, and which of them tell none apart.

    Parameters
    ----------
    judged
        The contributions: one row per plot and criterion, amounts in the plan's units.
    criteria
        The plan's; only those with relative values are spoken of.
    among
        Which plots no constraint excludes.
    """
    found = []
    for one in criteria:
        if one.value.shape != "relative":
            continue
        where = f"plan, criterion {one.name!r}"
        anchors = "give reference amounts, as of linear, to keep scores"
        found.append(Finding("note", where, _RELATIVE, anchors))
        amount = judged[judged["criterion"] == one.name].set_index("plot")["amount"]
        if flat := _flat(amount[among.reindex(amount.index)].dropna(), one):
            found.append(Finding("warning", where, flat, "leave it out, or give reference amounts"))
    return found


def _flat(known: pd.Series, criterion: Criterion) -> str:
    """Why the amounts of the plots that are not excluded tell none of them apart; empty where they do."""
    if not len(known):
        return "no plot that is not excluded has a known amount, so that there is nothing to be relative to"
    if _even(known).nunique() > 1:
        return ""
    shown = units.shown(float(known.iloc[0]), criterion.symbol)
    if len(known) == 1:
        return f"the only plot compared has {shown}, so that it tells no plot from another"
    return f"all {len(known)} plots compared have {shown}, so that it tells none of them from another"
