"""Largest rectangles and halls: answers known by heart, properties, and an exhaustive search."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from shapely.affinity import rotate, scale, translate

from siteplan.errors import DataError, PlanError
from siteplan.land.rectangles import hall, largest_rectangle

ROOT = Path(__file__).parents[2]
EAST, NORTH = 444_000.0, 5_711_000.0
SQUARE = shapely.box(0, 0, 100, 100)
L_SHAPE = shapely.Polygon([(0, 0), (200, 0), (200, 60), (50, 60), (50, 180), (0, 180)])
HEXAGON = shapely.Polygon([(100 * np.cos(a), 100 * np.sin(a)) for a in np.arange(6) * np.pi / 3])
CIRCLE = shapely.Point(0, 0).buffer(100, quad_segs=64)
RING = CIRCLE.difference(shapely.Point(0, 0).buffer(50, quad_segs=64))
FRAME = SQUARE.difference(shapely.box(30, 30, 70, 70))
PARTS = shapely.MultiPolygon([shapely.box(0, 0, 100, 50), shapely.box(100.5, 0, 160, 100)])
SPIKE = shapely.Polygon([(0, 0), (100, 0), (100, 49), (900, 50), (100, 51), (100, 100), (0, 100)])
STRIP = shapely.LineString([(0, 0), (1000, 700)]).buffer(2, cap_style="flat")
LONG_RING = shapely.box(0, 0, 1000, 1000).difference(shapely.box(6, 6, 994, 994))


def series(*shapes: shapely.Geometry | None) -> gpd.GeoSeries:
    """Land where the study area lies: coordinates of millions of metres."""
    placed = [None if shape is None else translate(shape, EAST, NORTH) for shape in shapes]
    return gpd.GeoSeries(placed, crs="EPSG:32652")


def area(shape: shapely.Geometry, **says: float) -> float:
    """Area of the largest rectangle of one shape, once it is known to lie inside."""
    land = series(shape)
    found = largest_rectangle(land, **says)
    assert found.geometry.iloc[0].is_empty or land.iloc[0].covers(found.geometry.iloc[0])
    assert found.geometry.iloc[0].area == pytest.approx(found.area_m2.iloc[0], rel=1e-6, abs=1e-6)
    return float(found.area_m2.iloc[0])


@pytest.mark.parametrize(
    ("shape", "known"),
    [
        (SQUARE, 10_000.0),
        (shapely.box(0, 0, 300, 20), 6_000.0),
        (shapely.Polygon([(0, 0), (300, 0), (0, 160)]), 12_000.0),
        (shapely.Polygon([(0, 0), (200, 0), (130, 90)]), 4_500.0),
        (L_SHAPE, 12_000.0),
        (HEXAGON, 100**2 * np.sqrt(3)),
        (CIRCLE, 2 * 100**2),
        (RING, max(2 * h * (np.sqrt(100**2 - h**2) - 50) for h in np.arange(0, 87, 0.01))),
        (FRAME, 3_000.0),
        (PARTS, 5_950.0),
        (SPIKE, 10_000.0),
        (STRIP, STRIP.area),
        (LONG_RING, 6_000.0),
    ],
    ids=[
        "square",
        "bar",
        "right",
        "triangle",
        "L",
        "hexagon",
        "circle",
        "annulus",
        "frame",
        "parts",
        "spike",
        "strip",
        "ring",
    ],
)
@pytest.mark.parametrize("degrees", [0.0, 17.3])
def test_known_answers_at_any_angle(shape: shapely.Geometry, known: float, degrees: float):
    assert area(rotate(shape, degrees, origin=(0, 0))) == pytest.approx(known, rel=3e-3)


@pytest.mark.parametrize("degrees", [0, 1, 30, 44.999, 45, 89.9999, 90, 123.4, 179.9999, 180])
def test_a_rectangle_is_its_own_largest(degrees: float):
    found = largest_rectangle(series(rotate(shapely.box(0, 0, 300, 150), degrees))).iloc[0]
    turn = abs(found.angle_deg - degrees % 180)

    assert [found.length_m, found.width_m] == pytest.approx([300, 150], abs=1e-4)
    assert min(turn, 180 - turn) < 1e-4
    assert 0 <= found.angle_deg < 180


def test_a_square_on_its_corner_has_an_angle_below_90():
    found = largest_rectangle(series(rotate(SQUARE, 135))).iloc[0]

    assert (found.area_m2, found.angle_deg) == (pytest.approx(10_000, rel=1e-6), pytest.approx(45))


def test_the_better_part_wins_and_gaps_are_not_crossed():
    found = largest_rectangle(series(PARTS)).geometry.iloc[0]

    assert found.bounds == pytest.approx(translate(shapely.box(100.5, 0, 160, 100), EAST, NORTH).bounds)


def test_parts_that_touch_in_a_point_are_two():
    touching = shapely.MultiPolygon([SQUARE, translate(SQUARE, 100, 100)])

    assert area(touching) == pytest.approx(10_000)


NOTHING = {
    "none": None,
    "empty": shapely.Polygon(),
    "point": shapely.Point(0, 0),
    "line": shapely.LineString([(0, 0), (100, 0)]),
    "no multi": shapely.MultiPolygon(),
}


def test_where_there_is_no_land_there_is_no_rectangle():
    land = series(*NOTHING.values(), SQUARE).set_axis([*NOTHING, "square"])
    found = largest_rectangle(land)
    halls = hall(land, length=10, width=10)

    assert found.index.tolist() == land.index.tolist()
    assert found.crs == land.crs
    assert found.area_m2.round(3).tolist() == [0] * 5 + [10_000]
    assert found.geometry.is_empty.tolist() == [True] * 5 + [False]
    assert found.angle_deg.isna().tolist() == [True] * 5 + [False]
    assert halls.fits.tolist() == [False] * 5 + [True]
    assert halls.spare_m.isna().tolist() == [True] * 5 + [False]


def test_no_rows_are_answered_with_no_rows():
    found = largest_rectangle(series())

    assert found.columns.tolist() == ["area_m2", "length_m", "width_m", "angle_deg", "geometry"]
    assert (len(found), len(hall(series(), length=1, width=1))) == (0, 0)


def test_lines_left_over_from_cutting_do_not_matter():
    mixed = shapely.GeometryCollection([SQUARE, shapely.LineString([(0, 50), (300, 50)])])
    frame = gpd.GeoDataFrame({"plot": ["a"]}, geometry=[mixed], index=["a"])

    assert largest_rectangle(frame).area_m2.round(3).to_dict() == {"a": 10_000}


def test_slivers_stay_slivers():
    sliver = shapely.Polygon([(0, 0), (1000, 0), (1000, 1e-3)])

    assert 0 < area(sliver) <= 0.25 + 1e-9
    assert area(shapely.Polygon([(0, 0), (1000, 0), (500, 1e-9)])) == 0


def test_what_has_no_name_as_a_polygon_is_refused_by_name():
    bow_tie = shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
    land = gpd.GeoSeries([SQUARE, bow_tie, bow_tie], index=["a", "b", "c"])
    with pytest.raises(DataError) as caught:
        largest_rectangle(land)

    assert [problem[:24] for problem in caught.value.problems] == [
        "land b: Self-intersectio",
        "land c: Self-intersectio",
    ]


@pytest.mark.parametrize(
    ("says", "problems"),
    [
        ({"length": 0, "width": 10}, ["length: 0 m; give more than 0"]),
        (
            {"length": 10, "width": np.nan, "margin": -1},
            ["width: nan m; give more than 0", "margin: -1 m; give 0 or more"],
        ),
    ],
)
def test_sizes_that_cannot_be_meant(says: dict[str, float], problems: list[str]):
    with pytest.raises(PlanError) as caught:
        hall(series(SQUARE), **says)

    assert list(caught.value.problems) == problems


def test_a_margin_shrinks_a_rectangle_by_twice_itself():
    found = largest_rectangle(series(rotate(shapely.box(0, 0, 300, 150), 20)), margin=30).iloc[0]

    assert [found.length_m, found.width_m] == pytest.approx([240, 90], abs=1e-4)
    assert area(shapely.box(0, 0, 300, 59), margin=30) == 0


def test_a_shortest_side_is_kept():
    # 1000 x 20 is the largest, 100 x 100 the largest of those at least 50 wide.
    hammer = shapely.union_all([shapely.box(0, 0, 1000, 20), SQUARE])

    assert area(hammer) == pytest.approx(20_000)
    assert area(hammer, min_side=50) == pytest.approx(10_000)
    assert area(hammer, min_side=100) == pytest.approx(10_000, rel=1e-6)
    assert area(hammer, min_side=101) == 0


def test_a_hall_of_300_by_150():
    # 300 x 150 and 20 m around it, at 30 degrees, exactly; one metre less; a square with a diagonal of 141 m.
    exact, less = (rotate(shapely.box(0, 0, 340, side), 30) for side in (190, 189))
    land = series(exact, less, SQUARE, shapely.box(0, 0, 500, 300)).set_axis(["a", "b", "c", "d"])
    found = hall(land, length=150, width=300, margin=20)

    assert found.fits.to_dict() == {"a": True, "b": False, "c": False, "d": True}
    assert found.spare_m.to_numpy() == pytest.approx([0, -1, 100 * 2**0.5 - 340, 110], abs=0.01)
    assert found.angle_deg["a"] == pytest.approx(30)
    assert found.geometry["a"].area == pytest.approx(45_000)
    assert land["a"].buffer(1e-5).covers(found.geometry["a"].buffer(20, join_style="mitre"))
    assert found.geometry[["b", "c"]].is_empty.all()


def test_a_hall_stands_in_the_long_arm_not_in_the_large_square():
    land = shapely.union_all([shapely.box(0, 0, 250, 250), shapely.box(250, 0, 600, 100)])

    assert hall(series(land), length=500, width=90).fits.tolist() == [True]
    assert hall(series(land), length=500, width=101).fits.tolist() == [False]


# The search has no proof; the same lands are drawn at every run, so that a change is what fails a test.
@st.composite
def lands(draw: st.DrawFn) -> shapely.Geometry:
    """A star of 4 to 9 corners, concave as it may be, and up to three bars cut out of it."""
    corners = draw(st.integers(4, 9))
    radius = draw(st.lists(st.floats(40, 200), min_size=corners, max_size=corners))
    turn = np.arange(corners) / corners * 2 * np.pi + draw(st.floats(0, 1))
    land = shapely.Polygon(np.column_stack([np.cos(turn), np.sin(turn)]) * np.array(radius)[:, None])
    for _ in range(draw(st.integers(0, 3))):
        bar = shapely.box(0, 0, draw(st.floats(5, 300)), draw(st.floats(1, 60)))
        bar = translate(bar, draw(st.floats(-150, 100)), draw(st.floats(-150, 100)))
        land = land.difference(rotate(bar, draw(st.floats(0, 180)), origin=(0, 0)))
    return shapely.union_all([part for part in shapely.get_parts(land) if part.area > 1])


@given(lands(), st.floats(0, 180), st.floats(0.5, 20))
@settings(max_examples=25, deadline=None, derandomize=True)
def test_inside_always_and_the_same_when_turned_or_scaled(land: shapely.Geometry, degrees: float, k: float):
    assume(
        all(
            series(one).is_valid.all()
            for one in (land, rotate(land, degrees, origin=(0, 0)), scale(land, k, k, origin=(0, 0)))
        )
    )
    first = area(land)

    assert first > 0 or land.area < 10
    assert area(rotate(land, degrees, origin=(0, 0))) >= 0.98 * first
    assert area(scale(land, k, k, origin=(0, 0))) == pytest.approx(k**2 * first, rel=0.02)


@given(lands(), st.floats(0, 20).map(lambda metres: round(metres, 3)))  # GEOS widens by 1e-202 m to nothing
@settings(max_examples=25, deadline=None, derandomize=True)
def test_a_hall_as_large_as_the_largest_rectangle_fits(land: shapely.Geometry, margin: float):
    assume(series(land).is_valid.all())
    found = largest_rectangle(series(land), margin=margin, min_side=1).iloc[0]
    if found.area_m2 == 0:
        return
    placed = hall(series(land), length=0.98 * found.length_m, width=0.98 * found.width_m, margin=margin).iloc[
        0
    ]

    assert placed.fits
    around = placed.geometry.buffer(margin, join_style="mitre")
    assert series(land).iloc[0].buffer(1e-5).covers(around)


@given(st.floats(20, 300), st.floats(20, 300), st.floats(20, 300), st.floats(5, 200))
@settings(max_examples=25, deadline=None, derandomize=True)
def test_a_hall_in_a_right_triangle_fits_as_the_formula_says(a: float, b: float, length: float, width: float):
    """Along one of the legs x / a + y / b <= 1 is all there is to ask."""
    triangle = series(shapely.Polygon([(0, 0), (a, 0), (0, b)]))
    needed = min(length / a + width / b, width / a + length / b)
    found = hall(triangle, length=length, width=width).iloc[0]

    if needed < 0.99:
        assert found.fits
    if length * width > a * b / 4 * 1.0001:  # half the triangle is the most that any rectangle has
        assert not found.fits


@pytest.mark.skipif(not (ROOT / "bench").exists(), reason="the benchmarks lie in the repository")
def test_close_to_the_exhaustive_search(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.syspath_prepend(str(ROOT))
    from bench.exhaustive import largest
    from bench.rectangles import plots

    land = gpd.GeoSeries(plots(8, seed=5))
    found = largest_rectangle(land).area_m2
    slow = pd.Series([largest(shape, cells=120, step=4.0) for shape in land])

    assert (found >= 0.98 * slow).all()
    assert (found / slow).mean() > 0.995


def test_the_answer_depends_on_no_other_plot():
    one, many = series(L_SHAPE, RING), series(SPIKE, HEXAGON, L_SHAPE, FRAME, RING, STRIP)
    alone = largest_rectangle(one)
    among = largest_rectangle(many).iloc[[2, 4]]

    assert among.area_m2.to_numpy() == pytest.approx(alone.area_m2.to_numpy(), rel=1e-9)
    pd.testing.assert_frame_equal(
        pd.DataFrame(largest_rectangle(many)), pd.DataFrame(largest_rectangle(many))
    )


def test_the_land_given_is_not_changed():
    land = series(None, SQUARE, shapely.Point(0, 0))
    before = land.copy()
    largest_rectangle(land)

    assert land.geom_equals_exact(before, 0).tolist() == [False, True, True]
    assert land.iloc[0] is None


def test_nothing_is_compiled_and_few_plots_are_quick():
    code = (
        "import sys, geopandas, shapely; from siteplan.land.rectangles import largest_rectangle; "
        "largest_rectangle(geopandas.GeoSeries([shapely.box(0, 0, 1, 1)])); "
        "sys.exit('numba' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
    land = series(*[rotate(L_SHAPE, degrees) for degrees in range(36)])
    start = time.process_time()
    largest_rectangle(land)
    assert time.process_time() - start < 1.5
