"""Why a plot has its score: the sum, one row per criterion, in words and numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from siteplan import losses, passports, safe, units


@dataclass(frozen=True)
class Explanation:
    """The reasons for one plot's score; prints itself as a sum.

    Attributes
    ----------
    plot
        The plot's identifier.
    total
        Its row of the scorecard's plots, without geometry.
    rows
        Its rows of the contributions, in the plan's order.
    ranked
        How many plots have a rank.
    connections
        Its connection passports, in the plan's order.
    land, losses, overrides
        Its row of the scorecard's land, its rows of the losses and of what a planner decided; empty
        where the plan has no land.
    prices
        What the table of prices is and is not; said where one of them was used.
    sureness
        How sure its place is, in sentences; empty where the plan has no robustness.
    weighed
        How the planner came to the weights; empty where they are stated one by one.
    """

    plot: str
    total: Mapping[str, Any]
    rows: pd.DataFrame
    ranked: int
    connections: pd.DataFrame = field(default_factory=pd.DataFrame)
    land: Mapping[str, Any] = field(default_factory=dict)
    losses: pd.DataFrame = field(default_factory=pd.DataFrame)
    overrides: pd.DataFrame = field(default_factory=pd.DataFrame)
    prices: str = ""
    sureness: tuple[str, ...] = ()
    weighed: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON; missing numbers are null, an endless distance is "inf"."""
        return {
            "plot": self.plot,
            **{str(key): plain(cell) for key, cell in self.total.items()},
            "contributions": _plain_rows(self.rows),
            "connections": [
                {**row, "sentence": said}
                for row, said in zip(_plain_rows(self.connections), self.connected.values(), strict=True)
            ],
            "land": {key: plain(cell) for key, cell in self.land.items()},
            "losses": _plain_rows(self.losses),
            "overrides": _plain_rows(self.overrides),
            "prices": self.notice,
            "sureness": list(self.sureness),
            "weights": self.weighed,
        }

    @property
    def sentence(self) -> str:
        """Rank and score in one sentence."""
        total = self.total
        if total["excluded_by"]:
            return f"Plot {self.plot} is excluded: {total['excluded_by']}."
        place = f"Plot {self.plot} is {total['rank']} of {self.ranked} with a score of {total['score']:.3f}"
        if total["completeness"] < 1 - 1e-9:
            unknown = ", ".join(self.rows.loc[self.rows["value"].isna(), "label"])
            place += f" (up to {total['score_high']:.3f}; unknown: {unknown})"
        return place + (f"; not checked: {total['unchecked']}." if total["unchecked"] else ".")

    def table(self) -> pd.DataFrame:
        """Return the sum as text: one line per criterion, and the total."""
        lines = pd.DataFrame(
            {
                "criterion": self.rows["label"],
                "amount": [amount_text(row) for row in self.rows.to_dict("records")],
                "to": self.rows["feature_name"],
                "value": ["?" if pd.isna(value) else f"{value:.3f}" for value in self.rows["value"]],
                "weight": [f"{weight:.3f}" for weight in self.rows["weight"]],
                "contribution": [
                    "?" if pd.isna(part) else f"{part:.4f}" for part in self.rows["contribution"]
                ],
            }
        )
        total = {"criterion": "sum", "amount": "", "to": "", "value": "", "weight": "1.000"}
        total["contribution"] = f"{self.rows['contribution'].sum():.4f}"
        return pd.concat([lines, pd.DataFrame([total])], ignore_index=True).map(safe.visible)

    @property
    def connected(self) -> dict[str, str]:
        """Each connection in one sentence, by its label."""
        return {row["label"]: passports.sentence(row) for row in self.connections.to_dict("records")}

    @property
    def notice(self) -> str:
        """What the prices are and are not; empty where none was used."""
        used = len(self.connections) and self.connections["cost_base"].notna().any()
        return self.prices if used else ""

    @property
    def overridden(self) -> list[str]:
        """What a planner decided about each patch, in one sentence."""
        return [losses.overridden(row) for row in self.overrides.to_dict("records")]

    def __str__(self) -> str:
        said = [f"Weights: {self.weighed}"] if self.weighed else []
        said += ["", "How sure", *(f"  {one}" for one in self.sureness)] if self.sureness else []
        lines = [f"  {label}: {said}" for label, said in self.connected.items()]
        said += ["", "Connections", *lines] if lines else []
        if self.land:
            said += ["", "Land", f"  {losses.sentence(self.land)}"]
        if len(self.losses):
            said += losses.table(self.losses).map(safe.visible).to_string(index=False).splitlines()
        said += [f"  {one}" for one in self.overridden]
        said += ["", f"Prices: {self.notice}"] if self.notice else []
        table = self.table().to_string(index=False)
        return "\n".join([safe.visible(self.sentence), table, *map(safe.visible, said)])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        table = self.table()
        shown = f"<p>{safe.entities(self.sentence)}</p>" + safe.html_table(table.columns, table.to_numpy())
        shown += f"<p>Weights: {safe.entities(self.weighed)}</p>" if self.weighed else ""
        shown += "".join(f"<p>{safe.entities(one)}</p>" for one in self.sureness)
        if self.connected:
            shown += safe.html_table(("connection", ""), list(self.connected.items()))
        if self.land:
            shown += f"<p>{safe.entities(losses.sentence(self.land))}</p>"
        if len(self.losses):
            lost = losses.table(self.losses)
            shown += safe.html_table(lost.columns, lost.to_numpy())
        shown += "".join(f"<p>{safe.entities(one)}</p>" for one in self.overridden)
        return shown + (f"<p>{safe.entities(self.notice)}</p>" if self.notice else "")


def _plain_rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    rows = table.drop(columns="geometry", errors="ignore").to_dict("records")
    return [{str(key): plain(cell) for key, cell in row.items()} for row in rows]


def amount_text(row: Mapping[Any, Any]) -> str:
    """Return an amount in words: number and unit, a category, "none there", or "unknown".

    Examples
    --------
    >>> amount_text({"amount": 1234.4, "unit": "m", "category": None})
    '1234 m'
    >>> amount_text({"amount": float("nan"), "unit": "m", "category": None})
    'unknown'
    """
    category = row["category"]
    if isinstance(category, str) and category:
        return category
    return "unknown" if pd.isna(row["amount"]) else units.shown(row["amount"], row["unit"])


def plain(cell: Any) -> Any:
    """Return a table cell as JSON has it: missing is null, infinite is text.

    Examples
    --------
    >>> plain(float("nan")), plain(float("inf")), plain(np.int64(3))
    (None, 'inf', 3)
    """
    if cell is None or cell is pd.NA or (isinstance(cell, float) and np.isnan(cell)):
        return None
    if isinstance(cell, float) and np.isinf(cell):
        return "inf" if cell > 0 else "-inf"
    return cell.item() if isinstance(cell, np.generic) else cell
