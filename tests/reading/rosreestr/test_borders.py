from __future__ import annotations

import itertools

import pytest
import shapely
from rosreestr_files import Ring, square

from siteplan.reading.rosreestr.borders import UnusableError, border
from siteplan.reading.rosreestr.elements import Element


def record(*rings: Ring) -> Element:
    """A record of one outline, as the collector leaves it."""
    spatial = Element("entityspatial", {"entsys": "ID0"})
    for ring in rings:
        element = Element("spatialelement", {})
        element.points = [
            (repr(north), repr(east), repr(rest[0]) if rest else None) for east, north, *rest in ring
        ]
        spatial.children.append(element)
    whole = Element("parcel", {})
    whole.children.append(spatial)
    return whole


def raw(*points: tuple[str | None, str | None, str | None]) -> Element:
    whole = record(square(0, 0))
    whole.children[0].children[0].points = list(points)
    return whole


RINGS = [square(0, 0, 100), square(10, 10, 60), square(20, 20, 20), square(80, 80, 10), square(200, 0, 10)]
NESTED = 100**2 - 60**2 + 20**2 - 10**2 + 10**2


@pytest.mark.parametrize("order", list(itertools.permutations(range(5))))
def test_holes_and_islands_are_seen_from_where_they_lie(order: tuple[int, ...]):
    shape = border(record(*(RINGS[place] for place in order))).shape

    assert shape.is_valid
    assert shape.area == NESTED
    assert len(shape.geoms) == 3


@pytest.mark.parametrize("turned", [1, -1])
def test_the_way_round_a_ring_means_nothing(turned: int):
    shape = border(record(square(0, 0)[::turned], square(40, 40, 20)[::turned])).shape

    assert shape.equals(shapely.box(0, 0, 100, 100) - shapely.box(40, 40, 60, 60))


def test_a_hole_that_touches_its_border_is_a_hole():
    assert border(record(square(0, 0), square(0, 40, 20))).shape.area == 9600


def test_outlines_side_by_side_are_both_land():
    assert border(record(square(0, 0), square(100, 0))).shape.area == 20_000


def test_a_circle():
    shape = border(record([(10.0, 20.0, 5.0)])).shape

    assert shape.centroid.equals_exact(shapely.Point(10, 20), 1e-9)
    assert shape.area == pytest.approx(78.54, rel=2e-4)


@pytest.mark.parametrize(
    ("points", "reason"),
    [
        ([("1", "1", "0")], "a circle with the radius 0 m"),
        ([("1", "1", "-3")], "a circle with the radius -3 m"),
        ([("1", "1", "5"), ("1", "2", None)], "a ring with an arc"),
        ([], "a ring without points"),
        ([("1", None, None)], "a point without Y"),
        ([(None, "1", None)], "a point without X"),
        ([("1,5", "1", None)], "X of a point is no number: '1,5'"),
        ([("nan", "1", None)], "X of a point is no number: 'nan'"),
        ([("1e999", "1", None)], "X of a point is no number: '1e999'"),
        ([("1", "1_0", None)], "Y of a point is no number: '1_0'"),
        ([("1", "1", None)], "a ring of 1 points that is not closed"),
    ],
)
def test_what_is_no_border(points: list[tuple[str | None, str | None, str | None]], reason: str):
    with pytest.raises(UnusableError, match=reason):
        border(raw(*points))


def test_a_thousand_holes_take_no_time():
    holes = [square(5 + 10 * (n % 40), 5 + 10 * (n // 40), 4) for n in range(1000)]
    shape = border(record(*holes, square(0, 0, 500))).shape

    assert len(shape.interiors) == 1000
