"""What drawing.toml says, as shapes in degrees."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from frame import Pair, from_grid, from_metres, metres, smooth
from shapely import Geometry
from shapely.geometry import LineString, Point, Polygon

Row = dict[str, Any]
Feature = tuple[Row, Geometry]

DRAWING_KEYS = {"point", "line", "area", "grid", "lane", "bend"}

# A lane lies to the outer side of each street: its axis on the park grid, and which way is out.
LANES = {
    "boulevard": (600, -1),
    "first": (908, 1),
    "north": (1371, 1),
    "freight": (112, -1),
    "west": (250, -1),
    "central": (830, 1),
    "east": (1450, 1),
}


def features(rows: list[Row]) -> list[Feature]:
    """Return the columns and the shape of every row."""
    return [({key: row[key] for key in row if key not in DRAWING_KEYS}, shape(row)) for row in rows]


def shape(row: Row) -> Geometry:
    """Return the shape that a row draws, in degrees."""
    place = from_grid if row.get("grid") else from_metres
    if "point" in row:
        return place(Point(_pair(row["point"], row)))
    if "line" in row:
        pieces = _pieces(row["line"], row)
        points = [point for piece in pieces for point in piece[:-1]]
        return place(LineString([*points, pieces[-1][-1]]))
    ring = [_pair(point, row) for point in row["area"]]
    return place(Polygon(smooth(ring, closed=True) if row.get("bend") else ring))


def _pieces(points: list[Any], row: Row) -> list[list[Pair]]:
    """The line in pieces that end at its fixed points, each rounded by itself."""
    pairs = [_pair(point, row) for point in points]
    fixed = [n for n, point in enumerate(points) if isinstance(point, dict) and "fixed" in point]
    ends = [0, *fixed, len(points) - 1]
    pieces = [pairs[start : end + 1] for start, end in pairwise(ends)]
    return [smooth(piece) for piece in pieces] if row.get("bend") else pieces


def _pair(point: Any, row: Row) -> Pair:
    """A point in the metres its row is drawn in."""
    if isinstance(point, dict):
        return metres(_pair(point["grid"], row)) if "grid" in point else _pair(point["fixed"], row)
    u, v = (_lane(amount, row) if isinstance(amount, str) else float(amount) for amount in point)
    return (u, v)


def _lane(street: str, row: Row) -> float:
    """Where the row's lane runs along a street."""
    axis, outwards = LANES[street]
    return axis + outwards * float(row["lane"])
