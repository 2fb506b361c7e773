"""Where plots join the roads, compiled against shapely's word, and with bounds checked."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from siteplan.connect.joints import Joints, join
from siteplan.connect.network import Network, build
from siteplan.errors import DataError

CORNER = np.array([444_000.0, 5_711_000.0])
AT_FOUR = {(0, 100), (0, 200), (0, 300), (0, 400)}


def net(lines: list[Any], *, snap: float = 0.0) -> Network:
    shapes = [shapely.transform(shapely.LineString(line), lambda xy: xy + CORNER) for line in lines]
    return build(gpd.GeoDataFrame(geometry=shapes, crs="EPSG:32652"), speeds=60, snap=snap)


def placed(*shapes: shapely.Geometry) -> Any:
    return shapely.transform(np.array(shapes, dtype=object), lambda xy: xy + CORNER)


def spots(joints: Joints, row: int) -> set[tuple[int, float]]:
    return {(int(edge), round(along, 5)) for edge, along in zip(
        joints.edge[joints.row == row], joints.along[joints.row == row], strict=True)}  # fmt: skip


def assert_same(network: Network, shapes: Any) -> Joints:
    """Both ways: the same gaps, and no place of the one that is not one of the other's."""
    plain, fast = (join(network, shapes, way) for way in ("plain", "compiled"))
    for joints in (plain, fast):
        row, edge = joints.row, network.segments[joints.edge]
        assert set(row) == set(range(len(shapes)))
        gap = np.array([shapely.distance(shape, network.segments).min() for shape in shapes])[row]
        own, at = shapely.points(joints.own), shapely.points(joints.at)
        assert np.allclose(joints.gap, gap, rtol=0, atol=1e-6)
        assert np.allclose(shapely.distance(own, at), gap, rtol=0, atol=2e-6)
        assert max(shapely.distance(own, shapes[row]).max(), shapely.distance(at, edge).max()) < 2e-6
        run = shapely.distance(at, shapely.points(network.points[network.ends[joints.edge, 0]]))
        assert np.allclose(joints.along, run, rtol=0, atol=1e-6)
        assert (np.lexsort((joints.along, joints.edge, row)) == np.arange(len(row))).all()
    for row in range(len(shapes)):
        one, other = (
            np.array([(e * 1e4, a) for e, a in zip(j.edge[j.row == row], j.along[j.row == row], strict=True)])
            for j in (plain, fast)
        )
        away = np.abs(one[:, None] - other[None]).sum(axis=2)
        assert max(away.min(axis=0).max(), away.min(axis=1).max()) < 1e-4, (one, other)
    return fast


STREET = [(0, 0), (1000, 0)]


@pytest.mark.parametrize("way", ["plain", "compiled"])
@pytest.mark.parametrize(
    ("shape", "found"),
    [
        (shapely.box(100, 20, 300, 60), {(0, 100), (0, 300)}),  # a side along the road: both its ends
        (shapely.box(-50, 20, 300, 60), {(0, 0), (0, 300)}),
        (shapely.box(-50, 20, 3000, 60), {(0, 0), (0, 1000)}),
        (shapely.box(100, 0, 300, 60), {(0, 100), (0, 300)}),
        (shapely.box(100, -10, 300, 60), {(0, 100), (0, 300)}),
        (shapely.box(-100, -10, 300, 60), {(0, 0), (0, 300)}),
        (shapely.box(-100, -10, 3000, 60), {(0, 0), (0, 1000)}),
        (shapely.Polygon([(400, 0), (500, 90), (300, 90)]), {(0, 400)}),
        (shapely.Polygon([(400, 30), (500, 90), (300, 90)]), {(0, 400)}),
        (shapely.box(100, -50, 400, 50).difference(shapely.box(200, -20, 300, 20)), AT_FOUR),
        (shapely.box(100, -50, 400, 50).difference(shapely.box(200, -80, 300, 20)), AT_FOUR),
        (shapely.MultiPolygon([shapely.box(100, 5, 200, 9), shapely.box(300, -9, 400, -5)]), AT_FOUR),
        (shapely.Point(400, 30), {(0, 400)}),
        (shapely.Point(400, 0), {(0, 400)}),
        (shapely.MultiPoint([(400, 30), (500, -30), (600, 31)]), {(0, 400), (0, 500)}),
        (shapely.LineString([(400, 30), (500, 30)]), {(0, 400), (0, 500)}),
        (shapely.LineString([(400, 30), (400, -30)]), {(0, 400)}),
    ],
)  # fmt: skip
def test_places_read_by_eye(way: Any, shape: shapely.Geometry, found: set[tuple[int, float]]):
    assert spots(join(net([STREET]), placed(shape), way), 0) == found


