"""Second opinions: what other well-known methods make of the same worths and weights.

The weighted sum stays the score; the others stand beside it, each by its full name, so that a reader
sees where the choice of a method would change the order.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from siteplan import methods, safe
from siteplan.scorecard import Scorecard

SUM = "weighted sum"
"""The method by which siteplan scores."""

_EQUAL_DIGITS = 12
_SHOWN = 3
_MOST = 50  # ranks are shown of so many plots; of more they are read in `ranks`
_UNKNOWN = "what is unknown is worth 0, as in the rank"

_WEIGHTS = "The planner's weights, and for comparison only what the worths alone would suggest:"

_Method = Callable[[Any, Sequence[float], Sequence[int]], Any]
_METHODS: dict[str, _Method] = {
    "weighted product": methods.weighted_product,
    "TOPSIS, vector scaling": lambda *given: methods.topsis(*given, scale="vector"),
    "TOPSIS, min-max scaling": lambda *given: methods.topsis(*given, scale="min-max"),
    "VIKOR, v = 0.5": lambda *given: -methods.vikor(*given)["Q"].to_numpy(),
    "PROMETHEE II, usual preference": methods.promethee,
}
"""More is better in what each gives."""

_WEIGHINGS: dict[str, Callable[[Any], Any]] = {
    "CRITIC": methods.critic,
    "MEREC": lambda values: methods.merec(values, [1] * values.shape[1]),
    "entropy": methods.entropy,
}


@dataclass(frozen=True, eq=False)
class Opinions:
    """Ranks of the same plots by several methods.

    Attributes
    ----------
    ranks
        Indexed by `plot`, best first by the score: one column per method, the weighted sum first;
        equal results share the better rank.
    agreement
        Spearman's correlation of each two methods' ranks, 1 where they are the same; missing where a
        method puts all plots on one rank.
    untold
        Methods that cannot tell plots, or criteria, apart: each with the reason, and without a column.
    weights
        By criterion that weighs: the planner's share, and what the worths alone would suggest by CRITIC,
        MEREC and entropy. For comparison only: how worths vary says nothing about what matters.
    sentences
        Where the methods part, in words.
    """

    ranks: pd.DataFrame
    agreement: pd.DataFrame
    untold: dict[str, str]
    weights: pd.DataFrame
    sentences: tuple[str, ...]

    def __str__(self) -> str:
        ranks, weights = (table.to_string(index=False) for table in self._tables())
        return "\n".join([ranks + self._more, "", *map(safe.visible, self._said), "", _WEIGHTS, weights])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        ranks, weights = (safe.html_table(table.columns, table.to_numpy()) for table in self._tables())
        said = "".join(f"<p>{safe.entities(one)}</p>" for one in (*self._said, _WEIGHTS))
        return ranks + self._more + said + weights

    @property
    def _said(self) -> list[str]:
        return [*self.sentences, *(f"{name} cannot say: {why}." for name, why in self.untold.items())]

    def _tables(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Ranks, and weights with three digits, as text."""
        weights = self.weights.map("{:.3f}".format).reset_index()
        return self.ranks.head(_MOST).reset_index().map(safe.visible), weights.map(safe.visible)

    @property
    def _more(self) -> str:
        more = len(self.ranks) - _MOST
        return f"\n... and {more} more in .ranks" if more > 0 else ""

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return {
            "ranks": self.ranks.reset_index().to_dict("records"),
            "agreement": self.agreement.astype(object).where(self.agreement.notna(), None).to_dict(),
            "untold": self.untold,
            "weights": self.weights.astype(object).where(self.weights.notna(), None).to_dict("index"),
            "sentences": list(self.sentences),
        }


