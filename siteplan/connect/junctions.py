"""Where lines meet: shared vertices, and ends that stop just short of another line.

Two lines that merely cross do not meet, as in OpenStreetMap: a bridge is no junction.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from siteplan.shapes import Shapes

TOLERANCE = 1e-3
"""Vertices closer than this are one, metres: more than rounding moves them, less than anyone surveys."""

_JUNCTION = 3

Rows = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Drawn:
    """Lines as nodes and two-point edges.

    Attributes
    ----------
    points
        Of each node, metres.
    ends
        The two nodes of each edge.
    feature, line
        Of each edge: the feature's position, and the line it belongs to (a multipart feature has several).
    tips
        First and last node of each line.
    """

    points: NDArray[np.float64]
    ends: Rows
    feature: Rows
    line: Rows
    tips: Rows


def drawn(shapes: Shapes) -> Drawn:
    """Return lines as nodes and edges; vertices closer than `TOLERANCE` are one node.

    Edges without length are left out: a vertex that is told twice is one.
    """
    parts, owner = _lines(shapes)
    coordinates, line = shapely.get_coordinates(parts, return_index=True)
    points, node = _nodes(coordinates)
    first = np.searchsorted(line, np.arange(len(parts)))
    last = np.searchsorted(line, np.arange(len(parts)), side="right") - 1
    edge = np.flatnonzero((line[:-1] == line[1:]) & (node[:-1] != node[1:]))
    ends = np.stack([node[edge], node[edge + 1]], axis=1)
    return Drawn(points, ends, owner[line[edge]], line[edge], np.stack([node[first], node[last]], axis=1))


def _lines(shapes: Shapes) -> tuple[Shapes, Rows]:
    """Lines of one part each, with the position of their feature."""
    if not (shapely.get_type_id(shapes) == shapely.GeometryType.MULTILINESTRING).any():
        return shapes, np.arange(len(shapes))
    return shapely.get_parts(shapes, return_index=True)


def _nodes(coordinates: NDArray[np.float64]) -> tuple[NDArray[np.float64], Rows]:
    """Distinct points, and the number of each coordinate's point."""
    if not len(coordinates):
        return coordinates, np.empty(0, dtype=np.intp)
    # Equal cells of a millimetre first, by hashing; the tree is left with what straddles two of them.
    x, y = (pd.factorize(np.round(column / TOLERANCE))[0] for column in coordinates.T)
    node, cells = pd.factorize(x * (y.max() + 1) + y)
    points = np.empty((len(cells), 2))
    points[node[::-1]] = coordinates[::-1]
    pairs = cKDTree(points, balanced_tree=False, compact_nodes=False).query_pairs(
        TOLERANCE, output_type="ndarray"
    )
    if not len(pairs):
        return points, node
    near = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(len(points), len(points)))
    number, group = connected_components(near, directed=False)
    kept = np.empty((number, 2))
    kept[group[::-1]] = points[::-1]
    return kept, group[node].astype(np.intp)


def close_gaps(roads: Drawn, snap: float) -> tuple[Drawn, Rows]:
    """Join ends that lie on or near the edge of another line without a vertex there.

    The edge is split at its nearest point, and a straight edge of the end's own feature closes the
    gap. An end is joined to the nearest line that it does not meet already, and only where fewer
    than three edges meet: three are a junction.

    Parameters
    ----------
    roads
        Nodes and edges.
    snap
        The longest gap to be closed, metres.

    Returns
    -------
    joined, tips
        The roads with the gaps closed, and the feature of each end that was joined.
    """
    tip, edge, along = _gaps(roads, snap)
    if not len(tip):
        return roads, tip
    ends = roads.ends[edge]
    start, stop = roads.points[ends[:, 0]], roads.points[ends[:, 1]]
    spot = start + along[:, None] * (stop - start)
    # A gap that is no gap, and a split at a vertex, need no new node.
    at = len(roads.points) + np.arange(len(tip))
    for node in (tip, ends[:, 0], ends[:, 1]):
        at = np.where(np.hypot(*(roads.points[node] - spot).T) <= TOLERANCE, node, at)
    feature, line = _owners(roads, tip)
    whole = np.ones(len(roads.ends), dtype=bool)
    whole[edge] = False
    pieces, piece_of = _split(roads.ends, edge, along, at)
    links = np.stack([tip, at], axis=1)
    joined = Drawn(
        np.concatenate([roads.points, spot]),
        np.concatenate([roads.ends[whole], pieces, links]),
        np.concatenate([roads.feature[whole], roads.feature[piece_of], feature]),
        np.concatenate([roads.line[whole], roads.line[piece_of], line]),
        roads.tips,
    )
    return joined, feature


