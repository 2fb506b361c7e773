"""Areas measured without making shapes: the same as those of the shapes that are left."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon

from siteplan.land import outside, reach, uncut
from siteplan.land.net import net
from siteplan.land.remaining import net_area
from siteplan.land.widening import widened

UTM = "EPSG:32652"
CORNER = np.array([412_345.678, 5_612_345.678])
SPOT = st.tuples(st.integers(0, 8), st.integers(0, 8)).map(lambda spot: (spot[0] * 25.0, spot[1] * 25.0))
RINGS = st.lists(SPOT, min_size=3, max_size=8, unique=True).map(Polygon)
LINES = st.lists(SPOT, min_size=2, max_size=6).map(LineString)


def repaired(shape: shapely.Geometry) -> shapely.Geometry:
    """A polygon made valid; where its outline crosses itself, several that touch."""
    return shapely.make_valid(shape, method="structure", keep_collapsed=False)


def solid(shape: shapely.Geometry, otherwise: shapely.Geometry) -> shapely.Geometry:
    """Only the polygons of a shape, something else if there are none."""
    polygons = [one for one in shapely.get_parts(shape) if one.geom_type == "Polygon" and one.area > 0]
    return shapely.union_all(polygons) if polygons else otherwise


SIMPLE = RINGS.map(repaired).filter(lambda one: one.area > 0)
HOLED = st.tuples(SIMPLE, SIMPLE).map(lambda two: solid(two[0].difference(two[1]), two[0]))
SEVERAL = st.tuples(SIMPLE, SIMPLE).map(lambda two: solid(two[0].symmetric_difference(two[1]), two[0]))
POLYGONS = st.one_of(SIMPLE, HOLED, SEVERAL)
SHAPES = st.one_of(
    SPOT.map(Point),
    LINES,
    RINGS,
    POLYGONS,
    st.lists(SPOT, min_size=2, max_size=3).map(MultiPoint),
    st.lists(LINES, min_size=2, max_size=2).map(MultiLineString),
)
ROWS = st.lists(st.tuples(st.sampled_from([0.0, 5.0, 12.5, 25.0, 60.0]), SHAPES), max_size=8)


def zones(rows: list[tuple[float, shapely.Geometry]], crs: str | None = None) -> gpd.GeoDataFrame:
    columns = {
        "cause": "zone",
        "title": "",
        "severity": "exclusion",
        "layer": "drawn",
        "feature": [str(row) for row in range(len(rows))],
        "metres": [float(row[0]) for row in rows],
    }
    return gpd.GeoDataFrame(columns, geometry=[row[1] for row in rows], crs=crs)


def plots(*shapes: shapely.Geometry, crs: str | None = None) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=list(shapes), index=[f"p{row}" for row in range(len(shapes))], crs=crs)


def compiled(ground: gpd.GeoDataFrame, table: gpd.GeoDataFrame, **given: int) -> np.ndarray:
    return net_area(ground, table, way="compiled", **given).to_numpy()


def left(shape: shapely.Geometry, *rows: tuple[float, shapely.Geometry]) -> float:
    """What is left of one plot."""
    return float(compiled(plots(shape), zones(list(rows)))[0])


@settings(max_examples=30)
@given(st.lists(POLYGONS, min_size=1, max_size=4), ROWS)
def test_areas_are_those_of_the_shapes(shapes, rows):
    """On a coarse grid edges lie on edges, corners touch, and zones cover each other and whole plots."""
    ground, table = plots(*shapes), zones(rows)
    found = compiled(ground, table)
    gross = ground.area.to_numpy()
    assert (np.abs(found - net_area(ground, table, way="plain").to_numpy()) <= 1e-9 * gross).all()
    valid = [repaired(one) if one.geom_type == "Polygon" else one for one in table.geometry]
    claim = shapely.union_all(widened(np.array(valid, dtype=object), table["metres"].to_numpy()))
    assert (np.abs(found - ground.difference(claim).area.to_numpy()) <= 1e-9 * gross).all()


@settings(max_examples=20)
@given(st.lists(POLYGONS, min_size=1, max_size=4), ROWS)
def test_far_from_the_origin_they_are_what_they_are_near_it(shapes, rows):
    near = compiled(plots(*shapes), zones(rows))
    moved = [shapely.transform(one, lambda spot: spot + CORNER) for one in shapes]
    table = zones([(metres, shapely.transform(one, lambda spot: spot + CORNER)) for metres, one in rows], UTM)
    # a coordinate there is a multiple of 1e-9 m, on outlines of a kilometre
    assert compiled(plots(*moved, crs=UTM), table) == pytest.approx(near, abs=2e-6)


SQUARE = shapely.box(0, 0, 100, 100)
FRAME = SQUARE.difference(shapely.box(20, 20, 80, 80))


@pytest.mark.parametrize(
    ("plot", "rows", "wanted"),
    [
        (SQUARE, [], 10_000),
        (SQUARE, [(0, SQUARE)], 0),
        (SQUARE, [(0, shapely.box(-1e4, -1e4, 1e4, 1e4))], 0),
        (
            SQUARE,
            [(0, shapely.box(100, 0, 200, 100)), (0, Polygon([(100, 100), (150, 200), (200, 100)]))],
            10_000,
        ),
        (SQUARE, [(0, shapely.box(50, -50, 150, 50))] * 10, 7_500),
        (SQUARE, [(0, shapely.box(0, 0, 60, 100)), (0, shapely.box(40, 0, 100, 100))], 0),
        (SQUARE, [(0, FRAME)], 3_600),
        (FRAME, [(0, shapely.box(-10, -10, 50, 110))], 3_200),
        (FRAME, [(0, shapely.box(20, 20, 80, 80))], 6_400),
        (
            MultiPolygon([SQUARE, shapely.box(200, 0, 300, 100)]),
            [(25, LineString([(-9, 50), (999, 50)]))],
            10_000,
        ),
        # a hole of the zone around the plot, and an island in the hole
        (SQUARE, [(0, shapely.box(-99, -99, 199, 199).difference(shapely.box(-9, -9, 109, 109)))], 10_000),
        (
            SQUARE,
            [(0, shapely.box(-99, -99, 199, 199).difference(SQUARE).union(shapely.box(1, 1, 2, 2)))],
            9_999,
        ),
        # a hole that touches the outline in a point, and a bow tie that is repaired
        (SQUARE, [(0, SQUARE.difference(Polygon([(0, 50), (50, 90), (50, 10)])))], 2_000),
        (SQUARE, [(0, Polygon([(0, 0), (100, 100), (100, 0), (0, 100)]))], 5_000),
        # a strip along an edge, its inner half on the plot
        (SQUARE, [(10, LineString([(-50, 0), (150, 0)]))], 9_000),
        (shapely.box(0, 0, 100, 1e-3), [(0, shapely.box(50, -1, 200, 1))], 0.05),
    ],
)
def test_read_by_eye(plot, rows, wanted):
    assert left(plot, *rows) == pytest.approx(wanted, rel=1e-12, abs=1e-9)


def test_a_long_ragged_outline_passes_a_plot():
    """Of five thousand edges some pass above, some below, some through."""
    x = np.linspace(-5_000, 5_000, 5_001)
    for height in (-80.0, 0.0, 50.0, 100.0, 180.0):
        y = height + np.random.default_rng(3).uniform(-40, 40, len(x))
        shore = Polygon([*zip(x, y, strict=True), (5_000, -900), (-5_000, -900)])
        assert left(SQUARE, (0, shore)) == pytest.approx(SQUARE.difference(shore).area, rel=1e-12)
        assert left(SQUARE, (0, shore.reverse())) == pytest.approx(left(SQUARE, (0, shore)), rel=1e-12)


ROUND = Point(50, 50).buffer(400)
ZONES = {
    "round": ROUND,
    "a hole in the middle": ROUND.difference(Point(50, 50).buffer(90)),
    "a hole beside it": ROUND.difference(Point(250, 50).buffer(60)),
    "an island in the hole": ROUND.difference(Point(50, 50).buffer(300)).union(Point(50, 50).buffer(120)),
    "crescent": ROUND.difference(Point(250, 50).buffer(350)),
    "two parts": MultiPolygon([shapely.box(-300, -300, 40, 400), shapely.box(60, -300, 400, 400)]),
    "an edge through the middle": Polygon([(-350, -350), (450, -350), (450, 450), (50, 50), (-350, 450)]),
}


@pytest.mark.parametrize("name", ZONES)
def test_a_zone_far_larger_than_plots(name):
    """Plots all over it: many wholly inside, of which those around the middle are known at a glance."""
    cells = [shapely.box(x, y, x + 19, y + 19) for x in range(-400, 500, 20) for y in range(-400, 500, 20)]
    ground = plots(*cells)
    found = compiled(ground, zones([(0, ZONES[name])]))
    assert found == pytest.approx(ground.difference(ZONES[name]).area.to_numpy(), abs=1e-9)
    assert (found == 0).sum() > 300
    assert (found == 19 * 19).sum() > 300


def test_strips_of_a_winding_line_on_top_of_each_other():
    """A river in steps of 5 m, 60 m to either side: stretches of it are united first."""
    along = np.arange(0, 800, 5.0)
    river = LineString(np.column_stack([along, 60 * np.sin(along / 70)]))
    cells = [shapely.box(x, y, x + 47, y + 47) for x in range(-100, 900, 50) for y in range(-200, 200, 50)]
    ground, table = plots(*cells), zones([(60, river)])
    assert compiled(ground, table) == pytest.approx(net_area(ground, table, way="plain").to_numpy(), abs=1e-6)


def crowd() -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Forty discs on the first of two plots, one on the second."""
    random = np.random.default_rng(2)
    spots = [Point(spot) for spot in random.uniform(0, 100, (40, 2))]
    table = zones([(45.0, one) for one in spots[:-1]] + [(45.0, Point(1000, 0))])
    return plots(shapely.box(-50, -50, 150, 150), shapely.box(1000, 0, 1100, 100)), table


