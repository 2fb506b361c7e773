"""Frontage: how much of a plot's outline lies at a road."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from siteplan import segments
from siteplan.errors import DataError
from siteplan.measures import table
from siteplan.shapes import Shapes

_ROUNDING = 1e-6

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class _Edges:
    """Straight pieces between two points: (pieces, 2) metres each, and the row of their shape."""

    start: Floats
    end: Floats
    row: Rows

    @classmethod
    def of(cls, shapes: Shapes, *, outlines: bool = False) -> _Edges:
        """Take lines and polygons apart; of polygons only the outlines where only they count."""
        taken = segments.runs(shapes)
        first, second, run = segments.pieces(taken)
        if outlines:
            first, second, run = (one[taken.outer[run]] for one in (first, second, run))
        vertices = np.column_stack([taken.x, taken.y])
        return cls(vertices[first], vertices[second], taken.row[run].astype(np.intp))

    def only(self, which: Rows) -> _Edges:
        return _Edges(self.start[which], self.end[which], self.row[which])

    @cached_property
    def lines(self) -> Shapes:
        return np.asarray(shapely.linestrings(np.stack([self.start, self.end], axis=1)), dtype=object)

    @property
    def metres(self) -> Floats:
        return np.asarray(np.hypot(*(self.end - self.start).T), dtype=float)


@dataclass(frozen=True, eq=False)
class _Stretches:
    """Parts of edges at a road: from one share of the edge's length to another, and the road's row."""

    edge: Rows
    road: Rows
    begin: Floats
    end: Floats


def frontage(plots: gpd.GeoDataFrame, roads: gpd.GeoDataFrame, *, within: float = 15.0) -> pd.DataFrame:
    """Length of each plot's outer boundary from which a road is near, metres.

    A point of the outline counts where a road is at most `within` away: both sides of a corner plot,
    and the first metres of a side that runs away from the road. What lies between plot and road is
    not looked at, so `within` is to be small: half the road and its verge, not the depth of a plot.
    (A neighbour is no obstacle here because the road's own strip is often a plot of the cadastre.)

    Parameters
    ----------
    plots
        Polygons in metres; holes have no frontage.
    roads
        Lines (axes) or polygons (carriageways, within which everything is near) in the same CRS,
        indexed by identifier, with their `name`.
    within
        Metres from the outline to a road's axis or edge, whichever the layer draws.

    Returns
    -------
    measured
        On the index of `plots`, in the columns of `measures.COLUMNS`: `amount` in metres, 0 where no
        road is near, and the `feature` with its `feature_name` that has most of it, the first of
        those that have equally much.

    Raises
    ------
    DataError
        If a shape is missing, empty or not finite, or a road is neither a line nor a polygon; all of
        a table at once. If `within` is below 0.

    Notes
    -----
    Exact, without a buffer: the points within a distance of a straight road are a convex set, so of
    a straight edge they hold one stretch, whose ends are the roots of quadratics.

    Examples
    --------
    >>> plots = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 100, 100)], index=["a"])
    >>> axis = gpd.GeoDataFrame(
    ...     {"name": ["Street"]}, geometry=[shapely.LineString([(-50, -15), (150, -15)])], index=["s"]
    ... )
    >>> frontage(plots, axis)[["amount", "feature_name"]].to_dict("records")
    [{'amount': 100.0, 'feature_name': 'Street'}]
    >>> frontage(plots, axis, within=20)["amount"].tolist()  # and 5 m of both sides
    [110.0]
    """
    shapes, ways = plots.geometry.to_numpy(), roads.geometry.to_numpy()
    _refuse(shapes, plots.index, ways, roads.index, within)
    edges = _near_edges(shapes, ways, within)
    found = _joined(_beside(edges, ways, within), _inside(edges, ways))
    added = _lengths(edges, found, found.edge)
    metres = np.bincount(edges.row[found.edge], weights=added, minlength=len(plots))
    most = _most(edges, found, len(plots), len(roads))
    names = roads["name"] if "name" in roads.columns else roads.index.to_series()
    feature, feature_name = (
        _named(one.astype("str").to_numpy(), most) for one in (roads.index.to_series(), names)
    )
    return table(plots.index, unit="m", amount=metres, feature=feature, feature_name=feature_name)


def _named(names: NDArray[np.object_], most: Rows) -> Shapes:
    named = np.full(len(most), "", dtype=object)
    named[most >= 0] = names[most[most >= 0]]
    return named


def _refuse(shapes: Shapes, ids: pd.Index, ways: Shapes, names: pd.Index, within: float) -> None:
    if not within >= 0:
        raise DataError(f"within is {within:g} m; give 0 or more")
    segments.refuse_unusable(shapes, ids, polygons=True, what="plots")
    segments.refuse_unusable(ways, names, polygons=False, what="roads")
    if points := [str(name) for name in names[shapely.get_dimensions(ways) < 1]]:
        raise DataError(
            "a point has no frontage; give roads as lines or polygons",
            [f"roads: neither a line nor a polygon: {', '.join(points)}"],
        )


def _near_edges(shapes: Shapes, ways: Shapes, within: float) -> _Edges:
    """Edges of the plots whose boxes lie near the box of any piece of a road."""
    west, south, east, north = shapely.bounds(shapes).T
    reach = within + _ROUNDING
    boxes = shapely.box(west - reach, south - reach, east + reach, north + reach)
    polygons = ways[shapely.get_dimensions(ways) == 2]
    near, _ = shapely.STRtree(np.concatenate([_Edges.of(ways).lines, polygons])).query(boxes)
    rows = np.unique(near)
    edges = _Edges.of(shapes[rows], outlines=True)
    return _Edges(edges.start, edges.end, rows[edges.row]).only(np.flatnonzero(edges.metres > 0))


def _beside(edges: _Edges, ways: Shapes, within: float) -> _Stretches:
    """Stretches within a distance of the lines of roads, or the outlines of carriageways."""
    roads = _Edges.of(ways)
    # A little more, for GEOS rounds; what does not lie within is found out below.
    edge, road = shapely.STRtree(roads.lines).query(
        edges.lines, predicate="dwithin", distance=within + _ROUNDING
    )
    near, there = edges.only(edge), roads.only(road)
    begin, end = _round(near, there.start, within)
    for found in (_round(near, there.end, within), _along(near, there, within)):
        begin, end = np.minimum(begin, found[0]), np.maximum(end, found[1])
    return _clipped(edge, there.row, begin, end)


def _clipped(edge: Rows, road: Rows, begin: Floats, end: Floats) -> _Stretches:
    begin, end = np.maximum(begin, 0.0), np.minimum(end, 1.0)
    real = begin < end
    return _Stretches(edge[real], road[real], begin[real], end[real])


def _round(edges: _Edges, points: Floats, within: float) -> tuple[Floats, Floats]:
    """Where each edge, drawn on without end, lies in a circle; (inf, -inf) where nowhere."""
    ahead, back = edges.end - edges.start, edges.start - points
    square = (ahead**2).sum(axis=1)
    half = (ahead * back).sum(axis=1)
    # The distance from the line, by a cross product: roots of differences of squares lose digits.
    aside = ahead[:, 0] * back[:, 1] - ahead[:, 1] * back[:, 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        middle, spread = -half / square, np.sqrt(square * within**2 - aside**2) / square
    meets = np.isfinite(middle) & np.isfinite(spread)
    return np.where(meets, middle - spread, np.inf), np.where(meets, middle + spread, -np.inf)


def _along(edges: _Edges, roads: _Edges, within: float) -> tuple[Floats, Floats]:
    """Where each edge, drawn on without end, lies abreast of a straight road, not beyond its ends."""
    length = roads.metres
    with np.errstate(divide="ignore", invalid="ignore"):
        unit = (roads.end - roads.start) / length[:, None]
    ahead, back = edges.end - edges.start, edges.start - roads.start
    along = _slab((back * unit).sum(axis=1), (ahead * unit).sum(axis=1), np.zeros_like(length), length)
    reach = np.full_like(length, within)
    across = _slab(_cross(unit, back), _cross(unit, ahead), -reach, reach)
    begin, end = np.maximum(along[0], across[0]), np.minimum(along[1], across[1])
    meets = (begin <= end) & (length > 0)
    return np.where(meets, begin, np.inf), np.where(meets, end, -np.inf)


def _cross(a: Floats, b: Floats) -> Floats:
    return np.asarray(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0])


def _slab(at: Floats, step: Floats, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Shares t for which at + t step lies between low and high."""
    with np.errstate(divide="ignore", invalid="ignore"):
        one, other = (low - at) / step, (high - at) / step
    still, between = step == 0, (low <= at) & (at <= high)
    begin = np.where(still, np.where(between, -np.inf, np.inf), np.fmin(one, other))
    return begin, np.where(still, -begin, np.fmax(one, other))


