"""A ring outside of convex zones, against shapely's union and difference."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from siteplan.kernels.compiling import plain
from siteplan.kernels.cutting import DEEPEST, Cuts, area, outside, room

SPOT = st.tuples(st.integers(0, 10), st.integers(0, 10))
HULLS = (
    st.lists(SPOT, min_size=3, max_size=7, unique=True)
    .map(lambda spots: shapely.MultiPoint(spots).convex_hull)
    .filter(lambda hull: hull.geom_type == "Polygon")
)
RINGS = (
    st.lists(SPOT, min_size=3, max_size=7, unique=True).map(shapely.Polygon).filter(lambda one: one.is_valid)
)


def convex(zones: list[shapely.Polygon]) -> Cuts:
    """Convex polygons as half-planes."""
    planes, start = [np.empty((0, 3))], [0]
    for zone in zones:
        x, y = np.array(shapely.orient_polygons(zone).exterior.coords).T
        a, b = np.diff(y), -np.diff(x)
        planes.append(np.column_stack([a, b, a * x[:-1] + b * y[:-1]]))
        start.append(start[-1] + len(a))
    count = len(zones)
    ones = np.ones(count)
    return Cuts(np.concatenate(planes), np.array(start), ones, np.arange(count), ones.astype(bool))


def left(ring: shapely.Polygon, zones: list[shapely.Polygon], how: object = outside) -> float:
    work = room(1000)
    vertices = np.array(ring.exterior.coords)[:-1]
    work.x[0, : len(vertices)], work.y[0, : len(vertices)] = vertices.T
    work.vertices[0] = len(vertices)
    return how(convex(zones), len(zones), work, 1000)


@given(RINGS, st.lists(HULLS, max_size=5))
def test_what_is_left_is_shapelys(ring, zones):
    """A ring keeps its sign: positive where it runs to the left."""
    sign = 1 if ring.exterior.is_ccw else -1
    wanted = ring.difference(shapely.union_all(zones)).area
    assert left(ring, zones) == pytest.approx(sign * wanted, abs=1e-10)


def test_python_gives_the_same_bits():
    random = np.random.default_rng(5)
    zones = [shapely.MultiPoint(random.uniform(0, 10, (6, 2))).convex_hull for _ in range(4)]
    ring = shapely.Point(5, 5).buffer(4, quad_segs=3)
    assert 0 < -left(ring, zones) < ring.area
    assert left(ring, zones) == left(ring, zones, plain(outside))


def test_a_hook_cut_into_two_keeps_its_area():
    """The two ends hang together by an edge there and back, which has no area."""
    hook = shapely.Polygon([(0, 0), (9, 0), (9, 6), (6, 6), (6, 3), (3, 3), (3, 6), (0, 6)])
    assert left(hook, [shapely.box(-1, -1, 10, 4)]) == 12
    assert left(hook, [shapely.box(-1, 4, 10, 9)]) == hook.area - 12


def test_too_many_on_top_of_each_other_are_not_a_number():
    steps = [shapely.box(step, step, 50 + step, 50 + step) for step in range(DEEPEST + 2)]
    ring = shapely.box(0, 0, 100, 100)
    assert left(ring, steps[:DEEPEST]) == pytest.approx(1e4 - shapely.union_all(steps[:DEEPEST]).area)
    assert np.isnan(left(ring, steps))


def test_no_room_is_not_a_number():
    """Twice the vertices are the most that one cut can make of them."""
    work, zone = room(100), convex([shapely.box(0.5, -1, 2, 2)])
    work.x[0, :4], work.y[0, :4] = [0, 1, 1, 0], [0, 0, 1, 1]
    work.vertices[0] = 4
    assert area(work.x[0], work.y[0], 4) == 1
    assert np.isnan(outside(zone, 1, work, 7))
    assert outside(zone, 1, work, 8) == 0.5
