"""The best rectangle of every piece of land: seeds, growth, and the few that are worth climbing from.

Local search: it finds no proof that nothing is larger. Tests and bench hold it to an exhaustive
search, and to shapes whose answer is known.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from siteplan.land import boxes, seeds
from siteplan.land.boxes import Floats, Worth
from siteplan.segments import pieces, runs
from siteplan.shapes import Shapes

OWN_ANGLES, EVEN_ANGLES = 12, 15
"""Angles looked at: along so many of the longest edges, and every 6 degrees."""

_WIDTHS = 3
_STAGES = ((8, 4, 0.12), (4, 8, 0.06), (1, 24, 0.03))
"""How many boxes of a plot go on, for how many rounds, with which step at most."""

_EDGES = 1200
"""Edges looked at together: what they give rise to stays in a processor's cache."""

_LAST = 1e15
"""More than any worth, square metres."""

_THREADS = 2


Chunk = tuple[NDArray[np.intp], Floats, Floats]
"""Positions of some shapes, their origins (n, 2), and their edges around the origins (n, edges, 4)."""


@dataclass(frozen=True, eq=False)
class Places:
    """A rectangle in each shape; NaN where none was found.

    Attributes
    ----------
    angle
        Degrees of the longer side, counter-clockwise from east, 0 <= angle < 180; below 90 for a square.
    sides
        (shapes, 2) length and width, metres, the longer first.
    middle
        (shapes, 2)
    """

    angle: Floats
    sides: Floats
    middle: Floats

    def outlines(self, sides: Floats, where: NDArray[np.bool_]) -> Shapes:
        """Rectangles of given sides in the middle of the places; empty polygons elsewhere."""
        shapes = np.full(len(where), shapely.Polygon(), dtype=object)
        turn = np.radians(self.angle[where])[:, None]
        x, y = (side[:, None] / 2 * way for side, way in zip(sides[where].T, _CORNERS, strict=True))
        x, y = x * np.cos(turn) - y * np.sin(turn), x * np.sin(turn) + y * np.cos(turn)
        shapes[where] = shapely.polygons(np.stack([x, y], axis=-1) + self.middle[where, None])
        return shapes


_CORNERS = np.array([[-1.0, 1.0, 1.0, -1.0], [-1.0, -1.0, 1.0, 1.0]])


def search(shapes: Shapes, worth: Worth) -> Places:
    """Best rectangle found in each shape.

    Parameters
    ----------
    shapes
        Valid polygons and multipolygons in metres; empty and missing ones have no rectangle.
    worth
        What a rectangle of this length and width is worth.
    """
    best = np.full((len(shapes), 5), np.nan)
    with ThreadPoolExecutor(_THREADS) as pool:
        for rows, found in pool.map(lambda chunk: _searched(chunk, worth), _chunks(shapes)):
            best[rows] = found
    return Places(best[:, 0], best[:, 1:3], best[:, 3:])


def _chunks(shapes: Shapes) -> Iterator[Chunk]:
    """Shapes with about as many edges each, so that little is padded."""
    solid = np.flatnonzero(shapely.area(shapes) > 0)
    if not solid.size:
        return
    taken = runs(shapely.orient_polygons(shapes[solid]))
    first, second, run = pieces(taken)
    owner = taken.row[run]
    bounds = shapely.bounds(shapes[solid])
    origin = np.column_stack([bounds[:, 0] + bounds[:, 2], bounds[:, 1] + bounds[:, 3]]) / 2
    xy = np.column_stack([taken.x, taken.y])
    ends = np.hstack([xy[first] - origin[owner], xy[second] - origin[owner]])
    order = np.argsort(owner, kind="stable")
    ends = ends[order]
    count = np.bincount(owner, minlength=len(solid))
    start = np.cumsum(count) - count
    by_size = np.argsort(count, kind="stable")
    at = 0
    while at < len(by_size):
        # As many as fit with the edges of the largest among them; sizes grow slowly.
        room = np.arange(1, len(by_size) - at + 1) * count[by_size[at:]]
        many = max(int(np.searchsorted(room, _EDGES, side="right")), 1)
        rows = by_size[at : at + many]
        at += many
        n = count[rows].max()
        pick = start[rows, None] + np.arange(n)
        spare = np.arange(n) >= count[rows, None]
        pick[spare] = np.broadcast_to(start[rows, None], pick.shape)[spare]
        edges = ends[pick]
        edges[spare, 2:] = edges[spare, :2]
        yield solid[rows], origin[rows], edges


