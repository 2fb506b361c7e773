"""Where plots and targets join the roads: the nearest point of the nearest edge, exactly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from siteplan.connect.junctions import TOLERANCE, Rows
from siteplan.connect.network import Network
from siteplan.shapes import Shapes

FIELDS = ("row", "edge", "along", "gap", "own", "at")
"""What is told of each joint."""


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
        return Joints(*(getattr(self, name)[which] for name in FIELDS))

    @property
    def touching(self) -> NDArray[np.bool_]:
        """Which of them lie on their shape."""
        return np.equal(self.gap, 0)


def join(network: Network, shapes: Shapes) -> Joints:
    """Join shapes to the nearest point of the nearest edge.

    A shape that touches roads joins each of them, where the road enters it and where it leaves:
    a plot at a corner, or a town with roads through it, is reached by the cheapest of these.
    Of edges at exactly the same distance greater than 0 the first is taken, and of a stretch of road
    along a plot's side one point.
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


def at_doors(plots: Joints, shapes: Shapes, doors: Joints) -> Joints:
    """Add joints to plots that touch roads where a target's joint lies on their own stretch of road."""
    rows = np.unique(plots.row[plots.touching])
    hit, door = _within(doors, shapes[rows])
    row, added = rows[hit], doors.take(door)
    joined = Joints(row, added.edge, added.along, np.zeros(len(row)), added.at, added.at)
    every = Joints(*(np.concatenate([getattr(one, name) for one in (plots, joined)]) for name in FIELDS))
    return every.take(np.argsort(every.row, kind="stable"))


def inside(plots: Joints, targets: Joints, shapes: Shapes) -> Rows:
    """Return for each joint of a plot the target that its stretch of road lies in, -1 for none.

    Only targets that touch roads are asked: a town, a yard. The first of several is taken.
    """
    rows = np.unique(targets.row[targets.touching])
    rows = rows[shapely.get_dimensions(shapes[rows]) > 0]
    hit, joint = _within(plots, shapes[rows])
    found = np.full(len(plots), len(shapes))
    np.minimum.at(found, joint, rows[hit])
    return np.where(found < len(shapes), found, -1)


def _within(joints: Joints, shapes: Shapes) -> tuple[Rows, Rows]:
    """Pairs of a shape and a joint that lies in it; where the road was cut, rounding may put it beside."""
    if not len(shapes) or not len(joints):
        return np.empty(0, dtype=np.intp), np.empty(0, dtype=np.intp)
    tree = shapely.STRtree(np.asarray(shapely.points(joints.at), dtype=object))
    shape, joint = tree.query(shapes, predicate="dwithin", distance=TOLERANCE)
    return shape, joint


def _along(network: Network, edge: Rows, at: NDArray[np.float64]) -> NDArray[np.float64]:
    """From an edge's first node to the point of it that is nearest to a spot, metres."""
    start, stop = network.points[network.ends[edge, 0]], network.points[network.ends[edge, 1]]
    metres = network.metres[edge]
    along = ((stop - start) * (at - start)).sum(axis=1) / metres
    return np.asarray(along.clip(0.0, metres))
