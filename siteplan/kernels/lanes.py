"""Eight boxes or four edges in one instruction each: vector code that numba does not find by itself.

Each function is written as vectors of LLVM's own language, which every processor has instructions
for, and does exactly what its plain twin in the docstring does, to the last bit: nothing here may be
reordered or fused.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

BOXES = 8
"""Boxes compared at once, single precision."""

EDGES = 4
"""Edges measured at once, double precision."""

_SINGLE = ir.VectorType(ir.FloatType(), BOXES)
_DOUBLE = ir.VectorType(ir.DoubleType(), EDGES)
_INDEX = ir.IntType(32)

Emit = Callable[[Any, Any, Any, Any], Any]


def _rows(context: Any, builder: Any, kind: Any, array: Any, block: Any, count: int, of: Any) -> list[Any]:
    """Load the rows of one block of an array of shape (blocks, rows, lanes)."""
    data = context.make_array(kind)(context, builder, array).data
    start = builder.mul(block, ir.Constant(block.type, count * of.count))
    rows = []
    for row in range(count):
        place = builder.gep(data, [builder.add(start, ir.Constant(block.type, row * of.count))])
        rows.append(builder.load(builder.bitcast(place, of.as_pointer()), align=4))
    return rows


def _all(builder: Any, number: Any, of: Any) -> Any:
    """A number in every lane."""
    one = builder.insert_element(ir.Constant(of, ir.Undefined), number, ir.Constant(_INDEX, 0))
    lanes = ir.Constant(ir.VectorType(_INDEX, of.count), [0] * of.count)
    return builder.shuffle_vector(one, ir.Constant(of, ir.Undefined), lanes)


def _larger(builder: Any, one: Any, other: Any) -> Any:
    return builder.select(builder.fcmp_ordered(">", one, other), one, other)


def _smaller(builder: Any, one: Any, other: Any) -> Any:
    return builder.select(builder.fcmp_ordered("<", one, other), one, other)


@intrinsic
def bounds_of_boxes(
    typing: Any, boxes: Any, node: Any, west: Any, south: Any, east: Any, north: Any, limit: Any, out: Any
) -> tuple[Any, Emit]:
    """Lower bounds of squared distances from a box to the eight children of a node.

    Per lane, ``dx = max(child_west - east, west - child_east, 0)``, likewise ``dy``, and
    ``dx * dx + dy * dy`` is written to `out`. Returned is a bit for each child within the limit.
    """
    signature = types.int64(boxes, types.int64, *[types.float32] * 5, out)

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        boxes, node, west, south, east, north, limit, out = given
        sides = _rows(context, builder, signature.args[0], boxes, node, 4, _SINGLE)
        none = ir.Constant(_SINGLE, [0.0] * BOXES)
        gaps = []
        for low, high, first, last in ((sides[0], sides[2], west, east), (sides[1], sides[3], south, north)):
            before = builder.fsub(low, _all(builder, last, _SINGLE))
            after = builder.fsub(_all(builder, first, _SINGLE), high)
            gaps.append(_larger(builder, _larger(builder, before, after), none))
        square = builder.fadd(builder.fmul(gaps[0], gaps[0]), builder.fmul(gaps[1], gaps[1]))
        place = context.make_array(signature.args[-1])(context, builder, out).data
        builder.store(square, builder.bitcast(place, _SINGLE.as_pointer()), align=4)
        within = builder.fcmp_ordered("<=", square, _all(builder, limit, _SINGLE))
        return builder.zext(builder.bitcast(within, ir.IntType(BOXES)), ir.IntType(64))

    return signature, emit


def _to_segments(builder: Any, x: Any, y: Any, ends: Any, inverse: Any, steps: Any) -> Any:
    """`to_segment` of siteplan.kernels.nearest in every lane."""
    ax, ay, bx, by = ends
    dx, dy = steps
    zero, one = (ir.Constant(_DOUBLE, [number] * EDGES) for number in (0.0, 1.0))
    mul, sub, add = builder.fmul, builder.fsub, builder.fadd
    wx, wy, vx, vy = sub(x, ax), sub(y, ay), sub(x, bx), sub(y, by)
    along = mul(add(mul(wx, dx), mul(wy, dy)), inverse)
    across = sub(mul(wx, dy), mul(wy, dx))
    between = mul(mul(across, across), inverse)
    after = add(mul(vx, vx), mul(vy, vy))
    before = add(mul(wx, wx), mul(wy, wy))
    beyond = builder.select(builder.fcmp_ordered(">=", along, one), after, between)
    return builder.select(builder.fcmp_ordered("<=", along, zero), before, beyond)


def _smallest(builder: Any, lanes: Any) -> Any:
    numbers = [builder.extract_element(lanes, ir.Constant(_INDEX, lane)) for lane in range(EDGES)]
    return _smaller(
        builder, _smaller(builder, numbers[0], numbers[1]), _smaller(builder, numbers[2], numbers[3])
    )


@intrinsic
def point_to_edges(typing: Any, edges: Any, block: Any, x: Any, y: Any) -> tuple[Any, Emit]:
    """The smallest squared distance of a point from four edges of a plot."""
    signature = types.float64(edges, types.int64, types.float64, types.float64)

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        edges, block, x, y = given
        *ends, inverse = _rows(context, builder, signature.args[0], edges, block, 5, _DOUBLE)
        steps = builder.fsub(ends[2], ends[0]), builder.fsub(ends[3], ends[1])
        here = _all(builder, x, _DOUBLE), _all(builder, y, _DOUBLE)
        return _smallest(builder, _to_segments(builder, *here, ends, inverse, steps))

    return signature, emit


@intrinsic
def segment_to_edges(
    typing: Any, edges: Any, block: Any, ax: Any, ay: Any, bx: Any, by: Any, inverse: Any
) -> tuple[Any, Emit]:
    """The smallest squared distance of a segment from four edges that it does not cross.

    It is reached at an end of the one or of the other; each edge's second end is the next edge's
    first.
    """
    signature = types.float64(edges, types.int64, *[types.float64] * 5)

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        edges, block, *numbers = given
        ax, ay, bx, by, own = (_all(builder, number, _DOUBLE) for number in numbers)
        *ends, inverse = _rows(context, builder, signature.args[0], edges, block, 5, _DOUBLE)
        steps = builder.fsub(ends[2], ends[0]), builder.fsub(ends[3], ends[1])
        best = _to_segments(builder, ax, ay, ends, inverse, steps)
        best = _smaller(builder, _to_segments(builder, bx, by, ends, inverse, steps), best)
        steps = builder.fsub(bx, ax), builder.fsub(by, ay)
        other = _to_segments(builder, ends[0], ends[1], (ax, ay, bx, by), own, steps)
        return _smallest(builder, _smaller(builder, other, best))

    return signature, emit


@intrinsic
def lowest_bit(typing: Any, bits: Any) -> tuple[Any, Emit]:
    """The position of the lowest bit that is set; at least one must be."""
    signature = types.int64(types.int64)

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        return builder.cttz(given[0], ir.Constant(ir.IntType(1), 1))

    return signature, emit
