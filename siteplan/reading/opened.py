"""What a reader is handed: a file whose content is what its name says, and what the catalogue adds."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from siteplan.findings import Finding
from siteplan.limits import Limits


@dataclass(frozen=True)
class Hints:
    """What a file does not say itself and its catalogue entry may.

    Attributes
    ----------
    encoding
        Forces the encoding of a shapefile's or a CSV file's text.
    wkt, x, y
        Columns of a CSV or XLSX file that hold the geometry, as WKT or as coordinates.
    limits
        Bounds on what is read.
    """

    encoding: str | None = None
    wkt: str | None = None
    x: str | None = None
    y: str | None = None
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True)
class Opened:
    """How to open a file whose content is what its name says.

    Attributes
    ----------
    path
        The file, or the folder of a file geodatabase.
    target
        What GDAL is given to open it with the driver of its format, and no other.
    format
        The format's name for messages, and the key under which its reader is registered.
    hints
        What the catalogue adds.
    stated
        How many records the content has by siteplan's own count, over all layers; None where it
        was not counted. A driver that gives fewer has lost some.
    findings
        What was found while looking at the content; `where` is filled in by the caller.
    """

    path: Path
    target: str
    format: str
    hints: Hints = field(default_factory=Hints)
    stated: int | None = None
    findings: tuple[Finding, ...] = ()
