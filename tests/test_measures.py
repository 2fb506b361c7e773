from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
import world
from hypothesis import given
from strategies import frame, worlds

from siteplan import measures
from siteplan.amounts import Count, Distance, Length, Overlap


def to(layer: str) -> pd.DataFrame:
    return measures.measure(world.plots(), world.layers(), Distance(kind="distance", layer=layer))


def between(plot: shapely.Geometry, *features: shapely.Geometry) -> pd.Series:
    measured = measures.distance(frame([plot], "plot", "p"), frame(list(features), "feature", "f"))
    return measured.iloc[0]


def test_distances_by_eye():
    assert to("gas")["amount"].to_list() == [50, 50, 50, 0]
    assert to("gas")["feature"].to_list() == ["g1", "g2", "g3", "g4"]
    assert to("gas")["feature_name"].to_list() == ["G1", "G2", "G3", "G4"]
    assert to("road")["amount"].to_list() == pytest.approx([300, 700, 300, 700], abs=1e-9)
    assert to("road").index.to_list() == ["a", "b", "c", "d"]


def test_tie_ins_lie_on_the_feature():
    ends = to("gas")[["tie_in_x", "tie_in_y"]].to_numpy() - [world.EAST, world.NORTH]
    road = to("road")[["tie_in_x", "tie_in_y"]].to_numpy() - [world.EAST, world.NORTH]

    assert ends[:3].tolist() == [[130, 140], [370, -40], [-30, 540]]
    assert road[:, 0].tolist() == [-300] * 4
    assert ((road[:, 1] >= 0) & (road[:, 1] <= 500)).all()


@pytest.mark.parametrize(
    ("feature", "metres"),
    [
        (shapely.Point(130, 140), 50),
        (shapely.Point(-300, -400), 500),
        (shapely.Point(100, 100), 0),
        (shapely.Point(50, 50), 0),
        (shapely.LineString([(130, 140), (900, 900)]), 50),
        (shapely.LineString([(0, 200), (200, 0)]), 0),
        (shapely.LineString([(-50, 50), (150, 50)]), 0),
        (shapely.box(100, 0, 200, 100), 0),
        (shapely.box(130, 140, 200, 200), 50),
        (shapely.box(-500, -500, 500, 500), 0),
        (shapely.box(40, 40, 60, 60), 0),
        (shapely.LineString([(-1e6, -300), (1e6, -300)]), 300),
    ],
)
def test_straight_line_from_edge_to_nearest_point(feature: shapely.Geometry, metres: float):
    assert between(world.square(0, 0), feature)["amount"] == metres


def test_a_plot_in_a_hole_is_not_inside():
    ring = shapely.box(-500, -500, 600, 600).difference(shapely.box(-30, -30, 130, 130))

    assert between(world.square(0, 0), ring)["amount"] == 30


def test_a_feature_in_the_hole_of_a_plot_is_not_inside():
    plot = shapely.box(0, 0, 100, 100).difference(shapely.box(20, 20, 80, 80))

    assert between(plot, shapely.Point(50, 50))["amount"] == 30


def test_a_plot_of_several_parts_counts_from_its_nearest():
    both = shapely.MultiPolygon([world.square(0, 0), world.square(1000, 0)])

    assert between(both, shapely.Point(1130, 140))["amount"] == 50
    assert between(both, shapely.box(990, -10, 1110, 110))["amount"] == 0


def test_of_equals_the_first_in_the_layer_is_taken():
    east, west = shapely.Point(150, 50), shapely.Point(-50, 50)

    assert between(world.square(0, 0), east, west)["feature"] == "f0"
    assert between(world.square(0, 0), west, east)["tie_in_x"] == world.EAST - 50
    assert (
        between(world.square(0, 0), shapely.Point(500, 500), shapely.Point(50, 50), shapely.Point(60, 60))[
            "feature"
        ]
        == "f1"
    )


def test_of_equals_of_any_kind_the_first_in_the_layer_is_taken():
    point, line = shapely.Point(150, 50), shapely.LineString([(-50, -900), (-50, 900)])
    around, gate = shapely.box(-500, -500, 500, 500), shapely.Point(100, 100)

    for first, second in ((line, point), (point, line), (gate, around), (around, gate)):
        assert between(world.square(0, 0), first, second)["feature"] == "f0"


def test_a_plot_inside_two_polygons_takes_the_first():
    around, wider = shapely.box(-10, -10, 110, 110), shapely.box(-50, -50, 150, 150)

    assert between(world.square(0, 0), around, wider)["feature"] == "f0"
    assert between(world.square(0, 0), wider, around)["feature"] == "f0"


def test_inside_a_polygon_the_tie_in_is_on_the_plot():
    measured = between(world.square(0, 0), shapely.box(-500, -500, 500, 500))
    point = shapely.Point(measured["tie_in_x"] - world.EAST, measured["tie_in_y"] - world.NORTH)

    assert world.square(0, 0).intersects(point)


def test_a_layer_without_features_is_endlessly_far_and_covers_nothing():
    nothing = {name: layer.iloc[:0] for name, layer in world.layers().items()}
    amounts = [
        measures.measure(world.plots(), nothing, kind)["amount"].to_list()
        for kind in (
            Distance(kind="distance", layer="gas"),
            Overlap(kind="overlap", layer="wetland"),
            Length(kind="length", layer="pipe"),
            Count(kind="count", layer="gates"),
        )
    ]

    assert amounts == [[np.inf] * 4, [0.0] * 4, [0.0] * 4, [0.0] * 4]


