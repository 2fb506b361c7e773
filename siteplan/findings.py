"""What was found when data were read: every problem at once, and what became of every record."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

import pandas as pd

from siteplan import safe

Level = Literal["error", "warning", "note"]
LEVELS: tuple[Level, ...] = ("error", "warning", "note")
_SHOWN = 5


@dataclass(frozen=True)
class Finding:
    """One thing found in one table.

    Attributes
    ----------
    level
        "error" refuses the table, "warning" asks for a look, "note" only tells.
    where
        The file, with its layer where it holds several.
    message
        What is wrong, with numbers and units.
    remedy
        What would be right.
    rows
        Identifiers of the records concerned, all of them.
    """

    level: Level
    where: str
    message: str
    remedy: str = ""
    rows: tuple[str, ...] = ()

    def __str__(self) -> str:
        rows = ""
        if self.rows:
            shown = ", ".join(safe.visible(row) for row in self.rows[:_SHOWN])
            more = len(self.rows) - _SHOWN
            rows = f" [{shown}{f' and {more} more' if more > 0 else ''}]"
        remedy = f"; {self.remedy}" if self.remedy else ""
        return f"{safe.visible(self.where)}: {safe.visible(self.message)}{rows}{safe.visible(remedy)}"


@dataclass(frozen=True)
class Quarantined:
    """A record set aside, with the reason; never dropped in silence.

    Attributes
    ----------
    file, layer
        Where the record lies; the layer is empty in a file of one.
    fid
        The record's number in the file, counted from 0, or its identifier where known.
    reason
        Why it cannot be used.
    attributes
        What else the record says, as a JSON object; empty where it could not be read.
    wkb, crs
        Its geometry as it came, valid or not, as far as it can be drawn, and the CRS as WKT.
    """

    file: str
    layer: str
    fid: str
    reason: str
    attributes: str = ""
    wkb: bytes | None = None
    crs: str = ""


@dataclass(frozen=True)
class Count:
    """What became of the records of one source: read = used + quarantined.

    Attributes
    ----------
    table
        "plots" or the layer's name in the catalogue.
    file
        Path of the source relative to the catalogue.
    read, used, repaired, quarantined
        Numbers of records; the repaired are among the used.
    """

    table: str
    file: str
    read: int
    used: int
    repaired: int
    quarantined: int


@dataclass(frozen=True)
class Report:
    """Everything found while reading, for every table at once."""

    findings: tuple[Finding, ...] = ()
    quarantine: tuple[Quarantined, ...] = ()
    counts: tuple[Count, ...] = ()

    @classmethod
    def merge(cls, reports: Iterable[Report]) -> Report:
        """Return one report of many, in their order."""
        many = list(reports)
        return cls(
            tuple(finding for report in many for finding in report.findings),
            tuple(record for report in many for record in report.quarantine),
            tuple(count for report in many for count in report.counts),
        )

    def of(self, level: Level) -> tuple[Finding, ...]:
        """Return the findings of one level."""
        return tuple(finding for finding in self.findings if finding.level == level)

    @property
    def sentence(self) -> str:
        """What was read and found, in one sentence."""
        read, used, repaired, quarantined = (
            sum(getattr(count, key) for count in self.counts)
            for key in ("read", "used", "repaired", "quarantined")
        )
        tables = (
            f"{_plural(len(self.counts), 'table')}: {read} records read, {used} used"
            f" ({repaired} repaired), {quarantined} quarantined; "
        )
        return (
            f"{tables if self.counts else ''}"
            f"{_plural(len(self.of('error')), 'error')}, {_plural(len(self.of('warning')), 'warning')},"
            f" {_plural(len(self.of('note')), 'note')}."
        )

    def __str__(self) -> str:
        lines = [self.sentence]
        for level in LEVELS:
            lines += [f"{level:>8}  {finding}" for finding in self.of(level)]
        lines += [
            f"quarantined  {safe.visible(record.file)}"
            f"{f', layer {safe.visible(record.layer)}' if record.layer else ''},"
            f" record {safe.visible(record.fid)}: {safe.visible(record.reason)}"
            for record in self.quarantine
        ]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        rows = [(level, finding) for level in LEVELS for finding in self.of(level)[:20]]
        table = safe.html_table(("", "found"), rows) if rows else ""
        return f"<p>{safe.entities(self.sentence)}</p>{table}"

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON; what the set-aside records hold is for quarantine.gpkg."""
        plain = asdict(self)
        for record in plain["quarantine"]:
            del record["attributes"], record["wkb"], record["crs"]
        return plain


def as_json(record: Mapping[Any, Any]) -> str:
    """Return a record's attributes as a JSON object; what is neither text nor number, as text.

    Examples
    --------
    >>> as_json({"имя": "А", "мощность": float("nan"), "built": None})
    '{"имя": "А", "мощность": null, "built": null}'
    """
    cells = {str(name): _json_cell(cell) for name, cell in record.items()}
    return json.dumps(cells, ensure_ascii=False, allow_nan=False)


def _json_cell(cell: Any) -> Any:
    if hasattr(cell, "item"):
        cell = cell.item()  # a number of numpy
    # NaN, NaT and NA are the only cells that do not equal themselves, or do not say whether they do
    if cell is None or cell is pd.NA or cell != cell:  # noqa: PLR0124
        return None
    if isinstance(cell, float) and math.isinf(cell):
        return str(cell)
    return cell if isinstance(cell, str | int | float | bool) else str(cell)


def _plural(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")
