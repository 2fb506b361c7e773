"""Routes over land read by eye: 10 m cells, resistance 1 on open ground."""

from __future__ import annotations

import geopandas as gpd
import land
import numpy as np
import pytest
import shapely
import world

from siteplan.connect import terrain
from siteplan.connect.windows import Windows, around
from siteplan.errors import CrsError, DataError
from siteplan.surfaces import Ground

PLOT = world.square(0, 0)
GATE = shapely.Point(605, 55)
WALL = land.line((300, -200), (300, 600))


def test_open_ground_is_crossed_straight():
    found = land.route(land.laid(), PLOT, GATE)
    assert found["status"] == "reached"
    assert found["length_m"] == pytest.approx(505, abs=0.01)
    assert found["cost"] == pytest.approx(found["billed"]) == pytest.approx(505, rel=0.01)
    assert (found["feature"], found["feature_name"]) == ("gate", "The gate")


def test_a_route_begins_on_the_plot_and_ends_on_the_tie_in():
    found = land.route(land.laid(), PLOT, GATE)
    ends = shapely.points(land.passes(found)[[0, -1]])
    assert shapely.distance(ends[0], PLOT) == pytest.approx(0, abs=1e-6)
    assert shapely.distance(ends[1], GATE) == pytest.approx(0, abs=1e-6)


def test_a_plot_at_its_tie_in_needs_no_route():
    found = land.route(land.laid(), PLOT, shapely.Point(100, 50))
    assert (found["status"], found["length_m"], found["cost"]) == ("reached", 0, 0)
    assert found.geometry is None


def test_a_wall_is_passed_at_its_gap():
    layers = {"wall": land.frame(w=land.line((300, -200), (300, 400)))}
    found = land.route(land.laid(layers, barriers=[{"layer": "wall"}]), PLOT, GATE)
    assert found["status"] == "reached"
    assert land.passes(found)[:, 1].max() >= 400
    assert found["length_m"] == pytest.approx(np.hypot(200, 300) + np.hypot(305, 345), rel=0.02)


def test_a_walled_in_plot_is_told_by_what():
    on = land.laid({"wall": land.frame(w=WALL)}, barriers=[{"layer": "wall", "title": "The great wall"}])
    found = land.routes(on, PLOT, GATE)
    assert found.table["status"].tolist() == ["walled_in"]
    assert found.table["would_have_to_give"].tolist() == ["The great wall"]
    assert found.barriers["feature_name"].tolist() == ["The w"]
    assert np.isnan(found.table["cost"].iat[0])


def test_soft_barriers_give_in_order_of_rank():
    layers = {"first": land.frame(w=WALL), "second": land.frame(w=land.line((400, -200), (400, 600)))}
    barriers = [{"layer": "first", "rank": 1}, {"layer": "second", "rank": 2}]
    both = land.route(land.laid(layers, barriers=barriers), PLOT, GATE)
    assert (both["status"], both["given_up"]) == ("reached", "first, second")
    one = land.route(land.laid(layers, barriers=barriers), PLOT, shapely.Point(350, 50))
    assert one["given_up"] == "first"
    none = land.route(land.laid(layers, barriers=barriers), PLOT, shapely.Point(250, 50))
    assert none["given_up"] == ""


def test_money_and_friction_are_kept_apart():
    layers = {"bog": land.frame(b=shapely.box(200, -200, 400, 600))}
    dear = land.route(land.laid(layers, land=[{"layer": "bog", "times": 3}]), PLOT, GATE)
    assert dear["billed"] == pytest.approx(505 + 2 * 200, rel=0.02)
    slow = land.route(land.laid(layers, land=[{"layer": "bog", "friction": 2}]), PLOT, GATE)
    assert slow["cost"] == pytest.approx(505 + 2 * 200, rel=0.02)
    assert slow["billed"] == pytest.approx(505, rel=0.02)


