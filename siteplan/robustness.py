"""How sure each place of a ranking is: what was drawn and counted, and what that says in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pandas as pd

_LIMITS = 3  # of the weights nearest to tipping the first place
_TABLES: dict[str, tuple[str, dict[str, str]]] = {
    "plots": ("plot", {"rank_low": "int64", "rank_high": "int64"}),
    "acceptability": ("plot", {}),
    "pairwise": ("plot", {}),
    "central_weights": ("plot", {}),
    "limits": ("criterion", {"below": "str", "above": "str"}),
    "reversals": ("", {"removed": "str", "plot": "str", "over": "str"}),
}
"""What names the rows of each table, and its columns that are not numbers with a point."""
_FACTS = ("draws", "seed", "top", "weighting", "absences")


@dataclass(frozen=True, eq=False)
class Robustness:
    """How sure each place of a ranking is; only ranked plots have rows.

    Attributes
    ----------
    plots
        Indexed by `plot`, best first: `first`, share of the draws in which it is first, and
        `first_error`, its standard error; `top` and `top_error`, the same for the first `top` places;
        `mean_rank`; `rank_low` and `rank_high`, the best and the worst place it can have at the plan's
        own weights while what is unknown may be worth anything; `confidence`, share of draws of the
        amounts in which it is first under its own central weights (missing where it never was first,
        and beyond the 20 that are first most often).
    acceptability
        Share of the draws in which a plot (row) takes a place (column, from 1, 50 at the most).
    pairwise
        Of the best 20: share of the draws in which the plot of the row is better than that of the
        column; equal scores count half.
    central_weights
        By plot and criterion, the mean of the weights under which the plot is first; only those
        that ever are. Where several are first at once, the draw counts for the one that ranks higher.
    limits
        By criterion: `share`, `low`, `high`, `below`, `above` (see `siteplan.tipping.limits`).
    reversals
        Pairs of the best 20 whose order would change if another plot were not there: `removed`,
        `plot`, `over`; empty unless a value function is relative. `absences` says which plots were
        looked at, and which taken away.
    unknown
        Labels of the criteria whose amounts are unknown, by plot; only plots that have some.
    labels
        Of the criteria, by name.
    draws, seed, top, weighting
        How many weightings were drawn, from which seed, what counts as the top, and which weights
        were drawn, in words.
    """

    plots: pd.DataFrame
    acceptability: pd.DataFrame
    pairwise: pd.DataFrame
    central_weights: pd.DataFrame
    limits: pd.DataFrame
    reversals: pd.DataFrame
    unknown: dict[str, tuple[str, ...]]
    labels: dict[str, str]
    draws: int
    seed: int
    top: int
    weighting: str
    absences: str = ""

    def sentences(self, plot: str) -> tuple[str, ...]:
        """Return how sure a plot's place is, in words; nothing for a plot without a rank."""
        return _sentences(self, str(plot))

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON; what is missing is null."""
        tables = {name: _plain(getattr(self, name)) for name in _TABLES}
        facts = {name: getattr(self, name) for name in _FACTS}
        return {**facts, "labels": self.labels, "unknown": {**self.unknown}, **tables}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read back what `to_dict` gave, from JSON too."""
        tables: dict[str, Any] = {name: _table(name, data[name]) for name in _TABLES}
        tables["acceptability"].columns = tables["acceptability"].columns.astype(int).rename("rank")
        unknown = {plot: tuple(labels) for plot, labels in data["unknown"].items()}
        facts = {name: data[name] for name in _FACTS}
        return cls(**tables, unknown=unknown, labels=dict(data["labels"]), **facts)


def _sentences(sure: Robustness, plot: str) -> tuple[str, ...]:
    """What weights and unknown amounts would make of a plot's place."""
    if plot not in sure.plots.index:
        return ()
    row = pd.Series(sure.plots.loc[plot])
    said = [_places(sure, row)]
    said += _keeps(sure) if plot == sure.plots.index[0] else _takes(sure, plot)
    said += _open(sure, plot, row)
    said += _absent(sure, plot)
    return tuple(said)


def share_text(share: float) -> str:
    """Return a share of draws in percent, never rounded to all or nothing.

    Examples
    --------
    >>> share_text(0.834), share_text(0.99996), share_text(1.0), share_text(0.0002)
    ('83 %', 'more than 99 %', '100 %', 'less than 1 %')
    """
    if 0 < share < 0.01:
        return "less than 1 %"
    if 0.99 < share < 1:
        return "more than 99 %"
    return f"{share:.0%}".replace("%", " %")


