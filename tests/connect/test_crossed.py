from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from siteplan.connect.crossed import crossings

ROUTE = shapely.LineString([(0, 0), (100, 0), (100, 100)])


def crossed(*features: shapely.Geometry) -> int:
    return int(crossings(np.array([ROUTE, None]), np.array(features, dtype=object))[0])


@pytest.mark.parametrize(
    ("feature", "times"),
    [
        (shapely.LineString([(50, -9), (50, 9)]), 1),
        (shapely.LineString([(50, -9), (50, 9), (60, 9), (60, -9)]), 2),
        (shapely.LineString([(20, 0), (60, 0)]), 1),
        (shapely.LineString([(20, -9), (20, 0), (60, 0), (60, 9)]), 1),
        (shapely.LineString([(91, -9), (109, 9)]), 1),
        (shapely.LineString([(0, -9), (0, 9)]), 1),  # at the plot's edge: it lies before the tie-in
        (shapely.LineString([(-9, 100), (900, 100)]), 0),
        (shapely.box(40, -9, 60, 9), 1),
        (shapely.box(40, -9, 60, 9).difference(shapely.box(45, -9, 55, 9)), 2),
        (shapely.box(-9, -9, 30, 9), 1),
        (shapely.box(90, -9, 110, 30), 1),
        (shapely.box(-500, -500, 500, 500), 0),
        (shapely.Point(50, 0), 1),
        (shapely.Point(50, 9), 0),
    ],
)
def test_places_by_eye(feature: shapely.Geometry, times: int):
    assert crossed(feature) == times


def test_features_that_meet_are_crossed_once_where_they_meet():
    north, south = shapely.LineString([(50, 0), (50, 9)]), shapely.LineString([(50, -9), (50, 0)])

    assert crossed(north, south) == 1
    assert crossed(north, south, shapely.LineString([(50.002, -9), (50.002, 9)])) == 2


PLOT = shapely.box(-100, -50, 0, 50)  # the route begins on its eastern edge


@pytest.mark.parametrize(
    ("feature", "times"),
    [
        (shapely.LineString([(0, -50), (0, 50)]), 1),  # a railway along the plot's own edge
        (shapely.LineString([(0, -500), (0, 500)]), 1),
        (shapely.box(0, -50, 20, 50), 1),  # a river along it
        (shapely.box(-20, -50, 20, 50), 1),  # a wood that covers some of the plot
        (shapely.box(-500, -500, 50, 500), 0),  # a wood around it
        (shapely.LineString([(-90, 0), (0, 0)]), 0),  # a drive within it
        (shapely.box(-90, -40, 0, 40), 0),  # a hall within it
        (shapely.box(0, -500, 500, 500), 0),  # a field that the tie-in stands in
        (shapely.LineString([(0, 0), (100, 0), (100, 100)]), 0),  # the very line that is joined
    ],
)
def test_at_the_plots_edge_by_eye(feature: shapely.Geometry, times: int):
    routes, features = np.array([ROUTE]), np.array([feature], dtype=object)
    assert crossings(routes, features, np.array([PLOT])).tolist() == [times]


def test_no_route_and_no_feature_cross_nothing():
    assert crossings(np.array([None, ROUTE]), np.empty(0, dtype=object)).tolist() == [0, 0]
    assert crossings(np.array([None]), np.array([shapely.box(0, 0, 1, 1)])).tolist() == [0]


_LINES = st.lists(
    st.tuples(st.integers(-20, 120), st.integers(-20, 120)), min_size=2, max_size=4, unique=True
)


@given(st.lists(_LINES, min_size=1, max_size=5))
@settings(max_examples=100)
def test_the_twin_agrees(drawn: list[list[tuple[int, int]]]):
    """One union of everything met, then its parts that keep away from the tie-in."""
    lines = np.array([shapely.LineString(points) for points in drawn])
    met = shapely.intersection(ROUTE, shapely.union_all(lines))
    parts = shapely.get_parts(met)
    stretches = shapely.get_parts(
        shapely.line_merge(shapely.multilinestrings(parts[shapely.get_dimensions(parts) == 1]))
    )
    apart = [shapely.Point(*shapely.get_coordinates(part)[0]) for part in parts if part.geom_type == "Point"]
    places = shapely.get_parts(shapely.union_all(shapely.buffer([*apart, *stretches], 1e-4)))
    away = shapely.distance(places, shapely.get_point(ROUTE, -1)) > 2e-3

    assert crossings(np.array([ROUTE]), lines).tolist() == [int((away & ~shapely.is_empty(places)).sum())]
