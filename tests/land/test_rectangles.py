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
from hypothesis import given, settings
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
        (HEXAGON, 100**2 * (12 - 6 * np.sqrt(3)) * 0 + 100**2 * np.sqrt(3)),
        (CIRCLE, 2 * 100**2),
        (FRAME, 3_000.0),
        (PARTS, 5_950.0),
        (SPIKE, 10_000.0),
        (STRIP, STRIP.area),
        (LONG_RING, 6_000.0),
    ],
    ids=["square", "bar", "right", "triangle", "L", "hexagon", "circle", "frame", "parts", "spike", "strip", "ring"],
)
@pytest.mark.parametrize("degrees", [0.0, 17.3])
def test_known_answers_at_any_angle(shape: shapely.Geometry, known: float, degrees: float):
    assert area(rotate(shape, degrees, origin=(0, 0))) == pytest.approx(known, rel=3e-3)
