"""Networks drawn so that every junction is seen by eye; 100 m squares and 3-4-5 triangles."""

from __future__ import annotations

import itertools

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
import world
from hypothesis import given
from hypothesis import strategies as st

from siteplan.connect.network import Network, build
from siteplan.errors import CrsError, DataError


def roads(*lines: list[tuple[float, float]] | shapely.Geometry, **columns: object) -> gpd.GeoDataFrame:
    """Lines r0, r1, ... in the metres of the drawing."""
    shapes = [shapely.LineString(line) if isinstance(line, list) else line for line in lines]
    return world.table({f"r{row}": shape for row, shape in enumerate(shapes)}, **columns)


def net(*lines: list[tuple[float, float]] | shapely.Geometry, snap: float = 1.0) -> Network:
    return build(roads(*lines), speeds=60, snap=snap)


def spots(network: Network) -> set[tuple[float, float]]:
    return set(map(tuple, (network.points - [world.EAST, world.NORTH]).round(6).tolist()))


def told(network: Network) -> list[tuple[str, tuple[str, ...]]]:
    return [(finding.message, finding.rows) for finding in network.findings]


def test_a_town_of_four_blocks():
    """Three streets each way, drawn whole, with a vertex at every crossing."""
    steps = (0, 100, 200)
    across = [[(x, y) for x in steps] for y in steps]
    along = [[(x, y) for y in steps] for x in steps]
    town = net(*across, *along)

    assert (len(town.points), len(town.ends), town.metres.sum()) == (9, 12, 1200)
    assert town.minutes.sum() == pytest.approx(1.2)
    assert town.parts.to_dict("records") == [{"nodes": 9, "edges": 12, "metres": 1200, "features": 6}]
    assert town.findings == ()
    assert repr(town) == "Network of 9 nodes and 12 edges, 1.2 km in 1 connected parts"


def test_a_side_road_joins_at_an_inner_vertex():
    joined = net([(0, 0), (100, 0), (200, 0)], [(100, 0), (100, 80)])

    assert len(joined.parts) == 1
    assert joined.findings == ()
    assert joined.features[joined.feature].to_list() == ["r0", "r0", "r1"]


@pytest.mark.parametrize(("gap", "metres"), [(0.0, 280), (0.0004, 280), (0.75, 280), (1.0, 280)])
def test_an_end_without_a_vertex_splits_the_other_line(gap: float, metres: float):
    joined = net([(0, 0), (200, 0)], [(80, gap), (80, 80)])

    assert len(joined.parts) == 1
    assert joined.metres.sum() == pytest.approx(metres, abs=1e-3)
    assert len(joined.ends) == (3 if gap < 1e-3 else 4)
    ((message, rows),) = told(joined)
    assert message.startswith("1 end of a line lies within 1 m of another line")
    assert rows == ("r1",)


def test_an_end_that_stops_too_short_is_not_joined():
    apart = net([(0, 0), (200, 0)], [(80, 1.25), (80, 80)])

    assert len(apart.parts) == 2
    assert len(net([(0, 0), (200, 0)], [(80, 1.25), (80, 80)], snap=2).parts) == 1
    assert len(net([(0, 0), (200, 0)], [(80, 0.01), (80, 80)], snap=0).parts) == 2
    assert len(net([(0, 0), (200, 0)], [(80, 0), (80, 80)], snap=0).parts) == 1


def test_several_ends_split_one_edge():
    joined = net([(0, 0), (200, 0)], *[[(x, 0.5), (x, 80)] for x in (150, 50, 100)], [(50, 0), (50, -50)])

    assert len(joined.parts) == 1
    assert {(50, 0), (100, 0), (150, 0)} < spots(joined)
    assert joined.metres.sum() == pytest.approx(200 + 3 * 80 + 50)
    assert told(joined)[0][0].startswith("4 ends of lines lie")


def test_two_sides_that_meet_on_a_through_road_are_joined_to_it():
    joined = net([(0, 0), (200, 0)], [(80, 0), (80, 80)], [(80, 0), (80, -80)])

    assert len(joined.parts) == 1
    assert told(joined)[0][0].startswith("1 end of a line")


def test_an_end_near_another_end_closes_the_gap():
    joined = net([(0, 0), (100, 0)], [(100.6, 0.8), (200, 0)])

    assert len(joined.parts) == 1
    assert len(joined.ends) == 3
    assert joined.metres.min() == pytest.approx(1)