def _inside(edges: _Edges, ways: Shapes) -> _Stretches:
    """Stretches that lie within the polygons of roads."""
    polygons = np.flatnonzero(shapely.get_dimensions(ways) == 2)
    lines = edges.lines
    edge, road = shapely.STRtree(ways[polygons]).query(lines, predicate="intersects")
    cut, pair = shapely.get_parts(shapely.intersection(lines[edge], ways[polygons[road]]), return_index=True)
    line = shapely.get_dimensions(cut) == 1
    cut, pair = cut[line], pair[line]
    edge, road = edge[pair], polygons[road[pair]]
    near = edges.only(edge)
    length = near.metres
    ends = [
        np.hypot(*(shapely.get_coordinates(shapely.get_point(cut, at)) - near.start).T) / length
        for at in (0, -1)
    ]
    return _clipped(edge, road, np.minimum(*ends), np.maximum(*ends))


def _joined(one: _Stretches, other: _Stretches) -> _Stretches:
    pairs = ((one.edge, other.edge), (one.road, other.road))
    edge, road = (np.concatenate(pair) for pair in pairs)
    return _Stretches(
        edge, road, np.concatenate([one.begin, other.begin]), np.concatenate([one.end, other.end])
    )


def _lengths(edges: _Edges, found: _Stretches, group: Rows) -> Floats:
    """Metres that each stretch adds to those before it in its group; together, each metre once."""
    if not len(group):
        return np.empty(0)
    by_end = np.lexsort([found.end, group])
    rank = np.empty(len(by_end), dtype=np.intp)
    rank[by_end] = np.arange(len(by_end))
    order = np.lexsort([found.begin, group])
    # Ranks rise from group to group, so the farthest end so far is never one of an earlier group but
    # for the first of each, where it is not asked.
    farthest = found.end[by_end][np.maximum.accumulate(rank[order])]
    before = np.concatenate([[-np.inf], farthest[:-1]])
    before[1:][np.diff(group[order]) > 0] = -np.inf
    share = np.maximum(farthest - np.maximum(found.begin[order], before), 0.0)
    added = np.empty(len(order))
    added[order] = share * edges.metres[found.edge[order]]
    return added


def _most(edges: _Edges, found: _Stretches, plots: int, roads: int) -> Rows:
    """The road with most of each plot's frontage, -1 where there is none."""
    most = np.full(plots, -1, dtype=np.intp)
    metres = _lengths(edges, found, found.edge * roads + found.road)
    pair, place = np.unique(edges.row[found.edge] * roads + found.road, return_inverse=True)
    total = np.bincount(place, weights=metres, minlength=len(pair))
    # Rounded, so that two roads with equally much stay equal.
    order = np.lexsort([pair, -np.round(total, 6), pair // max(roads, 1)])
    plot, first = np.unique(pair[order] // max(roads, 1), return_index=True)
    most[plot] = pair[order][first] % roads if roads else -1
    return most