def _gaps(roads: Drawn, snap: float) -> tuple[Rows, Rows, NDArray[np.float64]]:
    """Ends to be joined: the node, the edge of another line, and where on it (0-1)."""
    degree = np.bincount(_pairs(roads).ravel(), minlength=len(roads.points))
    is_tip = np.zeros(len(roads.points), dtype=bool)
    is_tip[roads.tips] = True
    tips = np.flatnonzero(is_tip & (degree > 0) & (degree < _JUNCTION))
    # Asking the tree of a few ends by all edges costs less than a tree of all edges.
    tree = shapely.STRtree(np.asarray(shapely.points(roads.points[tips]), dtype=object))
    low, high = roads.points[roads.ends].min(axis=1), roads.points[roads.ends].max(axis=1)
    reach = max(snap, TOLERANCE)
    boxes = shapely.box(*(low - reach).T, *(high + reach).T)
    edge, tip = tree.query(boxes)
    tip = tips[tip]
    apart = (roads.ends[edge] != tip[:, None]).all(axis=1)
    edge, tip = edge[apart], tip[apart]
    metres, along = _from_edge(roads, tip, edge)
    near = metres <= reach
    tip, edge, along, metres = tip[near], edge[near], along[near], metres[near]
    near = ~_meet(roads, tip, edge, along)
    order = np.lexsort((edge[near], metres[near], tip[near]))
    tip, edge, along = tip[near][order], edge[near][order], along[near][order]
    first = np.r_[True, tip[1:] != tip[:-1]] if len(tip) else np.empty(0, dtype=bool)
    return tip[first], edge[first], along[first]


def _pairs(roads: Drawn) -> Rows:
    """Pairs of nodes that an edge joins, each once: two roads in one place do not make a junction."""
    nodes = max(len(roads.points), 1)
    pair = np.sort(roads.ends.min(axis=1) * nodes + roads.ends.max(axis=1))
    pair = pair[np.r_[True, pair[1:] != pair[:-1]][: len(pair)]]
    return np.stack([pair // nodes, pair % nodes])


def _from_edge(roads: Drawn, node: Rows, edge: Rows) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Distance of nodes from edges, and where on the edge (0-1) the nearest point lies."""
    start, stop = roads.points[roads.ends[edge, 0]], roads.points[roads.ends[edge, 1]]
    way, off = stop - start, roads.points[node] - start
    along = np.clip((way * off).sum(axis=1) / (way * way).sum(axis=1), 0.0, 1.0)
    return np.hypot(*(off - along[:, None] * way).T), along


def _meet(roads: Drawn, node: Rows, edge: Rows, along: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether a node is a vertex of an edge's line, or linked to the vertex it would be joined to."""
    if not len(node):
        return np.empty(0, dtype=bool)
    concerned = np.isin(roads.ends, node)
    line, lines = roads.line, int(roads.line.max()) + 1
    vertices = roads.ends[concerned] * lines + np.repeat(line[:, None], 2, axis=1)[concerned]
    vertex = np.where(along == 0, roads.ends[edge, 0], np.where(along == 1, roads.ends[edge, 1], -1))
    neighbours = (roads.ends * len(roads.points) + roads.ends[:, ::-1])[concerned]
    linked = (vertex >= 0) & np.isin(node * len(roads.points) + vertex, neighbours)
    return linked | np.isin(node * lines + line[edge], vertices)


def _owners(roads: Drawn, tip: Rows) -> tuple[Rows, Rows]:
    """Feature and line whose end a node is; of several the first."""
    edge = np.full(len(roads.points), len(roads.ends))
    np.minimum.at(edge, roads.ends.ravel(), np.repeat(np.arange(len(roads.ends)), 2))
    return roads.feature[edge[tip]], roads.line[edge[tip]]


def _split(ends: Rows, edge: Rows, along: NDArray[np.float64], at: Rows) -> tuple[Rows, Rows]:
    """Pieces of edges between the nodes put on them, and the edge of each piece."""
    cut = np.unique(edge)
    on = np.concatenate([cut, edge, cut])
    node = np.concatenate([ends[cut, 0], at, ends[cut, 1]])
    place = np.concatenate([np.full(len(cut), -1.0), along, np.full(len(cut), 2.0)])
    order = np.lexsort((place, on))
    on, node = on[order], node[order]
    same = on[:-1] == on[1:]
    return np.stack([node[:-1][same], node[1:][same]], axis=1), on[:-1][same]
