"""What a passport over terrain says of itself: how exact, how sure, and which tie-ins no plot can come to."""

from __future__ import annotations

from typing import Any

import connected
import numpy as np
import pytest
import shapely
import world
from connected import column, overland, overland_scored, warnings

from siteplan import score
from siteplan.connect import openground
from siteplan.errors import PlanError
from siteplan.prices import Prices
from siteplan.rasters import Raster
from siteplan.scorecard import Scorecard


def test_a_length_over_land_has_the_error_of_the_grid():
    card = overland_scored()
    error = np.array(column(card, "route_error_m"))
    longer = np.array(column(card, "route_m")) - np.array(column(card, "straight_m"))
    assert (error >= longer - 1e-6).all()  # open ground: what is longer is the grid's
    assert (error < 10).all()
    assert column(card, "route_excess") == [0.0] * 4
    notes = [finding for finding in card.findings if finding.level == "note"]
    assert [note.where for note in notes] == ["connection 'power' over surface 'land'"]
    assert notes[0].message.startswith("On open ground this grid makes routes")


def test_over_open_ground_the_way_is_nearly_straight():
    card = score(world.plots(), connected.layers(), overland())
    assert column(card, "feature") == ["n1", "n2", "n1", "n2"]
    assert column(card, "route_m") == pytest.approx(column(card, "straight_m"), rel=0.02, abs=1)
    assert column(card, "route") == ["terrain"] * 4


def test_each_demand_has_its_own_tie_ins_over_land():
    plan = overland()
    power = plan.connection("power").model_copy(update={"demand": None, "demand_column": "wanted"})
    plots = world.plots().assign(wanted=[3.0, 30.0, 15.0, np.nan])
    card = score(plots, connected.layers(), plan.model_copy(update={"connections": (power,)}))
    assert column(card, "feature")[:3] == ["n1", "n4", "n2"]
    assert column(card, "status") == ["served", "served", "served", "unknown"]


def test_a_barrier_that_walls_a_plot_in_is_named():
    ring = world.table({"r": world.square(-50, -50, 200).exterior}, name=["Ring"])
    plan = overland(barriers=[{"layer": "ring", "title": "The ring"}])
    card = score(world.plots(), connected.layers(ring=ring), plan)
    assert column(card, "status") == ["not_reachable", "served", "served", "served"]
    assert column(card, "reason")[0] == "walled in; this would have to give: The ring"


def test_a_soft_barrier_that_gives_way_is_told():
    ring = world.table({"r": world.square(-50, -50, 200).exterior}, name=["Ring"])
    plan = overland(barriers=[{"layer": "ring", "title": "The ring", "rank": 1}])
    card = score(world.plots(), connected.layers(ring=ring), plan)
    assert column(card, "given_up") == ["The ring", "", "", ""]
    assert "only if these give way: The ring" in str(card.explain("a"))


def test_windows_serve_the_same_tie_ins():
    whole = score(world.plots(), connected.layers(), overland())
    cut = score(world.plots(), connected.layers(), overland(most_cells=6_000))
    assert column(cut, "feature") == column(whole, "feature")
    assert column(cut, "route_m") == pytest.approx(column(whole, "route_m"), rel=0.05)


def test_heights_that_are_not_there_are_named():
    with pytest.raises(PlanError, match="surface 'land' wants the elevation model 'dem', which is not there"):
        score(world.plots(), connected.layers(), overland(dem="dem"))


def test_an_error_that_rounding_does_not_hide_is_in_the_sentence(monkeypatch: pytest.MonkeyPatch):
    error = openground.GridError(4, 0.05, 0.01, 7.0)
    monkeypatch.setattr(openground, "measured", lambda *_: error)
    card = overland_scored()
    assert column(card, "route_error_m") == [7.0] * 4
    assert " m ±7 m to Node 1, 10 kV" in str(card.explain("a"))


def test_a_straight_line_has_no_grid_and_no_better():
    card = score(world.plots(), connected.layers(), connected.plan())
    assert column(card, "route_error_m") == [0.0] * 4
    assert column(card, "route_excess") == [0.0] * 4
    assert [finding.message for finding in card.findings] == [
        "not known: free capacity of Node 3, which is nearer"
    ]
    assert "±" not in str(card.explain("c"))


