"""What a finished route meets: features it crosses, counted exactly, and barriers it enters, by name."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from siteplan.connect.burning import Drawn
from siteplan.connect.lines import Grid, pieces
from siteplan.connect.surface import Surface
from siteplan.shapes import Shapes
from siteplan.surfaces import Barrier

# Points closer than a millimetre are one: a river drawn in two parts is crossed once where they meet.
_ONE = 1e-3


def crossings(lines: Shapes, features: Shapes, plots: Shapes | None = None) -> NDArray[np.int64]:
    """Count where routes cross features.

    Parameters
    ----------
    lines
        Routes, metres; None where there is none.
    features
        Points, lines or polygons.
    plots
        Where each route begins, if it begins at a plot.

    Returns
    -------
    count
        For each route the places where it meets a feature. What holds its tie-in is not crossed,
        nor are features around its plot or within it; a railway along the plot's own edge is, for
        it lies between the two. A stretch along a line or through a polygon is one place, however
        long; features that meet at one place are crossed once there.

    Examples
    --------
    >>> route = np.array([shapely.LineString([(0, 0), (100, 0)])])
    >>> rails = shapely.linestrings([[(30, -9), (30, 9)], [(60, -9), (60, 9)], [(100, -9), (100, 9)]])
    >>> crossings(route, rails).tolist()
    [2]
    """
    areas = shapely.get_dimensions(features) == 2
    taken = pieces(features[~areas])
    parts = np.concatenate([taken.shapes(np.arange(len(taken.ends))), features[areas]])
    owner = np.concatenate([np.flatnonzero(~areas)[taken.owner], np.flatnonzero(areas)])
    route, part = shapely.STRtree(parts).query(lines, predicate="intersects")
    if plots is not None:
        starts = shapely.get_point(lines[route], 0)
        between = shapely.distance(starts, parts[part]) > 2 * _ONE
        there = np.flatnonzero(~between)
        between[there] = ~_at_home(plots[route[there]], features[owner[part[there]]])
        route, part = route[between], part[between]
    met = shapely.intersection(lines[route], parts[part])
    lost = shapely.is_empty(met)  # rounding: they touch, and have no common point that can be written down
    met[lost] = shapely.get_point(shapely.shortest_line(lines[route[lost]], parts[part[lost]]), 0)
    met, of = shapely.get_parts(met, return_index=True)
    return _places(lines, route[of], met)


def _at_home(plots: Shapes, features: Shapes) -> NDArray[np.bool_]:
    """Whether each feature lies around its plot or within it; one along the plot's edge does not."""
    return np.asarray(shapely.covers(features, plots) | shapely.contains(plots, features))


def _places(lines: Shapes, route: NDArray[np.intp], met: Shapes) -> NDArray[np.int64]:
    """How many separate places there are before the end of each line: stretches along it, joined."""
    count = np.zeros(len(lines), dtype=np.int64)
    if not len(met):
        return count
    xy, owner = shapely.get_coordinates(met, return_index=True)
    along = shapely.line_locate_point(lines[route[owner]], shapely.points(xy))
    first = np.flatnonzero(np.diff(owner, prepend=-1))
    low, high = np.minimum.reduceat(along, first), np.maximum.reduceat(along, first)
    order = np.lexsort((high, low, route))
    route, low, high = route[order], low[order], high[order]
    # One axis for all routes, each in a stretch of its own, so that they are joined in one go.
    shift = route * (2.0 + shapely.length(lines[np.unique(route)]).max())
    so_far = np.maximum.accumulate(high + shift)
    new = np.flatnonzero(np.concatenate([[True], (low + shift)[1:] > so_far[:-1] + _ONE]))
    ends = np.maximum.reduceat(high, new)
    before = ends < shapely.length(lines[route[new]]) - 2 * _ONE
    np.add.at(count, route[new][before], 1)
    return count


def named(surface: Surface, route: NDArray[np.intp], flat: NDArray[np.int64], bits: int) -> pd.DataFrame:
    """Name the barriers that routes enter.

    Parameters
    ----------
    surface
        What the routes lie on.
    route, flat
        One row per route and cell.
    bits
        The barriers asked for.

    Returns
    -------
    entered
        One row per route, barrier and feature: `route`, `place`, `layer`, `title`, `rank`,
        `feature`, `feature_name`; in order of route, rank (hard last) and place.
    """
    found = surface.barriers.ravel()[flat]
    barriers = [one for one in surface.drawn if isinstance(one.entry, Barrier)]
    tables = [
        _features(drawn, surface.grid, route[inside], flat[inside])
        for bit, drawn in enumerate(barriers)
        if bits >> bit & 1 and (inside := (found & found.dtype.type(1 << bit)) > 0).any()
    ]
    columns = ["route", "place", "layer", "title", "rank", "feature", "feature_name"]
    if not tables:
        return pd.DataFrame(columns=columns)
    table = pd.concat(tables, ignore_index=True)
    hard_last = table["rank"].where(table["rank"] > 0, 1_000)
    order = np.lexsort((table.index, hard_last, table["route"]))
    return table.iloc[order].reset_index(drop=True)[columns]


def _features(drawn: Drawn, grid: Grid, route: NDArray[np.intp], flat: NDArray[np.int64]) -> pd.DataFrame:
    cells, row = np.unique(flat, return_inverse=True)
    cell, feature = shapely.STRtree(drawn.shapes).query(grid.boxes(cells), predicate="intersects")
    hits = pd.DataFrame({"row": cell, "at": feature}).merge(
        pd.DataFrame({"row": row.ravel(), "route": route}), on="row"
    )
    hits = hits[["route", "at"]].drop_duplicates().sort_values(["route", "at"])
    features = drawn.features.iloc[hits["at"].to_numpy()]
    barrier = drawn.entry
    return pd.DataFrame(
        {
            "route": hits["route"].to_numpy(),
            "place": drawn.place,
            "layer": barrier.layer,
            "title": barrier.label,
            "rank": barrier.rank if isinstance(barrier, Barrier) else 0,
            "feature": features.index.astype("str").to_numpy(),
            "feature_name": names(features),
        }
    )


def names(features: pd.DataFrame) -> NDArray[np.object_]:
    """The features' names, empty where they have none."""
    if "name" not in features:
        return np.full(len(features), "", dtype=object)
    given = features["name"]
    return np.asarray(given.where(given.notna(), "").astype(str).to_numpy(), dtype=object)
