from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import affinity
from strategies import polygons

from siteplan.land import shape

BUBENEC = Path(__file__).parents[3] / "shared" / "data" / "checks" / "momepy-bubenec" / "bubenec.gpkg"

PUBLISHED = {
    shape.equivalent_rectangular_index: 0.9307591,
    shape.rectangularity: 0.8867686,
    shape.elongation: 0.8046747,
    shape.circular_compactness: 0.5690762,
    shape.convexity: 0.9416226,
}
"""Means over the 144 buildings of Bubenec, pysal/momepy 74d297e5 (BSD-3)."""

Index = Callable[[gpd.GeoSeries], pd.Series]
indices = pytest.mark.parametrize("index", PUBLISHED, ids=lambda index: index.__name__)

SQUARE = shapely.box(0, 0, 100, 100)
CORNER = shapely.Polygon([(0, 0), (100, 0), (100, 50), (50, 50), (50, 100), (0, 100)])
RING = SQUARE.difference(shapely.box(25, 25, 75, 75))
APART = shapely.union(SQUARE, shapely.box(200, 0, 300, 50))


@pytest.mark.skipif(not BUBENEC.is_file(), reason="the check data are not beside the repository")
@indices
def test_published_means(index: Index):
    buildings = gpd.read_file(BUBENEC, layer="buildings")

    assert len(buildings) == 144
    assert index(buildings).mean() == pytest.approx(PUBLISHED[index], abs=1e-4)


@pytest.mark.parametrize(
    ("index", "drawn", "by_eye"),
    [
        (shape.circular_compactness, SQUARE, 2 / np.pi),
        (shape.circular_compactness, RING, 1.5 / np.pi),
        (shape.circular_compactness, shapely.Point(0, 0).buffer(50, quad_segs=200), 1),
        (shape.rectangularity, CORNER, 0.75),
        (shape.rectangularity, APART, 0.5),
        (shape.rectangularity, RING, 0.75),
        (shape.elongation, shapely.box(0, 0, 300, 60), 0.2),
        (shape.elongation, APART, 1 / 3),
        (shape.convexity, CORNER, 7500 / 8750),
        (shape.convexity, RING, 0.75),
        (shape.convexity, APART, 15000 / 25000),
        (shape.equivalent_rectangular_index, SQUARE, 1),
        (shape.equivalent_rectangular_index, CORNER, np.sqrt(0.75)),
        (shape.equivalent_rectangular_index, RING, np.sqrt(0.75) * 400 / 600),
    ],
)
def test_indices_by_eye(index: Index, drawn: shapely.Geometry, by_eye: float):
    turned = affinity.rotate(drawn, 30)

    assert index(gpd.GeoSeries([drawn, turned])).to_list() == pytest.approx([by_eye, by_eye], rel=1e-4)


@indices
def test_what_has_no_land_has_no_shape(index: Index):
    land = gpd.GeoSeries(
        [None, shapely.Polygon(), shapely.MultiPolygon(), shapely.LineString([(0, 0), (9, 9)]), SQUARE],
        index=list("abcde"),
        crs="EPSG:32652",
    )
    found = index(land)

    assert found.index.to_list() == list("abcde")
    assert found.name == index.__name__
    assert found.isna().to_list() == [True, True, True, True, False]
    assert index(gpd.GeoSeries([], crs="EPSG:32652")).empty


@indices
def test_a_table_does_as_well_and_is_left_alone(index: Index):
    table = gpd.GeoDataFrame({"name": ["a", "b"]}, geometry=[CORNER, APART], index=["p", "q"])
    before = table.copy()

    pd.testing.assert_series_equal(index(table), index(table.geometry))
    pd.testing.assert_frame_equal(table, before)


@indices
@given(polygons(), st.floats(-180, 180), st.floats(0.1, 50), st.floats(-1e5, 1e5))
def test_neither_place_nor_size_nor_angle_matters(
    index: Index, drawn: shapely.Geometry, angle: float, factor: float, away: float
):
    # The smallest rectangle of a shape may be one of two that are equally small and not alike.
    elongated = index is shape.elongation
    moved = affinity.scale(drawn, factor, factor, origin=(0, 0))
    moved = affinity.translate(moved if elongated else affinity.rotate(moved, angle), away, -away)
    here, there = index(gpd.GeoSeries([drawn, moved]))

    assert here > 0
    assert here <= 1 + 1e-9 or (
        index is shape.equivalent_rectangular_index and drawn.geom_type == "MultiPolygon"
    )
    assert there == pytest.approx(here, rel=1e-5)


def test_pieces_are_counted_from_an_area_on():
    three = shapely.union(APART, shapely.box(400, 0, 401, 1))
    at_a_point = shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(1, 1, 2, 2)])
    land = gpd.GeoSeries([three, at_a_point, shapely.Polygon(), None], index=list("abcd"))

    assert shape.parts(land).to_list()[:3] == [3, 2, 0]
    assert shape.parts(land, at_least=5000).to_list()[:3] == [2, 0, 0]
    assert shape.parts(land, at_least=5000.1)["a"] == 1
    assert np.isnan(shape.parts(land)["d"])


def test_dust_is_no_part():
    dust = shapely.MultiPolygon([shapely.box(0, 0, 9, 9), shapely.box(20, 0, 20.01, 9)])
    assert shape.parts(gpd.GeoSeries([dust])).tolist() == [1]
    assert shape.parts(gpd.GeoSeries([dust]), at_least=0).tolist() == [2]


def test_the_largest_piece_and_its_shape():
    twins = shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(5, 0, 6, 1)])
    land = gpd.GeoSeries([APART, twins, RING, shapely.MultiPolygon(), None], index=list("abcde"), crs=32652)
    found = shape.in_one_piece(land)

    assert shape.largest_piece(land).to_list()[:4] == [10000, 1, 7500, 0]
    assert np.isnan(shape.largest_piece(land)["e"])
    assert found["a"].equals(SQUARE)
    assert found["b"].bounds == (0, 0, 1, 1)
    assert found["c"].equals(RING)
    assert found["d"].is_empty
    assert found["e"] is None
    assert found.crs == land.crs
    assert land["a"].equals(APART)
