"""How sure each place of a ranking is: what was drawn and counted, and what that says in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
import pandas as pd

from siteplan.words import Words, plainly

_LIMITS = 3  # of the weights nearest to tipping the first place
_DIGITS = (2, 3, 4, 5, 6)  # of a weight, as few as tell it from the present one
_TABLES: dict[str, tuple[str, dict[str, str]]] = {
    "plots": ("plot", {"rank": "int64", "rank_low": "int64", "rank_high": "int64"}),
    "acceptability": ("plot", {}),
    "pairwise": ("plot", {}),
    "central_weights": ("plot", {}),
    "limits": ("criterion", {"below": "str", "above": "str"}),
    "reversals": ("", {"removed": "str", "plot": "str", "over": "str"}),
}
"""What names the rows of each table, and its columns that are not numbers with a point."""
_FACTS = ("draws", "seed", "top", "weighting", "uncertain", "absences")


@dataclass(frozen=True, eq=False)
class Robustness:
    """How sure each place of a ranking is; only ranked plots have rows.

    Attributes
    ----------
    plots
        Indexed by `plot`, best first: `first`, share of the draws in which it is first, and
        `first_error`, its standard error; `top` and `top_error`, the same for the first `top` places;
        `mean_rank`; `rank`; `rank_low` and `rank_high`, the best and the worst place it can have at the
        plan's own weights while what is unknown may be worth anything and, as in the rank, constraints that
        cannot be checked count as met; `confidence`, share of 1 000 draws of the amounts in which it is
        first under its own central weights, and `confidence_error` (missing where it never was first,
        and beyond the 20 that are first most often).
    acceptability
        Share p of the draws in which a plot (row) takes a place (column, from 1, 50 at the most); its
        standard error is that of every share of n draws, sqrt(p (1 - p) / n).
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
        `plot`, `over`; empty unless a value function is relative. `absences` says how many of the
        best were looked at and taken away, of how many ranked, and how many more that hold a best or
        worst amount were taken away; nothing where no value is relative.
    unknown
        Labels of the criteria whose amounts are unknown, by plot; only plots that have some.
    labels
        Of the criteria, by name.
    draws, seed, top, weighting
        How many weightings were drawn, from which seed, what counts as the top, and which weights
        were drawn, in words.
    uncertain
        How many amounts of ranked plots, unknown or unsure, were drawn together with the weights.
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
    uncertain: int = 0
    absences: tuple[int, ...] = ()

    def sentences(self, plot: str, words: Words | None = None) -> tuple[str, ...]:
        """Return how sure a plot's place is, in words; nothing for a plot without a rank."""
        return _sentences(self, str(plot), words or plainly())

    def named(self, named: Callable[[str], str]) -> Self:
        """Return the same with its criteria called otherwise: by their names in another language."""
        labels = {name: named(label) for name, label in self.labels.items()}
        unknown = {plot: tuple(map(named, labels)) for plot, labels in self.unknown.items()}
        return replace(self, labels=labels, unknown=unknown)

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
        facts = {name: data[name] for name in _FACTS} | {"absences": tuple(data["absences"])}
        return cls(**tables, unknown=unknown, labels=dict(data["labels"]), **facts)


def _sentences(sure: Robustness, plot: str, words: Words) -> tuple[str, ...]:
    """What weights and unknown amounts would make of a plot's place."""
    if plot not in sure.plots.index:
        return ()
    row = pd.Series(sure.plots.loc[plot])
    said = [_places(sure, row, words)]
    said += _keeps(sure, words) if plot == sure.plots.index[0] else _takes(sure, plot, words)
    said += _open(sure, plot, row, words)
    said += _absent(sure, plot, words)
    return tuple(said)


def share_text(share: float, words: Words | None = None) -> str:
    """Return a share of draws in percent, never rounded to all or nothing.

    Examples
    --------
    >>> share_text(0.834), share_text(0.99996), share_text(1.0), share_text(0.0002)
    ('83 %', 'more than 99 %', '100 %', 'less than 1 %')
    """
    words = words or plainly()
    if 0 < share < 0.01:
        return words.say("sure.less_than", share=words.share(0.01))
    if 0.99 < share < 1:
        return words.say("sure.more_than", share=words.share(0.99))
    return words.share(share)


def _places(sure: Robustness, row: pd.Series, words: Words) -> str:
    """How often it is first, or among the first."""
    if len(sure.plots) == 1:
        return words.say("sure.only")
    which, drawn = _drawn(sure, words), words.count("sure.draws", sure.draws)
    if 0 < row["first"] < 1:
        points, share = _points(100 * row["first_error"], words), share_text(row["first"], words)
        text = words.say("sure.first", share=share, which=which, points=points, draws=drawn)
    else:
        text = words.say("sure.always" if row["first"] else "sure.never", draws=drawn, which=which)
    if sure.top > 1 and len(sure.plots) > sure.top:
        text += words.say("sure.among", top=sure.top, share=share_text(row["top"], words))
    return words.say("sure.stop", said=text)


