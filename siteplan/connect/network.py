"""Lines in, a road network out: nodes where lines meet, edges with metres and minutes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from siteplan import crs
from siteplan.connect import junctions, remarks, speeds
from siteplan.connect.junctions import Drawn, Rows
from siteplan.errors import CrsError, DataError
from siteplan.findings import Finding
from siteplan.shapes import Shapes

if TYPE_CHECKING:
    from siteplan.kernels.tree import Tree

_LINES = (
    shapely.GeometryType.LINESTRING,
    shapely.GeometryType.LINEARRING,
    shapely.GeometryType.MULTILINESTRING,
)


@dataclass(frozen=True, eq=False)
class Network:
    """Roads as a graph whose edges are the straight segments between vertices.

    Attributes
    ----------
    features
        Identifiers of the lines.
    points
        Coordinates of each node, metres in `crs`; shape (nodes, 2).
    ends
        The two nodes of each edge, in the direction of its line; shape (edges, 2).
    feature
        Position in `features` of the line that each edge belongs to.
    metres, minutes
        Of each edge.
    part
        Of each node: number of the connected part, 0 for the one with the most metres.
    parts
        Indexed by `part`: `nodes`, `edges`, `metres`, `features`.
    findings
        What was left out, joined, or lies apart.
    crs
        The metric CRS.
    """

    features: pd.Index
    points: NDArray[np.float64]
    ends: Rows
    feature: Rows
    metres: NDArray[np.float64]
    minutes: NDArray[np.float64]
    part: Rows
    parts: pd.DataFrame
    findings: tuple[Finding, ...]
    crs: crs.CRS

    def __repr__(self) -> str:
        return (
            f"Network of {len(self.points)} nodes and {len(self.ends)} edges, "
            f"{self.metres.sum() / 1000:.1f} km in {len(self.parts)} connected parts"
        )

    @cached_property
    def segments(self) -> Shapes:
        """The edges as lines of two points."""
        return np.asarray(shapely.linestrings(self.points[self.ends]), dtype=object).reshape(-1)

    @cached_property
    def tree(self) -> shapely.STRtree:
        """An index of `segments`."""
        return shapely.STRtree(self.segments)

    @cached_property
    def compiled_tree(self) -> Tree:
        """An index of the edges for compiled loops."""
        from siteplan.kernels import tree  # noqa: PLC0415 (numba is heavy)

        (ax, ay), (bx, by) = (self.points[self.ends[:, end]].T.copy() for end in (0, 1))
        number = np.arange(len(self.ends), dtype=np.int32)
        no_part = np.full(len(number), -1, dtype=np.int32)
        return tree.build(tree.Segments(ax, ay, bx, by, number, no_part, number[:0]))

    def along(self, edge: Rows, at: NDArray[np.float64]) -> NDArray[np.float64]:
        """From edges' first nodes to the points of them that are nearest to spots, metres."""
        start, stop = self.points[self.ends[edge, 0]], self.points[self.ends[edge, 1]]
        metres = self.metres[edge]
        along = ((stop - start) * (at - start)).sum(axis=1) / metres
        return np.asarray(along.clip(0.0, metres))

    def nearest_point(self, edge: Rows, spot: NDArray[np.float64]) -> NDArray[np.float64]:
        """The points of edges that are nearest to spots; an end of the edge exactly."""
        start, stop = self.points[self.ends[edge, 0]], self.points[self.ends[edge, 1]]
        share = (self.along(edge, spot) / self.metres[edge])[:, None]
        return np.asarray(np.where(share < 1, start + share * (stop - start), stop))

    @cached_property
    def arcs(self) -> Arcs:
        """Both directions of every edge, sorted by their first node."""
        start, stop = self.ends.T
        return sorted_arcs(np.r_[start, stop], np.r_[stop, start], np.tile(np.arange(len(start)), 2))


@dataclass(frozen=True, eq=False)
class Arcs:
    """Directed edges, sorted by the node they leave.

    Attributes
    ----------
    tail, head
        The node left and the node reached.
    edge
        The edge or row that an arc was made from.
    """

    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    edge: Rows


def sorted_arcs(tail: Rows, head: Rows, edge: Rows) -> Arcs:
    """Return arcs sorted by the node they leave; 32-bit numbers are what the search takes as they are."""
    order = np.argsort(tail, kind="stable")
    return Arcs(tail[order].astype(np.int32), head[order].astype(np.int32), edge[order])


