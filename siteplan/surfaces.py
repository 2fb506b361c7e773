"""What the planner says about terrain: what ground costs, where no route may go, how fine the grid is.

A surface stands in plan.toml under ``[surfaces.NAME]`` and names layers; it knows no geometry::

    [surfaces.pipeline]
    margin = 1000  # m around plots and tie-ins
    slope = [[0, 1], [15, 1.5], [30, 3]]  # percent -> times, where heights are given

    [[surfaces.pipeline.land]]
    layer = "wetland"
    times = 3  # a metre costs three times as much: billed

    [[surfaces.pipeline.land]]
    layer = "road"
    width = 40
    friction = -0.3  # drawn to roads; not billed

    [[surfaces.pipeline.crossings]]
    layer = "rail"
    metres = 300  # steers like 300 m of open ground; priced elsewhere

    [[surfaces.pipeline.barriers]]
    layer = "reserve"  # rank 0: never; 1, 2, ...: given up in that order

Money and friction are kept apart: what a route passes through costs C = the product of all `times`,
what steers it is R = C * (1 + F), F = the sum of all `friction`. The separation, and soft barriers
that give way in order of rank, follow reVRt.

References
----------
National Laboratory of the Rockies, reVRt, https://github.com/NatLabRockies/reVRt (2026).
"""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, ClassVar, Self

from pydantic import BeforeValidator, Field, field_validator, model_validator

from siteplan.models import Document, Name, Sheet, several

PLOTS = "plots"
"""The name under which the plots themselves may lie on the ground, for routes that go around neighbours."""

BYTES_PER_CELL = 64
"""Memory of one cell while routes are searched: two surfaces, barriers, and the pass itself."""

LEAST_FRICTION = -0.95
"""Frictions that add up to less count as this: no ground may become free, or routes would wander."""

MOST_CELLS = 10**10
"""No surface may have more cells, however much memory there is."""

_BARRIERS = 32

Metres = Annotated[float, Field(ge=0, le=1e6)]
Cell = str | bool | int | float
Where = dict[str, Annotated[tuple[Cell, ...], Field(min_length=1), BeforeValidator(several)]]


class _Burned(Document):
    """What every entry shares: a layer, which of its features, and how wide they are.

    Attributes
    ----------
    layer
        Name of the layer.
    where
        Column -> values; a feature counts when each column holds one of its values. All features
        when absent.
    width
        Points and lines are widened to this many metres; without it they are the cells they touch.
    title
        Words for the reader.
    """

    layer: str = Field(min_length=1)
    where: Where = Field(default={})
    width: Metres = 0.0
    title: str = ""

    @property
    def label(self) -> str:
        """The title, or the layer's name with what was asked of it."""
        asked = ", ".join(f"{column} {'/'.join(map(str, values))}" for column, values in self.where.items())
        return self.title or (f"{self.layer} ({asked})" if asked else self.layer)


class Land(_Burned):
    """Ground that costs more or less than open ground, or that a route should seek or avoid.

    Attributes
    ----------
    times
        Multiplies what a metre costs; billed.
    friction
        Share added to the resistance, not billed; negative to follow existing corridors.
    """

    times: float = Field(default=1.0, gt=0, le=1e6)
    friction: float = Field(default=0.0, gt=-1, le=1e6)

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.times == 1 and self.friction == 0:
            raise ValueError("neither times nor friction is given; open ground needs no entry")
        return self


class Crossing(_Burned):
    """Lines or borders that are dear to cross: each crossing steers like so many metres of open ground."""

    metres: Annotated[float, Field(gt=0, le=1e6)]


class Barrier(_Burned):
    """Where no route may go; soft ones give way in ascending order of rank.

    A barrier takes every cell it touches, so a passage narrower than two cells may close; a smaller
    `cell` opens it. A tie-in all of whose cells are taken by a hard barrier cannot serve, and is named.

    Attributes
    ----------
    rank
        0 is hard; 1, 2, ... are given up one rank after the other for plots without a route.
    margin
        Metres kept clear around every feature.
    """

    rank: int = Field(default=0, ge=0, le=100)
    margin: Metres = 0.0


class Ground(Sheet):
    """What ground costs and where no route may go.

    Attributes
    ----------
    cell
        Side of a cell, metres; chosen from the plots when absent.
    margin
        Metres of terrain around plots and tie-ins.
    most_cells
        Bound on memory: larger surfaces are searched window by window. A cell takes about
        `BYTES_PER_CELL` bytes, so 16 million take about 1 GB.
    land, crossings, barriers
        What lies on open ground; entries that overlap add up.
    dem
        Name of the elevation model; without one no slope is known.
    slope
        Points (percent, times), straight lines between, flat beyond; billed. Used where heights
        are given; a route over ground without them has a length but no price.

    Examples
    --------
    >>> Ground.from_dict({"land": [{"layer": "wetland", "times": 3}]}).layers
    {'wetland': ['land[1]']}
    >>> Ground.from_dict({"barriers": [{"layer": "reserve", "rank": -1}]}, where="plan.toml")
    Traceback (most recent call last):
    siteplan.errors.PlanError: plan.toml: refused, 1 mistake
      - barriers[1].rank: must be at least 0, not -1
    """

    called: ClassVar[str] = "surface"

    cell: float | None = Field(default=None, gt=0, le=1e5)
    margin: Metres = 1000.0
    most_cells: int = Field(default=16_000_000, ge=100, le=MOST_CELLS)
    land: tuple[Land, ...] = ()
    crossings: tuple[Crossing, ...] = ()
    barriers: tuple[Barrier, ...] = Field(default=(), max_length=_BARRIERS)
    dem: Name | None = None
    slope: tuple[tuple[Annotated[float, Field(ge=0, le=1e4)], Annotated[float, Field(gt=0, le=1e6)]], ...] = (
        Field(default=())
    )

    @field_validator("slope")
    @classmethod
    def _rising(cls, points: tuple[tuple[float, float], ...]) -> tuple[tuple[float, float], ...]:
        percents = [percent for percent, _ in points]
        if len(points) == 1:
            raise ValueError("one point makes no line; give two or more [percent, times]")
        if any(later <= earlier for earlier, later in pairwise(percents)):
            raise ValueError(f"percents must rise from point to point, not {percents}")
        return points

    @field_validator("barriers")
    @classmethod
    def _no_plots(cls, barriers: tuple[Barrier, ...]) -> tuple[Barrier, ...]:
        if any(barrier.layer == PLOTS for barrier in barriers):
            raise ValueError(
                "plots would wall in every plot by itself; give them a friction under land to go around them"
            )
        return barriers

    @property
    def entries(self) -> dict[str, Land | Crossing | Barrier]:
        """Every entry by its place in the document."""
        kinds: dict[str, tuple[Land | Crossing | Barrier, ...]] = {
            "land": self.land,
            "crossings": self.crossings,
            "barriers": self.barriers,
        }
        return {f"{kind}[{row}]": entry for kind, rows in kinds.items() for row, entry in enumerate(rows, 1)}

    @property
    def layers(self) -> dict[str, list[str]]:
        """Layers the surface needs, each with the places of the entries that use it."""
        used: dict[str, list[str]] = {}
        for place, entry in self.entries.items():
            used.setdefault(entry.layer, []).append(place)
        return used

    @property
    def ranks(self) -> tuple[int, ...]:
        """Ranks of the soft barriers, in the order in which they give way."""
        return tuple(sorted({barrier.rank for barrier in self.barriers} - {0}))