def test_an_error_that_was_not_measured_is_a_missing_fact(monkeypatch: pytest.MonkeyPatch):
    nothing = openground.GridError(0, np.nan, np.nan, np.nan)
    monkeypatch.setattr(openground, "measured", lambda *_: nothing)
    card = overland_scored()
    assert np.isnan(column(card, "route_error_m")).all()
    assert column(card, "missing")[0] == "how exact its length is"
    assert "100 m to Node 1" in str(card.explain("a"))


def test_a_plot_that_touches_its_tie_in_has_no_error():
    card = score(
        world.plots(),
        connected.layers(nodes=connected.nodes().set_geometry([world.at(shapely.Point(50, 50))] * 4)),
        overland(),
    )
    assert column(card, "route_m")[0] == 0
    assert column(card, "route_error_m")[0] == 0


FAR = {"cell": 10, "margin": 3000, "most_cells": 40_000}
"""Windows of 2 km."""


def in_windows(*walls: shapely.Geometry, rank: int = 0, gate: tuple[float, float] = (205, 55)) -> Scorecard:
    """One plot beside a gate, and one 9 km east so that the surface is cut into windows."""
    plots = world.table({"a": world.square(0, 0), "far": world.square(9000, 0)}, "plot", name=["A", "Far"])
    nodes = connected.nodes().iloc[[0]].set_geometry([world.at(shapely.Point(gate))])
    layers = {
        "nodes": nodes,
        "ring": world.table({f"w{n}": wall for n, wall in enumerate(walls)}, name=["W"] * len(walls)),
    }
    barriers = [{"layer": "ring", "title": "The wall", "rank": rank}] if walls else []
    return score(plots, layers, overland(**FAR, barriers=barriers))


def test_a_route_that_a_window_does_not_prove_says_by_how_much_it_may_be_longer():
    """Round the wall it is about 1470 m; a way out of the window costs at least the 900 m to its edge."""
    wall = shapely.LineString([(150, -800), (150, 800)])
    card = in_windows(wall)
    excess = column(card, "route_excess")[0]
    length = column(card, "route_m")[0]
    assert length > 1450
    assert 0.2 < excess < 1.2
    most = int(np.ceil(excess * 100))
    assert column(card, "missing")[0] == "whether it is the best way"
    assert f"; may be up to {most} % longer or harder than the best way; not known: whether" in str(
        card.explain("a")
    )


def test_a_route_near_enough_is_proven_in_its_window():
    card = in_windows()
    assert column(card, "route_excess")[0] == 0
    assert column(card, "missing")[0] == ""


def test_a_barrier_given_up_in_a_window_may_be_spared_beyond_it():
    card = in_windows(shapely.LineString([(150, -3000), (150, 3000)]), rank=1)
    assert column(card, "given_up")[0] == "The wall"
    assert np.isnan(column(card, "route_excess")[0])
    assert column(card, "missing")[0] == "whether a way beyond the plot's window spares The wall"


def test_behind_a_wall_that_the_window_does_not_end_nothing_is_known():
    card = in_windows(shapely.LineString([(150, -3000), (150, 3000)]))
    fact = "whether a tie-in can be reached beyond the plot's window of 2000 x 2000 m"
    assert column(card, "status")[0] == "unknown"
    assert column(card, "missing")[0] == fact
    assert column(card, "reason")[0] == (
        "none is reached within the plot's window of 2000 x 2000 m, and what lies beyond is not looked at; "
        "raise most_cells"
    )


def test_a_tie_in_beyond_the_window_is_neither_reached_nor_out_of_reach():
    """On a surface in one piece it is 2.9 km to it; windows of 1.3 km say nothing about that."""
    nodes = connected.nodes().iloc[:1].set_geometry([world.at(shapely.Point(3000, 50))])
    for most_cells, status in ((16_000_000, "served"), (4_000, "unknown")):
        card = score(world.plots(), {"nodes": nodes}, overland(cell=20, margin=600, most_cells=most_cells))
        assert column(card, "status") == [status] * 4
    assert np.isnan(card.contributions["amount"]).all()
    assert card.plots["completeness"].tolist() == [0] * 4


