"""How often routes cross something: each passage counts once, a touch at a route's end does not."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from siteplan.shapes import Shapes

# A tie-in on a pipe, or a plot that begins at a road, touches it; that is no crossing.
_END_M = 0.05


def count(routes: Shapes, layer: gpd.GeoDataFrame) -> NDArray[np.int64]:
    """Return how often each route crosses the features of a layer.

    Parameters
    ----------
    routes
        Lines in a metric CRS; None where there is none.
    layer
        Lines (each point of intersection counts) or polygons (each stretch inside counts), in the
        same CRS.

    Examples
    --------
    >>> river = gpd.GeoDataFrame(geometry=[shapely.LineString([(50, -9), (50, 9)])])
    >>> count(np.array([shapely.LineString([(0, 0), (100, 0)]), None]), river).tolist()
    [1, 0]
    """
    crossed = np.zeros(len(routes), dtype=np.int64)
    long = shapely.length(routes) > 2 * _END_M
    rows = np.flatnonzero(long)
    if not len(rows) or not len(layer):
        return crossed
    inner = _without_ends(routes[rows])
    shapes = layer.geometry.to_numpy()
    found, feature = shapely.STRtree(shapes).query(inner, predicate="intersects")
    pieces = shapely.line_merge(shapely.intersection(inner[found], shapes[feature]))
    np.add.at(crossed, rows[found], shapely.get_num_geometries(pieces))
    return crossed


def _without_ends(routes: Shapes) -> Shapes:
    """The routes without their first and last centimetres."""
    length = shapely.length(routes)
    starts = shapely.line_interpolate_point(routes, _END_M)
    stops = shapely.line_interpolate_point(routes, length - _END_M)
    coordinates, owner = shapely.get_coordinates(routes, return_index=True)
    first = np.flatnonzero(np.diff(owner, prepend=-1))
    last = np.append(first[1:], len(owner)) - 1
    shortened = coordinates.copy()
    shortened[first] = shapely.get_coordinates(starts)
    shortened[last] = shapely.get_coordinates(stops)
    return np.asarray(shapely.linestrings(shortened, indices=owner), dtype=object)
