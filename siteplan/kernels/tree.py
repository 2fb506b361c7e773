"""Segments in a tree of boxes: eight children to a node, flat arrays, no objects.

Segments lie along a Hilbert curve, so that eight neighbours on it are neighbours in the plane, and
every eight of them, and every eight nodes, have a node above. Boxes are single precision, rounded
outwards: a bound they give is never too large, and eight of them are compared at once.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from siteplan.kernels.compiling import compiled

WIDE = 8
"""Children of a node; eight single-precision numbers fill one vector register."""


class Segments(NamedTuple):
    """Segments in the order of their layer; a point is a segment of length 0.

    Attributes
    ----------
    ax, ay, bx, by
        Ends, metres.
    feature
        Position of each segment's feature in the layer, never decreasing.
    part
        Number of the polygon whose outline the segment is part of, -1 for a line or a point.
    part_feature
        Position of each polygon's feature, never decreasing.
    """

    ax: NDArray[np.float64]
    ay: NDArray[np.float64]
    bx: NDArray[np.float64]
    by: NDArray[np.float64]
    feature: NDArray[np.int32]
    part: NDArray[np.int32]
    part_feature: NDArray[np.int32]


class Tree(NamedTuple):
    """Segments along the curve with the nodes above them, root first.

    Attributes
    ----------
    ax, ay, bx, by, part
        As in `Segments`, in the order of the curve, the last one repeated to fill its node.
    place
        Each segment's position in the layer's order: of equals the first is taken.
    feature, part_feature
        As in `Segments`, in the layer's order.
    boxes
        (nodes, 4, 8): west, south, east, north of the children, relative to the origin.
    reach
        (nodes, 4, 8): the bounds of all polygons that have an outline in the child; no nodes where
        the layer has no polygon.
    child
        The first child of each node; for the lowest nodes -1 - its first segment.
    origin
        (2,): what the boxes are relative to, metres.
    """

    ax: NDArray[np.float64]
    ay: NDArray[np.float64]
    bx: NDArray[np.float64]
    by: NDArray[np.float64]
    part: NDArray[np.int32]
    place: NDArray[np.int32]
    feature: NDArray[np.int32]
    part_feature: NDArray[np.int32]
    boxes: NDArray[np.float32]
    reach: NDArray[np.float32]
    child: NDArray[np.int32]
    origin: NDArray[np.float64]


@compiled
def curve(x: Any, y: Any) -> Any:
    """Keys whose order is that of points along a Hilbert curve, the point's number in the low half."""
    keys = np.empty(len(x), dtype=np.uint64)
    if not len(x):
        return keys
    west, south = x.min(), y.min()
    side = max(x.max() - west, y.max() - south)
    scale = 65535.0 / side if side > 0 else 0.0
    for row in range(len(x)):
        a = np.uint32((x[row] - west) * scale)
        b = np.uint32((y[row] - south) * scale)
        key = np.uint32(0)
        for bit in range(15, -1, -1):
            right = (a >> np.uint32(bit)) & np.uint32(1)
            upper = (b >> np.uint32(bit)) & np.uint32(1)
            key = (key << np.uint32(2)) | ((np.uint32(3) * right) ^ upper)
            if upper == 0:
                if right == 1:
                    a = np.uint32(65535) - a
                    b = np.uint32(65535) - b
                a, b = b, a
        keys[row] = (np.uint64(key) << np.uint64(32)) | np.uint64(row)
    return keys


def along_the_curve(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.int64]:
    """Positions of points in the order in which a Hilbert curve meets them.

    Parameters
    ----------
    x, y
        Finite, fewer than 2^32.
    """
    # One sort of whole numbers, which numpy vectorizes; sorting positions by a key is several times slower.
    return (np.sort(curve(x, y)) & np.uint64(0xFFFFFFFF)).astype(np.int64)


@compiled
def gathered(order: Any, segments: Any) -> Any:
    """Segments in the order of the curve, the last one repeated to fill its node."""
    count = len(order)
    full = (count + WIDE - 1) // WIDE * WIDE
    ends = np.empty((4, full), dtype=np.float64)
    part = np.empty(full, dtype=np.int32)
    place = np.empty(full, dtype=np.int32)
    for row in range(full):
        one = np.int64(order[min(row, count - 1)])
        ends[0, row] = segments.ax[one]
        ends[1, row] = segments.ay[one]
        ends[2, row] = segments.bx[one]
        ends[3, row] = segments.by[one]
        part[row] = segments.part[one]
        place[row] = one
    return ends, part, place


