"""Where a table or a grid lies, what its columns mean, and what must be known to use it honestly."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, field_validator, model_validator

from siteplan import units
from siteplan.database import Database
from siteplan.errors import SiteplanError
from siteplan.models import Document, Name


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


class Elevation(Document):
    """A grid of heights above sea level, metres: a GeoTIFF in a metric CRS, north up.

    Attributes
    ----------
    file
        Path relative to park.toml.
    origin, source, licence, credit, as_of, confidence, note
        As for every source.
    """

    file: LocalFile
    title: str = ""
    origin: Origin = "real"
    source: str = ""
    licence: str = ""
    credit: str = ""
    as_of: date | None = None
    confidence: Confidence | None = None
    note: str = ""
