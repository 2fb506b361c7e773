"""The park itself: streets, blocks, plots and the land between them, on the park grid.

All amounts are metres on the grid of `frame`. The rule behind the drawing: a boulevard from the
west gate, a loop north of it, one street between; anchors in the south between boulevard and rail
yard, middle plots along the boulevard, small plots around the loop and along the creek.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from frame import Pair, polygons
from shapely import Polygon, union_all
from shapely.geometry import LineString, Point, box
from shapely.geometry.base import BaseGeometry

BORDER: list[Pair] = [
    (-38, -20), (2020, -20), (2085, 190), (2062, 400), (1990, 600), (1925, 850), (1852, 1080),
    (1735, 1290), (1590, 1450), (1380, 1545), (1110, 1592), (830, 1612), (-38, 1600),
]  # fmt: skip
EDGE = 34.0  # width of the green strip inside the border
ENTRANCE = 5.0  # how far streets that leave the park reach beyond its border


@dataclass(frozen=True)
class Street:
    """A street: its axis on the grid and the width reserved for it with all its networks."""

    name: str
    name_ru: str
    category: str
    reserve: float
    axis: tuple[Pair, ...]


STREETS = (
    Street("Boulevard", "Бульвар", "park spine", 44, ((-38 - ENTRANCE, 600), (1890, 600))),
    Street("Loop", "Кольцевая улица", "park loop", 34, ((250, 600), (250, 1371), (1450, 1371), (1450, 600))),
    Street("North gate street", "Северная въездная", "street", 34, ((-38 - ENTRANCE, 1371), (250, 1371))),
    Street("Central avenue", "Центральный проспект", "street", 38, ((830, 112), (830, 1371))),
    Street("First street", "Первая улица", "street", 32, ((250, 908), (1745, 908))),
    Street("Polymer street", "Полимерная улица", "street", 34, ((250, -20 - ENTRANCE), (250, 600))),
    Street("East street", "Восточная улица", "street", 32, ((1450, 112), (1450, 600))),
    Street("Freight street", "Грузовая улица", "street", 28, ((250, 112), (1985, 112))),
)

ROUNDABOUTS: tuple[Pair, ...] = ((250, 600), (830, 600), (1450, 600))
TURNING: tuple[Pair, ...] = ((1890, 600), (1745, 908), (1985, 112))
CHAMFER, ROUNDABOUT, TURN = 22.0, 46.0, 30.0


@dataclass(frozen=True)
class Row:
    """A row of plots of one depth: its two edges and the u of every side line."""

    south: float
    north: float
    blocks: tuple[tuple[float, ...], ...]


# Numbered in this order, west to east and south to north. Blocks end at the street reserves.
ROWS = (
    Row(126, 578, ((267, 811), (849, 1434), (1466, 2100))),
    Row(740, 892, ((-4, 233),)),
    Row(622, 892, ((267, 519, 811), (849, 1131, 1434), (1466, 1692))),
    Row(924, 1133, ((-4, 233), (267, 527, 811), (849, 1139, 1434), (1466, 1642, 1900))),
    Row(1145, 1354, ((-4, 233), (267, 417, 661, 811), (849, 1015, 1184, 1434), (1466, 1900))),
    Row(1388, 1620, (
        (-4, 116, 238, 352, 474, 588, 706, 830), (830, 938, 1050, 1166, 1290, 1580),
    )),
)  # fmt: skip
GREEN_SQUARE = box(600, 1145, 661, 1354)

YARDS = {
    "utility_yard": ("Utility yard", "Площадка инженерных объектов", box(-4, 126, 233, 578)),
    "service_centre": ("Service centre", "Общественно-деловой центр", box(-4, 622, 233, 740)),
    "treatment_works": ("Treatment works", "Очистные сооружения", box(1692, 622, 1990, 892)),
    "rail_yard": ("Rail siding yard", "Грузовой железнодорожный двор", box(300, 18, 2100, 98)),
}


def inner() -> Polygon:
    """The park without the green strip along its border."""
    return Polygon(BORDER).buffer(-EDGE, join_style="mitre")


def reserves() -> BaseGeometry:
    """Land of all streets: their reserves, junctions with cut corners, roundabouts, turning circles."""
    bands = union_all([_band(street) for street in STREETS])
    # Growing with sharp corners and shrinking with cut ones fills only the inner corners of junctions.
    junctions = bands.buffer(CHAMFER, join_style="mitre").buffer(-CHAMFER, join_style="bevel")
    rounds = [Point(at).buffer(ROUNDABOUT, quad_segs=6) for at in ROUNDABOUTS]
    turns = [Point(at).buffer(TURN, quad_segs=6) for at in TURNING]
    return union_all([junctions, *rounds, *turns])


def _band(street: Street) -> BaseGeometry:
    """The strip reserved along a street."""
    return LineString(street.axis).buffer(street.reserve / 2, cap_style="flat", join_style="mitre")


def plots() -> list[BaseGeometry]:
    """The plots in the order of their numbers."""
    land = inner().difference(union_all([reserves(), GREEN_SQUARE]))
    cells = [
        box(west, row.south, east, row.north)
        for row in ROWS
        for block in row.blocks
        for west, east in pairwise(block)
    ]
    return [polygons(cell.intersection(land), at_least=100.0) for cell in cells]


def yards() -> dict[str, BaseGeometry]:
    """Land of the common facilities, by use."""
    land = inner().difference(reserves())
    return {use: polygons(land.intersection(shape), at_least=100.0) for use, (_, _, shape) in YARDS.items()}


def land_use() -> dict[str, BaseGeometry]:
    """All land of the park outside the plots, by use; with the plots it makes up the whole park."""
    park = Polygon(BORDER)
    used = yards() | {"road_reserve": reserves().intersection(park)}
    green = park.difference(union_all([*used.values(), *plots()]))
    return used | {"green": polygons(green, at_least=20.0)}