def test_a_corridor_draws_the_route_to_it():
    road = land.line((0, 300), (700, 300))
    on = land.laid({"road": land.frame(r=road)}, land=[{"layer": "road", "friction": -0.9, "width": 30}])
    found = land.route(on, PLOT, GATE)
    assert land.passes(found)[:, 1].max() > 250
    assert found["billed"] == pytest.approx(found["length_m"], rel=0.02)


def test_crossings_are_counted_on_the_route():
    on = land.laid({"rail": land.frame(r=WALL)}, crossings=[{"layer": "rail", "metres": 100}])
    found = land.routes(on, PLOT, GATE)
    assert found.crossings["crossings[1]"].tolist() == [1]
    assert found.table["billed"].iat[0] == pytest.approx(505, rel=0.02)


def test_a_tie_in_outside_is_told():
    found = land.routes(land.laid(), PLOT, shapely.Point(9000, 0))
    assert found.table["status"].tolist() == ["tie_in_outside"]
    assert found.tie_ins["name"].tolist() == ["The gate"]


def test_only_usable_tie_ins_are_used():
    ties = land.frame(near=shapely.Point(200, 50), far=GATE)
    plots = land.frame(p=PLOT)
    table = terrain.routes(land.laid(), plots, ties, usable=np.array([False, True])).table
    assert table["feature"].tolist() == ["far"]
    none = terrain.routes(land.laid(), plots, ties, usable=np.array([False, False])).table
    assert none["status"].tolist() == ["no_tie_in"]
    with pytest.raises(DataError, match="give one flag per tie-in, 2"):
        terrain.routes(land.laid(), plots, ties, usable=np.array([True]))


def test_tables_in_two_systems_are_refused():
    with pytest.raises(CrsError):
        terrain.routes(land.laid(), land.frame(p=PLOT), land.frame(gate=GATE).to_crs(4326))


def many() -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame, dict[str, gpd.GeoDataFrame]]:
    plots = land.frame(**{f"p{x}{y}": world.square(x * 700, y * 700) for x in range(4) for y in range(4)})
    ties = land.frame(**{f"g{x}": shapely.Point(x * 700 - 155, 355) for x in range(1, 4)})
    return plots, ties, {"bog": land.frame(b=shapely.box(900, -300, 1400, 1500))}


def test_windows_agree_with_the_whole_where_they_are_proven():
    plots, ties, layers = many()
    ground = {"cell": 10, "margin": 300, "land": [{"layer": "bog", "times": 2}]}
    whole = around(plots, layers, Ground.from_dict(ground), tie_ins=ties)
    cut = around(plots, layers, Ground.from_dict({**ground, "most_cells": 20_000}), tie_ins=ties)
    assert isinstance(cut, Windows)
    one, other = (terrain.routes(on, plots, ties).table for on in (whole, cut))
    proven = other["exact"] & (other["status"] == "reached")
    assert proven.any()
    assert other["grid_cost"][proven].tolist() == pytest.approx(one["grid_cost"][proven].tolist())
    assert (other["bound"] <= one["grid_cost"] + 1e-6).all()


def test_windows_serve_some_of_their_plots():
    plots, ties, layers = many()
    ground = Ground.from_dict({"cell": 10, "margin": 300, "most_cells": 20_000})
    cut = around(plots, layers, ground, tie_ins=ties)
    assert isinstance(cut, Windows)
    some = np.array([3, 9])
    part = terrain.routes(cut.only(some), plots.iloc[some], ties).table
    every = terrain.routes(cut, plots, ties).table.iloc[some]
    assert part["status"].tolist() == every["status"].tolist()
    assert part["cost"].tolist() == pytest.approx(every["cost"].tolist(), nan_ok=True)


def test_the_same_bytes_twice():
    plots, ties, layers = many()
    on = around(
        plots, layers, Ground.from_dict({"cell": 10, "land": [{"layer": "bog", "times": 2}]}), tie_ins=ties
    )
    one, other = (terrain.routes(on, plots, ties).table for _ in range(2))
    assert one.to_wkb().equals(other.to_wkb())
