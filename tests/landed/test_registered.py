"""Registered zones in place of calculated ones: which give way, what of them stays, and in which order."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import ruled
import shapely

from siteplan.land.zones import Zones, zones

A: dict[str, Any] = {
    "name": "ra",
    "title": "A",
    "object": "a",
    "severity": "exclusion",
    "measured_from": "axis",
    "widths": [{"metres": 20}],
    "act": "Act",
    "status": "official",
    **ruled.STATED,
}
B: dict[str, Any] = {**A, "name": "rb", "title": "B", "object": "b"}

ZOUIT = {"layer": "zouit", "rule": "ra", "of": "of"}
AROUND = shapely.box(-600, -11, 600, 11)
"""Around the whole line along 0."""


def built(layers: dict[str, gpd.GeoDataFrame], *registered: dict[str, Any], **objects: str) -> Zones:
    """The zones of layers by the object they are; `a` is layer l1 unless told."""
    objects = objects or {"l1": "a"}
    cast = [{"layer": layer, "object": thing} for layer, thing in objects.items()]
    given = ruled.land(*cast, registered=list(registered or [ZOUIT]))
    return zones(layers, given, ruled.norms(A, B))


def rows(found: Zones) -> list[str]:
    return [f"{row.layer}/{row.feature} {row.status}" for row in found.table.itertuples()]


def test_a_name_that_two_layers_have_frees_neither_and_is_told():
    """Feature 1 of l2 once lost its zone to the registered one of feature 1 of l1."""
    layers = {
        "l1": ruled.layer(**{"1": (ruled.along(0), {})}),
        "l2": ruled.layer(**{"1": (ruled.along(90), {})}),
        "zouit": ruled.layer(z1=(AROUND, {"of": "1"})),
    }
    found = built(layers, l1="a", l2="a")
    assert rows(found) == ["l1/1 calculated", "l2/1 calculated", "zouit/z1 registered"]
    assert [str(one) for one in found.findings] == [
        "layer 'zouit': several layers have a feature of this name, and the calculated zones stay "
        "[z1: l1/1, l2/1]; "
        "name the layer, too, as layer/feature"
    ]


@pytest.mark.parametrize("name", ["l1/1", "l1 / 1", " l1/1 "])
def test_a_name_may_tell_its_layer(name: str):
    layers = {
        "l1": ruled.layer(**{"1": (ruled.along(0), {})}),
        "l2": ruled.layer(**{"1": (ruled.along(90), {})}),
        "zouit": ruled.layer(z1=(AROUND, {"of": name})),
    }
    assert rows(built(layers, l1="a", l2="a")) == ["l2/1 calculated", "zouit/z1 registered"]


def test_a_layer_that_another_rule_zones_makes_no_name_ambiguous():
    layers = {
        "l1": ruled.layer(**{"1": (ruled.along(0), {})}),
        "l2": ruled.layer(**{"1": (ruled.along(90), {})}),
        "zouit": ruled.layer(z1=(AROUND, {"of": "1"})),
    }
    assert rows(built(layers, l1="a", l2="b")) == ["zouit/z1 registered", "l2/1 calculated"]


@pytest.mark.parametrize("shape", [ruled.along(0), shapely.Point(0, 0), shapely.LinearRing(AROUND.exterior)])
@pytest.mark.parametrize("of", ["of", None])
def test_only_a_polygon_replaces(shape: shapely.Geometry, of: str | None):
    layers = {"l1": ruled.layer(l1=(ruled.along(0), {})), "zouit": ruled.layer(z1=(shape, {"of": "l1"}))}
    found = built(layers, {key: cell for key, cell in {**ZOUIT, "of": of}.items() if cell})
    assert rows(found) == ["l1/l1 calculated"]
    assert [str(one) for one in found.findings] == [
        "layer 'zouit': a registered zone is a polygon; these are none, and the calculated zones stay [z1]; "
        "draw the zone itself"
    ]


def test_what_lies_outside_a_nameless_zone_keeps_its_calculated_one():
    """The zone covers 600 of 1000 m; a plot at the other end once was free."""
    layers = {
        "l1": ruled.layer(l1=(ruled.along(0), {})),
        "zouit": ruled.layer(z1=(shapely.box(-100, -11, 600, 11), {})),
    }
    found = built(layers, {"layer": "zouit", "rule": "ra"})
    assert rows(found) == ["l1/l1 calculated", "zouit/z1 registered"]
    left = found.table.geometry.iloc[0]
    assert left.equals(shapely.LineString([(-500, 0), (-100, 0)]))
    assert found.table["metres"].tolist() == [20, 0]
    assert [str(one) for one in found.findings] == [
        "layer 'zouit': registered zones of 'ra' stand in place of calculated ones [l1]",
        "layer 'zouit': registered zones of 'ra' stand for a part of these; "
        "what lies outside keeps its calculated zone [l1: 40% outside]",
    ]


def test_a_line_that_ends_a_hand_outside_leaves_nothing():
    layers = {
        "l1": ruled.layer(l1=(ruled.along(0), {})),
        "zouit": ruled.layer(z1=(shapely.box(-600, -11, 499.8, 11), {})),
    }
    assert rows(built(layers, {"layer": "zouit", "rule": "ra"})) == ["zouit/z1 registered"]


def test_points_in_a_zone_are_in_it_or_not():
    layers = {
        "l1": ruled.layer(l1=(shapely.MultiPoint([(0, 0), (5, 0), (900, 0)]), {})),
        "zouit": ruled.layer(z1=(AROUND, {})),
    }
    found = built(layers, {"layer": "zouit", "rule": "ra"})
    assert rows(found) == ["l1/l1 calculated", "zouit/z1 registered"]
    assert found.table.geometry.iloc[0].equals(shapely.Point(900, 0))


def test_a_named_zone_stands_for_the_whole_feature_and_tells_what_lies_outside():
    layers = {
        "l1": ruled.layer(l1=(ruled.along(0), {})),
        "zouit": ruled.layer(z1=(shapely.box(-100, -11, 600, 11), {"of": "l1"})),
    }
    found = built(layers)
    assert rows(found) == ["zouit/z1 registered"]
    assert "stand for the whole of these by name, and hold them only in part [l1: 40% outside]" in str(
        found.findings[1]
    )


def test_names_are_read_as_identifiers_are():
    """A gap makes the column a float, and 1.0 once was no name of feature 1."""
    layers = {
        "l1": ruled.layer(**{"1": (ruled.along(0), {}), "2": (ruled.along(90), {})}),
        "zouit": ruled.layer(z1=(AROUND, {"of": 1.0}), z2=(shapely.box(0, 900, 9, 909), {"of": np.nan})),
    }
    assert layers["zouit"]["of"].dtype == float
    found = built(layers)
    assert rows(found) == ["l1/2 calculated", "zouit/z1 registered", "zouit/z2 registered"]


def test_names_that_no_feature_has_are_told():
    layers = {
        "l1": ruled.layer(l1=(ruled.along(0), {})),
        "zouit": ruled.layer(z1=(AROUND, {"of": "nosuch"}), z2=(AROUND, {"of": " "})),
    }
    found = built(layers)
    assert [str(one) for one in found.findings][:1] == [
        "layer 'zouit': no feature with a calculated zone of 'ra' has this name [z1: nosuch]"
    ]


def test_causes_keep_the_order_of_the_plan():
    """Registering the zone of the first layer once put its cause behind that of the second."""
    layers = {
        "l1": ruled.layer(l1=(ruled.along(0), {})),
        "l2": ruled.layer(l2=(ruled.along(90), {})),
        "zouit": ruled.layer(z1=(AROUND, {"of": "l1"})),
    }
    found = built(layers, l1="a", l2="b")
    assert list(dict.fromkeys(found.table["cause"])) == ["ra", "rb"]


def test_zones_that_only_the_register_has_come_last():
    layers = {"l1": ruled.layer(l1=(ruled.along(0), {})), "zouit": ruled.layer(z1=(AROUND, {}))}
    found = built(layers, {"layer": "zouit", "rule": "rb"})
    assert found.table["cause"].tolist() == ["ra", "rb"]


@pytest.mark.parametrize("of", ["of", None])
def test_zones_that_cross_themselves_stand_for_what_lies_in_them(of: str | None):
    bow_tie = shapely.Polygon([(-600, -11), (600, 11), (600, -11), (-600, 11)])
    here = shapely.box(-20, -5, 20, 5)
    zouit = ruled.layer(z1=(bow_tie, {"of": "l1"}), z2=(here, {"of": "l1"}))
    layers = {"l1": ruled.layer(l1=(ruled.along(0), {})), "zouit": zouit}
    found = built(layers, {key: cell for key, cell in {**ZOUIT, "of": of}.items() if cell})
    assert rows(found) == ["zouit/z1 registered", "zouit/z2 registered"]
    assert found.table.geometry.iloc[0].equals_exact(bow_tie)
