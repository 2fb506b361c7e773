"""A point and a segment: how far, and where.

All arithmetic is on differences of double-precision coordinates; no option that would let the
compiler reorder or fuse it is on, so an answer depends on nothing but the point and the segment.
"""

from __future__ import annotations

from siteplan.kernels.compiling import compiled


@compiled
def inverse_square(ax: float, ay: float, bx: float, by: float) -> float:
    """1 / squared length of a segment, 0 for a point."""
    square = (bx - ax) * (bx - ax) + (by - ay) * (by - ay)
    return 1.0 / square if square > 0.0 else 0.0


@compiled
def to_segment(x: float, y: float, ax: float, ay: float, bx: float, by: float, inverse: float) -> float:
    """Squared distance of a point from a segment, given 1 / length squared (0 for a point).

    At an end it is the distance from that end to the last bit, whichever segment the end belongs
    to; on the segment's line it is exactly 0 where the cross product is.
    """
    dx, dy = bx - ax, by - ay
    wx, wy = x - ax, y - ay
    along = (wx * dx + wy * dy) * inverse
    across = wx * dy - wy * dx
    vx, vy = x - bx, y - by
    between = across * across * inverse
    after = vx * vx + vy * vy
    before = wx * wx + wy * wy
    return before if along <= 0.0 else (after if along >= 1.0 else between)


@compiled
def on_segment(x: float, y: float, ax: float, ay: float, bx: float, by: float) -> tuple[float, float]:
    """The point of a segment that is nearest to a point."""
    along = ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) * inverse_square(ax, ay, bx, by)
    if along <= 0.0:
        return ax, ay
    if along >= 1.0:
        return bx, by
    return ax + along * (bx - ax), ay + along * (by - ay)
