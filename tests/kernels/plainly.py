"""Kernels as Python runs them: numpy looks at every index, which compiled code does not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from siteplan.kernels import joining, nearest, outline
from siteplan.kernels.compiling import Kernel


def squares(x: Any, y: Any, ax: Any, ay: Any, bx: Any, by: Any, inverse: Any) -> Any:
    """Squared distances of points from segments, over whatever shape numpy makes of it."""
    along = ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) * inverse
    across = (x - ax) * (by - ay) - (y - ay) * (bx - ax)
    before = (x - ax) * (x - ax) + (y - ay) * (y - ay)
    after = (x - bx) * (x - bx) + (y - by) * (y - by)
    return np.where(along <= 0, before, np.where(along >= 1, after, across * across * inverse))


def bounds_of_boxes(
    boxes: Any, node: Any, west: Any, south: Any, east: Any, north: Any, limit: Any, out: Any
):
    low_x, low_y, high_x, high_y = boxes[node]
    dx = np.maximum(np.maximum(low_x - east, west - high_x), np.float32(0))
    dy = np.maximum(np.maximum(low_y - north, south - high_y), np.float32(0))
    out[:] = dx * dx + dy * dy
    return int((1 << np.flatnonzero(out <= limit)).sum())


def lowest_bit(bits: Any) -> int:
    return (int(bits) & -int(bits)).bit_length() - 1


def point_to_edges(edges: Any, block: Any, x: Any, y: Any) -> Any:
    return squares(x, y, *edges[block]).min()


def segment_to_edges(edges: Any, block: Any, ax: Any, ay: Any, bx: Any, by: Any, inverse: Any) -> Any:
    one = (ax, ay, bx, by, inverse)
    near = np.minimum(squares(ax, ay, *edges[block]), squares(bx, by, *edges[block]))
    return np.minimum(near, squares(*edges[block, :2], *one)).min()


def run_plainly(patch: pytest.MonkeyPatch) -> None:
    """Let Python run all kernels, and numpy what they give to vectors."""
    twins = (bounds_of_boxes, lowest_bit, point_to_edges, segment_to_edges)
    for module in (joining, nearest, outline):
        for twin in twins:
            if hasattr(module, twin.__name__):
                patch.setattr(module, twin.__name__, twin)
    # not kept: a copy made earlier would go on calling vectors
    patch.setattr(Kernel, "plain", property(Kernel.plain.func))

    def called(kernel: Kernel, *arguments: Any) -> Any:
        with np.errstate(all="ignore"):
            return kernel.plain(*arguments)

    patch.setattr(Kernel, "__call__", called)