def test_what_is_too_small_in_the_window_does_not_close_what_lies_beyond():
    """30 MW are wanted: the 5 MW at hand do not do, the 50 MW 3 km away are not looked at."""
    nodes = connected.nodes().iloc[[0, 3]].assign(availability="yes")
    nodes = nodes.set_geometry([world.at(shapely.Point(x, 50)) for x in (200, 3000)])
    wanted = {"demand": 30}
    card = score(
        world.plots(), {"nodes": nodes}, overland(power=wanted, cell=20, margin=600, most_cells=4_000)
    )
    assert column(card, "status") == ["unknown"] * 4
    card = score(world.plots(), {"nodes": nodes.iloc[:1]}, overland(power=wanted, cell=20, most_cells=4_000))
    assert column(card, "status") == ["no_capacity"] * 4


def test_windows_tell_what_a_surface_in_one_piece_tells():
    said = []
    for most_cells in (16_000_000, 6_000):
        nowhere = {"layer": "nowhere", "times": 2}
        card = score(
            world.plots(),
            connected.layers(nowhere=world.table({"x": shapely.Point(1e6, 1e6)}, name=["X"])),
            overland(cell=20, margin=1500, most_cells=most_cells, slope=[[0, 1], [10, 3]], land=[nowhere]),
        )
        said.append([one.message for one in card.findings if one.level == "note"])
    whole, windows = said
    assert whole[0].startswith("no slope is known for ")
    assert windows[0].startswith("no slope is known for ")
    assert whole[1] == windows[1]
    assert whole[1].startswith("land[1]: no feature of 'nowhere' takes a cell")


BOG = shapely.box(110, -400, 240, 400)
"""To be gone through from plot a to the east; four times as hard as open ground."""


def beside_a_bog(reach: float | None, **power: Any) -> Scorecard:
    """Near lies 150 m from plot a behind a bog, Far 200 m over open ground."""
    places = {"near": shapely.Point(250, 50), "far": shapely.Point(50, -200)}
    nodes = world.table(places, name=["Near", "Far"], free=[5.0, 5.0])
    layers = {"nodes": nodes, "bog": world.table({"b": BOG}, name=["Bog"])}
    wanted = {"reach": reach, "tie_ins": [{"layer": "nodes", "free": "free"}], **power}
    land = [{"layer": "bog", "friction": 3}]
    return score(world.plots(), layers, overland(power=wanted, margin=600, land=land))


def test_within_reach_what_is_harder_to_come_to_is_better_than_what_is_too_far():
    card = beside_a_bog(None)
    assert column(card, "feature")[0] == "far"
    card = beside_a_bog(180)
    assert column(card, "status")[0] == "served"
    assert column(card, "feature")[0] == "near"
    assert column(card, "route_m")[0] == pytest.approx(150, abs=1)


def test_what_lies_beyond_the_reach_in_a_straight_line_is_not_reachable():
    card = beside_a_bog(140)
    assert column(card, "status")[0] == "not_reachable"
    assert column(card, "reason")[0] == "the way of 200 m is longer than the reach of 140 m"


def test_a_shorter_way_over_harder_ground_may_be_within_reach():
    """Plot c goes round the bog to Near, 494 m; through it, about 395 m, the way is harder."""
    card = beside_a_bog(450)
    assert column(card, "status")[2] == "unknown"
    assert column(card, "missing")[2] == "whether a way of 450 m or less leads to a tie-in"
    assert column(card, "reason")[2] == (
        "a tie-in lies within the reach of 450 m, but the easiest way is 494 m long; a shorter one over "
        "harder ground was not looked for"
    )


def test_around_a_wall_the_shortest_way_is_known():
    """On open ground nothing is shorter than the easiest way: 2 x 260 m and more, round the wall."""
    nodes = connected.nodes().iloc[:1]
    wall = world.table({"w": shapely.LineString([(150, -200), (150, 300)])}, name=["Wall"])
    layers = {"nodes": nodes, "ring": wall}
    card = score(world.plots(), layers, overland(power={"reach": 400}, barriers=[{"layer": "ring"}]))
    assert column(card, "straight_m")[0] == pytest.approx(100)
    assert column(card, "status")[0] == "not_reachable"
    assert column(card, "status")[1] == "served"


def heights(east: float) -> Raster:
    """Level ground, known up to so many metres east of the world's corner."""
    values = np.where(np.arange(120) * 10 - 300 < east, 100.0, np.nan) * np.ones((120, 1))
    return Raster(values, (10.0, 0.0, world.EAST - 300, 0.0, -10.0, world.NORTH + 800), world.UTM)


