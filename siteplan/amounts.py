"""What a plan can ask to have measured: to a feature, of a plot and its land, by road, of a connection."""

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

Consent = Literal["given", "refused"]
Side = Annotated[float, Field(gt=0, le=1e5)]
Clear = Annotated[float, Field(ge=0, le=1e4)]


class _Net(Document):
    """What is asked of net land.

    Attributes
    ----------
    consent
        "given" takes off exclusions only, "refused" also the zones where somebody must agree.
    """

    consent: Consent = "given"


class NetArea(_Net):
    """Land of the plot that can be built on, hectares."""

    kind: Literal["net_area"]


class LossShare(_Net):
    """Share of the plot that zones take, 0-1; with a `cause`, what that rule takes by itself."""

    kind: Literal["loss_share"]
    cause: Name | None = None


class LargestPiece(_Net):
    """Largest part of the net land in one piece, hectares."""

    kind: Literal["largest_piece"]


class LargestRectangle(_Net):
    """Largest rectangle at any angle in the net land, `margin` metres from its edge, hectares."""

    kind: Literal["largest_rectangle"]
    margin: Clear = 0.0


class Hall(_Net):
    """Whether a hall of so many metres stands on the net land with `margin` around it: fits, does not fit."""

    kind: Literal["hall"]
    length: Side
    width: Side
    margin: Clear = 0.0


class Footprint(_Net):
    """Ground that buildings must cover at the least building density of the plan's land, hectares."""

    kind: Literal["footprint"]


class Frontage(Document):
    """Length of the plot's edge along the roads of a layer, metres.

    Attributes
    ----------
    within
        Metres from the edge within which a road counts.
    """

    kind: Literal["frontage"]
    layer: str
    within: Side = 15.0
    may_be_empty: bool = False


class Shape(Document):
    """How regular a plot's outline is, 0-1, 1 being the ideal of the index."""

    kind: Literal["shape"]
    index: Literal[
        "circular_compactness", "equivalent_rectangular_index", "rectangularity", "elongation", "convexity"
    ]


class Slope(Document):
    """Slope of the plot's ground by an elevation model, percent."""

    kind: Literal["slope"]
    dem: Name
    which: Literal["mean", "steepest"] = "mean"


class Earthwork(Document):
    """Soil to move until the plot lies level, or as steep as `slope` percent allows, m3 per hectare."""

    kind: Literal["earthwork"]
    dem: Name
    slope: Annotated[float, Field(ge=0, le=20)] = 0.0


Plain = Distance | Overlap | Length | Count | Area | Attribute
Connected = Cost | RouteLength | Headroom | Months | Status
Travelled = NetworkDistance | TravelTime
OnNet = NetArea | LossShare | LargestPiece | LargestRectangle | Hall | Footprint
Landed = OnNet | Frontage | Shape | Slope | Earthwork
Measure = Annotated[Plain | Travelled | Connected | Landed, Field(discriminator="kind")]

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
    "net_area": "area",
    "loss_share": "share",
    "largest_piece": "area",
    "largest_rectangle": "area",
    "footprint": "area",
    "frontage": "length",
    "shape": "share",
    "slope": "share",
    "earthwork": "volume per area",
}
"""What the amounts of each measure are; an attribute's and a headroom's quantity is its column's."""
