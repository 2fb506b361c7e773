"""Which tie-in answers, and what is said where none does; the distances are those of `connected`."""

from __future__ import annotations

from typing import Any

import connected
import geopandas as gpd
import numpy as np
import pytest
import shapely
import world
from connected import column
from hypothesis import given, settings
from hypothesis import strategies as st

from siteplan import score
from siteplan.scorecard import Scorecard

HEADROOM = {
    "unit": "MW",
    "measure": {"kind": "headroom", "connection": "power"},
    "value": {"shape": "linear", "best": 50, "worst": 0},
}


def scored(
    nodes: gpd.GeoDataFrame | None = None,
    *criteria: dict[str, Any],
    layers: dict[str, gpd.GeoDataFrame] | None = None,
    power: dict[str, Any] | None = None,
    **changes: Any,
) -> Scorecard:
    every = connected.layers(**({} if nodes is None else {"nodes": nodes}), **(layers or {}))
    return score(world.plots(), every, connected.plan(*criteria, power=power, **changes))


def test_the_largest_within_reach_is_that_of_the_way():
    # n4 has 50 MW behind the wall: within 600 m as the crow flies, by no route
    wall = world.table({"w": shapely.box(-300, -120, 900, -60)}, name=["Wall"])
    card = scored(
        connected.nodes(availability=["yes", "yes", "no", "yes"]),
        HEADROOM,
        layers={"wall": wall},
        power={"demand": 30, "route": "terrain", "surface": "park", "reach": 450},
        surfaces={"park": {"cell": 10, "margin": 300, "barriers": [{"layer": "wall"}]}},
    )
    assert column(card, "status") == ["no_capacity"] * 4
    assert column(card, "largest") == [5, 20, 5, 20]
    assert column(card, "reason")[0] == (
        "a demand of 30 MW is above every headroom within reach, the largest is 5 MW at Node 1"
    )
    assert card.contributions.set_index("plot")["amount"].tolist() == [5, 20, 5, 20]


def test_along_roads_too():
    roads = {"r": shapely.LineString([(-50, -20), (700, -20)])}
    nodes = world.table(
        {"near": shapely.Point(250, -20), "big": shapely.Point(400, -40)},
        name=["Near", "Big"],
        free=[5.0, 50.0],
    )
    # 302 m from plot a as the crow flies, 20 + 300 + 20 m by road
    power = {"demand": 30, "route": "roads", "network": "streets", "reach": 320}
    card = scored(
        nodes,
        HEADROOM,
        layers={"roads": world.table(roads, name=["South"])},
        power={**power, "tie_ins": [{"layer": "nodes", "free": "free"}]},
        networks={"streets": {"layer": "roads", "other": 40}},
    )
    assert column(card, "status")[:2] == ["no_capacity", "served"]
    assert column(card, "largest")[0] == 5
    assert column(card, "largest_feature")[0] == "Near"


@given(st.lists(st.floats(0, 60), min_size=4, max_size=4), st.sampled_from([None, 155, 370, 500]))
@settings(max_examples=30, deadline=None)
def test_the_largest_is_the_largest_and_too_small(free: list[float], reach: float | None):
    nodes = connected.nodes(free=free, capacity=[np.nan] * 4)
    card = scored(nodes, power={"demand": 40.0, "reach": reach} if reach else {"demand": 40.0})
    away = shapely.distance(
        world.plots().to_crs(world.UTM).geometry.to_numpy()[:, None],
        nodes.to_crs(world.UTM).geometry.to_numpy()[None, :],
    )
    for row, status, largest in zip(away, column(card, "status"), column(card, "largest"), strict=True):
        inside = np.array(free)[row <= (reach or np.inf)]
        if not len(inside):
            assert status == "not_reachable"
        elif inside.max() >= 40.0:
            assert status == "served"
        else:
            assert status == "no_capacity"
            assert largest == inside.max() < 40.0


@pytest.mark.parametrize(
    ("free", "kept_in", "demand", "unit"),
    [(1.001, "MW", 1001, "kW"), (0.0375, "m3/h", 0.9, "m3/day"), (1001, "kW", 1.001, "MW")],
)
def test_exactly_enough_is_enough_in_any_unit(free: float, kept_in: str, demand: float, unit: str):
    nodes = connected.nodes(free=[free] * 4, capacity=[np.nan] * 4)
    nodes.attrs["units"] = {"free": kept_in}
    card = scored(nodes, power={"demand": demand, "unit": unit})
    assert column(card, "status") == ["served"] * 4
    assert column(card, "free_after") == pytest.approx([0] * 4, abs=1e-9)
    assert min(column(card, "free_after")) >= 0


def test_a_little_less_than_enough_is_too_little():
    nodes = connected.nodes(free=[3 - 1e-6] * 4)
    assert column(scored(nodes), "status") == ["no_capacity"] * 4


def test_what_is_known_to_be_too_small_is_no_open_question():
    nodes = connected.nodes(availability=[""] * 4, free=[5.0, 20.0, 1.0, 2.0])
    card = scored(nodes, HEADROOM, power={"demand": 60})
    assert column(card, "status") == ["no_capacity"] * 4
    assert column(card, "largest") == [20] * 4
    assert column(card, "missing") == ["availability of Node 2"] * 4
    # how much there is to be had is not known: 20 MW if Node 2 can be had, else less
    assert card.contributions["amount"].isna().all()


def test_what_is_nearer_and_too_small_is_not_named():
    nodes = connected.nodes(availability=["yes", "yes", "", "no"], free=[5.0, 20.0, 1.0, 50.0])
    assert column(scored(nodes), "missing") == [""] * 4


def test_no_more_can_be_free_than_there_is():
    nodes = connected.nodes(free=[np.nan] * 4, capacity=[10.0] * 4)
    card = scored(nodes, HEADROOM, power={"demand": 60})
    assert column(card, "status") == ["no_capacity"] * 4
    assert column(card, "reason")[0] == (
        "a demand of 60 MW is above every headroom within reach, the largest is at most 10 MW at Node 1"
    )
    assert card.contributions["amount"].isna().all()
    assert column(scored(nodes, power={"demand": 9}), "status") == ["unknown"] * 4


def test_every_fact_that_is_not_known_is_named():
    card = scored(connected.nodes(free=[np.nan] * 4, availability=[""] * 4))
    assert column(card, "missing")[0] == "availability and free capacity of Node 1"
    assert column(card, "reason")[0] == "availability and free capacity of Node 1 are not known"


def test_tie_ins_that_are_there_and_not_to_be_had_are_counted():
    card = scored(connected.nodes(availability=["no"] * 4))
    assert column(card, "reason") == ["none of 4 tie-ins is available"] * 4
    card = scored(connected.nodes(availability=["no"] * 4).iloc[:1])
    assert column(card, "reason") == ["the only tie-in is not available"] * 4


def test_the_largest_headroom_is_that_of_its_own_tie_in():
    nodes = connected.nodes(free=[5.0, 20.0, 7.0, 50.0], capacity=[np.nan] * 4)
    card = scored(nodes, HEADROOM, power={"demand": 60})
    rows = card.contributions
    assert rows["amount"].tolist() == [50] * 4
    assert rows["feature"].tolist() == ["n4"] * 4
    assert rows["feature_name"].tolist() == ["Node 4"] * 4
    # where one suffices it is the plot's own
    assert scored(nodes, HEADROOM).contributions["feature"].tolist() == ["n1", "n2", "n3", "n2"]