def test_too_many_zones_on_top_of_each_other_go_the_plain_way(monkeypatch):
    ground, table = crowd()
    around = outside.Zones.of(table.geometry.to_numpy(), table["metres"].to_numpy())
    bare = outside.areas(outside.Grounds.of(ground.geometry.to_numpy()), around, 1)
    assert np.isnan(bare).tolist() == [True, False]
    found = compiled(ground, table)
    assert found == pytest.approx(net(ground, table).plots["net_m2"].to_numpy(), rel=1e-9)
    assert found[1] == bare[1]


@pytest.mark.parametrize("threads", [1, 3])
def test_neither_chunks_nor_threads_nor_company_change_a_bit(monkeypatch, threads):
    random = np.random.default_rng(7)
    corners = random.uniform(0, 3000, (300, 2))
    cells = shapely.box(*corners.T, *(corners.T + random.uniform(20, 200, (2, 300))))
    table = zones([(w, LineString(random.uniform(0, 3000, (6, 2)))) for w in (8, 20, 50) for _ in range(15)])
    ground = plots(*cells)
    wanted = compiled(ground, table)
    monkeypatch.setattr(outside, "CHUNK", 37)
    assert (compiled(ground, table, threads=threads) == wanted).all()
    assert (compiled(ground.iloc[::-1], table)[::-1] == wanted).all()
    assert compiled(ground.iloc[[7]], table)[0] == wanted[7]


