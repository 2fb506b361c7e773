from __future__ import annotations

import land
import numpy as np
import pandas as pd
import pytest
import shapely
import world
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from siteplan.connect.lines import Grid
from siteplan.connect.surface import build
from siteplan.errors import CrsError, PlanError
from siteplan.rasters import Raster, slope
from siteplan.surfaces import Ground

SMALL = (0.0, 0.0, 60.0, 40.0)
KING = np.ones((3, 3))


def heights(rise: float, cell: float = 10.0, name: str = "heights") -> Raster:
    """Ground that rises by so many percent eastwards, around the drawing."""
    columns = int(4000 / cell)
    values = np.tile(np.arange(columns) * cell * rise / 100, (columns, 1))
    return Raster(values, (cell, 0, world.EAST - 1000, 0, -cell, world.NORTH + 2000), world.UTM, name)


def test_money_and_friction_are_kept_apart():
    wet = land.frame(bog=shapely.box(0, 0, 30, 40), pond=shapely.box(0, 0, 30, 20))
    road = land.frame(road=shapely.box(20, 0, 60, 20))
    surface = land.laid(
        {"wet": wet, "road": road},
        SMALL,
        land=[{"layer": "wet", "times": 3}, {"layer": "road", "times": 2, "friction": -0.5}],
    )

    assert surface.factor[0].tolist() == [3, 3, 3, 1, 1, 1]
    assert surface.factor[3].tolist() == [3, 3, 6, 2, 2, 2]
    assert surface.resistance[0].tolist() == [3, 3, 3, 1, 1, 1]
    assert surface.resistance[3].tolist() == [3, 3, 3, 1, 1, 1]


def test_frictions_add_up_and_no_ground_becomes_free():
    road = land.frame(road=shapely.box(0, 0, 60, 40))
    surface = land.laid(
        {"road": road}, SMALL, land=[{"layer": "road", "friction": -0.6}, {"layer": "road", "friction": -0.6}]
    )

    assert (surface.factor == 1).all()
    assert surface.resistance == pytest.approx(0.05, rel=1e-12)


def test_where_chooses_features_by_text_and_number():
    roads = land.frame(
        a=shapely.box(0, 0, 10, 40), b=shapely.box(20, 0, 30, 40), c=shapely.box(40, 0, 50, 40)
    )
    roads["lanes"] = [2.0, 4.0, np.nan]
    roads["kind"] = pd.array(["paved", "paved", None], dtype="str")
    surface = land.laid(
        {"road": roads},
        SMALL,
        land=[
            {"layer": "road", "where": {"lanes": [4, 6]}, "times": 2},
            {"layer": "road", "where": {"lanes": [2], "kind": ["paved"]}, "times": 5},
        ],
    )

    assert surface.factor[0].tolist() == [5, 1, 2, 1, 1, 1]
    assert surface.burned["selected"].tolist() == [1, 1]


def test_a_width_widens_lines_and_points_and_no_line_vanishes():
    lines = land.frame(pipe=land.line((0, 15), (60, 15)), well=shapely.Point(35, 35))
    wide = land.laid({"pipe": lines}, SMALL, land=[{"layer": "pipe", "width": 30, "times": 2}])
    thin = land.laid({"pipe": lines}, SMALL, land=[{"layer": "pipe", "width": 1, "times": 2}])

    assert (wide.factor == 2).all(axis=1).tolist() == [False, True, True, True]
    assert (thin.factor == 2).sum(axis=1).tolist() == [1, 0, 6, 0]


def test_a_margin_keeps_clear_of_every_feature():
    post = land.frame(post=shapely.box(30, 20, 31, 21))
    surface = land.laid({"post": post}, SMALL, barriers=[{"layer": "post", "margin": 10}])

    assert surface.barriers[:, 3].tolist() == [1, 1, 1, 1]
    assert surface.barriers[:, 1].tolist() == [0, 0, 0, 0]
    assert surface.hard == 1


def test_barriers_take_every_cell_they_touch_and_land_only_centres():
    post = land.frame(post=shapely.box(11, 11, 24, 14))
    wall = land.laid({"post": post}, SMALL, barriers=[{"layer": "post", "rank": 3}])
    bog = land.laid({"post": post}, SMALL, land=[{"layer": "post", "times": 2}])

    assert (wall.barriers > 0).sum(axis=1).tolist() == [0, 0, 2, 0]
    assert (bog.factor > 1).sum() == 0
    assert wall.barred(2) == 1
    assert wall.barred(3) == wall.hard == 0


def test_a_crossing_costs_its_metres_once_and_a_river_on_both_banks():
    rail = land.frame(rail=land.line((25, -50), (25, 90)))
    river = land.frame(river=shapely.box(15, -50, 45, 90))
    brook = land.frame(brook=shapely.box(22, -50, 24, 90))
    over = {
        name: land.laid({"it": layer}, SMALL, crossings=[{"layer": "it", "metres": 300}])
        for name, layer in {"rail": rail, "river": river, "brook": brook}.items()
    }

    for surface in over.values():
        assert (surface.resistance[0] - 1).sum() * 10 == pytest.approx(300)
        assert (surface.factor == 1).all()
    assert (over["river"].resistance[0] > 1).tolist() == [False, True, False, False, True, False]


