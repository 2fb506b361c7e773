"""Shapes as files really bring them: each one awkward in its own way, in the metres of the drawing."""

from __future__ import annotations

import numpy as np
import shapely
from shapely import GeometryCollection, LinearRing, LineString, MultiPoint, MultiPolygon, Point, Polygon

SQUARE = shapely.box(0, 0, 100, 100)
BOW_TIE = Polygon([(0, 0), (100, 100), (100, 0), (0, 100)])
"""Two triangles of 2500 m2 each; its own formula for the area gives 0."""

LOPSIDED = Polygon([(0, 0), (300, 0), (300, 100), (200, 100), (200, 300), (0, 300)])
HOLE = Polygon(SQUARE.exterior, [shapely.box(25, 25, 75, 75).exterior.coords])
TWO_PARTS = MultiPolygon([SQUARE, shapely.box(1000, 0, 1100, 100)])
SLIVER = shapely.box(0, 0, 100, 0.001)
COLLAPSED = Polygon([(0, 0), (100, 0), (100, 0), (0, 0)])
TALL = shapely.force_3d(SQUARE, 250.0)
MEASURED = shapely.from_wkt("POLYGON M ((0 0 1, 100 0 2, 100 100 3, 0 100 4, 0 0 1))")
ENDLESS = shapely.linestrings([(0.0, 0.0), (np.inf, 100.0)])
COLLECTION = GeometryCollection([SQUARE, Point(500, 500), LineString([(0, 0), (9, 9)])])
NESTED = GeometryCollection([GeometryCollection([SQUARE]), Point(500, 500)])
POINTS_ONLY = GeometryCollection([Point(1, 1)])
HOLE_OUTSIDE = Polygon(SQUARE.exterior, [shapely.box(200, 200, 250, 250).exterior.coords])
EMPTY = {
    "point": Point(),
    "line": LineString(),
    "polygon": Polygon(),
    "collection": GeometryCollection(),
    "many": MultiPolygon(),
}
NOT_POLYGONS = {
    "point": Point(5, 5),
    "points": MultiPoint([(0, 0), (1, 1)]),
    "line": LineString([(0, 0), (9, 9)]),
    "ring": LinearRing([(0, 0), (9, 0), (9, 9)]),
    "points in a collection": POINTS_ONLY,
}

NAMES = (
    "Участок № 7 «Северный»",
    "地块 7",
    "قطعة",
    "<script>alert(1)</script>",
    "{{7*7}} {% raise %} ${1+1} `",
    "=HYPERLINK(1)",
    "A\u202eB\u200bC",
    "\x1b[31mred\x07",
    "x" * 4000,
    "line\nbreak\r\ttab",
    "'; DROP TABLE plots; --",
    "../../etc/passwd",
)
"""Names that strangers type."""