def _places(sure: Robustness, row: pd.Series) -> str:
    """How often it is first, or among the first."""
    which = "all weightings" if sure.weighting == "any weights" else "plausible weightings"
    drawn = f"{sure.draws} draws"
    if len(sure.plots) == 1:
        return "The only plot that is ranked, under any weights."
    if row["first"] > 0:
        error = f"standard error {100 * row['first_error']:.1f} points of {drawn}"
        text = f"First in {share_text(row['first'])} of {which} ({error})"
    else:
        text = f"Never first in {drawn} of {which}"
    if sure.top > 1 and len(sure.plots) > sure.top:
        text += f"; among the first {sure.top} in {share_text(row['top'])}"
    return f"{text}."


def _keeps(sure: Robustness) -> list[str]:
    """Which weights would cost the first plot its place, those nearest to it first."""
    ends = [
        (
            abs(limit[end] - limit["share"]),
            f"weighs {than} than {limit[end]:.2f}",
            rival,
            name,
            limit["share"],
        )
        for name, limit in sure.limits.iterrows()
        for end, than, rival in (("low", "less", limit["below"]), ("high", "more", limit["above"]))
        if rival
    ]
    if not ends:
        only = len(sure.plots) == 1
        return [] if only else ["It stays first whatever one weight is changed to, the others in proportion."]
    return [
        f"Loses first place to {rival} if {sure.labels[str(name)]} {weighs} (now {share:.2f})."
        for _, weighs, rival, name, share in sorted(ends, key=lambda end: end[0])[:_LIMITS]
    ]


def _takes(sure: Robustness, plot: str) -> list[str]:
    """Which single weights would make it first."""
    return [
        f"Takes first place if {sure.labels[str(name)]} weighs {than} than {limit[end]:.2f} "
        f"(now {limit['share']:.2f})."
        for name, limit in sure.limits.iterrows()
        for end, than, rival in (("low", "less", limit["below"]), ("high", "more", limit["above"]))
        if rival == plot
    ]


def _open(sure: Robustness, plot: str, row: pd.Series) -> list[str]:
    """Where unknown amounts could move it, by whose they are."""
    low, high = int(row["rank_low"]), int(row["rank_high"])
    if low == high:
        return []
    own = sure.unknown.get(plot, ())
    what = f"Unknown {_listed(own)}" if own else "What is unknown of other plots"
    return [f"{what} could move it to {low}-{high}."]


def _absent(sure: Robustness, plot: str) -> list[str]:
    """Whose absence would change its order with another plot, and which plots were looked at for that."""
    if not sure.absences or plot not in sure.pairwise.index:
        return []
    rows = sure.reversals[(sure.reversals["plot"] == plot) | (sure.reversals["over"] == plot)]
    if rows.empty:
        return [f"No plot's absence changes its order with another (looked at: {sure.absences})."]
    said = [
        f"without {row['removed']} it comes before {row['over']}"
        if row["plot"] == plot
        else f"without {row['removed']} {row['plot']} comes before it"
        for row in rows.head(_LIMITS).to_dict("records")
    ]
    more = f", and {len(rows) - _LIMITS} more" if len(rows) > _LIMITS else ""
    return [f"Its order hangs on other plots: {'; '.join(said)}{more} (looked at: {sure.absences})."]


def _listed(labels: tuple[str, ...]) -> str:
    words = [label[:1].lower() + label[1:] if label[1:2].islower() else label for label in labels]
    return ", ".join(words[:-1]) + " and " + words[-1] if len(words) > 1 else words[0]


def _plain(table: pd.DataFrame) -> dict[str, Any]:
    """A table as JSON has it."""
    cells = table.astype(object).where(table.notna(), None)
    return {
        "rows": [str(name) for name in table.index],
        "columns": [str(name) for name in table.columns],
        "cells": [
            [one.item() if isinstance(one, np.generic) else one for one in row] for row in cells.to_numpy()
        ],
    }


def _table(name: str, plain: Mapping[str, Any]) -> pd.DataFrame:
    """A table from plain data, every column of its own type again."""
    key, kinds = _TABLES[name]
    index = pd.Index(plain["rows"], name=key, dtype="str") if key else pd.RangeIndex(len(plain["rows"]))
    cells = {column: [row[at] for row in plain["cells"]] for at, column in enumerate(plain["columns"])}
    types = {column: kinds.get(column, "float64") for column in cells}
    return pd.DataFrame(cells, index=index, columns=plain["columns"]).astype(types)