def build(
    lines: gpd.GeoDataFrame,
    *,
    speeds: speeds.Speeds,
    column: str = "class",
    other: float | None = None,
    snap: float = 1.0,
    table: str = "roads",
) -> Network:
    """Build the network of roads that lines draw.

    Lines meet where they share a vertex (closer than 1 mm), inner ones included. An end within
    `snap` of another line's edge is joined to it, see `junctions.close_gaps`; lines that merely
    cross are a bridge. Parts that do not hang together are told in `findings`, never joined.

    Parameters
    ----------
    lines
        Lines in a metric CRS, indexed by identifier. Anything else among them is left out and told.
    speeds
        One speed for all roads, or one for each class, km/h.
    column
        Holds the class, where `speeds` is by class.
    other
        Speed of classes without one and of roads without a class, km/h; else they are refused.
    snap
        The longest gap to be closed between an end and another line, metres.
    table
        What the lines are called in messages.

    Returns
    -------
    network
        Of several edges between the same two nodes the fastest.

    Raises
    ------
    CrsError
        If the lines have no CRS or one that does not measure.
    DataError
        If a road has no speed, a speed is not greater than 0, or a coordinate is no number.

    Examples
    --------
    >>> roads = gpd.GeoDataFrame(
    ...     {"class": ["main", "side"]},
    ...     geometry=[shapely.LineString([(0, 0), (2000, 0)]), shapely.LineString([(500, 0.4), (500, 900)])],
    ...     index=["m", "s"],
    ...     crs="EPSG:32652",
    ... )
    >>> network = build(roads, speeds={"main": 60, "side": 30})
    >>> network
    Network of 5 nodes and 4 edges, 2.9 km in 1 connected parts
    >>> print(network.findings[0])
    roads: 1 end of a line lies within 1 m of another line without a vertex there and was joined to it [s]
    """
    _measurable(lines, table)
    if not (math.isfinite(snap) and snap >= 0):
        raise DataError(f"{table}: snap is {snap!r}; give metres, 0 or more")
    lines, left_out = _lines_only(lines, table)
    kmh = _speeds(lines, speeds, column=column, other=other, table=table)
    ids = pd.Index(lines.index.astype("str"), name="feature")
    roads, tips = junctions.close_gaps(junctions.drawn(lines.geometry.to_numpy()), snap)
    without = np.flatnonzero(np.bincount(roads.feature, minlength=len(lines)) == 0)
    roads, doubles = _distinct(roads, kmh)
    metres = np.hypot(*(roads.points[roads.ends[:, 1]] - roads.points[roads.ends[:, 0]]).T)
    part, parts = _parts(roads, metres)
    findings = [
        *left_out,
        *remarks.lengthless(without, ids, table),
        *remarks.joined(tips, ids, table, snap),
        *remarks.doubled(doubles, table),
        *remarks.apart(roads, part, parts, ids, table),
    ]
    minutes = metres * 0.06 / kmh[roads.feature]
    return Network(
        ids,
        roads.points,
        roads.ends,
        roads.feature,
        metres,
        minutes,
        part,
        parts,
        tuple(findings),
        crs.CRS(lines.crs),
    )


# `build` has a parameter of the module's name.
_speeds = speeds.by_feature


def _measurable(lines: gpd.GeoDataFrame, table: str) -> None:
    if lines.crs is None:
        raise CrsError(f"{table}: no CRS; set one with set_crs, or state it in the catalogue")
    crs.for_measuring(lines.crs.to_wkt())


def _lines_only(lines: gpd.GeoDataFrame, table: str) -> tuple[gpd.GeoDataFrame, list[Finding]]:
    """The rows that are lines, and a warning about the others."""
    shapes = lines.geometry.to_numpy()
    coordinates, row = shapely.get_coordinates(shapes, return_index=True)
    if not np.isfinite(coordinates).all():
        bad = lines.index[np.unique(row[~np.isfinite(coordinates).all(axis=1)])]
        raise DataError(
            f"{table}: refused, {len(bad)} rows have coordinates that are not finite numbers",
            [f"{name}: mend the coordinates in the source" for name in bad],
        )
    usable = np.isin(shapely.get_type_id(shapes), _LINES) & ~shapely.is_empty(shapes)
    if usable.all():
        return lines, []
    others = gpd.GeoSeries(shapes[~usable])
    kinds = others.geom_type.mask(others.isna() | others.is_empty, "without geometry").value_counts(
        sort=False
    )
    told = ", ".join(f"{number} {kind}" for kind, number in kinds.items())
    rows = tuple(map(str, lines.index[~usable]))
    message = f"{len(rows)} of {len(lines)} features are no lines and were left out: {told}"
    return lines[usable], [Finding("warning", table, message, "take them from the layer of roads", rows)]


def _distinct(roads: Drawn, kmh: NDArray[np.float64]) -> tuple[Drawn, int]:
    """One edge for each pair of nodes, the fastest, and nodes that have an edge; in the order drawn."""
    used = np.bincount(roads.ends.ravel(), minlength=len(roads.points)) > 0
    ends = (np.cumsum(used) - 1)[roads.ends]
    low, high = ends.min(axis=1), ends.max(axis=1)
    pair = low * len(roads.points) + high
    order = np.lexsort((-kmh[roads.feature], pair))
    first = np.ones(len(order), dtype=bool)
    first[1:] = pair[order][1:] != pair[order][:-1]
    kept = np.sort(order[first])
    kept = kept[low[kept] != high[kept]]
    loops = int((low == high).sum())
    return Drawn(roads.points[used], ends[kept], roads.feature[kept], roads.line[kept], roads.tips), len(
        ends
    ) - loops - len(kept)


def _parts(roads: Drawn, metres: NDArray[np.float64]) -> tuple[Rows, pd.DataFrame]:
    """The connected part of each node, the longest first, and what each part holds."""
    nodes = len(roads.points)
    graph = csr_array((np.ones(len(metres), dtype=np.int8), roads.ends.T), shape=(nodes, nodes))
    number, label = connected_components(graph, directed=False) if nodes else (0, np.empty(0, dtype=int))
    of_edge = label[roads.ends[:, 0]]
    length = np.bincount(of_edge, weights=metres, minlength=number)
    order = np.argsort(-length, kind="stable")
    rank = np.empty(number, dtype=np.intp)
    rank[order] = np.arange(number)
    owned = pd.DataFrame({"part": rank[of_edge], "feature": roads.feature}).drop_duplicates()
    parts = pd.DataFrame(
        {
            "nodes": np.bincount(label, minlength=number)[order],
            "edges": np.bincount(of_edge, minlength=number)[order],
            "metres": length[order],
            "features": np.bincount(owned["part"], minlength=number),
        },
        index=pd.RangeIndex(number, name="part"),
    )
    return rank[label], parts
