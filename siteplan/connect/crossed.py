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


def crossings(lines: Shapes, features: Shapes) -> NDArray[np.int64]:
    """Count where routes cross features.

    Parameters
    ----------
    lines
        Routes, metres; None where there is none.
    features
        Points, lines or polygons.

    Returns
    -------
    count
        For each route the places where it meets a feature, those at its own ends left out. A
        stretch along a line or through a polygon is one place, however long; features that meet
        at one place are crossed once there.

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
    route, part = shapely.STRtree(parts).query(lines, predicate="intersects")
    met = shapely.intersection(lines[route], parts[part])
    starts = np.flatnonzero(np.diff(route, prepend=-1))
    count = np.zeros(len(lines), dtype=np.int64)
    for first, end in zip(starts, [*starts[1:], len(route)], strict=True):
        row = route[first]
        count[row] = _places(lines[row], met[first:end])
    return count


def _places(line: shapely.LineString, met: Shapes) -> int:
    """How many separate places there are between the ends of a line."""
    parts = shapely.get_parts(shapely.union_all(met, grid_size=_ONE))
    stretches = parts[shapely.get_dimensions(parts) == 1]
    merged = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(stretches)))
    places = np.concatenate([parts[shapely.get_dimensions(parts) == 0], merged])
    ends = shapely.multipoints(shapely.get_coordinates(line)[[0, -1]])
    return int((shapely.distance(places, ends) > 2 * _ONE).sum())


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
