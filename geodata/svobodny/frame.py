"""Where the park lies: its own grid of metres, and the way from there to degrees.

The park is drawn on a grid (u, v): u runs along the boulevard from the west gate, v across it.
The grid is turned against north and bends at two cross streets, so blocks are parallelograms that
follow the creek. Everything outside the park is drawn in metres of UTM zone 52 north.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from math import cos, radians, sin

from pyproj import Transformer
from shapely import Geometry, get_parts, make_valid, transform
from shapely.geometry import LineString, MultiPolygon, Point, Polygon
from shapely.geometry.polygon import orient

ORIGIN = (445_950.0, 5_711_130.0)
TURN = radians(-9.0)
BENDS = ((830.0, 0.075), (1450.0, 0.055))
DECIMALS = 7

Pair = tuple[float, float]

_DEGREES = Transformer.from_crs("EPSG:32652", "EPSG:4326", always_xy=True)


def metres(pair: Pair) -> Pair:
    """Return UTM metres of a grid point.

    Examples
    --------
    >>> metres((0, 0))
    (445950.0, 5711130.0)
    """
    u, v = pair
    v += sum(slope * max(0.0, u - start) for start, slope in BENDS)
    return (ORIGIN[0] + u * cos(TURN) - v * sin(TURN), ORIGIN[1] + u * sin(TURN) + v * cos(TURN))


def from_grid(shape: Geometry) -> Geometry:
    """Return a shape drawn on the park grid in degrees."""
    bent = _map_rings(shape, _with_bends)
    return from_metres(transform(bent, lambda pairs: [metres(tuple(pair)) for pair in pairs]))


def from_metres(shape: Geometry) -> Geometry:
    """Return a shape drawn in UTM metres in degrees, rounded, outer rings counter-clockwise."""
    degrees = transform(shape, lambda pairs: [_rounded(*_DEGREES.transform(*pair)) for pair in pairs])
    return oriented(degrees)


def oriented(shape: Geometry) -> Geometry:
    """Return a shape with the ring order of RFC 7946 and no point twice in a row."""
    if isinstance(shape, Polygon):
        return orient(_map_rings(shape, _without_repeats))
    if isinstance(shape, MultiPolygon):
        return MultiPolygon([oriented(part) for part in shape.geoms])
    return _map_rings(shape, _without_repeats)


def polygons(shape: Geometry, *, at_least: float) -> Polygon | MultiPolygon:
    """Return the polygons of a shape that are at least so many square metres large."""
    parts = [part for part in get_parts(make_valid(shape)) if part.area >= at_least]
    return parts[0] if len(parts) == 1 else MultiPolygon(parts)


def smooth(points: Sequence[Pair], *, rounds: int = 3, closed: bool = False) -> list[Pair]:
    """Return points with their corners cut off again and again (Chaikin), so that a line bends.

    Examples
    --------
    >>> smooth([(0, 0), (4, 0), (4, 4)], rounds=1)
    [(0, 0), (1.0, 0.0), (3.0, 0.0), (4.0, 1.0), (4.0, 3.0), (4, 4)]
    """
    if rounds == 0:
        return list(points)
    pairs = zip(points, [*points[1:], *points[:1]] if closed else points[1:], strict=False)
    cut = [_between(a, b, share) for a, b in pairs for share in (0.25, 0.75)]
    kept = cut if closed else [points[0], *cut, points[-1]]
    return smooth(kept, rounds=rounds - 1, closed=closed)


def _between(a: Pair, b: Pair, share: float) -> Pair:
    """The point so far along from a to b."""
    return (a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share)


def _rounded(*pair: float) -> Pair:
    return (round(pair[0], DECIMALS), round(pair[1], DECIMALS))


def _map_rings(shape: Geometry, change: Callable[[list[Pair]], list[Pair]]) -> Geometry:
    """The shape with each of its point lists changed."""
    if isinstance(shape, Point):
        return shape
    if isinstance(shape, LineString):
        return LineString(change(list(shape.coords)))
    if isinstance(shape, Polygon):
        rings = [change(list(ring.coords)) for ring in (shape.exterior, *shape.interiors)]
        return Polygon(rings[0], rings[1:])
    return type(shape)([_map_rings(part, change) for part in shape.geoms])


def _with_bends(points: list[Pair]) -> list[Pair]:
    """The points, with one more wherever a line crosses a bend of the grid."""
    bent = [points[0]]
    for a, b in pairwise(points):
        crossed = [start for start, _ in BENDS if min(a[0], b[0]) < start < max(a[0], b[0])]
        shares = sorted((start - a[0]) / (b[0] - a[0]) for start in crossed)
        bent += [*(_between(a, b, share) for share in shares), b]
    return bent


def _without_repeats(points: list[Pair]) -> list[Pair]:
    """The points without those that equal the one before."""
    return [points[0], *(b for a, b in pairwise(points) if a != b)]
