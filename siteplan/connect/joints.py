"""Where plots and targets join the roads: the nearest point of the nearest edge, exactly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from siteplan.connect.junctions import Rows
from siteplan.connect.network import Network
from siteplan.shapes import Shapes


@dataclass(frozen=True, eq=False)
class Joints:
    """Where shapes join the roads, sorted by shape; one that touches roads joins at several places.

    Attributes
    ----------
    row
        Position of the shape.
    edge
        The edge joined.
    along
        From the edge's first node to the joint, metres.
    gap
        Straight from the shape to the joint, metres; 0 where they touch.
    own, at
        The point of the shape that is nearest to the road, and the joint; shape (joints, 2).
    """

    row: Rows
    edge: Rows
    along: NDArray[np.float64]
    gap: NDArray[np.float64]
    own: NDArray[np.float64]
    at: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.row)

    def take(self, which: NDArray[np.bool_] | Rows) -> Joints:
        """Return some of the joints."""
        return Joints(*(getattr(self, name)[which] for name in self.__dataclass_fields__))


def join(network: Network, shapes: Shapes) -> Joints:
    """Join shapes to the nearest point of the nearest edge.

    A shape that touches roads joins each of them, where the road enters it and where it leaves:
    a plot at a corner, or a town with roads through it, is reached by the cheapest of these.
    Of edges at exactly the same distance greater than 0 the first is taken.
    """
    if not len(network.ends) or not len(shapes):
        none = np.empty(0, dtype=np.intp)
        return Joints(none, none, np.empty(0), np.empty(0), np.empty((0, 2)), np.empty((0, 2)))
    edge, gap = _nearest(network, shapes)
    row = np.arange(len(shapes))
    lines = shapely.get_coordinates(shapely.shortest_line(shapes, network.segments[edge]))
    own, at = lines[::2], lines[1::2]
    touched, doors, spots = _doors(network, shapes, np.flatnonzero(gap == 0))
    row, edge = np.r_[row, touched], np.r_[edge, doors]
    order = np.argsort(row, kind="stable")
    own, at = np.concatenate([own, spots])[order], np.concatenate([at, spots])[order]
    gap = np.r_[gap, np.zeros(len(doors))][order]
    return Joints(row[order], edge[order], _along(network, edge[order], at), gap, own, at)


def _nearest(network: Network, shapes: Shapes) -> tuple[Rows, NDArray[np.float64]]:
    """The nearest edge of every shape, the first of equally near ones, and how far it is, metres."""
    (row, edge), metres = network.tree.query_nearest(shapes, return_distance=True, all_matches=True)
    order = np.lexsort((edge, row))
    row, edge, metres = row[order], edge[order], metres[order]
    first = np.r_[True, row[1:] != row[:-1]]
    return edge[first], metres[first]


def _doors(network: Network, shapes: Shapes, rows: Rows) -> tuple[Rows, Rows, NDArray[np.float64]]:
    """Where edges enter and leave the shapes that touch them: shape, edge, point."""
    hit, edge = network.tree.query(shapes[rows], predicate="intersects")
    pieces = shapely.intersection(network.segments[edge], shapes[rows][hit])
    spots, piece = shapely.get_coordinates(pieces, return_index=True)
    return rows[hit[piece]], edge[piece], spots


def _along(network: Network, edge: Rows, at: NDArray[np.float64]) -> NDArray[np.float64]:
    """From an edge's first node to the point of it that is nearest to a spot, metres."""
    start, stop = network.points[network.ends[edge, 0]], network.points[network.ends[edge, 1]]
    metres = network.metres[edge]
    along = ((stop - start) * (at - start)).sum(axis=1) / metres
    return np.asarray(along.clip(0.0, metres))
