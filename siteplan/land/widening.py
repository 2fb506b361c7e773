"""Shapes widened: everything within so many metres of a point, a line or a polygon.

A line is widened segment by segment: a strip along each, a wedge on the outer side of each bend, a
half disc at each end. Together they are exactly what lies within reach of the line, for whatever is
nearest to it is the inside of a segment, a bend or an end. So only the few pieces near a plot have
to be made, long line or short, and most of them have four corners.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from siteplan import segments
from siteplan.land.uniting import together
from siteplan.shapes import Shapes

ARC = 0.05
"""Metres by which the chords of an arc leave its circle at most, inwards."""

_STRAIGHT_M = 1e-6

Vectors = NDArray[np.float64]


def step(metres: Vectors) -> Vectors:
    """Return the widest angle whose chord stays within `ARC` of the circle, radians; a quarter turn at most.

    Examples
    --------
    >>> np.degrees(step(np.array([0.01, 8, 50, 705]))).round(1).tolist()
    [90.0, 12.8, 5.1, 1.4]
    """
    lost = ARC / np.maximum(metres, ARC)
    return np.asarray(np.minimum(2 * np.arccos(1 - lost), np.pi / 2))


def apart(one: Vectors, other: Vectors) -> NDArray[np.bool_]:
    """Whether spots differ, (spots, 2) each: column by column, for numpy is slow over short rows."""
    return np.asarray((one[:, 0] != other[:, 0]) | (one[:, 1] != other[:, 1]))


@dataclass(frozen=True, eq=False)
class Pieces:
    """What widened shapes are put together from, each made only when it is asked for.

    Attributes
    ----------
    row
        Position of each piece's shape.
    metres
        How far each piece reaches from its core; 0 for a polygon.
    ends
        (pieces, 2, 2): the segment whose neighbourhood the piece is part of; a point twice for a
        disc or half a disc; west-south and east-north of a polygon.
    outward
        (pieces, 2): from the first corner of a strip, or the centre of a disc, to where the piece's
        arc begins: across the segment on the outer side of the bend at its second end.
    turned
        (pieces, 2): the same where the arc ends.
    angle
        Of the arc, radians, positive to the left; 0 for a strip without a bend and for a polygon.
    chords
        Of the arc.
    areas
        The polygons; the last pieces, in their order.
    """

    row: NDArray[np.intp]
    metres: Vectors
    ends: Vectors
    outward: Vectors
    turned: Vectors
    angle: Vectors
    chords: NDArray[np.intp]
    areas: Shapes

    def __len__(self) -> int:
        return len(self.row)

    @property
    def first_area(self) -> int:
        """The first piece that is a polygon; all after it are too."""
        return len(self) - len(self.areas)

    def boxes(self) -> tuple[Vectors, Vectors]:
        """West-south and east-north corner of every piece."""
        reach, (start, end) = self.metres[:, None], self.ends.swapaxes(0, 1)
        return np.minimum(start, end) - reach, np.maximum(start, end) + reach

    def polygons(self, which: NDArray[np.intp]) -> Shapes:
        """Make pieces.

        Parameters
        ----------
        which
            Their positions.
        """
        made = np.empty(len(which), dtype=object)
        area = which >= self.first_area
        made[area] = self.areas[which[area] - self.first_area]
        bare = ~area & (self.angle[which] == 0)
        start, end = self.ends[which[bare]].swapaxes(0, 1)
        out = self.outward[which[bare]]
        made[bare] = shapely.polygons(np.stack([start - out, start + out, end + out, end - out], axis=1))
        bent = np.flatnonzero(~area & ~bare)
        if len(bent):
            made[bent] = self._bent(which[bent])
        return made

    def _bent(self, which: NDArray[np.intp]) -> Shapes:
        """Strips with a wedge at their second end, half discs and discs."""
        start, end = self.ends[which].swapaxes(0, 1)
        out, number = self.outward[which], np.arange(len(which))
        strip = apart(start, end)
        fan, owner = self._arcs(which)
        corners = (start[strip] - out[strip], start[strip] + out[strip], end + out)
        after = (end[strip], end[strip] - out[strip])
        vertices = np.concatenate([*corners, fan, *after])
        of = np.concatenate([number[strip], number[strip], number, owner, number[strip], number[strip]])
        order = np.argsort(of, kind="stable")
        return np.asarray(shapely.polygons(shapely.linearrings(vertices[order], indices=of[order])))

    def _arcs(self, which: NDArray[np.intp]) -> tuple[Vectors, NDArray[np.intp]]:
        """Vertices of the arcs after their first one, and the position of each in `which`."""
        angle, out, chords = self.angle[which], self.outward[which], self.chords[which]
        owner = np.repeat(np.arange(len(which)), chords)
        number = np.arange(len(owner)) - np.repeat(np.cumsum(chords) - chords, chords) + 1
        turn = angle[owner] * number / chords[owner]
        cos, sin = np.cos(turn), np.sin(turn)
        x, y = out[owner].T
        vertices = np.column_stack([cos * x - sin * y, sin * x + cos * y])
        # The neighbour's strip begins exactly where the arc ends: no gap, no overlap by rounding.
        vertices[np.cumsum(chords) - 1] = self.turned[which]
        return vertices + self.ends[which, 1][owner], owner


def pieces(shapes: Shapes, metres: Vectors, *, quarter: int | None = None) -> Pieces:
    """Take shapes apart into the pieces that their widened shapes are made of.

    Parameters
    ----------
    shapes
        Valid points, lines and polygons, single or multiple, none missing or empty.
    metres
        How far each is widened, 0 or more. A point or a line of width 0 has no pieces.
    quarter
        As for `widened`.
    """
    parts, row = shapes, np.arange(len(shapes))
    while (shapely.get_type_id(parts) >= shapely.GeometryType.MULTIPOINT).any():
        parts, inner = shapely.get_parts(parts, return_index=True)
        row = row[inner]
    solid = (shapely.get_dimensions(parts) == 2) & ~shapely.is_empty(parts)
    areas, of_area = parts[solid], row[solid]
    wide = np.flatnonzero(metres > 0)
    strips, caps = _along(shapes[wide], metres[wide], wide)
    low, high = shapely.bounds(areas).reshape(-1, 2, 2).swapaxes(0, 1)
    none = np.zeros((len(areas), 2))
    own = _Columns(
        of_area, np.zeros(len(areas)), np.stack([low, high], axis=1), none, none, np.zeros(len(areas))
    )
    columns = _Columns(*(np.concatenate(column) for column in zip(strips, caps, own, strict=True)))
    return Pieces(*columns, _chords(columns.angle, columns.metres, quarter), areas)


def _chords(angle: Vectors, metres: Vectors, quarter: int | None) -> NDArray[np.intp]:
    """Chords of arcs: as few as stay within `ARC`, or as many as others give a quarter circle."""
    if quarter is None:
        return np.maximum(np.ceil(np.abs(angle) / step(metres) - 1e-9), 1).astype(np.intp)
    return np.maximum(np.floor(np.abs(angle) / (np.pi / 2 / quarter) + 0.5), 1).astype(np.intp)


class _Columns(NamedTuple):
    """Pieces of one kind, as in `Pieces`."""

    row: NDArray[np.intp]
    metres: Vectors
    ends: Vectors
    outward: Vectors
    turned: Vectors
    angle: Vectors


def _along(shapes: Shapes, metres: Vectors, row: NDArray[np.intp]) -> tuple[_Columns, _Columns]:
    """Strips along the segments of lines and outlines; discs at points and half discs at free ends."""
    taken = segments.runs(shapes)
    first, second, run = segments.pieces(taken)
    vertices = np.column_stack([taken.x, taken.y])
    start, end = vertices.take(first, axis=0), vertices.take(second, axis=0)  # faster than []
    long = apart(start, end)
    # A run of which no segment has a length is a point.
    alone = np.ones(len(taken.row), dtype=bool)
    alone[run[long]] = False
    point = taken.start[:-1][alone]
    start, end, run = start.compress(long, axis=0), end.compress(long, axis=0), run[long]
    wide = metres[taken.row]
    along = end - start
    across = np.column_stack([-along[:, 1], along[:, 0]])
    across *= (wide[run] / np.hypot(*along.T))[:, None]
    follows, free = _neighbours(vertices, taken.start, run)
    strips = _strips(wide[run], np.stack([start, end], axis=1), across, follows, free[1])
    spot = np.concatenate([start[free[0]], end[free[1]], vertices[point]])
    of = np.concatenate([run[free[0]], run[free[1]], np.flatnonzero(alone)])
    radius = np.column_stack([wide[alone], np.zeros(alone.sum())])
    out = np.concatenate([across[free[0]], -across[free[1]], radius])
    whole = np.arange(len(out)) >= len(out) - len(point)
    turned, angle = np.where(whole[:, None], out, -out), np.where(whole, 2 * np.pi, np.pi)
    owner = row[taken.row]
    return (
        _Columns(owner[run], *strips),
        _Columns(owner[of], wide[of], np.stack([spot, spot], axis=1), out, turned, angle),
    )


def _strips(
    metres: Vectors, ends: Vectors, across: Vectors, follows: NDArray[np.intp], last: NDArray[np.bool_]
) -> tuple[Vectors, Vectors, Vectors, Vectors, Vectors]:
    """Strips with the wedge at their second end, on the outer side of the bend to what follows."""
    after = across.take(follows, axis=0)
    (x, y), (next_x, next_y) = across.T, after.T
    angle = np.arctan2(x * next_y - y * next_x, x * next_x + y * next_y)
    angle[last | (np.abs(angle) * metres < _STRAIGHT_M)] = 0
    side = np.where(angle > 0, -1.0, 1.0)[:, None]
    return metres, ends, side * across, side * after, angle


def _neighbours(
    vertices: Vectors, starts: NDArray[np.int32], run: NDArray[np.intp]
) -> tuple[NDArray[np.intp], tuple[NDArray[np.bool_], NDArray[np.bool_]]]:
    """Segment that follows each, round the corner of a closed run; which begin and end a run freely."""
    closed = ~apart(vertices[starts[:-1]], vertices[starts[1:] - 1])
    opens = np.ones(len(run), dtype=bool)
    opens[1:] = run[1:] != run[:-1]
    closes = np.roll(opens, -1)
    follows = np.arange(1, len(run) + 1)
    follows[closes] = np.flatnonzero(opens)
    return follows, (opens & ~closed[run], closes & ~closed[run])


def widened(shapes: Shapes, metres: Vectors, *, quarter: int | None = None) -> Shapes:
    """Everything within so many metres of each shape.

    Parameters
    ----------
    shapes
        Valid points, lines and polygons in a metric CRS, single or multiple, none missing or empty.
    metres
        How far, one for each shape, 0 or more.
    quarter
        Chords to a quarter circle, to repeat figures that others drew with so many, however wide:
        16 in geopandas. As many as `ARC` asks for if not given.

    Returns
    -------
    widened
        Polygons, single or multiple; an empty one for a point or a line of width 0. Their arcs are
        chords inside the circle that leave it by at most `ARC`, if `quarter` does not say otherwise.

    Examples
    --------
    >>> pipe = np.array([shapely.LineString([(0, 0), (100, 0)])])
    >>> round(widened(pipe, np.array([10.0]))[0].area - 100 * 20, 1), round(100 * np.pi, 1)
    (312.1, 314.2)
    """
    taken = pieces(shapes, metres, quarter=quarter)
    made = np.full(len(shapes), shapely.Polygon(), dtype=object)
    order = np.argsort(taken.row, kind="stable")
    rows, union = together(taken.polygons(order), taken.row[order])
    made[rows] = union
    return made
