"""Bars: what a score is made of, and what one weight or one unknown amount would make of it."""

from __future__ import annotations

from typing import Any

import matplotlib as mpl
import pandas as pd
from matplotlib.figure import Figure

from siteplan.charts.paper import INK, INKS, QUIET, STYLE, name, sheet
from siteplan.scorecard import Scorecard

_HATCHES = ("", "////", "\\\\\\\\")  # colours come again with another hatch
_TIMES = 2.0


def contributions(card: Scorecard, *, most: int = 15) -> Figure:
    """Draw the scores of the best plots as sums: a bar of contributions, and outlined what is unknown.

    Parameters
    ----------
    card
        The result.
    most
        How many plots are shown at the most.
    """
    best = card.ranked[card.ranked["rank"].notna()].head(most)
    wide = card.contributions.pivot(index="plot", columns="criterion", values="contribution")
    parts = wide.reindex(index=best.index, columns=list(card.plan.shares)).astype(float)
    labels = {one.name: one.label for one in card.plan.criteria}
    with mpl.rc_context(STYLE):
        figure, axes = sheet(9.0, 1.4 + 0.3 * max(len(best), 4))
        left = pd.Series(0.0, index=best.index)
        rows = range(len(best))
        for number, column in enumerate(parts):
            width = parts[column].fillna(0.0)
            hatch = _HATCHES[number // len(INKS) % len(_HATCHES)]
            look: dict[str, Any] = {
                "color": INKS[number % len(INKS)],
                "hatch": hatch,
                "edgecolor": "white",
                "linewidth": 0.4,
            }
            axes.barh(rows, width, left=left, label=name(labels[str(column)]), **look)
            left += width
        open_ = best["score_high"].astype(float) - best["score"].astype(float)
        axes.barh(rows, open_, left=left, color="none", edgecolor=QUIET, linestyle=":", label="unknown")
        axes.set_yticks(rows, [name(plot) for plot in best.index])
        axes.invert_yaxis()
        axes.set_xlim(0, 1)
        axes.set_xlabel("score, 0 to 1")
        axes.set_title("What each score is the sum of", loc="left", size=9)
        axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False, fontsize=8)
    return figure


def tornado(card: Scorecard, plot: str) -> Figure:
    """Draw what a plot's score becomes when one weight is halved or doubled, or one unknown amount known.

    Other weights give way in proportion. Of an unknown amount the bar runs from worth 0 to worth 1.

    Parameters
    ----------
    card
        The result.
    plot
        Its identifier.

    Raises
    ------
    DataError
        If there is no such plot.
    """
    rows = card.explain(plot).rows
    worth = rows.set_index("criterion")["value"].fillna(0.0)
    shares, score = pd.Series(card.plan.shares), float((worth * pd.Series(card.plan.shares)).sum())
    labels = {one.name: one.label for one in card.plan.criteria}
    bars = [
        (
            name(labels[str(one)]),
            _moved(worth, shares, str(one), 1 / _TIMES),
            _moved(worth, shares, str(one), _TIMES),
        )
        for one in shares.index
        if 0 < shares[one] < 1
    ]
    unknown = rows.loc[rows["value"].isna() & (rows["weight"] > 0), "criterion"]
    bars += [(f"unknown: {name(labels[str(one)])}", score, score + shares[one]) for one in unknown]
    bars.sort(key=lambda bar: abs(bar[1] - bar[2]))
    with mpl.rc_context(STYLE):
        figure, axes = sheet(7.0, 1.4 + 0.26 * max(len(bars), 3))
        for row, (_, half, double) in enumerate(bars):
            axes.barh(row, half - score, left=score, color=INKS[1], height=0.7)
            axes.barh(row, double - score, left=score, color=INKS[0], height=0.7)
        axes.axvline(score, color=INK, linewidth=0.8)
        axes.set_yticks(range(len(bars)), [label for label, _, _ in bars])
        axes.set_xlabel("score, 0 to 1")
        axes.set_title(
            f"{name(plot)}: score {score:.3f}\norange: weight halved; blue: doubled, or an unknown at best",
            loc="left",
            size=9,
        )
    return figure


def _moved(worth: pd.Series, shares: pd.Series, criterion: str, times: float) -> float:
    """The score when one weight is multiplied."""
    weights = shares.where(shares.index != criterion, shares * times)
    return float((worth * weights).sum() / weights.sum())
