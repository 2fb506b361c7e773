"""From shapes to all equally near places on the roads, exactly: through shapely, or compiled.

Both ways give the same answers. A small job goes through shapely's tree of edges, which needs
nothing compiled; a large one through `siteplan.kernels.joining`.
"""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from siteplan import segments
from siteplan.connect.junctions import Rows
from siteplan.connect.network import Network
from siteplan.nearest import WORTH_COMPILING, Way
from siteplan.shapes import Shapes

if TYPE_CHECKING:
    from siteplan.kernels.outline import Plots

SLACK = 1e-6
"""Edges this much farther than the nearest are as near, and this near is touching; metres."""

_CHUNK = 4096

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Places:
    """Where shapes may join, sorted by shape, edge and place along it.

    Attributes
    ----------
    row, edge
        Position of the shape, and the edge.
    along
        From the edge's first node, metres.
    own, at
        The point of the shape and that of the edge, the same where they touch; shape (places, 2).
    gap
        Of each shape: from it to the nearest edge, metres; 0 where they touch.
    """

    row: Rows
    edge: Rows
    along: Floats
    own: Floats
    at: Floats
    gap: Floats


def way_for(shapes: int) -> Way:
    """Return which way is faster for so many shapes."""
    return "compiled" if shapes >= WORTH_COMPILING else "plain"


def places(
    network: Network,
    shapes: Shapes,
    way: Way | None = None,
    *,
    ids: Iterable[object] | None = None,
    what: str = "shapes",
) -> Places:
    """Find the places where each shape is nearest to the roads.

    Of a stretch of road that is as near along its whole length, or lies in the shape, these are its
    ends and the corners of the shape beside it, edge by edge.

    Parameters
    ----------
    network
        With at least one edge.
    shapes
        Of any kind, at least one.
    way
        "plain" or "compiled"; whichever is faster for so many shapes if not given.
    ids, what
        Identifiers of the shapes and what they are called in a message.

    Raises
    ------
    DataError
        If a shape is missing, empty or not finite; all of them at once.
    """
    compiled = (way or way_for(len(shapes))) == "compiled"
    fit = _for_compiled(shapes) if compiled else np.zeros(len(shapes), dtype=bool)
    taken = segments.runs(shapes if fit.all() else shapes[fit])
    if not (fit.all() and np.isfinite(taken.x).all() and np.isfinite(taken.y).all()):
        segments.refuse_unusable(shapes, ids, polygons=False, what=what)
    if not fit.any():
        return _plain(network, shapes)
    if fit.all():
        return _compiled(network, taken, len(shapes))
    some, rest = np.flatnonzero(fit), np.flatnonzero(~fit)
    return _together(
        (some, _compiled(network, taken, len(some))),
        (rest, _plain(network, shapes[rest])),
        shapes=len(shapes),
    )


def _for_compiled(shapes: Shapes) -> NDArray[np.bool_]:
    """Outlines and points; whether a point lies inside is asked of outlines alone, a line has no inside."""
    thick = shapely.get_dimensions(shapes) != 1
    one_kind = shapely.get_type_id(shapes) != shapely.GeometryType.GEOMETRYCOLLECTION
    return np.asarray(thick & one_kind & ~shapely.is_empty(shapes) & ~shapely.is_missing(shapes))


def _together(*found: tuple[Rows, Places], shapes: int) -> Places:
    """The places of some of the shapes and of the others, each with the rows of its shapes."""
    gap = np.empty(shapes)
    for rows, one in found:
        gap[rows] = one.gap
    row = np.concatenate([rows[one.row] for rows, one in found])
    order = np.argsort(row, kind="stable")
    edge, along, own, at = (
        np.concatenate([getattr(one, name) for _, one in found])[order]
        for name in ("edge", "along", "own", "at")
    )
    return Places(row[order], edge, along, own, at, gap)


