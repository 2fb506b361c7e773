"""Robustness computed: what other weights and unknown amounts would make of a rank.

Stochastic multicriteria acceptability analysis (SMAA-2) over the weights that a planner finds
plausible and the amounts that are not certain, and exact limits of each weight beside it.

References
----------
Lahdelma & Salminen 2001, SMAA-2: Stochastic multicriteria acceptability analysis for group decision
making, Operations Research 49(3). Tervonen & Lahdelma 2007, Implementing stochastic multicriteria
acceptability analysis, European Journal of Operational Research 178(2).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from siteplan import tipping
from siteplan.kernels.acceptability import DIGITS, Loose
from siteplan.looseness import loose
from siteplan.places import Array, Places, blocks, places, scores
from siteplan.plan import Plan
from siteplan.robustness import Robustness
from siteplan.uncertainty import Doubts
from siteplan.weightings import drawn

_PLACES = 50
_PAIRED = 20
_CONFIDENT = 20  # plots whose confidence is asked for: those that are first most often
_CONFIDENCE_DRAWS = 1_000


def assess(contributions: pd.DataFrame, totals: pd.DataFrame, plan: Plan) -> Robustness | None:
    """Draw weights and uncertain amounts, rank the plots by each draw, and count.

    Parameters
    ----------
    contributions
        As of a scorecard: `plot`, `criterion`, `amount` in the plan's unit, `value`.
    totals
        Indexed by plot: `rank`, `score`, `score_high`; excluded plots have no rank and take no part.
    plan
        The weights; `plan.robustness` says what is drawn, by default any weights.

    Returns
    -------
    robustness
        None where no plot is ranked.
    """
    ranked = totals[totals["rank"].notna()].sort_values("rank", kind="stable")
    if ranked.empty:
        return None
    doubts = plan.robustness or Doubts()
    criteria = [one for one in plan.criteria if plan.shares[one.name] > 0]
    names = [one.name for one in criteria]
    amounts, values = (_wide(contributions, column, ranked.index, names) for column in ("amount", "value"))
    worths, unsure = loose(amounts, values, criteria, doubts.seed)
    weights = drawn(names, doubts)
    found = places(worths, weights, unsure, most=max(_PLACES, doubts.top))
    central = _central(found, weights, ranked.index, names)
    plots = _shares(found, ranked, doubts)
    plots["confidence"] = confidence = _confidence(worths, unsure, central, plots)
    plots["confidence_error"] = np.sqrt(confidence * (1 - confidence) / _CONFIDENCE_DRAWS)
    absent = tipping.absences(contributions, ranked, plan)
    unknown = _unknown(values, {one.name: one.label for one in criteria})
    return Robustness(
        plots,
        _acceptability(found, ranked.index, doubts.draws),
        _pairwise(worths, weights, unsure, ranked.index),
        central,
        tipping.limits(values.fillna(0.0), plan.shares, str(ranked.index[0])),
        absent.reversals,
        unknown,
        {one.name: one.label for one in criteria},
        doubts.draws,
        doubts.seed,
        doubts.top,
        doubts.words,
        len(unsure.key),
        absent.looked_at,
    )


def _wide(contributions: pd.DataFrame, column: str, plots: pd.Index, names: list[str]) -> pd.DataFrame:
    """A column by plot and criterion."""
    wide = contributions.pivot(index="plot", columns="criterion", values=column)
    return wide.reindex(index=plots, columns=names).astype(float)


def _shares(found: Places, ranked: pd.DataFrame, doubts: Doubts) -> pd.DataFrame:
    draws = doubts.draws
    first = found.counts[:, 0] / draws
    top = found.counts[:, : doubts.top].sum(axis=1, dtype=np.int64) / draws
    assert found.total is not None  # `places` was asked for it
    shares = {
        "first": first,
        "first_error": np.sqrt(first * (1 - first) / draws),
        "top": top,
        "top_error": np.sqrt(top * (1 - top) / draws),
        "mean_rank": found.total / draws,
        "rank": ranked["rank"].astype("int64"),
    }
    return pd.DataFrame(shares, index=ranked.index).join(tipping.span(ranked))


def _acceptability(found: Places, plots: pd.Index, draws: int) -> pd.DataFrame:
    shown = found.counts[:, :_PLACES]
    columns = pd.RangeIndex(1, shown.shape[1] + 1, name="rank")
    return pd.DataFrame(shown / draws, index=plots, columns=columns)


def _central(found: Places, weights: Array, plots: pd.Index, names: list[str]) -> pd.DataFrame:
    often = np.bincount(found.winner, minlength=len(plots))
    sums = np.zeros((len(plots), len(names)))
    np.add.at(sums, found.winner, weights)
    ever = often > 0
    return pd.DataFrame(sums[ever] / often[ever, None], index=plots[ever], columns=names)


def _confidence(worths: Array, unsure: Loose, central: pd.DataFrame, plots: pd.DataFrame) -> pd.Series:
    """Share of draws of the amounts in which a plot is first under its own central weights."""
    often = plots.loc[central.index, "first"].sort_values(ascending=False, kind="stable")
    draws = _CONFIDENCE_DRAWS if len(unsure.key) else 1
    rows = {plot: row for row, plot in enumerate(plots.index)}
    held = pd.Series(np.nan, index=plots.index)
    for plot in often.index[:_CONFIDENT]:
        weights = np.repeat(central.loc[[plot]].to_numpy(), draws, axis=0)
        counted = places(worths, weights, unsure, most=1, totals=False)
        held[plot] = counted.counts[rows[plot], 0] / draws
    return held


def _pairwise(worths: Array, weights: Array, unsure: Loose, plots: pd.Index) -> pd.DataFrame:
    """Who is better than whom, of the best: twice the share, counted in halves."""
    few = plots[:_PAIRED]
    end = unsure.offsets[len(few)]
    own = Loose(
        unsure.offsets[: len(few) + 1],
        unsure.criterion[:end],
        unsure.key[:end],
        unsure.table[:end],
        unsure.tables,
    )
    halves = np.zeros((len(few), len(few)), np.int64)
    for block in blocks(len(weights), len(few) ** 2):
        total = scores(np.ascontiguousarray(worths[: len(few)].T), weights[block], block.start, own)
        key = np.rint(total * DIGITS)
        lead = np.sign(key[:, :, None] - key[:, None, :])
        halves += (lead + 1).sum(axis=0).astype(np.int64)
    return pd.DataFrame(halves / (2 * len(weights)), index=few, columns=few)


def _unknown(values: pd.DataFrame, labels: dict[str, str]) -> dict[str, tuple[str, ...]]:
    missing = values.isna()
    return {
        str(plot): tuple(labels[str(name)] for name, gone in row.items() if gone)
        for plot, row in missing[missing.any(axis=1)].iterrows()
    }
