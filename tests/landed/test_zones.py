from __future__ import annotations

from typing import Any

import geopandas as gpd
import pytest
import ruled
import shapely

from siteplan.errors import DataError
from siteplan.land.zones import COLUMNS, Zones, zones

LINES = {"layer": "lines", "object": "power_line"}
PIPES = {"layer": "pipes", "object": "gas_main"}
PLANTS = {"layer": "plants", "object": "plant"}


def built(layer: gpd.GeoDataFrame, entry: dict[str, Any], **more: Any) -> Zones:
    extra, entries = more.pop("layers", {}), [entry, *([more.pop("more")] if "more" in more else [])]
    return zones({entry["layer"]: layer, **extra}, ruled.land(*entries, **more), ruled.norms())


def lines(**features: Any) -> gpd.GeoDataFrame:
    return ruled.layer({"voltage": "kV"}, **features)


def test_a_zone_keeps_its_cause():
    row = built(lines(l1=(ruled.along(0), {"voltage": 110.0})), LINES).table.iloc[0]
    assert row["cause"] == "line_zone"
    assert row["title"] == "Zone of a power line"
    assert (row["severity"], row["layer"], row["feature"], row["feature_name"]) == (
        "consent",
        "lines",
        "l1",
        "L1",
    )
    assert (row["act"], row["clause"], row["as_of"], row["confidence"]) == (
        "Resolution 160",
        "annex",
        "2026-11-25",
        "low",
    )
    assert row["class"] == "voltage 110 kV"
    assert row.geometry.equals(ruled.along(0))


def test_the_width_begins_at_the_outer_wire():
    found = built(lines(l1=(ruled.along(0), {"voltage": 110.0})), {**LINES, "half_width": 5})
    assert found.table["metres"].tolist() == [25.0]
    assert found.table["half_width"].tolist() == [5.0]
    assert found.table["status"].tolist() == ["calculated"]
    assert found.findings == ()


def test_an_axis_without_half_width_is_assumed_and_said():
    found = built(lines(l1=(ruled.along(0), {"voltage": 10.0})), LINES)
    assert found.table["metres"].tolist() == [13.0]
    assert found.table["status"].tolist() == ["assumed"]
    assert [str(one) for one in found.findings] == [
        "layer 'lines': rule 'line_zone': drawn as axes; 3 m to the outer wire is assumed [l1]; "
        "give half_width"
    ]


def test_a_corridor_is_half_of_its_width():
    layer = lines(
        l1=(ruled.along(0), {"voltage": 10.0, "reserve": 8.0}),
        l2=(ruled.along(9), {"voltage": 10.0, "reserve": None}),
    )
    found = built(layer, {**LINES, "corridor": "reserve"})
    assert found.table["metres"].tolist() == [14.0, 13.0]
    assert found.table["status"].tolist() == ["calculated", "assumed"]
    assert found.findings[0].rows == ("l2",)


def test_a_polygon_needs_no_corridor():
    found = built(lines(l1=(shapely.box(0, 0, 50, 10), {"voltage": 10.0})), LINES)
    assert found.table["metres"].tolist() == [10.0]
    assert found.findings == ()


def test_classes_are_read_in_the_layers_unit():
    layer = ruled.layer({"voltage": "V"}, l1=(ruled.along(0), {"voltage": 110_000.0}))
    assert built(layer, {**LINES, "half_width": 0}).table["metres"].tolist() == [20.0]


def test_a_class_may_stand_in_another_column_or_hold_for_all():
    layer = ruled.layer({"u_nom": "kV"}, l1=(ruled.along(0), {"u_nom": 110.0}))
    assert built(layer, {**LINES, "columns": {"voltage": "u_nom"}}).table["metres"].tolist() == [23.0]
    assert built(layer, {**LINES, "given": {"voltage": 10}}).table["metres"].tolist() == [13.0]


def test_without_a_class_the_widest_applies_and_is_reported():
    layer = lines(l1=(ruled.along(0), {"voltage": None}), l2=(ruled.along(9), {"voltage": 10.0}))
    found = built(layer, {**LINES, "half_width": 0})
    assert found.table["metres"].tolist() == [20.0, 10.0]
    assert found.table["certain"].tolist() == [True, True]
    assert found.table["status"].tolist() == ["assumed", "calculated"]
    assert [str(one) for one in found.findings] == [
        "layer 'lines': rule 'line_zone': voltage is not known; the widest reach, 20 m, is taken [l1]"
    ]


