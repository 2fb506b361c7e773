"""Which polygon of a layer lies around a point."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from siteplan.kernels.compiling import compiled
from siteplan.kernels.tree import WIDE, Tree, above, below


@compiled
def container(
    tree: Tree,
    x: float,
    y: float,
    own: NDArray[np.float64],
    highest: NDArray[np.float64],
    at_least: float,
    work: tuple[NDArray[np.int64], NDArray[np.uint8], NDArray[np.int64]],
) -> int:
    """The first feature of the layer with a polygon around a point, -1 where there is none.

    A ray to the east meets the outline of a polygon around its start an odd number of times. Only
    nodes are looked into that the ray meets and that hold outlines of polygons whose bounds hold
    the point.
    """
    stack, odd, touched = work
    filtered = len(own) > 0
    fx, fy = x - tree.origin[0], y - tree.origin[1]
    west, south, east, north = below(fx), below(fy), above(fx), above(fy)
    seen, top = 0, 1
    stack[0] = 0
    while top > 0:
        top -= 1
        node = stack[top]
        first = tree.child[node]
        sides, reach = tree.boxes[node], tree.reach[node]
        for k in range(WIDE):
            if (
                sides[1, k] > north
                or sides[3, k] < south
                or sides[2, k] < west
                or reach[0, k] > east
                or reach[2, k] < west
                or reach[1, k] > north
                or reach[3, k] < south
                or (filtered and not highest[node, k] >= at_least)
            ):
                continue
            if first >= 0:
                stack[top] = first + k
                top += 1
                continue
            one = -1 - first + k
            part = tree.part[one]
            x0, y0, x1, y1 = tree.ax[one], tree.ay[one], tree.bx[one], tree.by[one]
            if part < 0 or (y0 > y) == (y1 > y) or (one > 0 and tree.place[one] == tree.place[one - 1]):
                continue
            side = (x1 - x0) * (y - y0) - (x - x0) * (y1 - y0)
            if (side > 0.0) == (y1 > y0):
                if odd[part] == 0:
                    touched[seen] = part
                    seen += 1
                    odd[part] = 2
                odd[part] ^= 1
    found = -1
    for k in range(seen):
        part = touched[k]
        if odd[part] == 3 and (found < 0 or tree.part_feature[part] < found):
            found = tree.part_feature[part]
        odd[part] = 0
    return found
