from __future__ import annotations

from collections.abc import Callable

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st
from shapely import affinity
from strategies import polygons
from world import EAST, NORTH, UTM

from siteplan.errors import CrsError, DataError
from siteplan.land import centres
from siteplan.land.earthwork import gradients
from siteplan.land.relief import UNITS, Relief, relief
from siteplan.rasters import Raster

Heights = Callable[[np.ndarray, np.ndarray], np.ndarray]

SQUARE = shapely.box(0, 0, 100, 100)
UNKNOWN = list(UNITS)[2:]


def dem(heights: Heights, cell: float = 10.0, size: int = 40) -> Raster:
    """Heights of the drawing from (-100, -100) on; x east and y north of its corner."""
    places = (np.arange(size) + 0.5) * cell - 100
    x, y = np.meshgrid(places, places[::-1])
    corner = (cell, 0.0, EAST - 100, 0.0, -cell, NORTH - 100 + size * cell)
    return Raster(heights(x, y), corner, UTM, "dem.tif")


def table(**shapes: shapely.Geometry | None) -> gpd.GeoDataFrame:
    placed = [shape and affinity.translate(shape, EAST, NORTH) for shape in shapes.values()]
    return gpd.GeoDataFrame(geometry=placed, index=list(shapes), crs=UTM)


def of(heights: Heights, plot: shapely.Geometry = SQUARE, steepest: float = 5.0) -> pd.Series:
    found = relief(table(p=plot), dem(heights), steepest=steepest)
    assert not found.findings
    return found.table.loc["p"]


