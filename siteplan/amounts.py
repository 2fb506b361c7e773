"""What a plan can ask to have measured: to a feature, of a plot, along a network, of a connection."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from siteplan.models import Document, Name, Where


class Distance(Document):
    """Straight line from the plot's edge to the nearest point of a layer, metres, 0 when touching.

    Attributes
    ----------
    where
        Which features count, by column: the nearest substation of 10 kV that exists or is planned.
    """

    kind: Literal["distance"]
    layer: str
    may_be_empty: bool = False
    where: Where = ()


class Overlap(Document):
    """Share of the plot that a layer of polygons covers, 0-1."""

    kind: Literal["overlap"]
    layer: str
    may_be_empty: bool = False


class Length(Document):
    """Length of a layer's lines inside the plot, metres."""

    kind: Literal["length"]
    layer: str
    may_be_empty: bool = False


class Count(Document):
    """Number of features of a layer that touch the plot."""

    kind: Literal["count"]
    layer: str
    may_be_empty: bool = False


class Area(Document):
    """Area of the plot, hectares."""

    kind: Literal["area"]


class Attribute(Document):
    """A column of the plots table."""

    kind: Literal["attribute"]
    column: str


class NetworkDistance(Document):
    """Shortest way along a network from the plot to the nearest feature of a layer, metres."""

    kind: Literal["network_distance"]
    network: Name
    layer: str
    may_be_empty: bool = False


class TravelTime(Document):
    """Quickest way along a network from the plot to the nearest feature of a layer, minutes."""

    kind: Literal["travel_time"]
    network: Name
    layer: str
    may_be_empty: bool = False


class Cost(Document):
    """What a connection costs; endless where it is not to be had, unknown where something is."""

    kind: Literal["cost"]
    connection: Name
    estimate: Literal["low", "base", "high"] = "base"


class RouteLength(Document):
    """Length of a connection's route, metres; endless where the plot is not served."""

    kind: Literal["route_length"]
    connection: Name


class Headroom(Document):
    """Free capacity at the tie-in that serves a plot, the largest where none suffices, 0 out of reach."""

    kind: Literal["headroom"]
    connection: Name


class Months(Document):
    """Months until a connection can be had: 0 at a tie-in that exists and is free."""

    kind: Literal["months"]
    connection: Name


class Status(Document):
    """Whether a connection serves a plot: served, no_capacity, not_reachable; missing where unknown."""

    kind: Literal["status"]
    connection: Name


STATUSES = ("served", "no_capacity", "not_reachable")
"""What a status can be where it is known."""

Plain = Distance | Overlap | Length | Count | Area | Attribute
Connected = Cost | RouteLength | Headroom | Months | Status
Travelled = NetworkDistance | TravelTime
Measure = Annotated[Plain | Travelled | Connected, Field(discriminator="kind")]

QUANTITY = {
    "distance": "length",
    "overlap": "share",
    "length": "length",
    "count": "count",
    "area": "area",
    "network_distance": "length",
    "travel_time": "duration",
    "cost": "money",
    "route_length": "length",
    "months": "time",
}
"""What the amounts of each measure are; an attribute's and a headroom's quantity is its column's."""
