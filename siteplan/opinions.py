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
_UNKNOWN = "what is unknown is worth 0, as in the rank"

_Method = Callable[[Any, Sequence[float], Sequence[int]], Any]
_METHODS: dict[str, _Method] = {
    "weighted product": methods.weighted_product,
    "TOPSIS, vector scaling": lambda *given: methods.topsis(*given, scale="vector"),
    "TOPSIS, min-max scaling": lambda *given: methods.topsis(*given, scale="min-max"),
    "VIKOR, v = 0.5": lambda *given: -methods.vikor(*given)["Q"].to_numpy(),
    "PROMETHEE II, usual preference": methods.promethee,
}
"""More is better in what each gives."""


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
        Methods that cannot say, each with the reason.
    weights
        By criterion: the planner's share, and what the data alone would suggest by CRITIC, MEREC and
        entropy. For comparison only: how amounts vary says nothing about what matters.
    sentences
        Where the methods part, in words.
    """

    ranks: pd.DataFrame
    agreement: pd.DataFrame
    untold: dict[str, str]
    weights: pd.DataFrame
    sentences: tuple[str, ...]

    def __str__(self) -> str:
        said = [*self.sentences, *(f"{name} cannot say: {why}." for name, why in self.untold.items())]
        table = self.ranks.reset_index().map(safe.visible).to_string(index=False)
        return "\n".join([table, "", *map(safe.visible, said)])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        table = self.ranks.reset_index()
        said = "".join(f"<p>{safe.entities(one)}</p>" for one in self.sentences)
        return safe.html_table(table.columns, table.to_numpy()) + said

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
    ranks, untold = pd.DataFrame({SUM: ranked["rank"].astype("int64")}, index=ranked.index), {}
    for method, call in _METHODS.items() if len(ranked) else ():
        try:
            ranks[method] = _ranks(call(values.to_numpy(), shares, [1] * len(names)), ranked.index)
        except ValueError as why:
            untold[method] = str(why)
    return Opinions(
        ranks, _agreement(ranks), untold, _weights(values, shares), tuple(_sentences(ranks, card))
    )


def _ranks(results: Any, plots: pd.Index) -> pd.Series:
    rounded = pd.Series(np.asarray(results, np.float64), index=plots).round(_EQUAL_DIGITS)
    return rounded.rank(method="min", ascending=False).astype("int64")


def _agreement(ranks: pd.DataFrame) -> pd.DataFrame:
    """Correlation of ranks; of one rank for all there is none."""
    telling = [name for name in ranks if ranks[name].nunique() > 1]
    return ranks[telling].rank().corr().reindex(index=ranks.columns, columns=ranks.columns)


def _weights(values: pd.DataFrame, shares: list[float]) -> pd.DataFrame:
    """The planner's shares beside weights that look at nothing but the data."""
    table = pd.DataFrame({"planner": shares}, index=pd.Index(values.columns, name="criterion"))
    ways: dict[str, Callable[[], Any]] = {
        "CRITIC": lambda: methods.critic(values.to_numpy()),
        "MEREC": lambda: methods.merec(values.to_numpy(), [1] * values.shape[1]),
        "entropy": lambda: methods.entropy(values.to_numpy()),
    }
    for name, way in ways.items():
        try:
            table[name] = way() if len(values) > 1 else np.nan
        except ValueError:
            table[name] = np.nan
    return table


def _sentences(ranks: pd.DataFrame, card: Scorecard) -> list[str]:
    """Who is first by which methods, and which of the best any method moves most."""
    places = {str(name): [int(place) for place in ranks[name]] for name in ranks}
    plots, official = [str(plot) for plot in ranks.index], places.pop(SUM)
    if not places or len(plots) < 2:
        return []
    said = [
        f"{name} puts {_listed(plots, place)} first, the {SUM} {plots[0]} (there {place[0]})."
        for name, place in places.items()
        if place[0] != 1
    ] or [f"All {len(places) + 1} methods put {plots[0]} first."]
    best = [row for row, place in enumerate(official) if place <= _SHOWN]
    if all([row for row, at in enumerate(place) if at <= _SHOWN] == best for place in places.values()):
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
    unknown = card.contributions["value"].isna() & card.contributions["plot"].isin(plots)
    return [*said, f"For every method {_UNKNOWN}."] if unknown.any() else said


def _listed(plots: list[str], places: list[int]) -> str:
    first = [plot for plot, place in zip(plots, places, strict=True) if place == 1]
    more = f" and {len(first) - _SHOWN} more" if len(first) > _SHOWN else ""
    return ", ".join(first[:_SHOWN]) + more