def second_opinions(card: Scorecard) -> Opinions:
    """Rank the plots of a result by other methods, too.

    Parameters
    ----------
    card
        The result: its worths (0-1, what is unknown counting 0) and the plan's shares are what every
        method is given; excluded plots take no part.

    Returns
    -------
    opinions
        Without a row where no plot is ranked.
    """
    ranked = card.plots[card.plots["rank"].notna()].sort_values("rank", kind="stable")
    names = [name for name, share in card.plan.shares.items() if share > 0]
    wide = card.contributions.pivot(index="plot", columns="criterion", values="value")
    values = wide.reindex(index=ranked.index, columns=names).astype(float).fillna(0.0)
    shares = [card.plan.shares[name] for name in names]
    ranks = pd.DataFrame({SUM: ranked["rank"].astype("int64")}, index=ranked.index)
    weights = pd.DataFrame({"planner": shares}, index=pd.Index(names, name="criterion"))
    untold: dict[str, str] = {}
    for method, call in _METHODS.items() if len(ranked) else ():
        try:
            ranks[method] = _ranks(call(values.to_numpy(), shares, [1] * len(names)), ranked.index)
        except methods.Untold as why:
            untold[method] = str(why)
    for way, weigh in _WEIGHINGS.items() if len(ranked) else ():
        try:
            weights[way] = weigh(values.to_numpy())
        except methods.Untold as why:
            untold[f"{way} weights"] = str(why)
    said = [*_sentences(ranks), *_flat(values, card), *_open(ranks, card)]
    return Opinions(ranks, _agreement(ranks), untold, weights, tuple(said))


def _ranks(results: Any, plots: pd.Index) -> pd.Series:
    rounded = pd.Series(np.asarray(results, np.float64), index=plots).round(_EQUAL_DIGITS)
    return rounded.rank(method="min", ascending=False).astype("int64")


def _agreement(ranks: pd.DataFrame) -> pd.DataFrame:
    """Correlation of ranks; of one rank for all there is none."""
    telling = [name for name in ranks if ranks[name].nunique() > 1]
    return ranks[telling].rank().corr().reindex(index=ranks.columns, columns=ranks.columns)


def _sentences(ranks: pd.DataFrame) -> list[str]:
    """Who is first by which methods, and which of the best any method moves most."""
    places = {str(name): [int(place) for place in ranks[name]] for name in ranks}
    plots, official = [str(plot) for plot in ranks.index], places.pop(SUM)
    if not places or len(plots) < 2:
        return []
    first = _listed(plots, official)
    said = [
        f"{name} puts {_listed(plots, place)} first, the {SUM} {first}{_there(place, official)}."
        for name, place in places.items()
        if _within(place, 1) != _within(official, 1)
    ] or [f"All {len(places) + 1} methods put {first} first."]
    best = _within(official, _SHOWN)
    if len(best) < len(plots) and all(_within(place, _SHOWN) == best for place in places.values()):
        said.append(f"All agree on which plots are the first {len(best)}.")
    away, row, name = max(
        ((abs(place[row] - official[row]), row, name) for name, place in places.items() for row in best),
        key=lambda moved: moved[0],
    )
    if away:
        said.append(
            f"Of the first {len(best)} it is {plots[row]} that moves farthest: {official[row]} by the {SUM}, "
            f"{places[name][row]} by {name}."
        )
    return said


def _within(places: list[int], most: int) -> list[int]:
    """The rows of those among the first so many."""
    return [row for row, place in enumerate(places) if place <= most]


def _there(places: list[int], official: list[int]) -> str:
    """Where a method has the one plot that is first by the score, if not first."""
    return f" (there {places[0]})" if places[0] != 1 and official.count(1) == 1 else ""


def _flat(values: pd.DataFrame, card: Scorecard) -> list[str]:
    """Where worths give methods little to go by: criteria in which no plot differs, and zeros."""
    if len(values) < 2:
        return []
    labels = {one.name: one.label for one in card.plan.criteria}
    same = [labels[str(name)] for name in values if values[name].nunique() == 1]
    zero = int((values == 0).any(axis=1).sum())
    return [
        *(
            [f"All plots are worth the same on {', '.join(same)}: that tells no method anything."]
            if same
            else []
        ),
        *(
            [f"The weighted product is 0 for {zero} of {len(values)} plots, each worth 0 on some criterion."]
            if zero
            else []
        ),
    ]


def _open(ranks: pd.DataFrame, card: Scorecard) -> list[str]:
    """What became of unknown amounts, where ranked plots have some."""
    unknown = card.contributions["value"].isna() & card.contributions["plot"].isin(ranks.index)
    return [f"For every method {_UNKNOWN}."] if len(ranks) > 1 and unknown.any() else []


def _listed(plots: list[str], places: list[int]) -> str:
    first = [plots[row] for row in _within(places, 1)]
    more = f" and {len(first) - _SHOWN} more" if len(first) > _SHOWN else ""
    return ", ".join(first[:_SHOWN]) + more
