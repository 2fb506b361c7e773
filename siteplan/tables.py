"""What a plots table and a layer must be; every problem of a table at once.

A checked plots table is indexed by `plot`, a checked layer by `feature` (text both), and has the
columns `name`, `synthetic`, those the catalogue maps, and valid two-dimensional geometry in the
CRS of its source. Units of its numbers are named in `frame.attrs["units"]`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from siteplan import columns, crs, safe, shapes, units
from siteplan.errors import DataError
from siteplan.findings import Count, Finding, Quarantined, Report, as_json
from siteplan.glossary import Glossary
from siteplan.park import Catalogue, Plots, Regime
from siteplan.rasters import Raster
from siteplan.sources import Source


@dataclass(frozen=True)
class Park:
    """A park as read: checked plots and layers, and what was found on the way.

    Attributes
    ----------
    catalogue
        What the tables are and where they came from.
    plots
        Checked plots, indexed by `plot`.
    layers
        Checked layers by name, each indexed by `feature`.
    regimes
        Lines of the support regimes; the plots' column `regimes` names those that apply.
    report
        Every finding, what was set aside, and counts per table.
    rasters
        Elevation models by name.
    glossary
        The park's own texts in other languages.
    """

    catalogue: Catalogue
    plots: gpd.GeoDataFrame
    layers: Mapping[str, gpd.GeoDataFrame]
    regimes: tuple[Regime, ...]
    report: Report
    rasters: Mapping[str, Raster] = field(default_factory=dict)
    glossary: Glossary = field(default_factory=Glossary)

    def __repr__(self) -> str:
        return f"Park {self.catalogue.name!r}: {self._sentence}"

    def _repr_html_(self) -> str:
        rows = (
            (name, layer.role, len(self.layers[name]), layer.origin, layer.as_of or "")
            for name, layer in self.catalogue.layers.items()
        )
        table = safe.html_table(("layer", "role", "features", "origin", "as of"), rows)
        return f"<p><b>{safe.entities(self.catalogue.title)}</b>: {self._sentence}</p>{table}"

    @property
    def _sentence(self) -> str:
        return (
            f"{len(self.plots)} plots, {len(self.layers)} layers; "
            f"{len(self.report.of('warning'))} warnings, {len(self.report.quarantine)} records quarantined."
        )


def check(
    frame: gpd.GeoDataFrame, source: Source, *, table: str, first: int = 0
) -> tuple[gpd.GeoDataFrame, Report]:
    """Check a table against its catalogue entry.

    Parameters
    ----------
    frame
        The records as read, with the file's own columns and a CRS.
    source
        The catalogue entry; a `Plots` entry asks for polygons.
    table
        "plots" or the layer's name.
    first
        How many records come before these, of a table that comes in pieces; generated identifiers
        count them.

    Returns
    -------
    checked, report
        The usable records, and everything found. A report with errors means that the table must
        not be used; the caller collects the reports of all tables before refusing.
    """
    where = place(source)
    is_plots = isinstance(source, Plots)
    frame = frame.reset_index(drop=True)
    present = [str(column) for column in frame.columns if column != frame.geometry.name]
    if not present and frame.empty:
        frame = frame.reindex(columns=[*columns.wanted(source).values(), frame.geometry.name])
    elif missing := columns.absent(present, source, where):
        return frame, Report(tuple(missing), (), (Count(table, source.place, len(frame), 0, 0, 0),))
    ids, findings = columns.identified(
        frame, source, where, prefix="" if is_plots else f"{table}:", first=first
    )
    attributes, bad = columns.read(pd.DataFrame(frame), source, ids, where)
    geometry = shapes.sort_out(frame.geometry.to_numpy(copy=True), polygons_only=is_plots)
    kept = geometry.reasons == ""
    quarantine = tuple(
        _set_aside(frame, int(row), source, ids[row], str(geometry.reasons[row]))
        for row in np.flatnonzero(~kept)
    )
    findings += [*bad, *_geometry(geometry, ids, frame, where)]
    checked = gpd.GeoDataFrame(attributes, geometry=geometry.shapes, crs=frame.crs)
    checked.index = pd.Index(ids, name="plot" if is_plots else "feature", dtype="str")
    checked = checked[kept]
    checked.attrs["units"] = _units(source)
    count = Count(table, source.place, len(frame), len(checked), len(geometry.broken), len(quarantine))
    return checked, Report(tuple(findings), quarantine, (count,))


def place(source: Source) -> str:
    """Return the words for where a table lies: its file, and its layer where there are several."""
    return source.place + (f", layer {source.layer}" if source.layer else "")


def _set_aside(frame: gpd.GeoDataFrame, row: int, source: Source, fid: str, reason: str) -> Quarantined:
    """A record that cannot be used, with all that is known of it."""
    own = {name: frame[name].iloc[row] for name in frame.columns if name != frame.geometry.name}
    shape = frame.geometry.iloc[row]
    return Quarantined(
        source.place,
        source.layer or "",
        fid,
        reason,
        as_json(own),
        None if shape is None else shapely.to_wkb(shape),
        frame.crs.to_wkt() if frame.crs else "",
    )


def too_many(quarantined: int, read: int, limit: float, where: str) -> list[Finding]:
    """Return an error when a larger share of a table is set aside than the catalogue allows."""
    if quarantined <= limit * read:
        return []
    return [
        Finding(
            "error",
            where,
            f"{quarantined} of {read} records are set aside, more than the {limit:.0%} allowed",
            "mend the file, or raise quarantine_limit in the catalogue",
        )
    ]


def refuse(report: Report, what: str) -> None:
    """Raise what a report refuses, all of it at once.

    Raises
    ------
    DataError
        If the report holds an error.
    """
    errors = report.of("error")
    if errors:
        many = "1 error" if len(errors) == 1 else f"{len(errors)} errors"
        raise DataError(f"{what}: refused, {many}", [str(error) for error in errors])


def _units(source: Source) -> dict[str, str]:
    return {name: units.unit(column.unit).symbol for name, column in source.columns.items() if column.unit}


def _geometry(geometry: shapes.Sorted, ids: list[str], frame: gpd.GeoDataFrame, where: str) -> list[Finding]:
    """What was repaired, flattened or set aside, each with its records."""
    findings = []
    if (geometry.reasons != "").any():
        rows = tuple(f"{ids[row]}: {geometry.reasons[row]}" for row in np.flatnonzero(geometry.reasons != ""))
        findings.append(
            Finding("warning", where, f"{len(rows)} records are set aside", "mend them in the source", rows)
        )
    if geometry.broken:
        rows = _repairs(geometry, ids, frame)
        findings.append(
            Finding(
                "warning",
                where,
                f"{len(rows)} invalid shapes were repaired",
                "look at them: an area may have changed",
                rows,
            )
        )
    for positions, what in (
        (geometry.flattened, "heights (Z) or measures (M) were dropped; siteplan works in the plane"),
        (geometry.trimmed, "mixed collections were cut to their parts of highest dimension"),
    ):
        if positions.size:
            rows = tuple(ids[row] for row in positions)
            findings.append(Finding("note", where, f"{len(rows)} records: {what}", "", rows))
    return findings


def _repairs(geometry: shapes.Sorted, ids: list[str], frame: gpd.GeoDataFrame) -> tuple[str, ...]:
    """Each repaired record with what was wrong, and its area before and after."""
    positions = list(geometry.broken)
    was = np.array([shape for _, shape in geometry.broken.values()], dtype=object)
    before, after = (crs.hectares(shapes, frame.crs) for shapes in (was, geometry.shapes[positions]))
    return tuple(
        f"{ids[row]}: {geometry.broken[row][0]}, area {old:.4g} -> {new:.4g} ha"
        for row, old, new in zip(positions, before, after, strict=True)
    )
