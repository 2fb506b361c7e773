"""What there is: the catalogue of a park's plots, layers and support regimes.

The catalogue says where each table lies, what its columns mean and in which unit, under what
licence it may be shown, how old it is, and whether it is real. It holds no geometry.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, field_validator, model_validator

from siteplan.errors import CatalogueError, SiteplanError
from siteplan.limits import Limits
from siteplan.models import Document, Name, Sheet
from siteplan.prices import Sourced
from siteplan.sources import Confidence, Elevation, LocalFile, Source

Role = Literal[
    "plant",  # an anchor plant: its outline, its name, its gates
    "border",  # of the park
    "power", "gas", "water", "sewer", "heat", "telecom",  # utilities
    "rail", "road", "hub",  # transport; a hub is a station, port, airport or crossing
    "surface_water", "wetland", "flood", "forest", "land_cover",  # nature
    "place",  # a town or village
    "regime",  # zones of support
    "zone",  # protection zones
    "other",
]  # fmt: skip


class Plots(Source):
    """The plots table: polygons, each with an identifier."""

    id: str = Field(min_length=1)


class Layer(Source):
    """A layer of infrastructure, nature or zones around the plots.

    Attributes
    ----------
    role
        What the layer is for a plot; decides how the map draws it.
    """

    role: Role


class Regime(Document):
    """One line of a support regime: what an investor gets, from whom, until when, how sure.

    Attributes
    ----------
    id
        The regime this line belongs to; zones name it.
    measure, rate, unit, period
        What it lowers or pays, to what, in which unit, for how long.
    threshold
        What an investor must bring, in words with unit.
    act, source, as_of, confidence
        Where it is written, where it was read, when, and how sure that reading is.
    new_residents_only
        Whether it is open only to residents who enter from now on.
    """

    id: Name
    regime: str
    measure: str
    rate: str
    unit: str = ""
    period: str = ""
    threshold: str = ""
    act: str
    source: str
    as_of: date
    confidence: Confidence
    new_residents_only: bool = False
    note: str = ""


class Regimes(Document):
    """Where the regimes' lines lie and which zones grant them.

    Attributes
    ----------
    file
        A TOML file with [[regimes]] tables, each a `Regime`.
    zones
        The layer whose polygons grant regimes; a plot has those of every zone that covers at
        least half of it.
    column
        The zones' column that names the regime ids, separated by spaces.
    """

    file: LocalFile
    zones: str
    column: Name = "regimes"


class RegimeFile(Document):
    """The lines of a regimes file."""

    regimes: tuple[Regime, ...]


class Fact(Sourced):
    """Something true or not of the whole park that no table holds: a master plan, one managing company."""

    holds: bool


class Catalogue(Sheet):
    """A park: its plots, its layers, and what must be said about them.

    Attributes
    ----------
    name, title, notice, as_of
        Shown with every result; the notice is never left out of a map.
    region
        West, south, east, north in degrees (WGS 84): everything must lie inside.
    quarantine_limit
        Largest share of a table's records that may be set aside before the table is refused.
    limits
        Bounds on what is read from a file.
    rasters
        Elevation models by the name that a plan's surfaces use.
    facts
        What holds of the whole park, by the name that requirements use.
    glossary
        A TOML file with what the park's own texts are in other languages; see `Glossary`.
    """

    called: ClassVar[str] = "park"
    refused_as: ClassVar[type[SiteplanError]] = CatalogueError

    name: Name
    title: str
    notice: str = ""
    as_of: date | None = None
    region: tuple[
        Annotated[float, Field(ge=-180, le=180)],
        Annotated[float, Field(ge=-90, le=90)],
        Annotated[float, Field(ge=-180, le=180)],
        Annotated[float, Field(ge=-90, le=90)],
    ]
    quarantine_limit: float = Field(default=0.2, ge=0, le=1)
    limits: Limits = Field(default_factory=Limits)
    plots: Plots
    layers: dict[Name, Layer] = Field(default_factory=dict)
    rasters: dict[Name, Elevation] = Field(default_factory=dict)
    regimes: Regimes | None = None
    facts: dict[Name, Fact] = Field(default_factory=dict)
    glossary: LocalFile | None = None

    @field_validator("region")
    @classmethod
    def _box(cls, region: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
        west, south, east, north = region
        if west >= east or south >= north:
            raise ValueError(f"give [west, south, east, north] with west < east, south < north, not {region}")
        return region

    @model_validator(mode="after")
    def _zones_exist(self) -> Self:
        if self.regimes is None:
            return self
        zones = self.layers.get(self.regimes.zones)
        if zones is None:
            raise ValueError(f"regimes.zones: there is no layer {self.regimes.zones!r}")
        column = zones.columns.get(self.regimes.column)
        if column is None or column.kind != "text":
            raise ValueError(
                f"regimes.column: layer {self.regimes.zones!r} maps no text column {self.regimes.column!r}"
            )
        if "regimes" in self.plots.columns:
            raise ValueError("plots.columns.regimes: the zones give it; choose another name for yours")
        return self
