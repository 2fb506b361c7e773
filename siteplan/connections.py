"""What a plan says about connections: to which tie-ins, for how much, along which way, how far.

Documents only. A connection is what one plot wants of one utility; a network is the roads that
plots travel on; a resident's sheet replaces the demands of a plan by those of one company.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from siteplan import units
from siteplan.errors import PlanError, SiteplanError
from siteplan.models import Document, Name, Sheet, Titled, Where
from siteplan.prices import Utility

Metres = Annotated[float, Field(gt=0, le=1e7)]
Speed = Annotated[float, Field(gt=0, le=300)]
Wanted = Annotated[float, Field(ge=0, le=1e12)]


class TieIns(Document):
    """A layer whose features a plot can be connected to, and the columns that say what they have left.

    Attributes
    ----------
    layer, where
        The features that count: all of them, or those with the given values by column.
    free
        Column of the free capacity. Without one, how much is free is unknown.
    capacity
        Column of the whole capacity, for the words "6.2 of 40 MW free"; no more can be free.
    class_column
        Column of the tie-in's class (`class` in the file), an amount or text. Only those of the
        connection's class count; without one nothing is known of classes and all count.
    availability
        Column of yes, no, can_be_built; without one every feature is taken to be available.
    build_cost, build_months
        Columns of what it costs and how long it takes where it can be built: money with a unit in
        the catalogue (RUB without one), months.
    as_of, source
        Columns of when and from whom the capacity was known.
    """

    layer: Name
    where: Where = ()
    free: str | None = None
    capacity: str | None = None
    class_column: str | None = Field(default=None, alias="class")
    availability: str | None = None
    build_cost: str | None = None
    build_months: str | None = None
    as_of: str | None = None
    source: str | None = None

    @property
    def columns(self) -> list[str]:
        """Columns of the layer that are looked at."""
        named = (self.free, self.capacity, self.availability, self.build_cost, self.build_months)
        stated = (*named, self.class_column, self.as_of, self.source)
        return [*(column for column, _ in self.where), *(column for column in stated if column)]


class Crossing(Document):
    """A layer whose lines or areas cost money each time a route crosses them.

    Attributes
    ----------
    layer, where
        What is crossed.
    name
        The price's name for it (`what`), by default the layer's.
    """

    layer: Name
    where: Where = ()
    name: str = ""

    @property
    def label(self) -> str:
        """The name under which it is priced."""
        return self.name or self.layer


class Connection(Titled):
    """What every plot wants of one utility, and how a connection is looked for.

    Attributes
    ----------
    utility, price_class
        Decide the unit costs; `class` in the file, such as "10 kV". Where tie-ins have a column of
        classes, only those of this class count.
    demand, demand_column, unit
        How much a plot wants: one amount for all, or a column of the plots. Without a demand any
        available tie-in serves. Headroom is given in the same unit.
    tie_ins
        Where a connection can be made.
    route
        "straight" from the plot's edge, along "roads" of a `network`, or over the "terrain" of a
        `surface`.
    reach
        Metres of route beyond which a tie-in is not reachable; without one everything is.
    crossings
        What costs extra to cross.
    """

    utility: Utility
    price_class: str = Field(default="", alias="class")
    demand: Wanted | None = None
    demand_column: str | None = None
    tie_ins: tuple[TieIns, ...] = Field(min_length=1)
    route: Literal["straight", "roads", "terrain"] = "straight"
    network: Name | None = None
    surface: Name | None = None
    reach: Metres | None = None
    crossings: tuple[Crossing, ...] = ()

    @property
    def wants(self) -> bool:
        """Whether a demand is stated."""
        return self.demand is not None or self.demand_column is not None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.demand is not None and self.demand_column is not None:
            raise ValueError("demand: give an amount or a column, not both")
        if self.unit is None and (self.wants or any(one.free or one.capacity for one in self.tie_ins)):
            raise ValueError("unit is missing; demand, free capacity and capacity need one")
        if not self.price_class and any(one.class_column for one in self.tie_ins):
            raise ValueError("class is missing; the tie-ins' column of classes is compared with it")
        if self.unit is not None:
            try:
                units.unit(self.unit)
            except SiteplanError as unknown:
                raise ValueError(f"unit: {unknown}") from None
        for way, name in (("roads", "network"), ("terrain", "surface")):
            if (self.route == way) != (getattr(self, name) is not None):
                raise ValueError(f"{name} names the {way} to go by: give it with route = {way!r}, only there")
        return self


class Network(Document):
    """Roads that plots travel on.

    Attributes
    ----------
    layer, where
        Lines; those that share a point are joined, those that only cross are not.
    class_column, speeds, other
        Column of the road's class (`class` in the file), km/h by class, and for all others; a
        class without a speed is refused unless `other` is given.
    snap
        Metres within which an end that misses its road is joined to it.
    reach
        Metres from a plot's edge beyond which the nearest road is too far.
    access_speed
        km/h on the straight way from the plot's edge to the road.
    """

    layer: Name
    where: Where = ()
    class_column: str | None = Field(default=None, alias="class")
    speeds: dict[str, Speed] = Field(default_factory=dict)
    other: Speed | None = None
    snap: Metres = 1.0
    reach: Metres | None = None
    access_speed: Speed = 20.0

    @model_validator(mode="after")
    def _fast(self) -> Self:
        if self.class_column is None and self.other is None:
            raise ValueError("give other (km/h), or class and speeds by class")
        if bool(self.speeds) != (self.class_column is not None):
            raise ValueError("class names the column that speeds are given for; give both or neither")
        return self


class Demand(Document):
    """How much a resident wants of one connection."""

    amount: Wanted
    unit: str


class Resident(Sheet):
    """A company that would build on a plot: its demands by the name of the plan's connections."""

    called: ClassVar[str] = "resident"

    name: str = Field(min_length=1)
    note: str = ""
    demands: dict[Name, Demand] = Field(min_length=1)

    def apply(self, connections: tuple[Connection, ...]) -> tuple[Connection, ...]:
        """Return the connections with this resident's demands in their own units; others want as before.

        Raises
        ------
        PlanError
            If a demand names no connection, or is in a unit of another quantity.
        """
        known = {one.name: one for one in connections}
        problems, demands = [], {}
        for name, wanted in self.demands.items():
            if name not in known:
                problems.append(
                    f"demands.{name}: no such connection; the plan has {', '.join(known) or 'none'}"
                )
                continue
            try:
                demands[name] = wanted.amount * units.factor(wanted.unit, known[name].unit or "1")
            except SiteplanError as unlike:
                problems.append(f"demands.{name}: {unlike}")
        if problems:
            raise PlanError(f"resident {self.name!r} does not fit the plan", problems)
        return tuple(
            one.model_copy(update={"demand": demands[one.name], "demand_column": None})
            if one.name in demands
            else one
            for one in connections
        )