def test_shares_lengths_counts_and_areas_by_eye():
    plots, layers = world.plots(), world.layers()

    assert measures.overlap(plots, layers["wetland"]).to_list() == [0.25, 0.5, 0, 0]
    assert measures.length(plots, layers["pipe"]).to_list() == [100, 50, 0, 0]
    assert measures.count(plots, layers["gates"]).to_list() == [2, 1, 0, 0]
    assert measures.area(plots).to_list() == [1, 1, 1, 1]


def test_land_covered_twice_counts_once():
    twice = frame([world.square(0, 0), world.square(0, 0), shapely.box(0, 0, 50, 100)], "feature", "z")
    plots = frame([world.square(0, 0), world.square(50, 0)], "plot", "p")

    assert measures.overlap(plots, twice).to_list() == [1, 0.5]


def test_lines_and_points_cover_nothing_and_polygons_have_no_length():
    mixed = frame(
        [shapely.Point(50, 50), shapely.LineString([(0, 50), (100, 50)]), shapely.box(0, 0, 100, 25)],
        "feature",
        "m",
    )
    plots = frame([world.square(0, 0)], "plot", "p")

    assert measures.overlap(plots, mixed).to_list() == [0.25]
    assert measures.length(plots, mixed).to_list() == [100]
    assert measures.count(plots, mixed).to_list() == [3]


def test_a_feature_of_many_parts_is_one_feature():
    many = frame([shapely.MultiPoint([(10, 10), (20, 20), (900, 900)])], "feature", "m")

    assert measures.count(frame([world.square(0, 0)], "plot", "p"), many).to_list() == [1]


def test_a_feature_far_outside_is_measured_whole():
    """Nothing is clipped to the plots' surroundings: the nearest point may lie 100 km away."""
    assert (
        between(world.square(0, 0), shapely.LineString([(60_100, 80_100), (1e6, 1e6)]))["amount"] == 100_000
    )


@pytest.mark.parametrize(
    ("cells", "amounts", "categories"),
    [
        (pd.array([1, None], dtype="Int64"), [1, np.nan], [None, None]),
        (np.array([1, 2], dtype="uint8"), [1, 2], [None, None]),
        (pd.array([1.5, None], dtype="Float32"), [1.5, np.nan], [None, None]),
        (pd.array([True, None], dtype="boolean"), [np.nan, np.nan], ["true", None]),
        (np.array([True, False]), [np.nan, np.nan], ["true", "false"]),
        (pd.Categorical(["x", None]), [np.nan, np.nan], ["x", None]),
        (pd.array(["x", None], dtype="str"), [np.nan, np.nan], ["x", None]),
        (np.array(["x", None], dtype=object), [np.nan, np.nan], ["x", None]),
    ],
)
def test_attributes_of_every_dtype(cells: object, amounts: list[float], categories: list[str | None]):
    plots = frame([world.square(0, 0), world.square(200, 0)], "plot", "p", cells=cells)
    measured = pd.DataFrame(
        {"amount": np.nan, "category": None} | measures.attribute(plots, "cells"), index=plots.index
    )

    assert measured["amount"].astype(float).to_list() == pytest.approx(amounts, nan_ok=True)
    assert [None if pd.isna(cell) else cell for cell in measured["category"]] == categories


@given(worlds())
def test_the_slow_twin_agrees(drawn: tuple[gpd.GeoDataFrame, dict[str, gpd.GeoDataFrame]]):
    """Plain shapely, one pair after another, measures the same to a micrometre."""
    plots, layers = drawn
    near = measures.distance(plots, layers["any"])
    covered = measures.overlap(plots, layers["zones"])
    inside = measures.length(plots, layers["pipes"])
    touching = measures.count(plots, layers["any"])
    wet = shapely.union_all(layers["zones"].geometry.to_numpy())
    for plot, shape in plots.geometry.items():
        metres = layers["any"].geometry.distance(shape)
        assert near.loc[plot, "amount"] == pytest.approx(metres.min(), abs=1e-6)
        assert metres[near.loc[plot, "feature"]] == pytest.approx(metres.min(), abs=1e-6)
        point = shapely.Point(near.loc[plot, "tie_in_x"], near.loc[plot, "tie_in_y"])
        assert layers["any"].geometry[near.loc[plot, "feature"]].distance(point) == pytest.approx(0, abs=1e-6)
        assert shape.distance(point) == pytest.approx(metres.min(), abs=1e-6)
        assert covered[plot] == pytest.approx(shape.intersection(wet).area / shape.area, abs=1e-6)
        pieces = shapely.intersection(shapely.get_parts(layers["pipes"].geometry.to_numpy()), shape)
        assert inside[plot] == pytest.approx(shapely.length(pieces).sum(), abs=1e-6)
        assert touching[plot] == layers["any"].geometry.intersects(shape).sum()
        assert measures.area(plots)[plot] == shape.area / 1e4


@given(worlds())
def test_ties_go_to_the_first_feature(drawn: tuple[gpd.GeoDataFrame, dict[str, gpd.GeoDataFrame]]):
    plots, layers = drawn
    near = measures.distance(plots, layers["any"])
    doubled = pd.concat([layers["any"], layers["any"].rename(index=lambda name: f"again_{name}")])

    pd.testing.assert_frame_equal(measures.distance(plots, doubled), near)
