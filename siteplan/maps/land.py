"""The plots' land as plain data: what took which part of it, and the patches to draw."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import affinity
from shapely.geometry.base import BaseGeometry

from siteplan import crs
from siteplan.maps.outlines import shape
from siteplan.maps.values import number, text

if TYPE_CHECKING:
    from siteplan.scorecard import Scorecard

_SAME_HA = 1e-6
_DRAWN_M = 0.1
"""Outlines are drawn to a tenth of a metre; the arcs of a zone are finer than any screen shows."""


def land(card: Scorecard) -> dict[Any, dict[str, Any]]:
    """Return what is known of the land of each plot; nothing where the plan has no land.

    Each has the `losses`, and as coordinates the `net` land (missing where nothing is lost) and the
    largest `rectangle`; what is left, acts and overrides are said by `siteplan.maps.sentences`.
    """
    if not len(card.land):
        return {}
    lost = _losses(card)
    kept = dict(zip(card.land.index, nets(card), strict=True))
    return {
        plot: {
            "losses": lost.get(plot, []),
            "net": _polygons(kept[plot]),
            "rectangle": _polygons(box),
        }
        for plot, box in zip(card.land.index, _rectangles(card), strict=True)
    }


def nets(card: Scorecard) -> NDArray[np.object_]:
    """Return the net land of each row of the land in degrees, None where it is the whole plot."""
    if not len(card.land):
        return np.empty(0, object)
    shapes: NDArray[np.object_] = _drawable(card.land, card).to_numpy().copy()
    shapes[~(card.land["net_ha"] < card.land["gross_ha"] - _SAME_HA).to_numpy(bool)] = None
    return shapes


def norms(card: Scorecard) -> dict[str, str]:
    """Return what must be said beside every zone: the title and notice of the rules."""
    table = card.plan.norms
    return {} if table is None else {"title": text(table.title), "notice": text(table.notice)}


def _losses(card: Scorecard) -> dict[Any, list[dict[str, Any]]]:
    found: dict[Any, list[dict[str, Any]]] = {}
    rows = card.losses.drop(columns="geometry").to_dict("records")
    for row, patch in zip(rows, _drawable(card.losses, card), strict=True):
        found.setdefault(row["plot"], []).append(
            {
                "title": text(row["title"]),
                "severity": text(row["severity"]),
                "assumed": row["status"] == "assumed",
                "taken": number(row["taken_ha"], 4),
                "alone": number(row["alone_ha"], 4),
                "patch": _polygons(patch),
            }
        )
    return found


def _drawable(table: gpd.GeoDataFrame, card: Scorecard) -> gpd.GeoSeries:
    """Shapes in degrees without the corners that no screen shows."""
    metric = table.geometry.to_crs(crs.parse(card.provenance.metric_crs))
    return metric.simplify(_DRAWN_M).to_crs(crs.DEGREES)


def _rectangles(card: Scorecard) -> gpd.GeoSeries:
    """The largest rectangle of every plot in degrees; empty where there is none."""
    metric = crs.parse(card.provenance.metric_crs)
    middles = gpd.GeoSeries.from_xy(card.land["rectangle_lon"], card.land["rectangle_lat"], crs=crs.DEGREES)
    middles = middles.to_crs(metric)
    rows = card.land.drop(columns="geometry").to_dict("records")
    boxes = [_rectangle(row, x, y) for row, x, y in zip(rows, middles.x, middles.y, strict=True)]
    return gpd.GeoSeries(boxes, crs=metric).to_crs(crs.DEGREES)


def _rectangle(row: Mapping[Any, Any], x: float, y: float) -> shapely.Polygon:
    if not row["rectangle_length_m"] > 0:
        return shapely.Polygon()
    half = np.array([row["rectangle_length_m"], row["rectangle_width_m"]]) / 2
    box = affinity.rotate(shapely.box(*-half, *half), row["rectangle_angle_deg"])
    return affinity.translate(box, x, y)


def _polygons(geometry: BaseGeometry) -> list[Any] | None:
    drawn = shape(geometry)
    return drawn.get("polygons") if drawn else None
