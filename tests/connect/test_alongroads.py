"""Ways along roads in the world by eye, and where the straight stretches beside them come in."""

from __future__ import annotations

from typing import Any

import connected
import geopandas as gpd
import numpy as np
import pytest
import shapely
import world
from connected import column

from siteplan import score
from siteplan.connect import alongroads
from siteplan.scorecard import Scorecard

TIE_INS = [{"layer": "nodes", "free": "free", "availability": "availability"}]
COSTS = {"unit": "million RUB", "measure": {"kind": "cost", "connection": "power"}} | {
    "value": {"shape": "linear", "best": 0, "worst": 10}
}


def gates(**places: tuple[float, float]) -> gpd.GeoDataFrame:
    points = {name: shapely.Point(place) for name, place in places.items()}
    return world.table(
        points, name=list(points), free=[5.0] * len(points), availability=["yes"] * len(points)
    )


def along(
    *lines: list[tuple[float, float]],
    nodes: gpd.GeoDataFrame,
    plots: gpd.GeoDataFrame | None = None,
    reach: float | None = None,
    **power: Any,
) -> Scorecard:
    roads = {f"r{n}": shapely.LineString(line) for n, line in enumerate(lines)}
    layers = connected.layers(nodes=nodes, roads=world.table(roads, name=list(roads)))
    streets = {"layer": "roads", "other": 40, **({"reach": reach} if reach else {})}
    wanted = {"route": "roads", "network": "streets", "tie_ins": TIE_INS, **power}
    plan = connected.plan(COSTS, power=wanted, networks={"streets": streets})
    return score(world.plots() if plots is None else plots, layers, plan)


NORTH = [(-500.0, 300.0), (900.0, 300.0)]
"""A road between the lower plots and the upper ones: 200 m from a and b, 100 m from c and d."""
SOUTH = [(-50.0, -10.0), (700.0, -10.0)]
"""A road 10 m from a and b."""


def test_a_plot_that_holds_its_tie_in_is_there():
    card = along(NORTH, nodes=gates(In=(50, 50), Out=(450, -20)))
    assert column(card, "route_m")[0] == 0
    assert column(card, "cost_base")[0] == pytest.approx(2e6)  # the tie-in alone, twice
    assert column(card, "snap_m")[0] == column(card, "target_snap_m")[0] == 0


def test_a_tie_in_nearer_than_the_roads_is_gone_to_straight():
    """Plot b lies 20 m from Out; by road it would be 200 m to it, 50 m along it, 320 m back."""
    card = along(NORTH, nodes=gates(In=(50, 50), Out=(450, -20)))
    assert column(card, "feature")[1] == "Out"
    assert column(card, "route_m")[1] == pytest.approx(20)
    assert [column(card, name)[1] for name in ("snap_m", "target_snap_m")] == pytest.approx([20, 0])


def test_a_way_that_leaves_the_roads_for_less_goes_along_them():
    """From a it is 10 m to the road, 600 m along it and 10 m on; straight it were 600 m over land."""
    card = along(SOUTH, nodes=gates(East=(700, -20)), plots=world.plots().iloc[:1])
    assert column(card, "route_m") == pytest.approx([620], abs=100)  # it joins somewhere along its side
    assert column(card, "snap_m") + column(card, "target_snap_m") == pytest.approx([10, 10])
    assert "beside the roads" not in str(card.explain("a"))


def test_stretches_beside_the_roads_that_are_much_of_the_way_are_said():
    card = along(SOUTH, nodes=gates(Far=(700, -600)), plots=world.plots().iloc[1:2])
    assert column(card, "target_snap_m") == pytest.approx([590])
    assert "to Far (600 m of it straight, beside the roads), 10 kV" in str(card.explain("b"))


def test_the_reach_of_the_network_bounds_the_straight_line_too():
    nodes, plots = gates(Out=(450, -20)), world.plots().iloc[1:2]
    assert column(along(NORTH, nodes=nodes, plots=plots, reach=30), "route_m") == pytest.approx([20])
    card = along(NORTH, nodes=nodes, plots=plots, reach=15)
    assert column(card, "status") == ["not_reachable"]
    assert column(card, "reason") == ["no tie-in is near enough to a road"]


