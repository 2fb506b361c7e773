"""The innermost questions of the nearest search, asked of several boxes or edges at once.

A vector register of the processor holds eight single- or four double-precision numbers side by
side. Each of these places is a *lane*, and one instruction does the same sum in all lanes. A node
of the tree has eight children and a block of a plot has four edges, so one load fills a register
with what belongs to all of them.

numba would have to find such instructions in a plain loop by itself, and here it does not: with
loops over the lanes the search for 100 000 plots in ten layers takes 1.3 times as long. So the
sums are given to LLVM, numba's own back end, as vectors; it has instructions for them on every
processor, two for one where the registers are shorter.

`Lanes` lets a sum over vectors be written as it is over numbers. The functions after it are what
compiled code calls: `bounds_of_boxes` and `lowest_bit` to choose among a node's children,
`point_to_edges` and `segment_to_edges` to measure a plot. Each does exactly what its docstring says
lane by lane, to the last bit: nothing here may be reordered or fused.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
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

# What numba takes for a function of its own: given (context, builder, signature, arguments), where
# arguments are values of LLVM, it writes instructions and returns the value that they result in.
Emit = Callable[[Any, Any, Any, Any], Any]


@dataclass(frozen=True)
class Lanes:
    """A number in every lane, or a truth in every lane after a comparison.

    Its signs compute nothing: each writes the instruction that will.

    Attributes
    ----------
    builder
        Where instructions are written, one after another.
    vector
        The value that the last of them gives.
    """

    builder: Any
    vector: Any

    @classmethod
    def all(cls, builder: Any, kind: Any, number: Any) -> Lanes:
        """Put one number into every lane of a vector of that kind."""
        nothing = ir.Constant(kind, ir.Undefined)
        alone = builder.insert_element(nothing, number, ir.Constant(_INDEX, 0))
        from_there = ir.Constant(ir.VectorType(_INDEX, kind.count), [0] * kind.count)
        return cls(builder, builder.shuffle_vector(alone, nothing, from_there))

    def constant(self, number: float) -> Lanes:
        """Put a number known beforehand into every lane of a vector like this one."""
        kind = self.vector.type
        return Lanes(self.builder, ir.Constant(kind, [number] * kind.count))

    def __add__(self, other: Lanes) -> Lanes:
        return Lanes(self.builder, self.builder.fadd(self.vector, other.vector))

    def __sub__(self, other: Lanes) -> Lanes:
        return Lanes(self.builder, self.builder.fsub(self.vector, other.vector))

    def __mul__(self, other: Lanes) -> Lanes:
        return Lanes(self.builder, self.builder.fmul(self.vector, other.vector))

    def compared(self, sign: str, other: Lanes) -> Lanes:
        """Return a truth in every lane, false where one of the two is NaN."""
        return Lanes(self.builder, self.builder.fcmp_ordered(sign, self.vector, other.vector))

    def choose(self, where: Lanes, elsewhere: Lanes) -> Lanes:
        """Take the one number in the lanes where this truth holds, and the other in the rest."""
        return Lanes(self.builder, self.builder.select(self.vector, where.vector, elsewhere.vector))

    def larger(self, other: Lanes) -> Lanes:
        """Return the larger of two numbers in every lane."""
        return self.compared(">", other).choose(self, other)

    def smaller(self, other: Lanes) -> Lanes:
        """Return the smaller of two numbers in every lane."""
        return self.compared("<", other).choose(self, other)

    def smallest(self) -> Any:
        """Return the smallest number of four lanes, no vector any more."""
        one, two, three, four = (
            Lanes(self.builder, self.builder.extract_element(self.vector, ir.Constant(_INDEX, lane)))
            for lane in range(EDGES)
        )
        return one.smaller(two).smaller(three.smaller(four)).vector

    def bits(self) -> Any:
        """Return truths as a whole number, the first lane in its lowest bit."""
        number = self.builder.bitcast(self.vector, ir.IntType(self.vector.type.count))
        return self.builder.zext(number, ir.IntType(64))


def _load(
    context: Any, builder: Any, array_type: Any, array: Any, block: Any, rows: int, kind: Any
) -> list[Lanes]:
    """Load block number `block` of an array of shape (blocks, rows, lanes), one vector for each row."""
    data = context.make_array(array_type)(context, builder, array).data
    start = builder.mul(block, ir.Constant(block.type, rows * kind.count))
    loaded = []
    for row in range(rows):
        place = builder.gep(data, [builder.add(start, ir.Constant(block.type, row * kind.count))])
        # numpy promises no more than the alignment of one number
        loaded.append(Lanes(builder, builder.load(builder.bitcast(place, kind.as_pointer()), align=4)))
    return loaded


@intrinsic
def bounds_of_boxes(
    typing: Any, boxes: Any, node: Any, west: Any, south: Any, east: Any, north: Any, limit: Any, out: Any
) -> tuple[Any, Emit]:
    """Write squared distances from a box to the boxes of a node's children; tell which are near enough.

    Per lane, ``dx = max(child_west - east, west - child_east, 0)``, likewise ``dy``, and
    ``dx * dx + dy * dy``.

    Parameters
    ----------
    typing
        numba's; the call does not give it.
    boxes
        (nodes, 4, 8) west, south, east, north of the children, single precision.
    node
        Number of the node.
    west, south, east, north
        The box.
    limit
        The largest squared distance that is near enough.
    out
        (8,) where the squared distances go.

    Returns
    -------
    within
        A bit for each child within the limit, that of the first the lowest.
    """
    signature = types.int64(boxes, types.int64, *[types.float32] * 5, out)

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        boxes, node, *numbers, out = given
        low_x, low_y, high_x, high_y = _load(context, builder, signature.args[0], boxes, node, 4, _SINGLE)
        west, south, east, north, limit = (Lanes.all(builder, _SINGLE, number) for number in numbers)
        none = low_x.constant(0.0)
        dx = (low_x - east).larger(west - high_x).larger(none)
        dy = (low_y - north).larger(south - high_y).larger(none)
        square = dx * dx + dy * dy
        place = context.make_array(signature.args[-1])(context, builder, out).data
        builder.store(square.vector, builder.bitcast(place, _SINGLE.as_pointer()), align=4)
        return square.compared("<=", limit).bits()

    return signature, emit


def _to_segment(x: Lanes, y: Lanes, ax: Lanes, ay: Lanes, bx: Lanes, by: Lanes, inverse: Lanes) -> Lanes:
    """Measure as `to_segment` of siteplan.kernels.segment does, in every lane."""
    dx, dy = bx - ax, by - ay
    wx, wy = x - ax, y - ay
    vx, vy = x - bx, y - by
    along = (wx * dx + wy * dy) * inverse
    across = wx * dy - wy * dx
    before, between, after = wx * wx + wy * wy, across * across * inverse, vx * vx + vy * vy
    beyond = along.compared(">=", along.constant(1.0)).choose(after, between)
    return along.compared("<=", along.constant(0.0)).choose(before, beyond)


@intrinsic
def point_to_edges(typing: Any, edges: Any, block: Any, x: Any, y: Any) -> tuple[Any, Emit]:
    """Return the smallest squared distance of a point from four edges of a plot.

    Parameters
    ----------
    typing
        numba's; the call does not give it.
    edges
        (blocks, 5, 4) as in `siteplan.kernels.outline.Plots`.
    block
        Number of the block.
    x, y
        The point.
    """
    signature = types.float64(edges, types.int64, types.float64, types.float64)

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        edges, block, *numbers = given
        four = _load(context, builder, signature.args[0], edges, block, 5, _DOUBLE)
        x, y = (Lanes.all(builder, _DOUBLE, number) for number in numbers)
        return _to_segment(x, y, *four).smallest()

    return signature, emit


@intrinsic
def segment_to_edges(
    typing: Any, edges: Any, block: Any, ax: Any, ay: Any, bx: Any, by: Any, inverse: Any
) -> tuple[Any, Emit]:
    """Return the smallest squared distance of a segment from four edges that it does not cross.

    It is reached at an end of the segment or at an end of an edge, of which the first is enough:
    each edge's second end is the next edge's first.

    Parameters
    ----------
    typing
        numba's; the call does not give it.
    edges, block
        As in `point_to_edges`.
    ax, ay, bx, by, inverse
        Ends of the segment, and 1 / its length squared.
    """
    signature = types.float64(edges, types.int64, *[types.float64] * 5)

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        edges, block, *numbers = given
        four = _load(context, builder, signature.args[0], edges, block, 5, _DOUBLE)
        ax, ay, bx, by, inverse = (Lanes.all(builder, _DOUBLE, number) for number in numbers)
        first_end, second_end = _to_segment(ax, ay, *four), _to_segment(bx, by, *four)
        edge_end = _to_segment(four[0], four[1], ax, ay, bx, by, inverse)
        return edge_end.smaller(second_end.smaller(first_end)).smallest()

    return signature, emit


@intrinsic
def lowest_bit(typing: Any, bits: Any) -> tuple[Any, Emit]:
    """Return the position of the lowest bit that is set; at least one must be.

    Parameters
    ----------
    typing
        numba's; the call does not give it.
    bits
        A whole number of 64 bits.
    """
    signature = types.int64(types.int64)

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        undefined_if_none = ir.Constant(ir.IntType(1), 1)
        return builder.cttz(given[0], undefined_if_none)

    return signature, emit