@pytest.mark.parametrize("nothing", [0.0, -110.0, float("inf") * 0])
def test_a_class_of_nothing_is_not_the_least_one(nothing: float):
    """Tables write 0 or -1 where nobody knows; read as a voltage it would be the narrowest zone."""
    found = built(lines(l1=(ruled.along(0), {"voltage": nothing})), {**LINES, "half_width": 0})
    assert found.table["metres"].tolist() == [20.0]
    assert found.table["status"].tolist() == ["assumed"]
    assert found.findings[0].rows == ("l1",)


def test_a_corridor_of_nothing_is_assumed_and_said():
    layer = lines(l1=(ruled.along(0), {"voltage": 10.0, "reserve": -8.0}))
    found = built(layer, {**LINES, "corridor": "reserve"})
    assert found.table["metres"].tolist() == [13.0]
    assert found.findings[0].rows == ("l1",)


def test_a_layer_without_the_column_has_no_class():
    layer = ruled.layer(l1=(ruled.along(0), {}))
    found = built(layer, {**LINES, "half_width": 0})
    assert found.table["metres"].tolist() == [20.0]
    assert found.findings[0].rows == ("l1",)


def test_a_class_outside_the_rule_is_not_taken_for_none():
    layer = lines(l1=(ruled.along(0), {"voltage": 500.0}))
    found = built(layer, {**LINES, "half_width": 0})
    assert found.table["metres"].tolist() == [20.0]
    assert "no width is given for this voltage" in str(found.findings[0])


def test_where_the_rule_says_so_the_land_stays_unknown():
    layer = ruled.layer(
        {"pressure": "MPa", "diameter": "mm"},
        p1=(ruled.along(0), {"pressure": 9.8, "diameter": None}),
        p2=(ruled.along(9), {"pressure": 2.0, "diameter": None}),
    )
    found = built(layer, PIPES)
    assert found.table["metres"].tolist() == [150.0, 75.0]
    assert found.table["certain"].tolist() == [False, True]
    assert [str(one) for one in found.findings] == [
        "layer 'pipes': rule 'main_distance': pressure and diameter is not known; "
        "the land within 150 m stays unknown [p1]"
    ]


BAR = {
    **ruled.LINE,
    "units": {"pressure": "MPa"},
    "widths": [
        {"when": {"pressure": {"up_to": 0.3}}, "metres": 4},
        {"when": {"pressure": {"above": 0.3, "up_to": 0.6}}, "metres": 7},
        {"when": {"pressure": {"above": 0.6, "up_to": 1.2}}, "metres": 10},
    ],
}


@pytest.mark.parametrize("unit", ["bar", "MPa", "kPa"])
def test_a_class_on_a_bound_stays_there_in_every_unit(unit: str):
    """3 bar times 0.1 is 0.30000000000000004 to a computer, which is above 0.3."""
    per_bar = {"bar": 1.0, "MPa": 0.1, "kPa": 100.0}[unit]
    pressures = {"a": 3, "b": 6, "c": 12}
    layer = ruled.layer(
        {"pressure": unit},
        **{name: (ruled.along(0), {"pressure": bar * per_bar}) for name, bar in pressures.items()},
    )
    found = zones({"lines": layer}, ruled.land({**LINES, "half_width": 0}), ruled.norms(BAR))
    assert found.table["metres"].tolist() == [4.0, 7.0, 10.0]
    assert found.table["class"].tolist() == ["pressure 0.3 MPa", "pressure 0.6 MPa", "pressure 1.2 MPa"]
    assert found.findings == ()


def test_every_feature_without_a_class_is_told_its_own_reach():
    layer = ruled.layer(
        {"pressure": "MPa", "diameter": "mm"},
        p1=(ruled.along(0), {"pressure": None, "diameter": 200.0}),
        p2=(ruled.along(9), {"pressure": None, "diameter": None}),
    )
    found = built(layer, PIPES)
    assert found.table["metres"].tolist() == [100.0, 150.0]
    assert [str(one).split("; ")[1] for one in found.findings] == [
        "the land within 150 m stays unknown [p2]",
        "the land within 100 m stays unknown [p1]",
    ]


