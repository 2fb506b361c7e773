"""Where plots and targets join the roads: the nearest points of the nearest edges, exactly."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from siteplan.connect.junctions import TOLERANCE, Rows
from siteplan.connect.network import Network
from siteplan.connect.snapping import SLACK, places
from siteplan.nearest import Way
from siteplan.shapes import Shapes

FIELDS = ("row", "edge", "along", "gap", "own", "at")
"""What is told of each joint."""


@dataclass(frozen=True, eq=False)
class Joints:
    """Where shapes join the roads, sorted by shape; one with several equally near places joins at all.

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


def join(
    network: Network,
    shapes: Shapes,
    way: Way | None = None,
    *,
    ids: Iterable[object] | None = None,
    what: str = "shapes",
) -> Joints:
    """Join shapes to the nearest points of the nearest edges.

    Where several points are equally near, a shape joins at each of them, and whoever asks takes the
    cheapest: a plot between two roads, at a corner, or with a side along a road; a town with roads
    through it. Of a stretch of road that is as near along its whole length, or lies in the shape,
    its two ends count, the corners of the shape beside it, and where it enters or leaves the shape.
    Places no more than `snapping.SLACK` farther than the nearest are equally near.

    Parameters
    ----------
    network, shapes, way, ids, what
        As for `snapping.places`; there may be no edge and no shape.

    Returns
    -------
    joints
        At least one for each shape, sorted by shape, edge and place along it.

    Raises
    ------
    DataError
        If a shape is missing, empty or not finite; all of them at once.
    """
    if not len(network.ends) or not len(shapes):
        none = np.empty(0, dtype=np.intp)
        return Joints(none, none, np.empty(0), np.empty(0), np.empty((0, 2)), np.empty((0, 2)))
    found = places(network, shapes, way, ids=ids, what=what)
    return Joints(found.row, found.edge, found.along, found.gap[found.row], found.own, found.at)


def at_doors(plots: Joints, shapes: Shapes, doors: Joints, edges: int) -> Joints:
    """Add joints to plots where a target's joint lies on the stretch of road that is nearest to them.

    Parameters
    ----------
    plots, shapes
        The plots.
    doors
        The targets' joints.
    edges
        Number of edges of the network.
    """
    with_door = np.zeros(edges, dtype=bool)
    with_door[doors.edge] = True
    rows, first = np.unique(plots.row[with_door[plots.edge]], return_index=True)
    gap = plots.gap[with_door[plots.edge]][first]
    hit, door = _within(doors, shapes[rows], gap + np.where(gap > 0, SLACK, TOLERANCE))
    row, added = rows[hit], doors.take(door)
    own = added.at.copy()
    beside = gap[hit] > 0
    lines = shapely.shortest_line(shapes[row[beside]], shapely.points(added.at[beside]))
    own[beside] = shapely.get_coordinates(lines)[::2]
    joined = Joints(row, added.edge, added.along, gap[hit], own, added.at)
    every = Joints(*(np.concatenate([getattr(one, name) for one in (plots, joined)]) for name in FIELDS))
    return every.take(np.argsort(every.row, kind="stable")) if len(row) else plots


def inside(plots: Joints, targets: Joints, shapes: Shapes) -> Rows:
    """Return for each joint of a plot the target that its stretch of road lies in, -1 for none.

    Only targets that touch roads are asked: a town, a yard. The first of several is taken.
    """
    rows = np.unique(targets.row[targets.touching])
    rows = rows[shapely.get_dimensions(shapes[rows]) > 0]
    # Where the road was cut, rounding may put the joint beside the shape.
    hit, joint = _within(plots, shapes[rows], TOLERANCE)
    found = np.full(len(plots), len(shapes))
    np.minimum.at(found, joint, rows[hit])
    return np.where(found < len(shapes), found, -1)


def _within(joints: Joints, shapes: Shapes, metres: NDArray[np.float64] | float) -> tuple[Rows, Rows]:
    """Pairs of a shape and a joint that lies so near to it."""
    if not len(shapes) or not len(joints):
        return np.empty(0, dtype=np.intp), np.empty(0, dtype=np.intp)
    tree = shapely.STRtree(np.asarray(shapely.points(joints.at), dtype=object))
    shape, joint = tree.query(shapes, predicate="dwithin", distance=metres)
    return shape, joint