@pytest.mark.parametrize("radius", [230, 500, 1000, 2000])
def test_a_neighbour_of_many_corners_gives_no_more_room(radius):
    """Alone, a box around a large disc had too little room, and was cut by another way, to other digits."""
    box, neighbour = shapely.box(0, 0, 5600, 6000), shapely.Point(15_000, 0).buffer(100, quad_segs=64)
    table = zones([(radius, shapely.Point(2801.7, 2999.3))])
    alone, company = plots(box), plots(box, neighbour)
    assert compiled(alone, table)[0] == compiled(company, table)[0]


def test_what_rounding_leaves_of_nothing_is_none():
    """Squares under strips that cross each other: rounding left some of them less than nothing."""
    random = np.random.default_rng(0)
    corners = random.uniform(0, 1000, (400, 2)) + CORNER
    ground = plots(*(shapely.box(x, y, x + 11.3, y + 7.7) for x, y in corners), crs=UTM)
    ends = random.uniform(0, 1000, (30, 2, 2)) + CORNER
    table = zones([(random.uniform(20, 70), LineString(two)) for two in ends], UTM)
    found = compiled(ground, table)

    nothing = found < uncut.DUST_M2
    assert nothing.sum() > 100
    assert (found[nothing] == 0).all()
    assert found == pytest.approx(net_area(ground, table, way="plain").to_numpy(), abs=uncut.DUST_M2)


def test_many_plots_take_the_compiled_way(monkeypatch):
    ground, table = plots(SQUARE), zones([(20, Point(0, 0))])
    monkeypatch.setattr(outside, "areas", lambda *_: np.array([7.0]))
    assert net_area(ground, table)["p0"] != 7
    monkeypatch.setattr(reach, "WORTH_COMPILING", 1)
    assert net_area(ground, table)["p0"] == 7
    assert net_area(ground, table, way="plain")["p0"] != 7


def test_no_plots_and_no_zones():
    assert compiled(plots(SQUARE).iloc[:0], zones([(20, Point(0, 0))])).tolist() == []
    assert compiled(plots(SQUARE), zones([])).tolist() == [10_000]
    assert compiled(plots(SQUARE), zones([(0, Point(0, 0))])).tolist() == [10_000]
