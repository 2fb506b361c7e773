"""What the planner decides: which amounts count, what they are worth, how much each weighs.

A plan knows no geometry and no data; the same plan scores any park whose layers carry the names
it uses. Reference amounts ("best", "worst") are the planner's and stand in physical units, so
adding a plot never changes the score of another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, ClassVar, Self

from pydantic import Field, model_validator

from siteplan import units
from siteplan.amounts import Attribute, Connected, LossShare, OnNet, Travelled
from siteplan.buildable import Land
from siteplan.connections import Connection, Network, Resident
from siteplan.criteria import Constraint, Criterion
from siteplan.densities import Densities
from siteplan.findings import Finding
from siteplan.models import Mistakes, Name, Sheet, near, repeated
from siteplan.norms import Norms
from siteplan.prices import Prices
from siteplan.surfaces import PLOTS, Ground
from siteplan.uncertainty import Doubts
from siteplan.weighing import Weighing, misweighed, shares, unread


class Plan(Sheet):
    """The criteria and constraints of one ranking.

    Attributes
    ----------
    name, title, author, as_of, note
        Who decided this, when, and why; all of it travels with the result.
    metric_crs
        The CRS in which everything is measured, for example "EPSG:32652". When absent it is
        estimated from the plots and recorded.
    criteria, constraints
        Judged in this order; the order changes no score.
    connections
        What every plot wants of each utility; each gives a connection passport for every plot.
    networks, surfaces
        Roads and terrain by the names that connections and measures use.
    prices
        Unit costs of the connections, with their source and date. In a file, the path of one.
    land, norms
        What takes land from the plots, and the rules by which it does. In a file, the path of
        the norms, or several: rules of later files take the place of earlier ones of their name.
    densities
        Least building densities, of which `land.density` names one. In a file, the path of one.
    weights
        How the planner comes to the weights, where the criteria do not state them.
    robustness
        Which weights are plausible; where it is given, the result says how sure every rank is.
    """

    called: ClassVar[str] = "plan"

    name: str = Field(min_length=1)
    title: str = ""
    author: str = ""
    as_of: date | None = None
    note: str = ""
    metric_crs: str | None = Field(default=None, min_length=1)
    criteria: tuple[Criterion, ...] = Field(min_length=1)
    constraints: tuple[Constraint, ...] = ()
    connections: tuple[Connection, ...] = ()
    networks: dict[Name, Network] = Field(default_factory=dict)
    surfaces: dict[Name, Ground] = Field(default_factory=dict)
    prices: Prices | None = None
    land: Land | None = None
    norms: Norms | None = None
    densities: Densities | None = None
    weights: Weighing | None = None
    robustness: Doubts | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        problems = [
            f"{kind} {name!r} stands twice; names must differ"
            for kind, names in (
                ("criterion", [criterion.name for criterion in self.criteria]),
                ("constraint", [constraint.name for constraint in self.constraints]),
                ("connection", [connection.name for connection in self.connections]),
            )
            for name in repeated(names)
        ]
        stated = {one.name: one.weight for one in self.criteria}
        problems += [] if problems else misweighed(stated, self.weights, self.robustness)
        problems += [problem for judged in self.judged for problem in self._misnamed(judged)]
        problems += [problem for connection in self.connections for problem in self._astray(connection)]
        problems += [problem for connection in self.connections for problem in self._mispriced(connection)]
        problems += self._lawless()
        if problems:
            raise Mistakes(problems)
        return self

    @classmethod
    def apart(cls, data: Any) -> list[str]:
        """Return what is wrong with the weights where other mistakes keep a plan from being read."""
        return unread(data)

    @property
    def shares(self) -> dict[str, float]:
        """Each criterion's weight as a share of all weights; the shares sum to 1."""
        return shares({one.name: one.weight for one in self.criteria}, self.weights)

    @property
    def bounds(self) -> tuple[Constraint, ...]:
        """The constraints, and the criteria's vetoes."""
        return (*self.constraints, *(one.bound for one in self.criteria if one.bound is not None))

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the planner should know of the weights, and of those drawn beside them."""
        found = self.weights.findings(self._names) if self.weights else []
        return (*found, *(self.robustness.findings(self.shares) if self.robustness else ()))

    @property
    def _names(self) -> list[str]:
        return [criterion.name for criterion in self.criteria]

    @property
    def judged(self) -> tuple[Criterion | Constraint, ...]:
        """The criteria and the constraints."""
        return (*self.criteria, *self.constraints)

    def for_resident(self, resident: Resident) -> Self:
        """Return the plan with the demands of a resident's sheet.

        Raises
        ------
        PlanError
            If a demand fits none of the plan's connections.
        """
        return self.model_copy(update={"connections": resident.apply(self.connections)})

    def connection(self, name: str) -> Connection:
        """Return the connection of a name."""
        return next(one for one in self.connections if one.name == name)

    @property
    def layers(self) -> dict[str, list[str]]:
        """Layers the plan needs, each with the names of what uses it."""
        return {layer: list(dict.fromkeys(user for user, _ in uses)) for layer, uses in self._uses().items()}

    @property
    def layer_columns(self) -> dict[str, list[str]]:
        """Columns of each layer that the plan looks at, besides the name."""
        return {
            layer: sorted({column for _, columns in uses for column in columns})
            for layer, uses in self._uses().items()
        }

    @property
    def class_columns(self) -> dict[str, list[str]]:
        """Columns of each layer that tell the classes of zones where they are there."""
        if self.land is None or self.norms is None:
            return {}
        used: dict[str, list[str]] = {}
        for zone in self.land.zones:
            classes = [name for rule in self.norms.of(zone.object, zone.rules) for name in rule.classes]
            told = {name for name, _ in (*zone.columns, *zone.given)}
            used.setdefault(zone.layer, []).extend(sorted(set(classes) - told))
        return used

    @property
    def dems(self) -> list[str]:
        """Names of the elevation models that measures and surfaces want."""
        asked = [getattr(one.measure, "dem", None) for one in self.judged]
        asked += [surface.dem for surface in self.surfaces.values()]
        return sorted({name for name in asked if name is not None})

    @property
    def columns(self) -> dict[str, list[str]]:
        """Plot columns the plan needs, each with the names of what uses it."""
        used: dict[str, list[str]] = {}
        for judged in self.judged:
            if isinstance(judged.measure, Attribute):
                used.setdefault(judged.measure.column, []).append(judged.name)
        for connection in self.connections:
            if connection.demand_column is not None:
                used.setdefault(connection.demand_column, []).append(connection.name)
        return used

    def _uses(self) -> dict[str, list[tuple[str, list[str]]]]:
        """For each layer who uses it, and which of its columns."""
        used: dict[str, list[tuple[str, list[str]]]] = {}
        on_land = [("land", layer, columns) for layer, columns in (self.land.uses if self.land else ())]
        for user, layer, columns in (*self._every_use(), *on_land):
            used.setdefault(layer, []).append((user, columns))
        return used

    def _every_use(self) -> Iterator[tuple[str, str, list[str]]]:
        for judged in self.judged:
            if layer := getattr(judged.measure, "layer", None):
                yield judged.name, layer, [column for column, _ in getattr(judged.measure, "where", ())]
        for connection in self.connections:
            for one in connection.tie_ins:
                yield connection.name, one.layer, one.columns
            for crossing in connection.crossings:
                yield connection.name, crossing.layer, [column for column, _ in crossing.where]
        for name, network in self.networks.items():
            stated = [network.class_column] if network.class_column else []
            yield name, network.layer, [*(column for column, _ in network.where), *stated]
        for name, surface in self.surfaces.items():
            for entry in surface.entries.values():
                if entry.layer != PLOTS:
                    yield name, entry.layer, list(entry.where)

    def _misnamed(self, judged: Criterion | Constraint) -> list[str]:
        """Whether a measure speaks of connections, networks and prices that there are."""
        measure = judged.measure
        if isinstance(measure, Travelled) and measure.network not in self.networks:
            return [_absent(judged.name, "network", measure.network, self.networks)]
        if isinstance(measure, OnNet):
            return self._groundless(judged.name, measure)
        if not isinstance(measure, Connected):
            return []
        known = {one.name: one for one in self.connections}
        if measure.connection not in known:
            return [_absent(judged.name, "connection", measure.connection, known)]
        if measure.kind == "cost" and self.prices is None:
            return [f'{judged.name}: a cost needs unit costs; name a table: prices = "prices.toml"']
        return _headroom(judged, known[measure.connection]) if measure.kind == "headroom" else []

    def _groundless(self, user: str, measure: OnNet) -> list[str]:
        """Whether the plan says what takes land from the plots, where a measure asks what is left."""
        if self.land is None:
            return [f"{user}: {measure.kind} needs to know what takes land; give [land] with its zones"]
        if measure.kind == "footprint" and not (self.land.density and self.densities):
            return [f"{user}: a footprint needs densities, and the kind of production as land.density"]
        if not isinstance(measure, LossShare) or measure.cause is None or self.norms is None:
            return []
        causes = [rule.name for rule in self.norms.rules]
        known = measure.cause in causes
        return [] if known else [_absent(user, "rule", measure.cause, dict.fromkeys(causes))]

    def _lawless(self) -> list[str]:
        """Whether the norms have every object and rule that the land names."""
        if self.land is None:
            return []
        kinds = {one.name: one for one in self.densities.densities} if self.densities else {}
        kind = self.land.density
        found = (
            [_absent("land.density", "kind of production", kind, kinds)] if kind and kind not in kinds else []
        )
        if not (self.land.zones or self.land.registered):
            return found
        if self.norms is None:
            return [*found, 'land: zones need rules; name a table: norms = "norms.toml"']
        return found + self.norms.problems(self.land)

    def _mispriced(self, connection: Connection) -> list[str]:
        """Whether capacity is priced by what the connection counts."""
        kind = (connection.utility, connection.price_class)
        price = self.prices.cost(*kind, "capacity") if self.prices else None
        if price is None or connection.unit is None:
            return []
        if units.unit(price.per).quantity == units.unit(connection.unit).quantity:
            return []
        row = " ".join(filter(None, (price.utility, price.price_class, "capacity")))
        return [f"{connection.name}: prices: {row} is priced per {price.per}, not per {connection.symbol}"]

    def _astray(self, connection: Connection) -> list[str]:
        ways: tuple[tuple[str, str | None, Mapping[str, object]], ...] = (
            ("network", connection.network, self.networks),
            ("surface", connection.surface, self.surfaces),
        )
        return [
            _absent(connection.name, kind, name, known)
            for kind, name, known in ways
            if name is not None and name not in known
        ]


def _headroom(judged: Criterion | Constraint, connection: Connection) -> list[str]:
    """Whether headroom is asked for in a unit of what the connection counts."""
    if connection.unit is None:
        return [f"{judged.name}: connection {connection.name!r} has no unit, so no headroom"]
    if judged.unit and units.unit(judged.unit).quantity != units.unit(connection.unit).quantity:
        return [f"{judged.name}: unit: {judged.unit!r}, but {connection.name!r} counts in {connection.unit}"]
    return []


def _absent(user: str, kind: str, name: str, known: Mapping[str, object]) -> str:
    return (
        f"{user}: there is no {kind} {name!r}{near(name, known)}; the plan has {', '.join(known) or 'none'}"
    )
