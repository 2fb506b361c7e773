"""Connection passports as plain data: what each plot card tells of its utilities, and the routes to draw."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from siteplan.maps.outlines import shape
from siteplan.maps.values import text

if TYPE_CHECKING:
    from siteplan.scorecard import Scorecard


def connections(card: Scorecard) -> dict[Any, list[dict[str, Any]]]:
    """Return the connections of each plot, in the plan's order.

    Each has its `label`, the `utility` whose hue it is drawn in, its `status`, and the
    route's coordinates (missing where there is none); `siteplan.maps.sentences` says it in words.
    """
    found: dict[Any, list[dict[str, Any]]] = {}
    routes = card.connections.geometry.to_numpy()
    for row, route in zip(card.connections.drop(columns="geometry").to_dict("records"), routes, strict=True):
        drawn = shape(route)
        found.setdefault(row["plot"], []).append(
            {
                "label": text(row["label"]),
                "utility": text(row["utility"]),
                "status": text(row["status"]),
                "route": drawn["lines"][0] if drawn and "lines" in drawn else None,
            }
        )
    return found


def costs(card: Scorecard) -> pd.Series:
    """Return what all connections of each plot cost together, the middle of the estimates.

    Missing where one of them has no cost: it cannot be made, or a price is not known.
    """
    whole: pd.Series = card.connections.groupby("plot")["cost_base"].agg(lambda each: each.sum(skipna=False))
    return whole


def prices(card: Scorecard) -> dict[str, Any]:
    """Return what must be said beside every amount of money: the table's title, notice and date."""
    table = card.plan.prices
    if table is None:
        return {}
    return {"title": text(table.title), "notice": text(table.notice), "as_of": text(table.as_of)}