def test_a_tie_in_too_far_from_every_road_serves_nobody_and_is_named():
    card = along(SOUTH, nodes=gates(G=(1000, 50_000)), plots=world.plots().iloc[:2], reach=500)
    assert column(card, "status") == ["not_reachable"] * 2
    assert column(card, "reason") == ["no tie-in is near enough to a road"] * 2
    (found,) = [one for one in card.findings if one.level == "warning"]
    assert found.where == "connection 'power' along network 'streets', layer 'nodes'"
    assert found.message == "cannot serve: G; farther from every road than the 500 m of the network's reach"
    assert found.rows == ("G",)


def test_of_two_tie_ins_the_one_too_far_from_the_roads_is_passed_over():
    """Off is nearer to b, but 120 m from the road; On lies beside it."""
    nodes, plots = gates(Off=(540, -130), On=(695, -20)), world.plots().iloc[1:2]
    assert column(along(SOUTH, nodes=nodes, plots=plots), "feature") == ["Off"]
    assert column(along(SOUTH, nodes=nodes, plots=plots, reach=100), "feature") == ["On"]


def test_roads_that_are_not_joined_leave_it_open_what_can_be_reached():
    card = along([*NORTH[:1], (300.0, 300.0)], [(305.0, 300.0), (900.0, 300.0)], nodes=gates(In=(450, 250)))
    assert column(card, "status") == ["unknown", "served", "unknown", "served"]
    assert (
        column(card, "missing")[0] == "whether the road at the plot is joined to one that leads to a tie-in"
    )
    assert column(card, "reason")[0] == "the road at the plot is not joined to any that leads to a tie-in"
    assert "unknown: the road at the plot is not joined" in str(card.explain("a"))
    amounts = card.contributions.set_index("plot")["amount"]
    assert np.isnan(amounts[["a", "c"]]).all()
    assert card.plots["completeness"].tolist() == [0, 1, 0, 1]


def test_what_is_too_small_on_joined_roads_does_not_close_what_is_open_on_others():
    """The 5 MW at Near do not do, the 50 MW at Big may be joined: unknown, not too small."""
    nodes = gates(Near=(50, 290), Big=(450, 290)).assign(free=[5.0, 50.0])
    card = along([*NORTH[:1], (300.0, 300.0)], [(305.0, 300.0), (900.0, 300.0)], nodes=nodes, demand=30)
    assert column(card, "status") == ["unknown", "served", "unknown", "served"]


def test_without_a_road_only_what_touches_is_reached():
    roads = world.table({"r": shapely.LineString(NORTH)}, name=["R"]).iloc[:0]
    layers = connected.layers(nodes=gates(In=(50, 50), Out=(450, -20)), roads=roads)
    wanted = {"route": "roads", "network": "streets", "tie_ins": TIE_INS}
    plan = connected.plan(power=wanted, networks={"streets": {"layer": "roads", "other": 40}})
    card = score(world.plots(), layers, plan)
    assert column(card, "status") == ["served", *["not_reachable"] * 3]
    assert column(card, "reason")[1] == "there is no road"


def test_plots_whose_nearest_has_enough_are_searched_for_once(monkeypatch: pytest.MonkeyPatch):
    searches, travel = [], alongroads.travel

    def counted(network: Any, plots: Any, targets: Any, **asked: Any) -> Any:
        searches.append((len(plots), len(targets)))
        return travel(network, plots, targets, **asked)

    monkeypatch.setattr(alongroads, "travel", counted)
    places = {f"g{n}": (60.0 + 100 * n, -60.0) for n in range(6)}
    nodes = gates(**places).assign(free=[9.0, 7.0, 1.0, 2.0, 8.0, 3.0])
    plots = world.plots().iloc[:2].assign(wanted=[6.0, 3.0])
    card = along(SOUTH, nodes=nodes, plots=plots, demand=None, demand_column="wanted")
    assert column(card, "feature") == ["g0", "g4"]
    assert searches == [(2, 4)]  # both plots, the four tie-ins with 3 or more
