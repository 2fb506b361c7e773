"""Amounts in, contributions out: value, weight, sum, rank.

Plain arithmetic on pandas tables. A contribution is value x weight; a score is the sum of a plot's
contributions and nothing else. An unknown amount contributes nothing to the score and its whole
weight to `score_high`, so every score is the low end of an honest interval.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from siteplan import units
from siteplan.amounts import Connected
from siteplan.criteria import Constraint, Criterion
from siteplan.errors import DataError
from siteplan.plan import Plan
from siteplan.valuing import value
from siteplan.words import Saying, joined, said
from siteplan.worth import Category

# Scores that differ by less than rounding in the last digits of a sum are equal.
_SCORE_DIGITS = 12

SAID = ("excluded_by", "unchecked")
"""The columns of totals that hold sayings until a result is made of them."""


def contributions(
    measured: Mapping[str, pd.DataFrame], plan: Plan, among: pd.Series | None = None
) -> pd.DataFrame:
    """Judge every criterion for every plot.

    Parameters
    ----------
    measured
        For each criterion's name, what was measured, all on one index of plots.
    plan
        The criteria, their value functions and weights.
    among
        Which plots a relative value is relative to; all unless given.

    Returns
    -------
    contributions
        One row per plot and criterion, plot by plot, criteria in the plan's order: the measured
        columns with `amount` in the criterion's `unit`, and `value` (0-1), `weight` (share of all
        weights), `contribution` (value x weight); value and contribution are missing where the
        amount is unknown.

    Raises
    ------
    DataError
        If texts occur that a category table neither lists nor covers by `other`.
    """
    refuse_unlisted(measured, plan)
    rows = [_judged(measured[criterion.name], criterion, plan, among) for criterion in plan.criteria]
    order = {plot: row for row, plot in enumerate(rows[0]["plot"])}
    table = pd.concat(rows, ignore_index=True)
    return table.sort_values("plot", key=lambda plots: plots.map(order), kind="stable", ignore_index=True)


def _judged(
    measured: pd.DataFrame, criterion: Criterion, plan: Plan, among: pd.Series | None
) -> pd.DataFrame:
    measured = in_plan_unit(measured, criterion)
    worth = value(measured, criterion, among)
    weight = plan.shares[criterion.name]
    return pd.DataFrame(
        {
            "plot": measured.index,
            "criterion": criterion.name,
            "label": criterion.label,
            "measure": criterion.measure.kind,
            "layer": getattr(criterion.measure, "layer", ""),
            "amount": measured["amount"].to_numpy(),
            "category": measured["category"].to_numpy(),
            "unit": measured["unit"].to_numpy(),
            "feature": measured["feature"].to_numpy(),
            "feature_name": measured["feature_name"].to_numpy(),
            "value": worth.to_numpy(),
            "weight": weight,
            "contribution": worth.to_numpy() * weight,
        }
    )


def in_plan_unit(measured: pd.DataFrame, judged: Criterion | Constraint) -> pd.DataFrame:
    """Return amounts as the planner speaks of them: in the unit that the plan names."""
    if judged.unit is None or measured.empty:
        return measured
    factor = units.factor(str(measured["unit"].iat[0]) or judged.unit, judged.unit)
    amounts = {name: measured[name] * factor for name in ("amount", "least", "most") if name in measured}
    return measured.assign(**amounts, unit=judged.symbol)


def refuse_unlisted(measured: Mapping[str, pd.DataFrame], plan: Plan) -> None:
    """Refuse texts without a worth.

    Raises
    ------
    DataError
        If texts occur that a category table neither lists nor covers by `other`.
    """
    problems = []
    for criterion in plan.criteria:
        shape = criterion.value
        if isinstance(shape, Category) and shape.other is None:
            texts = measured[criterion.name]["category"].dropna()
            unlisted = texts[~texts.isin(list(shape.worths))]
            problems += [
                f"criterion {criterion.name!r}: {text!r} ({', '.join(map(str, plots[:5]))}) has no worth; "
                "add it to value.worths, or give value.other"
                for text, plots in unlisted.groupby(unlisted).groups.items()
            ]
    if problems:
        raise DataError("texts without a worth", problems)


def verdict(measured: pd.DataFrame, constraint: Constraint) -> pd.DataFrame:
    """Judge one constraint for every plot.

    Returns
    -------
    verdict
        On the index of `measured`: `excluded_by`, the violation in words with amount, bound and
        unit (or why there is no amount, as "not reachable", which meets no bound on a connection),
        and `unchecked`, the constraint's label where the amount is unknown; empty text
        where there is nothing to say. What violates a bound is said by a `Saying`.
    """
    if constraint.one_of is not None:
        texts = measured["category"]
        unknown, violated = texts.isna(), ~texts.isin(constraint.one_of)
        violated &= ~unknown
        shown: Iterable[str] = (Saying.of("cell", word=str(text)) for text in texts[violated])
        cells = joined([Saying.of("cell", word=one) for one in constraint.one_of], "bound.or")
        bound: str = said("bound.one_of", listed=cells)
    else:
        unknown, violated, shown = _against(in_plan_unit(measured, constraint), constraint)
        bound = _bound(constraint)
    excluded = np.full(len(measured), "", dtype=object)
    # Of millions of plots words are what takes time: only what is excluded has any.
    excluded[violated] = np.fromiter(
        (said("bound.violated", label=constraint.label, amount=one, bound=bound) for one in shown),
        dtype=object,
        count=int(violated.sum()),
    )
    return pd.DataFrame(
        {
            "excluded_by": pd.Series(excluded, measured.index, dtype=object),
            "unchecked": pd.Series(constraint.label, index=measured.index).where(unknown, ""),
        }
    )


def _against(measured: pd.DataFrame, constraint: Constraint) -> tuple[pd.Series, pd.Series, Iterable[str]]:
    """Which amounts leave a bound open, which violate it, and those that do in words.

    An amount that is not known but lies between `least` and `most` is judged by both: what keeps to
    the bounds at either end keeps to them, what lies outside with both does not.
    """
    high = np.inf if constraint.at_most is None else constraint.at_most
    low = -np.inf if constraint.at_least is None else constraint.at_least
    amount = measured["amount"]
    least, most = (amount.fillna(measured[end]) if end in measured else amount for end in ("least", "most"))
    violated = (least > high) | (most < low)
    unknown = ~violated & ~((least >= low) & (most <= high))
    if isinstance(constraint.measure, Connected):
        # What is not served costs nothing and is of no length: it meets no bound, low or high.
        violated |= np.isinf(amount)
        unknown &= ~violated
    return unknown, violated, _told(measured[violated], (least[violated], most[violated]), constraint)


def _told(measured: pd.DataFrame, ends: tuple[pd.Series, pd.Series], constraint: Constraint) -> Iterator[str]:
    """Amounts in words; a category where what was sought is not there."""
    high = np.inf if constraint.at_most is None else constraint.at_most
    low = -np.inf if constraint.at_least is None else constraint.at_least
    instead = measured["category"].where(np.isinf(measured["amount"]), None)
    for least, most, category in zip(*ends, instead, strict=True):
        if isinstance(category, str):
            yield Saying.of("cell", word=category)
        else:
            yield _interval(least, most, constraint.symbol, high if least > high else low)


def _interval(least: float, most: float, symbol: str, bound: float) -> str:
    """An amount in words, told apart from a bound; two where it is not known, none where nothing is."""
    known = dict.fromkeys(float(one) for one in (least, most) if not math.isnan(one))
    if any(map(math.isinf, known)):
        return said("word.none_there")
    ends = list(dict.fromkeys(Saying.of("amount", one, symbol, float(bound)) for one in known))
    return said("word.span", low=ends[0], high=ends[1]) if len(ends) > 1 else joined(ends)


def _bound(constraint: Constraint) -> str:
    bounds = (("bound.at_most", constraint.at_most), ("bound.at_least", constraint.at_least))
    told = [
        said(key, amount=Saying.of("amount", number, constraint.symbol))
        for key, number in bounds
        if number is not None
    ]
    return said("bound.both", first=told[0], last=told[1]) if len(told) > 1 else joined(told)


def admitted(verdicts: Sequence[pd.DataFrame], plots: pd.Index) -> pd.Series:
    """Return which plots no constraint excludes."""
    return _joined([verdict["excluded_by"] for verdict in verdicts], plots) == ""


def totals(judged: pd.DataFrame, verdicts: Sequence[pd.DataFrame], plots: pd.Index) -> pd.DataFrame:
    """Sum contributions into scores, and rank the plots that no constraint excludes.

    Parameters
    ----------
    judged
        The result of `contributions`.
    verdicts
        The results of `verdict`, one for each constraint.
    plots
        The index of the result.

    Returns
    -------
    totals
        `rank` (1 is best, equal scores share the better rank), `score` (unknown counts 0),
        `score_high` (unknown counts 1), `completeness` (share of the weights whose amount is
        known), `excluded_by` and `unchecked` (constraints violated, and not decidable). Score and
        rank are missing for an excluded plot.
    """
    groups = judged.groupby("criterion", sort=True)
    rows = {str(name): group.set_index("plot").reindex(plots) for name, group in groups}
    table = summed(
        {name: (one["contribution"], one["weight"]) for name, one in rows.items()}, verdicts, plots
    )
    rank = rounded(table["score"]).rank(method="min", ascending=False).astype("Int64")
    table.insert(0, "rank", rank)
    return table


def summed(
    judged: Mapping[str, tuple[pd.Series, pd.Series]], verdicts: Sequence[pd.DataFrame], plots: pd.Index
) -> pd.DataFrame:
    """Sum contributions into scores, without a rank: a plot's row depends on no other plot.

    Parameters
    ----------
    judged
        For each criterion's name the contributions and the weights, on the index `plots`.
    verdicts, plots
        As for `totals`.

    Returns
    -------
    summed
        The columns of `totals` but `rank`.
    """
    table = pd.DataFrame(0.0, index=plots, columns=["score", "score_high"])
    unknown = pd.Series(0.0, index=plots)
    # One criterion after another, in the order of their names: the last digit of a sum then
    # depends neither on the other plots nor on the order of the plan.
    for name in sorted(judged):
        contribution, weight = judged[name]
        known = contribution.notna()
        table["score"] += contribution.fillna(0.0)
        table["score_high"] += contribution.where(known, weight)
        unknown += weight.mask(known, 0.0)
    table = table.clip(upper=1.0)
    table["completeness"] = (1.0 - unknown).clip(lower=0.0)
    for column in SAID:
        table[column] = _joined([verdict[column] for verdict in verdicts], plots)
    excluded = table["excluded_by"] != ""
    table.loc[excluded, ["score", "score_high"]] = np.nan
    return table


def rounded(score: pd.Series) -> pd.Series:
    """Return scores as they are compared: what differs by the rounding of a sum is equal."""
    return score.round(_SCORE_DIGITS)


def _joined(texts: Sequence[pd.Series], plots: pd.Index) -> pd.Series:
    """Join what the constraints say about each plot; empty where none says anything."""
    told = np.full(len(plots), "", dtype=object)
    each = [column.reindex(plots).to_numpy(object) for column in texts]
    there = np.array([column != "" for column in each], dtype=bool).reshape(len(each), len(plots))
    for row in np.flatnonzero(there.any(axis=0)).tolist():
        told[row] = joined(column[row] for column in each if column[row])
    return pd.Series(told, plots, dtype=object)