@pytest.mark.parametrize("way", ["plain", "compiled"])
def test_between_two_roads_and_across_two_roads(way: Any):
    two = net([STREET, [(0, 100), (1000, 100)]])

    assert spots(join(two, placed(shapely.box(200, 20, 230, 80)), way), 0) == {
        (edge, x) for edge in (0, 1) for x in (200, 230)
    }
    assert spots(join(two, placed(shapely.box(200, -20, 230, 180)), way), 0) == {
        (edge, x) for edge in (0, 1) for x in (200, 230)
    }
    assert spots(join(two, placed(shapely.box(200, 20, 230, 70)), way), 0) == {(0, 200), (0, 230)}


def test_the_direction_of_a_road_is_irrelevant():
    shape = placed(shapely.box(100, 20, 300, 60))
    back = join(net([STREET[::-1]]), shape)

    assert sorted(1000 - back.along) == [100, 300]


_SPOT = st.tuples(st.integers(0, 12), st.integers(0, 12)).map(lambda xy: (xy[0] * 25.0, xy[1] * 25.0))
_SHAKEN = st.tuples(st.floats(0, 300), st.floats(0, 300)).map(lambda xy: (round(xy[0], 3), round(xy[1], 3)))
_ROAD = st.lists(_SPOT | _SHAKEN, min_size=2, max_size=4).filter(lambda line: line[0] != line[1])
_SIDE = st.sampled_from([10.0, 25.0, 130.0])
_BOX = st.builds(lambda xy, w, h: shapely.box(*xy, xy[0] + w, xy[1] + h), _SPOT | _SHAKEN, _SIDE, _SIDE)
_STAR = st.lists(_SPOT | _SHAKEN, min_size=3, max_size=7).map(
    lambda ring: shapely.make_valid(shapely.Polygon(ring), method="structure")
)
_HOLED = _BOX.map(lambda box: box.difference(shapely.affinity.scale(box, 0.5, 0.5)))
_POLYGON = (_BOX | _STAR | _HOLED).filter(lambda one: one.area > 0 and one.geom_type.endswith("Polygon"))
_MANY = st.lists(_POLYGON, min_size=2, max_size=3).map(shapely.union_all)
_THIN = _SPOT.map(shapely.Point) | st.lists(_SPOT, min_size=2, max_size=3, unique=True).map(
    shapely.LineString
)


@given(st.lists(_ROAD, min_size=1, max_size=12), st.lists(_POLYGON | _MANY | _THIN, min_size=1, max_size=6))
def test_both_ways_find_the_same_places(roads: list[Any], drawn: list[shapely.Geometry]):
    assert_same(net(roads), placed(*drawn))


@pytest.mark.parametrize("seed", range(3))
def test_many_plots_over_many_chunks(seed: int):
    """More plots than one thread takes at once, more joints than there is room for at first."""
    network, shapes = a_world(seed, plots=5000)
    plain, fast = (join(network, shapes, way) for way in ("plain", "compiled"))

    assert (plain.row == fast.row).all()
    assert (plain.edge == fast.edge).all()
    for name in ("along", "gap", "own", "at"):
        assert np.allclose(getattr(plain, name), getattr(fast, name), rtol=0, atol=1e-6)


def a_world(seed: int, *, plots: int) -> tuple[Network, Any]:
    """Roads everywhere; plots of 5 to 80 m, and every hundredth of them 900 m."""
    rng = np.random.default_rng(seed)
    lines = [rng.uniform(0, 4000, 2) + np.cumsum(rng.normal(0, 80, (12, 2)), axis=0) for _ in range(150)]
    centre, turn = rng.uniform(0, 4000, (plots, 1, 2)), np.sort(rng.uniform(0, 2 * np.pi, (plots, 7)))
    reach = np.where(np.arange(plots) % 100 == 0, 900, rng.uniform(5, 80, plots))[:, None, None]
    corners = centre + reach * np.stack([np.cos(turn), np.sin(turn)], axis=2)
    return net(lines), placed(*shapely.polygons(corners))


@pytest.mark.parametrize("way", ["plain", "compiled"])
@pytest.mark.parametrize("wrong", [np.nan, np.inf])
@pytest.mark.parametrize("vertex", [0, 1, 2])
def test_what_is_not_finite_is_refused(way: Any, wrong: float, vertex: int):
    ring = np.array([(0, 0), (1, 1), (0, 1), (0, 0)], dtype=float)
    ring[[vertex, 3] if vertex == 0 else vertex, 0] = wrong
    with np.errstate(invalid="ignore"):
        shapes = np.array(
            [shapely.box(0, 0, 1, 1), shapely.MultiLineString([ring]), shapely.MultiPoint(ring)]
        )
    for some, place in ((shapes[:2], 1), (shapes[[2, 0]], 0)):
        with pytest.raises(DataError) as refused:
            join(net([STREET]), some, way, what="plots")
        assert refused.value.problems == (f"plots: coordinates that are not finite numbers: {place}",)


def exercise() -> None:
    """Call every compiled loop."""
    network, shapes = a_world(0, plots=200)
    join(network, shapes, "compiled")
    join(net([STREET]), shapes[:1], "compiled")
    join(network, placed(shapely.Point(5, 5), shapely.MultiPoint([(1, 1), (900, 900)])), "compiled")
