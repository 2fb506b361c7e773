from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely

from siteplan.connect import crossed


def line(*xy: tuple[float, float]) -> shapely.LineString:
    return shapely.LineString(xy)


def layer(*shapes: shapely.Geometry) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=list(shapes))


ROUTE = line((0, 0), (100, 0))


@pytest.mark.parametrize(
    ("shapes", "times"),
    [
        ([line((50, -10), (50, 10))], 1),
        ([line((50, -10), (50, 10), (60, 10), (60, -10))], 2),
        ([line((50, -10), (50, 10)), line((70, -10), (70, 10))], 2),
        ([line((100, -10), (100, 10))], 0),  # the tie-in lies on it
        ([line((0, -10), (0, 10))], 0),  # the plot begins at it
        ([line((20, 0), (80, 0))], 1),  # along it
        ([shapely.box(40, -5, 60, 5)], 1),
        ([shapely.box(40, -5, 45, 5), shapely.box(55, -5, 60, 5)], 2),
        ([shapely.MultiPolygon([shapely.box(40, -5, 45, 5), shapely.box(55, -5, 60, 5)])], 2),
        ([line((200, -10), (200, 10))], 0),
        ([], 0),
    ],
)
def test_each_passage_counts_once(shapes: list[shapely.Geometry], times: int):
    assert crossed.crossings(
        np.array([ROUTE], dtype=object), layer(*shapes).geometry.to_numpy()
    ).tolist() == [times]


def test_plots_without_a_route_cross_nothing():
    routes = np.array([None, line((5, 5), (5, 5)), ROUTE], dtype=object)
    assert crossed.crossings(routes, layer(line((50, -10), (50, 10))).geometry.to_numpy()).tolist() == [
        0,
        0,
        1,
    ]


def test_a_bent_route_is_followed():
    bent = line((0, 0), (50, 0), (50, 50), (0, 50))
    assert crossed.crossings(
        np.array([bent], dtype=object), layer(line((25, -10), (25, 60))).geometry.to_numpy()
    ).tolist() == [2]
