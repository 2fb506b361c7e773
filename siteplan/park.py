"""What there is: the catalogue of a park's plots, layers and support regimes.

The catalogue says where each table lies, what its columns mean and in which unit, under what
licence it may be shown, how old it is, and whether it is real. It holds no geometry.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, field_validator, model_validator

from siteplan import units
from siteplan.database import Database
from siteplan.errors import CatalogueError, SiteplanError
from siteplan.limits import Limits
from siteplan.models import Document, Name

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


def _local(file: str) -> str:
    """A path on this machine, relative to the catalogue; anything GDAL would take for more is refused."""
    if "://" in file or file.startswith("/vsi") or "\0" in file:
        raise ValueError(f"{file!r} is not a local path; give a file that lies on this machine")
    return posixpath.normpath(file)


LocalFile = Annotated[str, Field(min_length=1), AfterValidator(_local)]

Origin = Literal["real", "synthetic", "mixed"]
Confidence = Literal["high", "medium", "low", "estimate", "unverified"]


class Column(Document):
    """A column of a source and what it means.

    Attributes
    ----------
    source
        The column's name in the file (`from` in the catalogue).
    unit
        Unit of its numbers; a plan may speak in another unit of the same quantity.
    kind
        What the column holds: "number" when a unit is given, otherwise "text" unless said;
        "availability" is Да / Нет / Возможно создание, kept as yes / no / can_be_built.
    unit_in
        Where the unit of a number typed without one is looked for: "column" takes it in `unit`,
        "cells" refuses it. Unless said, it is taken in `unit` where no cell of the column carries
        a unit of its own, and refused where one does. A cell with a unit is converted to `unit`.
    decimal
        "," or ".", the decimal mark of the column's texts; "1,234" is refused without it.
    pair
        "first" takes the first number of cells such as "110/10 кВ"; they are refused otherwise.
    title, shown
        How the map names it, the column's own name by default; and whether the map shows it.
    """

    source: str = Field(alias="from", min_length=1)
    unit: str | None = None
    kind: Literal["number", "text", "date", "flag", "availability"] = "text"
    unit_in: Literal["column", "cells"] | None = None
    decimal: Literal[",", "."] | None = None
    pair: Literal["first"] | None = None
    title: str = ""
    shown: bool = True

    @model_validator(mode="before")
    @classmethod
    def _shorthand(cls, data: Any) -> Any:
        if isinstance(data, str):
            return {"from": data}
        if isinstance(data, Mapping) and data.get("unit") and "kind" not in data:
            return {**data, "kind": "number"}
        return data

    @model_validator(mode="after")
    def _unit_of_numbers(self) -> Self:
        if (self.kind == "number") != (self.unit is not None):
            raise ValueError('numbers need a unit ("1" for a count), and only numbers have one')
        if self.unit is None and (self.unit_in or self.decimal or self.pair):
            raise ValueError("unit_in, decimal and pair are for numbers; give the unit")
        if self.unit is not None:
            try:
                units.unit(self.unit)
            except SiteplanError as unknown:
                raise ValueError(str(unknown)) from None
        return self


class Source(Document):
    """Where a table lies and what must be known to use it honestly.

    Attributes
    ----------
    file, layer
        Path relative to park.toml, and the layer's name in a file that holds several.
    database
        Where the table lies in a PostGIS database, instead of `file`.
    crs
        The CRS the file is expected to have. A file that names none is read as this; a file that
        names another is refused.
    id, name, columns
        The identifying column, the column with a readable name, and the others that matter.
        Columns not listed are counted as ignored.
    origin
        "real", "synthetic" or "mixed"; a mixed table needs a `synthetic` flag column.
    source, licence, credit, as_of, confidence, note
        Where it comes from, under what terms, the credit those ask for, its date, how sure it is.
    """

    file: LocalFile | None = None
    layer: str | None = None
    database: Database | None = None
    title: str = ""
    crs: str | None = None
    encoding: str | None = None
    wkt: str | None = None
    x: str | None = None
    y: str | None = None
    id: str | None = None
    name: str | None = None
    columns: dict[Name, Column] = Field(default_factory=dict)
    origin: Origin = "real"
    source: str = ""
    licence: str = ""
    credit: str = ""
    as_of: date | None = None
    confidence: Confidence | None = None
    note: str = ""

    @field_validator("columns")
    @classmethod
    def _free_names(cls, columns: dict[str, Column]) -> dict[str, Column]:
        taken = {"plot", "feature", "name", "geometry"} & columns.keys()
        if taken:
            raise ValueError(f"{', '.join(sorted(taken))}: siteplan's own names; choose another")
        return columns

    @model_validator(mode="after")
    def _lies_in_one_place(self) -> Self:
        if (self.file is None) == (self.database is None):
            raise ValueError("file is missing; give either file or database")
        if self.database is not None and self.layer is not None:
            raise ValueError("a database has no layers; name its table")
        return self

    @property
    def place(self) -> str:
        """Where the table lies: the file's path, or the database in words without a password."""
        return self.database.place if self.database else str(self.file)

    @model_validator(mode="after")
    def _marks_what_is_made_up(self) -> Self:
        if self.origin == "mixed" and "synthetic" not in self.columns:
            raise ValueError("origin 'mixed' needs columns.synthetic: which features are real must be known")
        return self


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


class Catalogue(Document):
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
    """

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
    regimes: Regimes | None = None

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

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], *, where: str = "park") -> Self:
        """Read a catalogue from plain data.

        Raises
        ------
        CatalogueError
            With every mistake, its key and what would be right.
        """
        return cls.parse(data, where=where, error=CatalogueError)
