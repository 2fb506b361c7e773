"""Two results side by side: which plots moved, and which amounts, weights and bounds moved them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from siteplan import units
from siteplan.batch import parts
from siteplan.batch.journal import PARTS, part_name
from siteplan.batch.ranking import RANKING, SUMMARY
from siteplan.errors import OutputError, SourceError
from siteplan.plan import Plan
from siteplan.reading.scorecards import read_scorecard

EXPLAINED = 1_000
"""Plots, of those that moved farthest, of which the reasons are looked up."""

_SAME = 1e-12


@dataclass(frozen=True)
class Change:
    """One reason why a plot moved.

    Attributes
    ----------
    criterion
        Its name; empty where a constraint is the reason.
    before, after
        The amount with its unit, a text, or what excluded the plot; "unknown" where nobody knows.
    by
        How much the contribution changed.
    """

    criterion: str
    before: str
    after: str
    by: float | None = None

    def __str__(self) -> str:
        words = f"{self.criterion or 'excluded by'}: {self.before} -> {self.after}"
        return words if self.by is None else f"{words} ({self.by:+.4f})"


@dataclass(frozen=True)
class Move:
    """A plot whose rank or score changed; a rank is None where it is excluded.

    Attributes
    ----------
    why
        The reasons, the largest first; empty of plots beyond the first thousand, and where only
        others moved.
    """

    plot: str
    rank_before: int | None
    rank_after: int | None
    score_before: float | None
    score_after: float | None
    why: tuple[Change, ...] = ()

    def __str__(self) -> str:
        ranks = " -> ".join(str(one or "excluded") for one in (self.rank_before, self.rank_after))
        scores = " -> ".join(
            "-" if one is None else f"{one:.4f}" for one in (self.score_before, self.score_after)
        )
        reasons = "; ".join(map(str, self.why)) or "others moved"
        return f"{self.plot}: rank {ranks}, score {scores}; {reasons}"


@dataclass(frozen=True)
class Differences:
    """What is different in a second result.

    Attributes
    ----------
    same
        How many plots kept rank and score.
    moved
        Those that did not, the farthest moved first.
    new, gone
        Plots of one result only.
    weights
        Shares of weights that changed, in words.
    """

    same: int
    moved: tuple[Move, ...]
    new: tuple[str, ...]
    gone: tuple[str, ...]
    weights: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """All of it in one sentence."""
        kept = f"{len(self.moved)} plots moved, {self.same} did not"
        return f"{kept}; {len(self.new)} are new, {len(self.gone)} gone."

    def text(self, most: int) -> str:
        """Return it in words, `most` plots at the most."""
        lines = [self.sentence, *(f"weight of {said}" for said in self.weights)]
        lines += map(str, self.moved[:most])
        if (more := len(self.moved) - most) > 0:
            lines.append(f"... and {more} more")
        for word, plots in (("new", self.new), ("gone", self.gone)):
            if plots:
                rest = f" and {len(plots) - most} more" if len(plots) > most else ""
                lines.append(f"{word}: {', '.join(plots[:most])}{rest}")
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return {"sentence": self.sentence, **asdict(self)}


@dataclass(frozen=True, eq=False)
class _Side:
    """One of the two results: ranks of all plots, and rows of some when they are asked for."""

    out: Path
    ranks: pd.DataFrame
    plan: Plan
    table: pd.DataFrame | None = None

    def rows(self, plots: pd.Index) -> pd.DataFrame:
        """The wide rows of some plots."""
        if self.table is not None:
            return self.table.reindex(plots)
        wanted = pa.array(plots, type=pa.large_string())
        found = []
        for number in sorted(set(self.ranks.loc[plots, "part"])):
            rows = parts.read(self.out / PARTS / part_name(int(number)))
            names = rows.column("plot").cast(pa.large_string())
            some = rows.filter(pc.is_in(names, value_set=wanted)).drop_columns(["geometry", "bbox"])
            found.append(some.to_pandas().set_index("plot"))
        return pd.concat(found).reindex(plots) if found else pd.DataFrame(index=plots)


def compared(old: str | Path, new: str | Path) -> Differences:
    """Compare two results, each of `siteplan batch` or of `siteplan score`.

    Parameters
    ----------
    old, new
        Their folders.

    Raises
    ------
    SourceError, OutputError
        If a folder holds no finished result, or a damaged one.
    """
    before, after = _side(Path(old)), _side(Path(new))
    both = before.ranks.index.intersection(after.ranks.index, sort=False)
    ours, theirs = before.ranks.loc[both], after.ranks.loc[both]
    far = (ours["rank"].fillna(len(before.ranks) + 1) - theirs["rank"].fillna(len(after.ranks) + 1)).abs()
    score = (ours["score"].fillna(-1.0) - theirs["score"].fillna(-1.0)).abs()
    moved = both[((far > 0) | (score > _SAME)).to_numpy()]
    keys = pd.DataFrame({"far": -far[moved], "score": -score[moved]})
    order = keys.sort_values(["far", "score"], kind="stable").index
    why = _why(before, after, order[:EXPLAINED])
    return Differences(
        len(both) - len(moved),
        tuple(_move(plot, before.ranks.loc[plot], after.ranks.loc[plot], why) for plot in order),
        tuple(after.ranks.index.difference(before.ranks.index, sort=False)),
        tuple(before.ranks.index.difference(after.ranks.index, sort=False)),
        tuple(_weights(before.plan, after.plan)),
    )


def _move(plot: str, ours: pd.Series, theirs: pd.Series, why: Mapping[str, tuple[Change, ...]]) -> Move:
    ranks = [None if pd.isna(side["rank"]) else int(side["rank"]) for side in (ours, theirs)]
    scores = [None if pd.isna(side["score"]) else float(side["score"]) for side in (ours, theirs)]
    return Move(plot, ranks[0], ranks[1], scores[0], scores[1], why.get(plot, ()))


def _side(out: Path) -> _Side:
    if (out / SUMMARY).exists():
        try:
            told = json.loads((out / SUMMARY).read_text(encoding="utf-8"))
            ranks = pq.read_table(out / RANKING).to_pandas().set_index("plot")
            plan = Plan.from_dict(told["plan"], where=f"{out}/{SUMMARY}")
        except (ValueError, KeyError, OSError, pa.ArrowException) as damage:
            raise OutputError(f"{out}: damaged, run the batch again: {damage}") from None
        return _Side(out, ranks, plan)
    if not (out / "scorecard.json").exists():
        raise SourceError(f"{out}: holds no finished result of siteplan batch or siteplan score")
    card = read_scorecard(out).card
    judged = card.contributions.set_index(["plot", "criterion"])
    columns = ("amount", "category", "feature", "contribution")
    wide = {
        f"{name}.{column}": judged[column].xs(name, level=1)
        for name in card.plan.shares
        for column in columns
    }
    table = pd.DataFrame(wide).reindex(card.plots.index).assign(excluded_by=card.plots["excluded_by"])
    return _Side(out, pd.DataFrame(card.plots[["rank", "score"]]), card.plan, table)


def _why(before: _Side, after: _Side, plots: pd.Index) -> dict[str, tuple[Change, ...]]:
    """The reasons of some plots."""
    if not len(plots):
        return {}
    ours, theirs = before.rows(plots).to_dict("index"), after.rows(plots).to_dict("index")
    symbols = {one.name: one.symbol for one in (*before.plan.criteria, *after.plan.criteria)}
    return {str(plot): tuple(_changes(ours[plot], theirs[plot], symbols)) for plot in plots}


def _changes(
    ours: Mapping[Any, Any], theirs: Mapping[Any, Any], symbols: Mapping[str, str]
) -> Iterable[Change]:
    found = []
    for name, symbol in symbols.items():
        by = _number(theirs.get(f"{name}.contribution")) - _number(ours.get(f"{name}.contribution"))
        was, is_ = (_said(side, name, symbol) for side in (ours, theirs))
        if was != is_ or abs(by) > _SAME:
            found.append(Change(name, was, is_, float(by)))
    found.sort(key=lambda one: -abs(one.by or 0.0))
    was, is_ = (str(side.get("excluded_by") or "nothing") for side in (ours, theirs))
    return [*([Change("", was, is_)] if was != is_ else []), *found]


def _number(cell: Any) -> float:
    return 0.0 if cell is None or pd.isna(cell) else float(cell)


def _said(row: Mapping[Any, Any], name: str, symbol: str) -> str:
    """An amount as people say it."""
    amount, category = row.get(f"{name}.amount"), row.get(f"{name}.category")
    if amount is not None and not pd.isna(amount):
        return units.shown(float(amount), symbol) if np.isfinite(amount) else "none"
    return str(category) if isinstance(category, str) and category else "unknown"


def _weights(before: Plan, after: Plan) -> list[str]:
    ours, theirs = before.shares, after.shares
    return [
        f"{name}: {ours.get(name, 0.0):.4g} -> {theirs.get(name, 0.0):.4g}"
        for name in dict.fromkeys([*ours, *theirs])
        if abs(ours.get(name, 0.0) - theirs.get(name, 0.0)) > _SAME
    ]