def test_features_outside_count_as_far_as_they_reach_in():
    far = land.frame(far=land.line((-500, 5), (5, 5)), off=land.line((-500, 300), (500, 300)))
    surface = land.laid({"far": far}, SMALL, barriers=[{"layer": "far", "width": 200}])

    assert surface.burned[["selected", "inside", "cells"]].to_numpy().tolist() == [[2, 1, 24]]


def test_a_layer_without_a_feature_here_is_told():
    wet = land.frame(bog=shapely.box(900, 900, 950, 950))
    surface = land.laid({"wet": wet}, SMALL, land=[{"layer": "wet", "times": 2}])

    assert surface.burned[["layer", "kind", "selected", "inside", "cells"]].to_numpy().tolist() == [
        ["wet", "land", 1, 0, 0]
    ]


def test_slope_is_billed():
    surface = land.laid(bounds=SMALL, dem=heights(10), slope=[[0, 1], [20, 3]])

    assert surface.factor == pytest.approx(2, rel=1e-9)
    assert surface.resistance == pytest.approx(2, rel=1e-9)
    assert surface.without_slope == 0


@pytest.mark.parametrize("cell", [2.0, 10.0, 37.0])
def test_heights_of_any_fineness_give_one_slope(cell: float):
    surface = land.laid(bounds=SMALL, dem=heights(10, cell), slope=[[0, 1], [20, 3]])

    assert surface.factor == pytest.approx(2, rel=1e-6)


def test_where_no_height_is_known_the_ground_counts_as_level():
    hole = heights(10)
    hole.values[:, 102] = np.nan
    known = land.laid(bounds=SMALL, dem=hole, slope=[[0, 1], [20, 3]])
    none = land.laid(bounds=SMALL, slope=[[0, 1], [20, 3]])

    assert known.factor[0].round(6).tolist() == [2, 1, 1, 1, 2, 2]
    assert known.without_slope == 12
    assert (none.factor == 1).all()
    assert none.without_slope == 24


def test_slope_of_a_single_row_is_unknown():
    assert np.isnan(slope(Raster(np.zeros((1, 5)), (1, 0, 0, 0, -1, 0), world.UTM)).values).all()


def test_heights_far_away_say_nothing():
    far = heights(10)
    moved = Raster(far.values, (10, 0, world.EAST + 90_000, 0, -10, world.NORTH), far.crs)

    assert land.laid(bounds=SMALL, dem=moved, slope=[[0, 1], [20, 3]]).without_slope == 24


def test_what_is_not_there_is_refused_all_at_once():
    wet = land.frame(bog=shapely.box(0, 0, 10, 10))
    with pytest.raises(PlanError) as error:
        land.laid(
            {"wetland": wet},
            land=[{"layer": "wetlnd", "times": 2}, {"layer": "wetland", "where": {"nam": ["x"]}, "times": 2}],
        )

    assert error.value.problems == (
        "land[1].layer: there is no layer 'wetlnd', did you mean 'wetland'?",
        "land[2].where: layer 'wetland': there is no column 'nam', did you mean 'name'?; columns: name",
    )


def test_a_surface_without_a_cell_or_too_large_for_memory_is_refused():
    with pytest.raises(PlanError, match="state cell in metres"):
        build(Ground(), {}, land.placed(SMALL))
    with pytest.raises(PlanError, match=r"has 24,000,000 cells of 0\.01 m, more than most_cells"):
        build(Ground(cell=0.01), {}, land.placed(SMALL))


def test_two_reference_systems_are_refused():
    wet = land.frame(bog=shapely.box(0, 0, 10, 10))
    with pytest.raises(CrsError, match="project every table"):
        land.laid(
            {"wet": wet, "dry": wet.to_crs(4326)},
            land=[{"layer": "wet", "times": 2}, {"layer": "dry", "times": 2}],
        )


def test_nothing_given_is_changed():
    wet = land.frame(bog=shapely.box(0, 0, 30, 40))
    before, dem = wet.copy(deep=True), heights(5)
    values = dem.values.copy()
    land.laid(
        {"wet": wet}, dem=dem, slope=[[0, 1], [9, 2]], barriers=[{"layer": "wet", "margin": 5, "width": 3}]
    )

    pd.testing.assert_frame_equal(wet, before)
    assert (dem.values == values).all()


_XY = st.tuples(st.integers(0, 24) | st.floats(0.01, 23.99), st.integers(0, 24) | st.floats(0.01, 23.99))


@given(st.lists(_XY, min_size=1, max_size=4), st.booleans())
@settings(max_examples=60)
def test_no_king_slips_through_a_wall_however_it_bends(bends: list[tuple[float, float]], polygon: bool):
    """A line, or a sliver along it, from the left edge to the right parts the top from the bottom."""
    wall = shapely.LineString([(-1, 8), *((x, 3 + y * 0.75) for x, y in bends), (25, 16)])
    shape = wall.buffer(0.01) if polygon else wall
    grid = Grid(0, 24, 1, 24, 24)
    layer = land.frame(wall=shape).translate(-world.EAST, -world.NORTH).to_frame("geometry")
    surface = build(
        Ground.from_dict({"cell": 1, "barriers": [{"layer": "wall"}]}), {"wall": layer}, (0, 0, 24, 24)
    )
    rooms, _ = ndimage.label(surface.barriers == 0, structure=KING)

    assert surface.grid == grid
    assert not set(rooms[0][rooms[0] > 0]) & set(rooms[-1][rooms[-1] > 0])
