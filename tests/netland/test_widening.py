"""Widened shapes are what they are by definition: everything within so many metres, arcs but for 5 cm."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
import zoo
from hypothesis import given
from hypothesis import strategies as st
from shapely import GeometryCollection, LineString, MultiLineString, MultiPoint, Point, Polygon, box

from siteplan.land.widening import ARC, pieces, step, widened

SPOT = st.tuples(st.integers(0, 8), st.integers(0, 8)).map(lambda spot: (spot[0] * 20.0, spot[1] * 20.0))
LINES = st.lists(SPOT, min_size=2, max_size=7).map(LineString)
POLYGONS = st.lists(SPOT, min_size=3, max_size=6, unique=True).map(Polygon).filter(lambda one: one.is_valid)
SHAPES = st.one_of(
    SPOT.map(Point),
    LINES,
    POLYGONS,
    st.lists(LINES, min_size=1, max_size=3).map(MultiLineString),
    st.lists(SPOT, min_size=1, max_size=3).map(MultiPoint),
)
"""On a grid, so that lines turn back on themselves, close, cross, touch and stand still."""


def wide(shape: shapely.Geometry, metres: float, **how: int) -> shapely.Geometry:
    return widened(np.array([shape]), np.array([metres]), **how)[0]


@given(SHAPES, st.sampled_from([0.5, 7.0, 20.0, 35.0, 90.0]), st.integers(0, 2**32 - 1))
def test_a_widened_shape_holds_what_is_within_reach_and_nothing_else(shape, metres, seed):
    made = wide(shape, metres)
    around = np.random.default_rng(seed).uniform(-metres - 10, 160 + metres + 10, (300, 2))
    spots = np.asarray(shapely.points(around))
    apart = shapely.distance(spots, shape)
    inside = shapely.intersects(spots, made)

    assert made.is_valid
    assert inside[apart <= metres - ARC].all()
    assert not inside[apart > metres + 1e-6].any()


@pytest.mark.parametrize("away", [-5.0, 0.0, 30.0, 2e6])
def test_no_piece_is_lost_near_the_origin_or_anywhere(away):
    random = np.random.default_rng(11)
    shapes = [Polygon(random.uniform(0, 10, (3, 2))).buffer(2, quad_segs=2) for _ in range(150)]
    metres = random.uniform(5, 50, 150)
    made = widened(shapely.transform(np.array(shapes), lambda spots: spots + away), metres)
    least = shapely.area(shapely.buffer(shapes, metres - ARC, quad_segs=64))
    most = shapely.area(shapely.buffer(shapes, metres + ARC, quad_segs=64))
    assert (shapely.area(made) >= least - 1e-3).all()
    assert (shapely.area(made) <= most).all()


def test_areas_read_by_eye():
    corner = LineString([(0, 0), (100, 0), (100, 100)])
    for shape, metres, area in (
        (Point(5, 5), 10.0, np.pi * 100),
        (LineString([(0, 0), (100, 0)]), 10.0, 2000 + np.pi * 100),
        (LineString([(0, 0), (50, 0), (100, 0)]), 10.0, 2000 + np.pi * 100),
        # two strips share a square of 10 m, a quarter disc fills the outer corner
        (corner, 10.0, 4000 - 100 + np.pi * 100 * 1.25),
        (LineString([(0, 0), (100, 0), (0, 0)]), 10.0, 2000 + np.pi * 100),
        (zoo.SQUARE, 10.0, 140 * 100 + np.pi * 100),
        (zoo.HOLE, 10.0, 140 * 100 + np.pi * 100 - 30 * 30),
        (zoo.SQUARE, 0.0, 10_000),
        (corner, 0.0, 0),
        (Point(5, 5), 0.0, 0),
        (LineString([(5, 5), (5, 5)]), 10.0, np.pi * 100),
    ):
        assert wide(shape, metres).area == pytest.approx(area, abs=3.0), shape  # of chords for arcs


def test_an_open_corner_has_a_round_end_and_a_closed_one_has_none():
    ring = LineString([(0, 0), (100, 0), (100, 100), (0, 100), (0, 0)])
    assert wide(ring, 10.0).equals(wide(Polygon(ring).exterior, 10.0))
    assert wide(ring, 10.0).area == pytest.approx(140 * 100 + np.pi * 100 - 80 * 80, rel=1e-3)


def test_parts_of_parts_are_widened_with_their_whole():
    nested = GeometryCollection([GeometryCollection([zoo.TWO_PARTS, Point(0, 500)]), LineString()])
    assert wide(nested, 10.0).area == pytest.approx(2 * (140 * 100 + np.pi * 100) + np.pi * 100, rel=1e-2)


@pytest.mark.parametrize("metres", [0.02, 0.05, 1.0, 8.0, 50.0, 705.0])
def test_chords_lie_inside_the_circle_and_near_it(metres):
    disc = wide(Point(0, 0), metres)
    corners = shapely.get_coordinates(disc)
    middles = (corners[1:] + corners[:-1]) / 2

    assert np.hypot(*corners.T) == pytest.approx(metres, rel=1e-12)
    assert (metres - np.hypot(*middles.T)).max() <= ARC + 1e-12
    assert len(corners) == max(np.ceil(2 * np.pi / step(np.array([metres]))[0] - 1e-9), 4) + 1


def test_as_many_chords_as_others_draw():
    line = LineString([(0, 0), (300, 0), (350, 200), (600, 210)])
    ours, theirs = wide(line, 705.0, quarter=16), line.buffer(705.0, quad_segs=16)
    assert ours.symmetric_difference(theirs).area < 1e-6 * theirs.area
    assert len(shapely.get_coordinates(wide(Point(0, 0), 30.0, quarter=4))) == 17


def test_only_bends_and_ends_have_more_than_four_corners():
    line = np.array([LineString([(0, 0), (50, 0), (100, 0), (150, 30)])])
    made = pieces(line, np.array([20.0])).polygons(np.arange(5))
    corners = shapely.get_num_coordinates(made) - 1
    assert corners[[0, 2]].tolist() == [4, 4]
    assert (corners[[1, 3, 4]] > 4).all()


def test_nothing_widened_is_nothing():
    assert widened(np.empty(0, dtype=object), np.empty(0)).shape == (0,)
    assert wide(box(0, 0, 0, 0).boundary, 5.0).area == pytest.approx(np.pi * 25, rel=0.02)