def sloped(east: float, **ground: Any) -> Scorecard:
    slope = {"dem": "heights", "slope": [[0, 1], [10, 3]]}
    return score(
        world.plots(), connected.layers(), overland(**slope, **ground), rasters={"heights": heights(east)}
    )


def test_over_ground_of_unknown_slope_the_cost_is_unknown():
    """Heights end at x = 350, 10 m less of them give a slope: a goes to Node 1 at 200, b to Node 2 at 600."""
    card = sloped(350)
    assert column(card, "status") == ["served"] * 4
    assert column(card, "no_slope_m")[:2] == pytest.approx([0, 100])
    assert column(card, "cost_base")[0] == pytest.approx(2.4e6)
    assert np.isnan([column(card, "cost_base")[1], column(card, "billed_m")[1]]).all()
    assert ["slope under its way" in facts for facts in column(card, "missing")] == [False, True] * 2
    assert card.plots["completeness"].tolist() == [1, 0, 1, 0]
    assert "100 m to Node 2, 10 kV, 20 of 40 MW free, 3 wanted; not known: slope" in str(card.explain("b"))


def test_a_route_is_long_on_unknown_ground_as_far_as_it_lies_there():
    """From a to a tie-in 500 m east; slope is known up to x = 340."""
    nodes = connected.nodes().iloc[[1]]
    slope = {"dem": "heights", "slope": [[0, 1], [10, 3]]}
    card = score(world.plots(), {"nodes": nodes}, overland(**slope), rasters={"heights": heights(350)})
    assert column(card, "no_slope_m")[0] == pytest.approx(260, abs=10)


def test_slope_that_counts_without_any_heights_is_unknown():
    card = overland_scored(slope=[[0, 1], [10, 3]])
    assert np.isnan(column(card, "cost_base")).all()
    assert column(card, "no_slope_m") == pytest.approx(column(card, "route_m"))


def test_where_all_slopes_are_known_all_costs_are():
    card = sloped(2000)
    assert column(card, "no_slope_m") == [0.0] * 4
    assert not np.isnan(column(card, "cost_base")).any()


def test_windows_know_no_slope_either():
    card = sloped(350, most_cells=6_000)
    assert column(card, "no_slope_m")[:2] == pytest.approx([0, 100])


def test_a_cell_that_the_plan_leaves_open_is_told():
    card = score(world.plots(), connected.layers(), overland(cell=None))
    note = card.findings[0]
    assert (note.level, note.where) == ("note", "surface 'land'")
    assert note.message == "cell of 10 m chosen from the plots; state cell in the plan to keep it"
    assert not any("chosen from the plots" in one.message for one in overland_scored().findings)


def test_the_error_of_the_grid_is_measured_once(monkeypatch: pytest.MonkeyPatch):
    calls, measured = [], openground.measured

    def counted(*given: Any) -> openground.GridError:
        calls.append(len(given[1]))
        return measured(*given)

    monkeypatch.setattr(openground, "measured", counted)
    plots = world.plots().assign(wanted=[3.0, 30.0, 15.0, np.nan])
    wanted = {"demand": None, "demand_column": "wanted"}
    card = score(plots, connected.layers(), overland(power=wanted))
    assert column(card, "feature")[:3] == ["n1", "n4", "n2"]
    assert calls == [4]


def test_each_fact_that_is_not_known_is_a_finding_with_its_plots():
    found = score(world.plots(), connected.layers(), connected.plan()).findings
    assert [str(one) for one in found] == [
        "connection 'power': not known: free capacity of Node 3, which is nearer [c]"
    ]
    prices = {**connected.PRICES, "costs": connected.PRICES["costs"][1:]}
    unpriced = connected.plan().model_copy(update={"prices": Prices.from_dict(prices)})
    (_, price) = sorted(score(world.plots(), connected.layers(), unpriced).findings, key=str)
    assert price.message == "not known: no price of power 10 kV line"
    assert price.rows == ("a", "b", "c", "d")


def test_cells_wider_than_plots_are_told():
    (found,) = warnings(overland_scored(cell=150))
    assert found.where == "surface 'land'"
    assert found.message.startswith("cells of 150 m are wider than a plot (100 m)")
    assert found.remedy == "give a cell of about 10 m, or none"
    assert warnings(overland_scored(cell=100)) == []


def test_a_surface_that_is_too_fine_is_named():
    with pytest.raises(PlanError, match=r"^surface 'land': most_cells 16,000,000 is too small"):
        overland_scored(cell=0.01)