@compiled
def outlines(segments: Any) -> Any:
    """West, south, east and north of every polygon."""
    bounds = np.empty((len(segments.part_feature), 4), dtype=np.float64)
    bounds[:, :2] = np.inf
    bounds[:, 2:] = -np.inf
    for row in range(len(segments.part)):
        part = segments.part[row]
        if part >= 0:
            bounds[part, 0] = min(bounds[part, 0], segments.ax[row])
            bounds[part, 1] = min(bounds[part, 1], segments.ay[row])
            bounds[part, 2] = max(bounds[part, 2], segments.ax[row])
            bounds[part, 3] = max(bounds[part, 3], segments.ay[row])
    return bounds


@compiled
def below(value: Any) -> Any:
    """A single-precision number that is not above the value."""
    return np.float32(value - abs(value) * 1.2e-7 - 1e-30)


@compiled
def above(value: Any) -> Any:
    """A single-precision number that is not below the value."""
    return np.float32(value + abs(value) * 1.2e-7 + 1e-30)


@compiled
def nodes(ends: Any, part: Any, bounds: Any, origin: Any) -> Any:
    """Boxes, reaches and first children of all nodes, root first."""
    levels = 1
    size = len(part) // WIDE
    total = size
    while size > 1:
        size = (size + WIDE - 1) // WIDE
        total += size
        levels += 1
    sides = np.empty((total, 4, WIDE), dtype=np.float32)
    reach = np.empty((total if len(bounds) else 0, 4, WIDE), dtype=np.float32)
    sides[:, :2] = np.inf
    sides[:, 2:] = np.inf
    reach[:, :2] = np.inf
    reach[:, 2:] = -np.inf
    child = np.empty(total, dtype=np.int32)
    size = len(part) // WIDE
    start = total - size
    for row in range(len(part)):
        node, slot = start + row // WIDE, row % WIDE
        sides[node, 0, slot] = below(min(ends[0, row], ends[2, row]) - origin[0])
        sides[node, 1, slot] = below(min(ends[1, row], ends[3, row]) - origin[1])
        sides[node, 2, slot] = above(max(ends[0, row], ends[2, row]) - origin[0])
        sides[node, 3, slot] = above(max(ends[1, row], ends[3, row]) - origin[1])
        if part[row] >= 0:
            for side in range(2):
                reach[node, side, slot] = below(bounds[part[row], side] - origin[side])
                reach[node, side + 2, slot] = above(bounds[part[row], side + 2] - origin[side])
    for node in range(start, total):
        child[node] = -1 - (node - start) * WIDE
    while size > 1:
        upper = (size + WIDE - 1) // WIDE
        for node in range(start - upper, start):
            child[node] = start + (node - (start - upper)) * WIDE
        for below_one in range(size):
            node, slot = start - upper + below_one // WIDE, below_one % WIDE
            one = start + below_one
            for side in range(2):
                sides[node, side, slot] = sides[one, side].min()
                east = np.float32(-np.inf)
                for k in range(WIDE):
                    if sides[one, side, k] < np.inf:
                        east = max(east, sides[one, side + 2, k])
                sides[node, side + 2, slot] = east
                if len(reach):
                    reach[node, side, slot] = reach[one, side].min()
                    reach[node, side + 2, slot] = reach[one, side + 2].max()
        size = upper
        start -= upper
    return sides, reach, child


def build(segments: Segments) -> Tree:
    """Build the tree of a layer's segments; at least one, all finite.

    Parameters
    ----------
    segments
        In the order of the layer.
    """
    order = along_the_curve((segments.ax + segments.bx) / 2, (segments.ay + segments.by) / 2)
    ends, part, place = gathered(order, segments)
    origin = np.array([np.floor(ends[0].mean()), np.floor(ends[1].mean())])
    boxes, reach, child = nodes(ends, part, outlines(segments), origin)
    ax, ay, bx, by = ends
    return Tree(
        ax, ay, bx, by, part, place, segments.feature, segments.part_feature, boxes, reach, child, origin
    )


@compiled
def levels(tree: Any, level: Any) -> Any:
    """The level of each segment along the curve, and the highest below each child; NaN never counts.

    Parameters
    ----------
    tree
        A layer's tree.
    level
        One number for each feature, NaN for one that does not count.
    """
    own = np.empty(len(tree.part), dtype=np.float64)
    for row in range(len(own)):
        own[row] = level[tree.feature[tree.place[row]]]
    highest = np.full((len(tree.child), WIDE), np.nan)
    for node in range(len(tree.child) - 1, -1, -1):
        first = tree.child[node]
        for slot in range(WIDE):
            if first < 0:
                highest[node, slot] = own[-1 - first + slot]
            elif first + slot < len(tree.child) and tree.boxes[node, 0, slot] < np.inf:
                best = np.nan
                for k in range(WIDE):
                    if not highest[first + slot, k] <= best and not np.isnan(highest[first + slot, k]):
                        best = highest[first + slot, k]
                highest[node, slot] = best
    return own, highest
