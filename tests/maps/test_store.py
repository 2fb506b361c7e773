"""The page's plots are Python's plots: every record, in a real browser."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from maps.drawable import catalogue, plan, plots
from maps.hostile import hostile
from maps.landed import landed
from maps.test_page import with_connections

from siteplan.maps import draw_map
from siteplan.maps.payload import payload
from siteplan.plan import Plan
from siteplan.scorecard import Scorecard, score
from siteplan.tables import Park

Open = Callable[..., Any]

_RECORDS = "Array.from({length: siteplan.store.count}, (_, plot) => siteplan.store.record(plot))"
_SAME = ("id", "short", "name", "area", "synthetic", "status", "regimes", "attributes", "rank", "score",
         "high", "complete", "sum", "excluded", "unchecked", "unknown", "sure", "places", "connections",
         "net")  # fmt: skip
_PART = ("criterion", "none", "category", "feature")
_UNDER = """(points) => { const { map, plots, store } = siteplan; return points.map(([x, y]) => {
  const plot = plots.plotAt(map.project([y, x]).subtract(map.getPixelOrigin()));
  return plot === null ? null : store.id(plot); }); }"""
_SUMS = """(() => { const { store, data } = siteplan;
  const names = data.criteria.map((one, number) => [one.name, number]).sort(([a], [b]) => (a < b ? -1 : 1));
  return Array.from({length: store.count}, (_, plot) => Math.min(1, names.reduce((sum, [, number]) =>
    sum + (store.values(number)[plot] * data.criteria[number].weight || 0), 0))); })()"""


def area(polygons: list[Any], *, turned: bool = False) -> Any:
    """Polygons of rings of latitude and longitude, or turned."""
    made = [[np.array(ring)[:, :: -1 if turned else 1] for ring in rings] for rings in polygons]
    return shapely.union_all([shapely.Polygon(outer, holes) for outer, *holes in made])


def agree(page: Any, card: Scorecard, park: Park) -> None:
    wanted = list(payload(card, park)["plots"])
    found = page.evaluate(_RECORDS)
    assert len(found) == len(wanted)
    for got, plot in zip(found, wanted, strict=True):
        assert {key: got[key] for key in _SAME} == {key: plot[key] for key in _SAME}
        assert got["outlined"] == bool(plot["shape"])
        assert (got["land"] is None) == (plot["land"] is None)
        if plot["land"]:
            net, drawn = got["land"].pop("net"), plot["land"].pop("net")
            assert got["land"] == plot["land"]
            assert (net is None) == (drawn is None)
            assert net is None or area(net).symmetric_difference(area(drawn, turned=True)).area < 1e-8
        assert got["at"] == (plot["at"] and pytest.approx(plot["at"], abs=1e-7))
        for told, part in zip(got["parts"], plot["parts"], strict=True):
            assert {key: told[key] for key in _PART} == {key: part[key] for key in _PART}
            assert told.get("points") == part.get("points")
            for key, slack in (("amount", 1e-6), ("worth", 1e-6), ("tie_in", 1e-6)):
                assert told[key] == (
                    part[key] if part[key] is None else pytest.approx(part[key], rel=slack, abs=slack)
                )


def test_records_are_the_same(card: Scorecard, park: Park, opened: Open) -> None:
    agree(opened(draw_map(card, park)), card, park)


def test_records_with_land_and_connections_are_the_same(park: Park, opened: Open) -> None:
    card = with_connections(landed(park))
    agree(opened(draw_map(card, park)), card, park)


def test_hostile_records_are_the_same(park: Park, opened: Open) -> None:
    card, attacked = hostile(park, plan())
    agree(opened(draw_map(card, attacked)), card, attacked)


def test_awkward_plots_are_the_same(park: Park, opened: Open) -> None:
    """Mixed columns, categories, values without a line, infinite amounts, holes, a plot without a place."""
    many = plots(7, 7)
    mixed = np.array([7, "seven", True, None, 2.5, math.nan, "<b>"], dtype=object)
    many["soil"] = np.resize(mixed, len(many))
    many["count"] = np.arange(len(many)) * 12_345_678
    many["kind"] = np.resize(np.array(["clay", "sand", None], dtype=object), len(many))
    shapes = many.geometry.to_numpy().copy()
    shapes[3] = shapes[3] - shapes[3].centroid.buffer(60)
    shapes[4] = shapely.MultiPolygon([shapes[4], shapely.affinity.translate(shapes[4], 9_000, 0)])
    many = many.set_geometry(gpd.GeoSeries(shapes, index=many.index, crs=many.crs))
    steps = {"shape": "piecewise", "points": [[0, 1.0], [1000, 0.3], [4000, 0.0]]}
    kinds = {"shape": "category", "worths": {"clay": 0.3, "sand": 0.9}}
    judged = plan().to_dict()
    judged["criteria"][0]["value"] = steps
    judged["criteria"].append(
        {
            "name": "kind",
            "title": "Kind",
            "weight": 3,
            "measure": {"kind": "attribute", "column": "kind"},
            "value": kinds,
        }
    )
    judged["criteria"][2]["value"] = {"shape": "exponential", "best": 100, "half": 900}
    shown = {name: {"from": name} for name in ("soil", "count", "kind", "bearing")}
    own = {"file": "plots.geojson", "id": "number", "origin": "synthetic", "title": "Plots", "columns": shown}
    odd = replace(park, plots=many, catalogue=catalogue(plots=own))
    card = score(many, odd.layers, Plan.from_dict(judged))
    lost = card.plots.geometry.to_numpy().copy()
    lost[5] = None
    card = replace(
        card, plots=card.plots.set_geometry(gpd.GeoSeries(lost, index=card.plots.index, crs=many.crs))
    )
    agree(opened(draw_map(card, odd)), card, odd)


def test_scores_follow_from_the_values_to_the_last_bit(card: Scorecard, park: Park, opened: Open) -> None:
    page = opened(draw_map(card, park))
    ids = [plot["id"] for plot in payload(card, park)["plots"]]
    wanted = card.plots["score"].reindex(ids).to_numpy()
    known = ~np.isnan(wanted)
    assert np.array(page.evaluate(_SUMS))[known].tolist() == wanted[known].tolist()


def test_the_plot_under_a_point_is_the_one_that_covers_it(card: Scorecard, park: Park, opened: Open) -> None:
    shapes = card.plots.geometry.to_numpy().copy()
    shapes[7] = shapes[7] - shapes[7].centroid.buffer(80)
    holed = replace(
        card, plots=card.plots.set_geometry(gpd.GeoSeries(shapes, index=card.plots.index, crs=card.plots.crs))
    )
    page = opened(draw_map(holed, park))
    page.evaluate("siteplan.map.setZoom(16, {animate: false})")
    frame = holed.plots.to_crs(4326)
    west, south, east, north = frame.total_bounds
    edges = frame.geometry.boundary.to_numpy()
    points = np.random.default_rng(1).uniform((west, south), (east, north), (400, 2))
    found = page.evaluate(_UNDER, points.tolist())
    for point, name in zip(shapely.points(points), found, strict=True):
        near = shapely.distance(edges, point).min() < 1e-6
        covering = frame.index[frame.geometry.covers(point)]
        assert near or [name] == [*covering, None][:1]
