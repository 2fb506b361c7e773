"""Exact nearest through shapely's tree of segments: nothing compiled, one thread; the compiled way's twin."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from siteplan import segments
from siteplan.shapes import Shapes


def plain(plots: Shapes, layer: Shapes) -> tuple[NDArray[np.float64], NDArray[np.intp], Shapes]:
    """Return metres, position of the feature, and the line from plot to feature, through shapely.

    Lines and outlines are split into segments before they are indexed: the bounding box of a long
    pipeline tells an index nothing, and whole lines cost 7 to 20 times the time.

    Parameters
    ----------
    plots, layer
        Polygons, and features of any kind; at least one of each.
    """
    taken = segments.runs(layer)
    first, second, run = segments.pieces(taken)
    vertices = np.column_stack([taken.x, taken.y])
    pieces: Shapes = np.asarray(shapely.linestrings(np.stack([vertices[first], vertices[second]], axis=1)))
    pieces[first == second] = shapely.points(vertices[first[first == second]])
    (rows, hits), metres = shapely.STRtree(pieces).query_nearest(
        plots, return_distance=True, all_matches=True
    )
    inside = _inside(plots, layer)
    rows = np.concatenate([rows, inside[0]])
    metres = np.concatenate([metres, np.zeros(len(inside[0]))])
    feature = np.concatenate([taken.row[run][hits], inside[1]])
    # A vertex inside a polygon comes before its outline: both are at 0, the vertex is at hand.
    hit = np.concatenate([hits, -1 - inside[2]])
    order = np.lexsort([hit, feature, metres, rows])
    order = order[np.unique(rows[order], return_index=True)[1]]
    hit, lines = hit[order], np.empty(len(plots), dtype=object)
    outside = hit >= 0
    lines[outside] = shapely.shortest_line(plots[outside], pieces[hit[outside]])
    there = shapely.get_coordinates(shapely.get_point(shapely.get_exterior_ring(inside[3]), 0))
    there = there[-1 - hit[~outside]]
    lines[~outside] = shapely.linestrings(np.stack([there, there], axis=1)) if len(there) else []
    return metres[order], feature[order].astype(np.intp), lines


def _inside(
    plots: Shapes, layer: Shapes
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp], Shapes]:
    """Plots with a vertex in a polygon of the layer, the polygon, the part, and the parts of all plots.

    One vertex of each part is enough: a part that is neither wholly inside nor wholly outside
    crosses the outline, and that is found among the segments.
    """
    polygons = np.flatnonzero(shapely.get_dimensions(layer) == 2)
    parts, row = shapely.get_parts(plots, return_index=True)
    vertices = shapely.get_point(shapely.get_exterior_ring(parts), 0)
    polygon, part = shapely.STRtree(vertices).query(layer[polygons], predicate="intersects")
    return row[part], polygons[polygon], part, parts
