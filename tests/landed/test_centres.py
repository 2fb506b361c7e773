from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from rasterio.features import rasterize
from shapely import affinity
from strategies import polygons

from siteplan.land.centres import Cells, chunks, covered

TEN = (10.0, 0.0, 0.0, 0.0, -10.0, 100.0)
"""Ten cells of 10 m to either side, from (0, 0) to (100, 100)."""


def pairs(found: Cells, owner: int = 0) -> set[tuple[int, int]]:
    mine = found.owner == owner
    return set(zip(found.row[mine].tolist(), found.column[mine].tolist(), strict=True))


def shapes(*drawn: shapely.Geometry | None) -> np.ndarray:
    return np.array([*drawn, None], dtype=object)[:-1]


def test_cells_by_eye():
    corner = shapely.Polygon([(0, 0), (30, 0), (30, 10), (10, 10), (10, 30), (0, 30)])

    assert pairs(covered(shapes(corner), TEN)) == {(7, 0), (8, 0), (9, 0), (9, 1), (9, 2)}


def test_a_hole_and_an_island():
    ring = shapely.box(0, 0, 30, 30).difference(shapely.box(10, 10, 20, 20))
    both = shapely.MultiPolygon([ring, shapely.box(90, 90, 100, 100)])
    found = covered(shapes(both), TEN)

    assert len(found.owner) == 9
    assert (8, 1) not in pairs(found)
    assert (0, 9) in pairs(found)


def test_a_shape_beyond_the_raster_has_its_cells_too():
    assert pairs(covered(shapes(shapely.box(-20, 100, 0, 110)), TEN)) == {(-1, -2), (-1, -1)}


def test_nothing_covers_nothing():
    found = covered(shapes(None, shapely.Polygon(), shapely.box(1, 1, 2, 2), shapely.box(0, 0, 10, 10)), TEN)

    assert found.owner.tolist() == [3]
    assert not len(covered(shapes(), TEN).owner)


def test_a_centre_on_a_border_lies_in_one_of_two():
    """Centres at 5, 15, 25 m: the border at 15 m belongs to the east, and to the south."""
    quarters = shapes(*(shapely.box(x, y, x + 15, y + 15) for y in (0, 15) for x in (0, 15)))
    found = covered(quarters, TEN)

    assert len({*zip(found.row.tolist(), found.column.tolist(), strict=True)}) == len(found.owner) == 9
    assert [pairs(found, one) for one in range(4)] == [
        {(8, 0), (9, 0)},
        {(8, 1), (8, 2), (9, 1), (9, 2)},
        {(7, 0)},
        {(7, 1), (7, 2)},
    ]


@given(st.lists(polygons(), min_size=1, max_size=4), st.floats(0, 1), st.floats(0, 1))
def test_the_cells_are_those_of_gdal(drawn: list[shapely.Geometry], east: float, north: float):
    # Off the lattice of the drawing, so that no centre lies on a border.
    placed = [affinity.translate(one, 0.123 + east / 1e3, 0.077 + north / 1e3) for one in drawn]
    transform = (20.0, 0.0, -2000.0, 0.0, -25.0, 2500.0)
    found = covered(shapes(*placed), transform)

    for owner, one in enumerate(placed):
        burned = rasterize([(one, 1)], out_shape=(200, 200), transform=transform)
        rows, columns = np.nonzero(burned)
        mine = pairs(found, owner)
        # GDAL works in float32 in places: only a centre on the very border may fall otherwise.
        for row, column in mine ^ set(zip(rows.tolist(), columns.tolist(), strict=True)):
            centre = shapely.Point(-2000 + (column + 0.5) * 20, 2500 - (row + 0.5) * 25)
            assert one.boundary.distance(centre) < 1e-6
    assert (np.diff(found.owner) >= 0).all()


@pytest.mark.parametrize("at_once", [1, 40, 10_000])
def test_chunks_hold_every_shape_once(at_once: int):
    some = shapes(shapely.box(0, 0, 50, 50), None, shapely.box(50, 0, 60, 10), shapely.box(0, 0, 100, 100))
    parts = list(chunks(some, TEN, at_once=at_once))

    assert [row for part in parts for row in range(4)[part]] == [0, 1, 2, 3]
    assert len(parts) == (1 if at_once == 10_000 else len(parts))
    assert [len(range(0)[part]) for part in chunks(shapes(), TEN)] == [0]
