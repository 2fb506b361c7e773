"""Tie-ins that no plot can come to over land are findings, with what would have to give."""

from __future__ import annotations

import connected
import shapely
import world
from connected import column, overland, overland_scored, warnings

from siteplan import score

FAR = {"cell": 10, "margin": 3000, "most_cells": 40_000}


def around(x: float, y: float, half: float) -> shapely.LineString:
    """A square ring about a place."""
    return shapely.box(x - half, y - half, x + half, y + half).exterior


def test_a_tie_in_inside_a_barrier_is_a_finding():
    yard = world.table({"y": world.square(180, 30, 50)}, name=["Yard"])
    card = overland_scored(yard=yard, barriers=[{"layer": "yard", "title": "The yard"}])
    assert column(card, "feature")[0] == "n2"
    (found,) = warnings(card)
    assert found.where == "connection 'power' over surface 'land', layer 'nodes'"
    assert found.message == "cannot serve: Node 1; inside the hard barrier 'The yard'"
    assert found.rows == ("n1",)


def test_a_tie_in_shut_off_by_a_barrier_is_a_finding_with_what_would_have_to_give():
    card = overland_scored(
        ring=world.table({"r": around(200, 50, 40)}, name=["Ring"]), barriers=[{"layer": "ring"}]
    )
    assert column(card, "feature") == ["n2"] * 4
    (found,) = warnings(card)
    assert found.message == ("cannot serve: Node 1; walled in; this would have to give: ring")


def test_a_ring_with_a_gap_shuts_nothing_off():
    ring = around(200, 50, 60).difference(shapely.box(0, 40, 150, 80))
    card = overland_scored(ring=world.table({"r": ring}, name=["Ring"]), barriers=[{"layer": "ring"}])
    assert column(card, "feature")[0] == "n1"
    assert warnings(card) == []


def test_a_walled_in_plot_does_not_make_tie_ins_idle_that_serve_others():
    card = overland_scored(
        ring=world.table({"r": world.square(-50, -50, 200).exterior}, name=["Ring"]),
        barriers=[{"layer": "ring"}],
    )
    assert column(card, "status")[0] == "not_reachable"
    assert warnings(card) == []


def test_a_soft_barrier_shuts_nothing_off():
    ring = world.table({"r": around(200, 50, 40)}, name=["Ring"])
    assert warnings(overland_scored(ring=ring, barriers=[{"layer": "ring", "rank": 1}])) == []


def test_a_tie_in_in_no_window_is_a_finding():
    plots = world.table({"a": world.square(0, 0), "far": world.square(9000, 0)}, "plot", name=["A", "Far"])
    nodes = connected.nodes().set_geometry([world.at(shapely.Point(x, 50)) for x in (200, 8900, 4500, 4600)])
    nodes["free"], nodes["availability"] = 5.0, "yes"
    (found,) = warnings(score(plots, {"nodes": nodes}, overland(**FAR)))
    assert found.message == "cannot serve: Node 3, Node 4; in no window around a plot"
    assert found.rows == ("n3", "n4")


def test_many_idle_tie_ins_are_counted_and_all_are_in_the_rows():
    places = {f"n{n}": shapely.Point(200 + n, 50) for n in range(8)}
    columns = {"name": [f"N{n}" for n in range(8)], "free": 5.0, "capacity": 5.0, "availability": "yes"}
    nodes = world.table(places, **columns, build_cost=0.0, build_months=0.0)
    yard = world.table({"y": world.square(180, 30, 50)}, name=["Yard"])
    card = score(
        world.plots(), connected.layers(nodes=nodes, yard=yard), overland(barriers=[{"layer": "yard"}])
    )
    (found,) = warnings(card)
    assert found.message.startswith("cannot serve: N0, N1, N2, N3, N4 and 3 more; inside the hard barrier")
    assert len(found.rows) == 8


def test_plots_that_touch_their_tie_ins_leave_none_idle():
    """A tie-in inside a barrier that a plot touches serves that plot."""
    yard = world.table({"y": world.square(50, 30, 50)}, name=["Yard"])
    nodes = connected.nodes().set_geometry([world.at(shapely.Point(x, 50)) for x in (90, 600, 700, 800)])
    nodes["free"], nodes["availability"] = 5.0, "yes"
    card = score(
        world.plots(), connected.layers(nodes=nodes, yard=yard), overland(barriers=[{"layer": "yard"}])
    )
    assert column(card, "feature")[0] == "n1"
    assert warnings(card) == []