def _searched(chunk: Chunk, worth: Worth) -> tuple[NDArray[np.intp], Floats]:
    rows, origin, edges = chunk
    angle = seeds.angles(edges, own=OWN_ANGLES, even=EVEN_ANGLES)
    tried = seeds.seeds(edges, angle, worth, each=_WIDTHS)
    ends = boxes.turned(edges[:, None, None], angle[..., None])
    tried = boxes.grown(ends, tried).reshape(len(rows), -1, 5)
    beside = seeds.beside_edges(edges, longest=OWN_ANGLES)
    ends = boxes.turned(edges[:, None, None], beside[:, :, :1, 0])
    beside = boxes.grown(ends, beside).reshape(len(rows), -1, 5)
    tried = np.concatenate([tried, beside], axis=1)
    step: Floats = np.ones(tried.shape[:2])
    for keep, rounds, largest in _STAGES:
        tried, step = _chosen(tried, step, worth, keep)
        owner = np.repeat(np.arange(len(rows)), tried.shape[1])
        done, steps = boxes.climb(
            edges,
            tried.reshape(-1, 5),
            owner,
            worth,
            np.minimum(step.ravel(), largest),
            rounds=rounds,
        )
        tried, step = done.reshape(len(rows), -1, 5), steps.reshape(len(rows), -1)
    return rows, _places(tried[:, 0], origin)


def _places(best: Floats, origin: Floats) -> Floats:
    """Angle in degrees, sides and middle of the best boxes, as `Places` has them."""
    angle, west, east, south, north = best.T
    x, y, long, short = (west + east) / 2, (south + north) / 2, east - west, north - south
    x, y = x * np.cos(angle) - y * np.sin(angle), x * np.sin(angle) + y * np.cos(angle)
    degrees = np.degrees(angle) + np.where(short > long, 90.0, 0.0)
    square = np.abs(long - short) < 1e-6
    # Rounded to a billionth: what is 180 degrees but for rounding is 0.
    degrees = np.mod(np.round(degrees, 9), np.where(square, 90.0, 180.0))
    sides = np.maximum(long, short), np.minimum(long, short)
    places = np.column_stack([degrees, *sides, x + origin[:, 0], y + origin[:, 1]])
    places[~(long > 0)] = np.nan
    return places


def _chosen(tried: Floats, step: Floats, worth: Worth, keep: int) -> tuple[Floats, Floats]:
    """The best boxes of each plot, those that are much like a better one last; (plots, keep, 5)."""
    value = boxes.worths(tried, worth)
    angle, west, east, south, north = np.moveaxis(tried, -1, 0)
    x, y = (west + east) / 2, (south + north) / 2
    x, y = x * np.cos(angle) - y * np.sin(angle), x * np.sin(angle) + y * np.cos(angle)
    quarter = np.mod(angle, np.pi / 2)
    short = np.minimum(east - west, north - south)
    picked = np.empty((len(tried), keep), dtype=np.intp)
    for k in range(keep):
        best = value.argmax(axis=1)[:, None]
        own_x, own_y, own_turn, own_short = (
            np.take_along_axis(one, best, axis=1) for one in (x, y, quarter, short)
        )
        turn = np.abs(quarter - own_turn)
        alike = np.minimum(turn, np.pi / 2 - turn) < np.radians(5)
        alike &= (np.hypot(x - own_x, y - own_y) < own_short / 4) & (
            np.abs(short - own_short) < own_short / 4
        )
        value = np.where(alike, value - _LAST, value)
        np.put_along_axis(value, best, -np.inf, axis=1)
        picked[:, k] = best[:, 0]
    return (
        np.take_along_axis(tried, picked[..., None], axis=1),
        np.take_along_axis(step, picked, axis=1),
    )