def _compiled(network: Network, taken: segments.Runs, shapes: int) -> Places:
    from siteplan.kernels import joining, nearest  # noqa: PLC0415 (numba is heavy)

    order, packed = _packed(taken, shapes)
    gap, count = np.empty(shapes), np.empty(shapes, dtype=np.intp)
    layer = network.compiled_tree
    chunks = [(start, min(start + _CHUNK, shapes)) for start in range(0, shapes, _CHUNK)]
    # Threads of Python, for the kernels hold no lock; see siteplan.nearest.
    with ThreadPoolExecutor(nearest.cores()) as pool:
        found = list(
            pool.map(
                lambda chunk: joining.joints(layer, packed, chunk[0], chunk[1], order, SLACK, gap, count),
                chunks,
            )
        )
        first = np.r_[0, np.cumsum(count)]
        edge, spot = np.empty(first[-1], dtype=np.intp), np.empty((first[-1], 5))
        put = [(*chunk, order, first, one, (edge, spot)) for chunk, one in zip(chunks, found, strict=True)]
        list(pool.map(lambda given: joining.put(*given), put))
    row = np.repeat(np.arange(shapes), count)
    return Places(row, edge, spot[:, 0] * network.metres[edge], spot[:, 1:3], spot[:, 3:], gap)


def _packed(taken: segments.Runs, shapes: int) -> tuple[NDArray[np.int64], Plots]:
    """Outlines and points as edges, in the order of the curve; a point is an edge of no length."""
    from siteplan.kernels import outline, tree  # noqa: PLC0415 (numba is heavy)

    x, y, start, length = taken.x, taken.y, taken.start, np.diff(taken.start)
    if (length == 1).any():
        twice = np.repeat(np.where(length == 1, 2, 1), length)
        x, y = np.repeat(x, twice), np.repeat(y, twice)
        start = np.r_[0, np.cumsum(np.maximum(length, 2))].astype(np.int32)
    first = np.searchsorted(taken.row, np.arange(shapes + 1)).astype(np.int32)
    corner = start[first[:-1]]
    order = tree.along_the_curve(x[corner], y[corner])
    return order, outline.Plots(*outline.packed(x, y, start, first, taken.outer, order))


def _plain(network: Network, shapes: Shapes) -> Places:
    (asked, _), metres = network.tree.query_nearest(shapes, return_distance=True, all_matches=False)
    gap = np.empty(len(shapes))
    gap[asked] = metres
    row, edge = network.tree.query(shapes, predicate="dwithin", distance=gap + SLACK)
    limit = gap + SLACK
    gap[gap <= SLACK] = 0.0
    touching = gap[row] == 0
    found = [
        _corners(network, shapes, row, edge, limit),
        _ends(network, shapes, row, edge, limit),
        _crossings(network, shapes, row[touching], edge[touching]),
    ]
    row, edge, own, at = (np.concatenate(column) for column in zip(*found, strict=True))
    along = network.along(edge, at)
    own = np.where(gap[row, None] == 0, at, own)
    order = np.lexsort((along, edge, row))
    sorted_ = [column[order] for column in (row, edge, along)]
    order = order[np.r_[True, np.logical_or.reduce([column[1:] != column[:-1] for column in sorted_])]]
    return Places(row[order], edge[order], along[order], own[order], at[order], gap)


_Found = tuple[Rows, Rows, Floats, Floats]


def _corners(network: Network, shapes: Shapes, row: Rows, edge: Rows, limit: Floats) -> _Found:
    """Vertices of the shapes that are as near to an edge as the limit."""
    vertices, owner = shapely.get_coordinates(shapes, return_index=True)
    count = np.bincount(owner, minlength=len(shapes))
    pair = np.repeat(np.arange(len(row)), count[row])
    step = np.arange(len(pair)) - np.repeat(np.cumsum(count[row]) - count[row], count[row])
    own = vertices[(np.cumsum(count) - count)[row[pair]] + step]
    at = network.nearest_point(edge[pair], own)
    near = np.hypot(*(own - at).T) <= limit[row[pair]]
    return row[pair[near]], edge[pair[near]], own[near], at[near]


def _ends(network: Network, shapes: Shapes, row: Rows, edge: Rows, limit: Floats) -> _Found:
    """Ends of the edges that are as near to a shape as the limit."""
    row, edge = np.tile(row, 2), np.tile(edge, 2)
    at = network.points[network.ends[edge, np.repeat((0, 1), len(edge) // 2)]]
    line = shapely.shortest_line(shapes[row], np.asarray(shapely.points(at), dtype=object))
    own = shapely.get_coordinates(line)[::2]
    near = shapely.length(line) <= limit[row]
    return row[near], edge[near], own[near], at[near]


def _crossings(network: Network, shapes: Shapes, row: Rows, edge: Rows) -> _Found:
    """Where edges enter and leave the shapes that they touch."""
    pieces = shapely.intersection(network.segments[edge], shapes[row])
    spots, piece = shapely.get_coordinates(pieces, return_index=True)
    return row[piece], edge[piece], spots, spots