def test_an_end_near_a_line_that_it_meets_is_left_alone():
    """A short last segment: the end lies within 1 m of its own line, and of the line that it meets."""
    left = net([(0, 0), (100, 0), (100, 0.5)], [(100, 0.5), (100, 90)], [(100, 0), (200, 0)])

    assert left.findings == ()
    assert len(left.ends) == 4


def test_a_bridge_is_no_junction():
    bridge = net([(0, 0), (200, 0)], [(100, -50), (100, 50)])

    assert len(bridge.parts) == 2
    assert bridge.parts["metres"].to_list() == [200, 100]
    assert bridge.part[bridge.ends[:, 0]].tolist() == [0, 1]
    ((message, rows),) = told(bridge)
    assert message == (
        "the roads fall into 2 parts that are not joined; 0.1 of 0.3 km are not joined to the longest"
    )
    assert rows == ("r1",)


def test_vertices_that_rounding_moved_are_one():
    """Also where the millimetre between them is the border of two cells."""
    for x in (100.0, 100.0005, 100.00049):
        assert len(net([(0, 0), (x, 0)], [(x + 2e-4, 0), (200, 0)], snap=0).points) == 3


def test_a_loop_a_turn_back_and_repeated_vertices():
    loop = net([(0, 0), (100, 0), (100, 100), (0, 100), (0, 0)])
    back = net([(0, 0), (100, 0), (0, 0)])
    again = net([(0, 0), (0, 0), (100, 0), (100, 0), (100, 0)])

    assert (len(loop.points), loop.metres.sum(), loop.findings) == (4, 400, ())
    assert (len(back.ends), len(again.ends)) == (1, 1)
    assert again.findings == ()
    assert told(back) == [("1 edges lie between two nodes that another edge joins; the fastest counts", ())]


def test_of_two_roads_in_one_place_the_faster_counts():
    both = roads(
        [(0, 0), (1000, 0)], [(1000, 0), (0, 0)], [(0, 0), (1000, 0)], klass=["slow", "fast", "slow"]
    )
    network = build(both, speeds={"slow": 20, "fast": 60}, column="klass")

    assert network.minutes.tolist() == [1]
    assert network.features[network.feature].to_list() == ["r1"]


def test_a_road_of_several_parts():
    parts = shapely.MultiLineString([[(0, 0), (100, 0)], [(100, 0), (100, 50)], [(500, 0), (500, 20)]])
    network = net(parts)

    assert network.parts["metres"].to_list() == [150, 20]
    assert network.feature.tolist() == [0, 0, 0]
    assert told(network)[0][1] == ("r0",)


def test_what_is_no_line_is_left_out_and_told():
    mixed = roads(
        [(0, 0), (100, 0)], shapely.Point(0, 0), world.square(0, 0), shapely.Point(1, 1), shapely.LineString()
    )
    mixed.loc["none"] = [None]
    network = build(mixed, speeds=60)

    assert network.features.to_list() == ["r0"]
    assert told(network) == [
        (
            "5 of 6 features are no lines and were left out: 2 Point, 1 Polygon, 2 without geometry",
            ("r1", "r2", "r3", "r4", "none"),
        )
    ]


def test_a_line_without_length_is_told():
    network = net([(0, 0), (100, 0)], [(50, 50), (50, 50)])

    assert told(network) == [("1 lines have no length and were left out", ("r1",))]


def test_no_roads_at_all():
    network = build(roads([(0, 0), (1, 0)]).iloc[:0], speeds=60)

    assert (len(network.points), len(network.ends), len(network.parts)) == (0, 0, 0)
    assert network.findings == ()


def test_speeds_by_class():
    three = roads([(0, 0), (1000, 0)], [(0, 5), (1000, 5)], [(0, 9), (1000, 9)], lanes=[2.0, 1.0, np.nan])
    network = build(three, speeds={"2": 60, "1": 30}, column="lanes", other=15)

    assert network.minutes.tolist() == [1, 2, 4]


def test_the_order_of_the_lines_is_irrelevant():
    lines = roads([(0, 0), (100, 0)], [(50, 0.5), (50, 90)], [(50, 90), (0, 0)], [(300, 0), (300, 9)])
    forth, back = build(lines, speeds=60), build(lines.iloc[::-1], speeds=60)

    assert spots(forth) == spots(back)
    assert sorted(forth.metres) == pytest.approx(sorted(back.metres))
    pd.testing.assert_frame_equal(forth.parts, back.parts)