def _drawn(sure: Robustness, words: Words) -> str:
    """What was drawn: weights, and amounts where they are not certain."""
    any_weights = sure.weighting == "any weights"
    which = words.say("sure.all_weightings" if any_weights else "sure.plausible_weightings")
    return words.say("sure.with_amounts", which=which) if sure.uncertain else which


def _points(error: float, words: Words) -> str:
    """A standard error in points, never rounded to none."""
    if error < 0.05:
        return words.say("sure.less_than", share=words.fixed(0.1, 1))
    return words.fixed(error, 1)


def _keeps(sure: Robustness, words: Words) -> list[str]:
    """Which weights would cost the first plot its place, those nearest to it first."""
    ends = [
        (abs(limit[end] - limit["share"]), f"sure.loses_{than}", rival, name, limit[end])
        for name, limit, end, than, rival in _ends(sure)
        if rival
    ]
    if not ends:
        return [] if len(sure.plots) == 1 or len(sure.limits) == 1 else [words.say("sure.stays")]
    return [
        words.say(key, rival=rival, **_weighed(sure, name, limit, words))
        for _, key, rival, name, limit in sorted(ends, key=lambda end: end[0])[:_LIMITS]
    ]


def _takes(sure: Robustness, plot: str, words: Words) -> list[str]:
    """Which single weights would make it first."""
    return [
        words.say(f"sure.takes_{than}", **_weighed(sure, name, limit[end], words))
        for name, limit, end, than, rival in _ends(sure)
        if rival == plot
    ]


def _ends(sure: Robustness) -> Iterator[tuple[Any, pd.Series, str, str, str]]:
    """Every criterion's limits: its name and row, which end it is, and who is first beyond it."""
    for name, limit in sure.limits.iterrows():
        yield name, limit, "low", "less", limit["below"]
        yield name, limit, "high", "more", limit["above"]


def _weighed(sure: Robustness, name: Any, limit: float, words: Words) -> dict[str, str]:
    share = float(sure.limits.loc[name, "share"])
    digits = next((digits for digits in _DIGITS if _apart(limit, share, digits)), _DIGITS[0])
    return {
        "criterion": sure.labels[str(name)],
        "limit": words.fixed(limit, digits),
        "share": words.fixed(share, digits),
    }


def _apart(limit: float, share: float, digits: int) -> bool:
    """Whether so many digits tell a limit from the present share, from nothing and from all."""
    return not {round(limit, digits)} & {round(share, digits), 0.0, 1.0}


def _open(sure: Robustness, plot: str, row: pd.Series, words: Words) -> list[str]:
    """Where unknown amounts could move it: its own only up, those of others only down.

    The rank counts what is unknown as worth nothing.
    """
    low, rank, high = (int(row[place]) for place in ("rank_low", "rank", "rank_high"))
    what = _listed(sure.unknown.get(plot, ()), words)
    up = [words.say("sure.own", what=what, place=low)] if low < rank else []
    return up + ([words.say("sure.others", place=high)] if high > rank else [])


def _absent(sure: Robustness, plot: str, words: Words) -> list[str]:
    """Whose absence would change its order with another plot, and which plots were looked at for that."""
    if not sure.absences or plot not in sure.pairwise.index:
        return []
    which = _looked_at(sure.absences, words)
    rows = sure.reversals[(sure.reversals["plot"] == plot) | (sure.reversals["over"] == plot)]
    if rows.empty:
        return [words.say("sure.no_absence", which=which)]
    said = [
        words.say("sure.comes_before", removed=row["removed"], other=row["over"])
        if row["plot"] == plot
        else words.say("sure.comes_after", removed=row["removed"], other=row["plot"])
        for row in rows.head(_LIMITS).to_dict("records")
    ]
    if len(rows) > _LIMITS:
        said.append(words.say("sure.more", n=len(rows) - _LIMITS))
    return [words.say("sure.absence", what=words.say("word.semicolon").join(said), which=which)]


def _looked_at(absences: tuple[int, ...], words: Words) -> str:
    """Which plots were taken away, in words."""
    best, ranked, others = absences
    said = words.say("sure.best_of" if best < ranked else "sure.all_of", best=best, ranked=ranked)
    return said + (words.say("sure.extreme", n=others) if others else "")


def _listed(labels: tuple[str, ...], words: Words) -> str:
    said = [label[:1].lower() + label[1:] if label[1:2].islower() else label for label in labels]
    if len(said) < 2:
        return "".join(said)
    return words.say("word.listed", first=words.say("word.comma").join(said[:-1]), last=said[-1])


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
