from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import frame, lines, polygons

from siteplan import measures
from siteplan.errors import DataError
from siteplan.land.frontage import frontage

SQUARE = shapely.box(0, 0, 100, 100)
CORNER = shapely.Polygon([(0, 0), (100, 0), (100, 100), (60, 100), (60, 50), (0, 50)])


def table(**shapes: shapely.Geometry | None) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"name": [name.upper() for name in shapes]}, geometry=list(shapes.values()), index=list(shapes)
    )


def road(*points: tuple[float, float]) -> shapely.LineString:
    return shapely.LineString(points)


SOUTH, WEST = road((-500, -15), (500, -15)), road((-15, -500), (-15, 500))


@pytest.mark.parametrize(
    ("plot", "roads", "metres"),
    [
        (SQUARE, [SOUTH], 100),
        # 5 m of both sides are as near
        (SQUARE, [road((-500, -10), (500, -10))], 110),
        (SQUARE, [road((-500, -15.001), (500, -15.001))], 0),
        # a corner plot: both sides
        (SQUARE, [SOUTH, WEST], 200),
        (SQUARE, [road((-15, 500), (-15, -15), (500, -15))], 200),
        # 3-4-5: the road ends 12 m off, and is 15 m away 9 m farther on; 3 m of the side as well
        (SQUARE, [road((-50, -12), (50, -12))], 59 + 3),
        # straight at the plot: 12 m to either side of where it ends, 9 m off
        (SQUARE, [road((50, -200), (50, -9))], 24),
        # along the border, and across the plot
        (SQUARE, [road((0, 0), (100, 0))], 130),
        (SQUARE, [road((50, -500), (50, 500))], 60),
        # ends inside, 20 m from every side
        (shapely.box(0, 0, 40, 40), [road((20, 20), (20, 20.0))], 0),
        # an L: 15 m off its dent, and on into it
        (CORNER, [road((-99, 65), (75, 65))], 60 + 30),
        # a hole has no frontage, an island of the plot has
        (SQUARE.difference(shapely.box(20, 20, 80, 80)), [road((50, 40), (50, 60))], 0),
        (shapely.MultiPolygon([SQUARE, shapely.box(0, 200, 10, 210)]), [road((-500, 225), (500, 225))], 10),
        # the same road twice, and one over the other
        (SQUARE, [SOUTH, SOUTH, road((20, -15), (40, -15))], 100),
        # carriageways: an edge 15 m off, one that the plot lies in, one that takes its corner
        (SQUARE, [shapely.box(-500, -30, 500, -15)], 100),
        (SQUARE, [shapely.box(-500, -500, 500, 500)], 400),
        (SQUARE, [shapely.box(-30, -30, 10, 10)], 2 * 25),
        (SQUARE, [shapely.MultiLineString([SOUTH, WEST])], 200),
    ],
)  # fmt: skip
def test_frontage_by_eye(plot: shapely.Geometry, roads: list[shapely.Geometry], metres: float):
    layer = table(**{f"r{row}": shape for row, shape in enumerate(roads)})

    assert frontage(table(p=plot), layer)["amount"].to_list() == pytest.approx([metres], abs=1e-9)


def test_neighbours_count_what_is_theirs():
    plots = table(left=SQUARE, right=shapely.box(100, 0, 200, 100), behind=shapely.box(0, 100, 200, 200))

    assert frontage(plots, table(street=SOUTH))["amount"].to_list() == [100, 100, 0]


def test_the_road_with_most_of_it():
    roads = table(back=road((60, 115), (100, 115)), side=WEST, front=SOUTH, again=SOUTH)
    found = frontage(table(p=SQUARE, far=shapely.box(900, 900, 950, 950)), roads)

    assert list(found.columns) == list(measures.COLUMNS)
    assert found["feature"].to_list() == ["side", ""]
    assert found["feature_name"].to_list() == ["SIDE", ""]
    assert found["amount"].to_list() == [240, 0]
    assert found["unit"].to_list() == ["m", "m"]
    assert frontage(table(p=SQUARE), roads.drop(index="side"))["feature"].to_list() == ["front"]


def test_parts_of_one_road_count_together():
    halves = shapely.MultiLineString([[(-50, -15), (50, -15)], [(50, -15), (150, -15)]])
    roads = table(short=road((115, 20), (115, 99)), halves=halves)

    assert frontage(table(p=SQUARE), roads)["feature"].to_list() == ["halves"]


def test_a_vertex_drawn_twice_does_no_harm():
    twice = shapely.Polygon([(0, 0), (0, 0), (100, 0), (100, 100), (100, 100), (0, 100)])
    roads = table(street=shapely.LineString([(-500, -15), (50, -15), (50, -15), (500, -15)]))

    assert frontage(table(p=twice), roads)["amount"].to_list() == [100]
    assert frontage(table(p=twice), table(yard=shapely.box(-9, -9, 200, 200)))["amount"].to_list() == [400]


def test_no_road_is_no_frontage():
    none = table()
    found = frontage(table(p=SQUARE), none)

    assert found[["amount", "feature"]].to_numpy().tolist() == [[0.0, ""]]
    assert frontage(none, table(street=SOUTH)).empty
    assert frontage(none, none).empty


def test_roads_need_no_name():
    roads = table(street=SOUTH).drop(columns="name")

    assert frontage(table(p=SQUARE), roads)["feature_name"].to_list() == ["street"]


def test_what_cannot_be_measured_is_refused():
    gate = shapely.Point(0, 0)
    with pytest.raises(DataError, match=r"roads: neither a line nor a polygon: gate, post"):
        frontage(table(p=SQUARE), table(street=SOUTH, gate=gate, post=gate))
    with pytest.raises(DataError, match="plots: no geometry: q"):
        frontage(table(p=SQUARE, q=None), table(street=SOUTH))
    with pytest.raises(DataError, match="roads: no geometry: lane"):
        frontage(table(p=SQUARE), table(lane=shapely.LineString()))
    with pytest.raises(DataError, match="within is -1 m; give 0 or more"):
        frontage(table(p=SQUARE), table(street=SOUTH), within=-1)


def outline(plot: shapely.Geometry) -> shapely.Geometry:
    return shapely.union_all(shapely.get_exterior_ring(shapely.get_parts(plot)))


@settings(max_examples=40)
@given(
    st.lists(polygons(), min_size=1, max_size=3),
    st.lists(lines() | polygons(), min_size=1, max_size=4),
    st.sampled_from([1.0, 15.0, 80.0]),
)
def test_frontage_lies_between_that_of_two_buffers(
    drawn: list[shapely.Geometry], ways: list[shapely.Geometry], within: float
):
    plots, roads = frame(drawn, "plot", "p"), frame(ways, "feature", "r")
    found = frontage(plots, roads, within=within)
    all_roads = roads.union_all()
    # GEOS simplifies by up to a hundredth of the distance before it widens.
    less, more = (shapely.buffer(all_roads, within * share, quad_segs=64) for share in (0.98, 1.02))

    for plot, metres in zip(plots.geometry, found["amount"], strict=True):
        edge = outline(plot)
        assert shapely.length(edge & less) - 1e-6 <= metres <= shapely.length(edge & more) + 1e-6
        assert metres <= edge.length + 1e-6
    alone = [frontage(plots, roads.iloc[[row]], within=within)["amount"] for row in range(len(roads))]
    most = np.max(alone, axis=0)
    assert (found["amount"].to_numpy() >= most - 1e-6).all()
    for row, name in enumerate(found["feature"]):
        mine = alone[int(name[1:])].iloc[row] if name else 0.0
        assert mine == pytest.approx(most[row], abs=1e-5)
