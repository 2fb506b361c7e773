"""Which features are meant: one rule, whoever asks."""

from __future__ import annotations

from typing import Any

import connected
import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
import world

import siteplan as sp
from siteplan import DataError, score
from siteplan.features import chosen, pairs
from siteplan.plan import Plan


def layer(column: Any) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"kind": column}, geometry=[shapely.Point(0, 0)] * len(column))


@pytest.mark.parametrize(
    ("column", "asked", "holds"),
    [
        ([10.0, 35.0, np.nan], 10, [True, False, False]),
        (pd.array([10, 35, None], dtype="Int64"), [10.0, 35], [True, True, False]),
        (pd.array(["10", "35", None], dtype="str"), "10", [True, False, False]),
        (np.array([10, "10", None], dtype=object), 10, [True, False, False]),
        (np.array([10, "10", True], dtype=object), ["10", True], [False, True, True]),
        ([1, 0, 2], [1, True], [True, False, False]),
        ([True, False, True], [True], [True, False, True]),
        (pd.array([True, None, False], dtype="boolean"), False, [False, False, True]),
        (pd.Categorical(["a", "b", "a"]), "a", [True, False, True]),
    ],
)
def test_like_is_compared_with_like(column: Any, asked: Any, holds: list[bool]):
    assert chosen(layer(column), pairs({"kind": asked})).tolist() == holds


@pytest.mark.parametrize("values", [[10, 35], (10, 35), {10, 35}, np.array([10, 35]), pd.Series([10, 35])])
def test_several_values_may_come_in_anything(values: Any):
    assert chosen(layer([10, 35, 110]), pairs({"kind": values})).tolist() == [True, True, False]


@pytest.mark.parametrize(
    ("column", "asked", "words"),
    [
        (
            ["10", "35"],
            10,
            "no feature has kind = 10; there are kind: 10, 35; column 'kind' holds text, 10 is "
            "asked for as numbers",
        ),
        ([10, 35], "10", "column 'kind' holds numbers, 10 is asked for as text"),
        (["existing"], "existng", "no feature has kind = existng; there are kind: existing"),
        ([np.nan], 3, "no feature has kind = 3; there are kind: no values"),
    ],
)
def test_what_no_feature_has_is_refused(column: Any, asked: Any, words: str):
    with pytest.raises(DataError) as refused:
        chosen(layer(column), pairs({"kind": asked}))
    assert words in str(refused.value)


def test_nothing_asked_for_is_refused():
    with pytest.raises(DataError, match="'kind' has no value; give at least one, or leave the column out"):
        pairs({"kind": []})


def test_of_a_layer_without_features_nothing_is_refused():
    assert chosen(layer([]), pairs({"kind": 3})).tolist() == []


def test_a_distance_asks_by_the_same_rule():
    plots, nodes = world.plots().to_crs(world.UTM), connected.nodes().to_crs(world.UTM)
    found = sp.distance(plots, nodes, where={"voltage": np.array([10, 35])})
    assert np.isfinite(found["amount"]).all()
    with pytest.raises(DataError, match="no feature has voltage = 6; there are voltage: 10, 35"):
        sp.distance(plots, nodes, where={"voltage": 6})


def near(**where: Any) -> dict[str, Any]:
    measure = {"kind": "distance", "layer": "nodes", "where": where}
    return {"unit": "m", "measure": measure, "value": {"shape": "linear", "best": 0, "worst": 500}}


def roads(**where: Any) -> Plan:
    networks = {"streets": {"layer": "road", "where": where, "other": 40}}
    return connected.plan(power={"route": "roads", "network": "streets"}, networks=networks)


def wall(**where: Any) -> Plan:
    surfaces = {"park": {"cell": 10, "margin": 300, "barriers": [{"layer": "wetland", "where": where}]}}
    return connected.plan(power={"route": "terrain", "surface": "park"}, surfaces=surfaces)


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        (connected.plan(near(voltage="10")), "layer 'nodes', wanted by 'c0': no feature has voltage = 10"),
        (roads(name="nosuch"), "layer 'road', wanted by network 'streets': no feature has name = nosuch"),
        (wall(name="nosuch"), "layer 'wetland', wanted by surface 'park', barriers[1]: no feature has name"),
        (wall(nam="nosuch"), "surface 'park', barriers[1]: there is no column 'nam', did you mean 'name'?"),
    ],
)
def test_a_plan_that_asks_for_what_is_not_there_is_refused(plan: Plan, words: str):
    with pytest.raises(DataError) as refused:
        score(world.plots(), connected.layers(), plan)
    assert words in str(refused.value)


def test_every_such_problem_is_named_at_once():
    plan = connected.plan(near(voltage=6), near(voltage=7))
    with pytest.raises(DataError) as refused:
        score(world.plots(), connected.layers(), plan)
    assert len(refused.value.problems) == 2