def pit(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Level at 100 m, with a pit of 20 x 20 m, 2 m deep, in the middle of the square."""
    return np.where((abs(x - 50) < 10) & (abs(y - 50) < 10), 98.0, 100.0)


def test_level_ground_needs_no_earthwork():
    found = of(lambda x, _: x * 0 + 7)

    assert found["cells"] == 100
    assert found["pad_height"] == 7
    assert found.drop(["cells", "pad_height"]).to_list() == pytest.approx([0] * (len(UNITS) - 2), abs=1e-9)


def test_a_pit_is_filled_with_what_is_taken_off_around_it():
    """4 cells of 100 lie 2 m lower: the pad lies 8 cm below the rest, 96 cells x 100 m2 x 8 cm."""
    found = of(pit)

    assert found["pad_height"] == pytest.approx(99.92)
    assert found[["pad_cut", "pad_fill"]].to_list() == pytest.approx([768, 768])
    assert found["pad_per_ha"] == pytest.approx(768)
    assert found["plane_slope"] == pytest.approx(0, abs=1e-9)
    assert found["plane_cut"] == pytest.approx(768)
    assert found["height_range"] == 2
    assert found["max_slope"] == pytest.approx(10 * np.sqrt(2))


def test_a_cone_is_as_steep_everywhere():
    found = of(lambda x, y: 50 - 0.1 * np.hypot(x - 50, y - 50))

    assert found["max_slope"] == pytest.approx(10, abs=0.1)
    assert found["mean_slope"] == pytest.approx(10, abs=0.5)
    assert found["height_range"] == pytest.approx(0.1 * (np.hypot(45, 45) - np.hypot(5, 5)))
    assert found["plane_slope"] == pytest.approx(0, abs=1e-9)
    assert found["plane_cut"] == pytest.approx(found["pad_cut"])


@settings(max_examples=40)
@given(st.floats(0, 30), st.floats(0, 360), st.floats(0, 10))
@example(6e-8, 0.0, 6e-8)  # a slope smaller than the plane's allowed error
def test_a_plane_has_its_slope_and_needs_no_more_than_is_too_steep(
    rise: float, towards: float, steepest: float
):
    angle = np.radians(towards)
    found = of(lambda x, y: 100 + rise / 100 * (x * np.sin(angle) + y * np.cos(angle)), steepest=steepest)

    assert found["mean_slope"] == pytest.approx(rise, abs=1e-8)
    assert found["max_slope"] == pytest.approx(rise, abs=1e-8)
    assert found["plane_slope"] == pytest.approx(min(rise, steepest), abs=1e-7)
    # What is left of the slope is cut like a wedge, as the whole slope is for the pad.
    share = max(rise - steepest, 0) / rise if rise else 0
    # The plane is as steep as allowed to within 1e-7, which is much of a slope that is next to nothing.
    within = 1e-5 + min(1e-7, rise) / rise * found["pad_cut"] if rise else 1e-5
    assert found["plane_cut"] == pytest.approx(share * found["pad_cut"], rel=1e-6, abs=within)


def test_a_slope_of_a_percent_on_a_hectare():
    """A wedge 50 m wide, on average 25 cm high and 100 m long; drawn in cells of 10 m."""
    found = of(lambda x, _: x * 0.01, steepest=0)

    assert found[["pad_cut", "pad_fill"]].to_list() == pytest.approx([1250, 1250])
    assert found["plane_cut"] == found["pad_cut"]
    assert found["plane_slope"] == 0


@st.composite
def rough(draw: st.DrawFn) -> Raster:
    seed, gap = draw(st.tuples(st.integers(0, 2**32), st.sampled_from([0.0, 0.02])))
    random = np.random.default_rng(seed)
    heights = 200 + random.normal(size=(40, 40)).cumsum(0).cumsum(1) / 10
    heights[random.random((40, 40)) < gap] = np.nan
    return dem(lambda *_: heights)


@settings(max_examples=20)
@given(rough(), st.lists(polygons(), min_size=1, max_size=3), st.sampled_from([0.3, 3.0, 50.0]))
def test_relief_of_rough_ground(ground: Raster, drawn: list[shapely.Geometry], steepest: float):
    plots = table(**{f"p{row}": shape for row, shape in enumerate(drawn)})
    found = relief(plots, ground, steepest=steepest, most_unknown=0.5, least_cells=4).table

    for plot, row in zip(plots.geometry, found.to_dict("records"), strict=True):
        heights, x, y = inside(ground, plot)
        if rounded(ground, plot):
            continue
        if np.isnan(row["pad_height"]):
            assert row["cells"] < 4 or row["without_height"] > 0.5
            continue
        left = heights - heights.mean()
        assert row["pad_height"] == pytest.approx(heights.mean())
        assert row["pad_cut"] == pytest.approx(row["pad_fill"], rel=1e-9, abs=1e-6)
        assert row["pad_cut"] == pytest.approx(100 * left[left > 0].sum(), abs=1e-6)
        assert row["height_range"] == pytest.approx(np.ptp(heights))
        assert row["plane_cut"] == pytest.approx(row["plane_fill"], rel=1e-9, abs=1e-6)
        assert row["plane_slope"] <= steepest + 1e-9
        # about the middle, so that of all planes through cells in one line the flattest is taken
        free = np.linalg.lstsq(np.column_stack([x - x.mean(), y - y.mean()]), left, rcond=None)[0]
        if 100 * np.hypot(*free) <= steepest:
            assert row["plane_slope"] == pytest.approx(100 * np.hypot(*free), abs=1e-6)
        else:
            assert row["plane_slope"] == pytest.approx(steepest)
    alone = [
        relief(plots.iloc[[row]], ground, steepest=steepest, most_unknown=0.5, least_cells=4).table
        for row in range(len(plots))
    ]
    pd.testing.assert_frame_equal(pd.concat(alone), found, rtol=1e-9)


def centres_of(ground: Raster) -> tuple[np.ndarray, np.ndarray]:
    rows, columns = np.indices(ground.values.shape)
    return ground.transform[2] + (columns + 0.5) * 10, ground.transform[5] - (rows + 0.5) * 10


def rounded(ground: Raster, plot: shapely.Geometry) -> bool:
    """Whether the centre of a cell is so near to a slanting border that rounding decides."""
    x, y = centres_of(ground)
    return bool(shapely.dwithin(shapely.points(x, y), plot.boundary, 1e-6).any())


def inside(ground: Raster, plot: shapely.Geometry) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Known heights in a plot and where they are, cell by cell."""
    x, y = centres_of(ground)
    mine = shapely.contains_xy(plot, x + 1e-7, y - 1e-7) & ~np.isnan(ground.values)
    return ground.values[mine], x[mine] - EAST, y[mine] - NORTH


@given(
    st.tuples(st.floats(1, 100), st.floats(1, 100), st.floats(-0.95, 0.95)),
    st.tuples(st.floats(-50, 50), st.floats(-50, 50)),
    st.floats(0.01, 2),
)
def test_no_plane_that_is_allowed_fits_better(
    spread: tuple[float, float, float], tilt: tuple[float, float], steepest: float
):
    wide, high, slanted = spread
    moment = np.array([[wide, slanted * np.sqrt(wide * high)], [slanted * np.sqrt(wide * high), high]])
    best = gradients(moment[None], np.array([tilt]), steepest)[0]

    def left(gradient: np.ndarray) -> np.ndarray:
        return np.einsum("...i,ij,...j", gradient, moment, gradient) - 2 * gradient @ np.array(tilt)

    angles = np.linspace(0, 2 * np.pi, 721)
    rays = np.column_stack([np.cos(angles), np.sin(angles)])
    allowed = np.vstack([rays * steepest * share for share in (0.0, 0.25, 0.5, 0.75, 1.0)])
    assert np.hypot(*best) <= steepest * (1 + 1e-12)
    assert left(best) <= left(allowed).min() + 1e-9 * (1 + abs(left(allowed)).max())


def test_cells_in_one_line_leave_the_plane_level_across():
    found = relief(table(p=shapely.box(0, 0, 100, 10)), dem(lambda x, y: 0.02 * x + 0.5 * y), steepest=5)

    assert found.table.loc["p", "plane_slope"] == pytest.approx(2)
    assert found.table.loc["p", "plane_cut"] == pytest.approx(0, abs=1e-6)


def test_plots_on_each_other_are_both_measured():
    plots = table(whole=SQUARE, half=shapely.box(0, 0, 50, 100), again=SQUARE)
    found = relief(plots, dem(lambda x, _: x * 0.1), steepest=5).table

    assert found["cells"].to_list() == [100, 50, 100]
    assert found["height_range"].to_list() == pytest.approx([9, 4, 9])


def test_only_net_land_counts():
    plots = table(a=SQUARE, b=SQUARE, c=SQUARE)
    land = table(a=shapely.box(0, 0, 40, 100), b=shapely.Polygon(), c=None).geometry
    found = relief(plots, dem(pit), steepest=5, land=land)

    assert found.table["cells"].to_list() == [40, 0, 0]
    assert relief(plots, dem(pit), steepest=5, land=land.mask(land.index == "a")).table["cells"].eq(0).all()
    assert found.table.loc["a", "pad_cut"] == pytest.approx(0)
    assert found.table.loc[["b", "c"], ["without_height", *UNKNOWN]].isna().all(axis=None)
    assert found.findings[0].rows == ("b", "c")


def test_a_plot_of_a_few_cells_is_unknown_and_said_so():
    plots = table(large=SQUARE, eight=shapely.box(0, 0, 40, 20), nine=shapely.box(0, 0, 30, 30))
    found = relief(plots, dem(pit), steepest=5)

    assert found.table[UNKNOWN].isna().all(axis=1).to_list() == [False, True, False]
    assert [str(finding) for finding in found.findings] == [
        "dem.tif: 1 plots hold the centres of fewer than 9 cells of 10 x 10 m; their relief is unknown "
        "[eight]; give a raster of smaller cells"
    ]


def test_plots_without_heights_are_unknown_beyond_a_share():
    def holes(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        return np.where((x < 10) & (y < 50) & (x > 0) & (y > 0), np.nan, 0.0)

    plots = table(
        quarter=shapely.box(0, 0, 20, 100),
        tenth=shapely.box(0, 0, 50, 100),
        twentieth=SQUARE,
        outside=affinity.translate(SQUARE, 900),
    )
    found = relief(plots, dem(holes), steepest=5)

    assert found.table["without_height"].to_list() == pytest.approx([0.25, 0.1, 0.05, 1.0])
    assert found.table["pad_height"].isna().to_list() == [True, True, False, True]
    assert [(one.level, one.rows) for one in found.findings] == [
        ("warning", ("quarter", "tenth", "outside")),
        ("note", ("twentieth",)),
    ]
    assert "no height on more than 5% of their cells" in found.findings[0].message


def test_a_plot_at_the_edge_of_the_heights():
    found = relief(table(p=affinity.translate(SQUARE, -150)), dem(pit), steepest=5, most_unknown=0.6)

    assert found.table.loc["p", ["cells", "without_height", "mean_slope"]].to_list() == [100, 0.5, 0]


def test_nobody_knows_a_slope_from_one_row_of_cells():
    one = dem(lambda x, _: x)
    row = Raster(one.values[:1], one.transform, one.crs)
    plots = table(p=shapely.box(0, 290, 200, 300))
    found = relief(plots, row, steepest=5).table.loc["p"]

    assert found[["mean_slope", "max_slope"]].isna().all()
    assert found["plane_slope"] == pytest.approx(5)


def test_plots_in_another_system_are_brought_to_the_raster():
    plots = table(p=affinity.translate(shapely.box(0, 0, 101, 101), -0.3, -0.4))
    ground = dem(lambda x, _: x * 0.1)
    here, there = (relief(one, ground, steepest=5).table for one in (plots, plots.to_crs("EPSG:32651")))
    nameless = relief(plots.set_crs(None, allow_override=True), ground, steepest=5).table

    pd.testing.assert_frame_equal(here, there)
    pd.testing.assert_frame_equal(here, nameless)


def test_chunks_change_nothing(monkeypatch: pytest.MonkeyPatch):
    plots = table(**{f"p{row}": affinity.translate(SQUARE, row * 20, row * 15) for row in range(9)})
    ground = dem(lambda x, y: np.sin(x / 30) + y / 20)
    whole = relief(plots, ground, steepest=5).table
    monkeypatch.setattr(centres.chunks, "__kwdefaults__", {"at_once": 150})

    assert len(list(centres.chunks(plots.geometry.to_numpy(), ground.transform))) > 4
    pd.testing.assert_frame_equal(relief(plots, ground, steepest=5).table, whole)


def test_no_plots_have_no_relief():
    found = relief(table(), dem(pit), steepest=5)

    assert isinstance(found, Relief)
    assert found.table.shape == (0, len(UNITS))
    assert not found.findings


def test_what_cannot_be_measured_is_refused():
    plots, ground = table(p=SQUARE), dem(pit)
    with pytest.raises(DataError, match="steepest is -1 %; give 0 or more"):
        relief(plots, ground, steepest=-1)
    with pytest.raises(DataError, match="land is not on the index of the plots"):
        relief(plots, ground, steepest=5, land=table(q=SQUARE).geometry)
    with pytest.raises(CrsError, match="in degrees"):
        relief(plots, Raster(ground.values, ground.transform, "EPSG:4326"), steepest=5)