def test_the_lines_given_are_not_changed():
    lines = roads([(0, 0), (100, 0)], [(50, 0.5), (50, 90)], klass=["a", None])
    before = lines.copy()
    build(lines, speeds={"a": 10}, column="klass", other=5)

    pd.testing.assert_frame_equal(lines, before)


def test_every_missing_speed_is_named_at_once():
    lines = roads(*[[(0, y), (9, y)] for y in range(9)], klass=["a", *["b"] * 6, None, " "])
    with pytest.raises(DataError) as refused:
        build(lines, speeds={"a": 0}, column="klass", table="streets")

    assert str(refused.value) == (
        "streets: refused, 3 problems\n"
        "  - speeds['a'] is 0; give km/h, greater than 0\n"
        "  - class 'b' has no speed, 6 rows (r1, r2, r3, r4, r5 and 1 more); "
        "add it to speeds, or give other=\n"
        "  - 2 rows without a class (r7, r8); fill them, or give other="
    )


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"speeds": 0}, "speeds is 0; give km/h, greater than 0"),
        ({"speeds": -3.0}, "speeds is -3.0; give km/h"),
        ({"speeds": float("inf")}, "speeds is inf; give km/h"),
        ({"speeds": {"a": 5}, "other": float("nan")}, "other is nan; give km/h"),
        ({"speeds": {"a": "fast"}}, "'fast'; give km/h"),
        ({"speeds": {"a": 5}}, "there is no column 'class'; name the one"),
        ({"speeds": 5, "snap": -1}, "snap is -1; give metres, 0 or more"),
        ({"speeds": 5, "snap": float("nan")}, "snap is nan; give metres, 0 or more"),
    ],
)
def test_what_cannot_be_meant_is_refused(given: dict[str, object], message: str):
    with pytest.raises(DataError) as refused:
        build(roads([(0, 0), (9, 0)]), **given)
    assert message in str(refused.value)


def test_coordinates_must_be_numbers():
    lines = roads([(0, 0), (9, 0)], [(0, 0), (9, 9)])
    lines.geometry = shapely.transform(lines.geometry, lambda xy: np.where(xy == world.NORTH + 9, np.inf, xy))
    with pytest.raises(DataError, match="1 rows have coordinates that are not finite numbers") as refused:
        build(lines, speeds=60)
    assert refused.value.problems == ("r1: mend the coordinates in the source",)


def test_the_crs_must_measure():
    with pytest.raises(CrsError, match="roads: no CRS; set one"):
        build(roads([(0, 0), (9, 0)]).set_crs(None, allow_override=True), speeds=5)
    with pytest.raises(CrsError, match="in degrees"):
        build(roads([(0, 0), (9, 0)]).set_crs(4326, allow_override=True), speeds=5)


_SPOT = st.tuples(st.integers(0, 8), st.integers(0, 8))


@given(
    st.lists(st.lists(_SPOT, min_size=2, max_size=5), min_size=1, max_size=12), st.sampled_from([0.0, 1.0])
)
def test_ends_are_joined_as_plain_shapely_says(lines: list[list[tuple[int, int]]], snap: float):
    """Every line's end with fewer than three edges hangs together with every line that it lies on."""
    drawn = [[(x * 10, y * 10) for x, y in line] for line in lines]
    network = net(*drawn, snap=snap)
    shapes = [world.at(shapely.LineString(line)) for line in drawn]
    edges = {tuple(sorted(pair)) for line in drawn for pair in itertools.pairwise(line) if len(set(pair)) > 1}
    place = {tuple(spot): number for number, spot in enumerate(network.points.tolist())}

    for line in drawn:
        for end in (line[0], line[-1]):
            if not 0 < sum(end in edge for edge in edges) < 3:
                continue
            point = (end[0] + world.EAST, end[1] + world.NORTH)
            over = [
                other
                for other, shape in zip(drawn, shapes, strict=True)
                if shape.distance(shapely.Point(point)) == 0
            ]
            unmet = [other for other in over if end not in other and len(set(other)) > 1]
            parts = {
                network.part[place[other[0][0] + world.EAST, other[0][1] + world.NORTH]] for other in unmet
            }
            assert not unmet or network.part[place[point]] in parts
