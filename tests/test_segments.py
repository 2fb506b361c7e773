"""Columns of shapes that cannot be measured are refused, every row of them named."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from shapely import GeometryCollection, LineString, MultiPoint, Point, Polygon

from siteplan.errors import DataError
from siteplan.segments import refuse_unusable

GOOD = [Point(0, 0), LineString([(0, 0), (1e7, 1)]), shapely.box(0, 0, 1, 1)]


@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf])
def test_a_coordinate_that_is_not_finite_is_found_in_whatever_it_is(number):
    spot = (number, 5.0)
    with np.errstate(all="ignore"):
        endless = [
            Point(spot),
            MultiPoint([(0, 0), spot]),
            LineString([(0, 0), spot, (1, 1)]),
            Polygon([(0, 0), (9, 0), (9, 9)], [[(5, 1), (6, 1), spot]]),
            GeometryCollection([LineString([(0, 0), (1, 1)]), Point(spot)]),
        ]
    with pytest.raises(DataError) as refused:
        refuse_unusable(np.array(GOOD + endless, dtype=object), None, polygons=False, what="layer")
    assert refused.value.problems == ("layer: coordinates that are not finite numbers: 3, 4, 5, 6, 7",)


def test_what_can_be_measured_is_let_through():
    refuse_unusable(np.array(GOOD, dtype=object), None, polygons=False, what="layer")
    with pytest.raises(DataError) as refused:
        refuse_unusable(np.array([*GOOD, None], dtype=object), list("abcd"), polygons=True, what="plots")
    assert refused.value.problems == ("plots: no geometry: d", "plots: not polygons: a, b")