def test_everything_that_is_no_number_is_said_at_once():
    layer = ruled.layer(
        l1=(ruled.along(0), {"voltage": "110 kV", "reserve": "6 m"}),
        l2=(ruled.along(9), {"voltage": "10", "reserve": 6}),
        l3=(ruled.along(9), {"voltage": "n/a", "reserve": " "}),
    )
    pipes = ruled.layer(
        {"pressure": "MW", "diameter": "mm"}, p1=(ruled.along(0), {"pressure": 1.0, "diameter": 9.0})
    )
    with pytest.raises(DataError, match="classes of zones cannot be read") as refused:
        built(layer, {**LINES, "corridor": "reserve"}, layers={"pipes": pipes}, more=PIPES)
    assert refused.value.problems == (
        "layer 'lines', column 'voltage': not numbers: l1: '110 kV'; give kV as plain numbers",
        "layer 'lines', column 'reserve': not numbers: l1: '6 m'; give m as plain numbers",
        "layer 'pipes', column 'pressure': MW (power) cannot be given in MPa (pressure); "
        "state the column's unit, or convert it",
    )


def test_numbers_may_stand_as_text_and_nothing_as_words():
    layer = lines(l1=(ruled.along(0), {"voltage": "110"}), l2=(ruled.along(9), {"voltage": "н/д"}))
    found = built(layer, {**LINES, "half_width": 0})
    assert found.table["status"].tolist() == ["calculated", "assumed"]
    assert found.findings[0].rows == ("l2",)


def test_features_can_be_chosen():
    layer = lines(l1=(ruled.along(0), {"voltage": 110.0}), l2=(ruled.along(9), {"voltage": 10.0}))
    found = built(layer, {**LINES, "half_width": 0, "where": {"voltage": [10]}})
    assert found.table["feature"].tolist() == ["l2"]


def test_no_feature_no_zone():
    found = built(lines(l1=(ruled.along(0), {"voltage": 110.0})).iloc[:0], LINES)
    assert list(found.table.columns) == [*COLUMNS, "geometry"]
    assert len(found.table) == 0
    assert found.findings == ()


def registered(**features: Any) -> gpd.GeoDataFrame:
    return ruled.layer(**features)


def test_a_registered_zone_wins_by_name():
    layer = lines(l1=(ruled.along(0), {"voltage": 110.0}), l2=(ruled.along(90), {"voltage": 110.0}))
    zouit = registered(z1=(shapely.box(-500, -11, 500, 11), {"of": "l1"}))
    found = built(
        layer,
        {**LINES, "half_width": 0},
        registered=[{"layer": "zouit", "rule": "line_zone", "of": "of"}],
        layers={"zouit": zouit},
    )
    assert found.table[["feature", "status", "metres", "cause"]].to_dict("list") == {
        "feature": ["l2", "z1"],
        "status": ["calculated", "registered"],
        "metres": [20.0, 0.0],
        "cause": ["line_zone", "line_zone"],
    }
    assert [str(one) for one in found.findings] == [
        "layer 'zouit': registered zones of 'line_zone' stand in place of calculated ones [l1]"
    ]


@pytest.mark.parametrize(("end", "wins"), [(100, True), (-100, False)])
def test_a_nameless_registered_zone_stands_for_what_lies_in_it_by_more_than_half(end: float, wins: bool):
    layer = lines(l1=(ruled.along(0), {"voltage": 110.0}))
    zouit = registered(z1=(shapely.box(-600, -11, -300, 11), {}), z2=(shapely.box(-300, -11, end, 11), {}))
    found = built(
        layer,
        {**LINES, "half_width": 0},
        registered=[{"layer": "zouit", "rule": "line_zone"}],
        layers={"zouit": zouit},
    )
    calculated = found.table[found.table["feature"] == "l1"].geometry.length.item()
    assert calculated == (400 if wins else 1000)


def test_a_registered_zone_replaces_only_its_own_rule():
    layer = ruled.layer(
        {"pressure": "MPa", "diameter": "mm"}, p1=(ruled.along(0), {"pressure": 2.0, "diameter": 300.0})
    )
    zouit = registered(z1=(shapely.box(-500, -11, 500, 11), {"of": "p1"}))
    found = built(
        layer,
        PIPES,
        registered=[{"layer": "zouit", "rule": "line_zone", "of": "of"}],
        layers={"zouit": zouit},
    )
    assert found.table["feature"].tolist() == ["p1", "z1"]


def test_inputs_are_not_changed():
    layer = lines(l1=(ruled.along(0), {"voltage": 110.0}))
    before = layer.copy()
    built(layer, LINES)
    assert layer.equals(before)
