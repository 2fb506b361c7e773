"""A park in: its catalogue, every table of it, checked, with one report of everything found."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import geopandas as gpd

from siteplan import columns, crs, placing, shapes, tables
from siteplan.errors import CatalogueError, CrsError, SourceError
from siteplan.findings import Count, Finding, Quarantined, Report
from siteplan.glossary import Glossary
from siteplan.limits import Limits
from siteplan.park import Catalogue, Layer, Plots, Regime
from siteplan.placing import Box
from siteplan.rasters import Raster
from siteplan.reading import osm
from siteplan.reading.documents import read_toml
from siteplan.reading.files import read_records
from siteplan.reading.granted import granted
from siteplan.reading.opened import Hints
from siteplan.reading.records import Records
from siteplan.reading.translations import translations
from siteplan.sources import Source
from siteplan.tables import Park


@dataclass(frozen=True)
class Checked:
    """Everything found in a park, whether it can be used or not.

    Attributes
    ----------
    catalogue
        The park's catalogue.
    report
        Every finding of every table.
    frames
        The tables that could be read, "plots" among them.
    regimes
        Lines of the support regimes.
    rasters
        Elevation models by name.
    glossary
        The park's own texts in other languages.
    """

    catalogue: Catalogue
    report: Report
    frames: dict[str, gpd.GeoDataFrame] = field(default_factory=dict)
    regimes: tuple[Regime, ...] = ()
    rasters: dict[str, Raster] = field(default_factory=dict)
    glossary: Glossary = field(default_factory=Glossary)


def read_park(path: str | Path) -> Park:
    """Read a park from its catalogue, and check everything in it.

    Parameters
    ----------
    path
        A park.toml; its keys are the fields of `Catalogue`.

    Returns
    -------
    park
        Checked plots and layers, and the report of what was found on the way.

    Raises
    ------
    CatalogueError
        If the catalogue is no TOML or says something that cannot be meant.
    SourceError
        If the catalogue itself cannot be read.
    DataError
        If a table is missing or not usable: every problem of every table at once.
    """
    checked = check_park(path)
    tables.refuse(checked.report, str(path))
    layers = {name: frame for name, frame in checked.frames.items() if name != "plots"}
    return Park(
        checked.catalogue,
        checked.frames["plots"],
        layers,
        checked.regimes,
        checked.report,
        checked.rasters,
        checked.glossary,
    )


def check_park(path: str | Path) -> Checked:
    """Read and check a park without refusing it, for the sake of the report.

    Raises
    ------
    CatalogueError, SourceError
        If the catalogue itself cannot be read.
    """
    path, catalogue = read_catalogue(path)
    reports: list[Report] = []
    frames: dict[str, gpd.GeoDataFrame] = {}
    for name, source in _sources(catalogue).items():
        frame, report = read_table(path.parent, source, table=name, catalogue=catalogue)
        reports.append(report)
        if frame is not None and not report.of("error"):
            frames[name] = frame
    lines, regime_report = granted(path.parent, catalogue, frames)
    rasters, raster_report = read_rasters(path.parent, catalogue)
    glossary, told = translations(path.parent, catalogue)
    reports += [regime_report, raster_report, told, _between_plots(frames, catalogue)]
    return Checked(catalogue, Report.merge(reports), frames, lines, rasters, glossary)


def read_catalogue(path: str | Path) -> tuple[Path, Catalogue]:
    """Return a catalogue and the path of its file, which may be given by its folder.

    Raises
    ------
    CatalogueError, SourceError
        If it cannot be read.
    """
    path = Path(path)
    if path.is_dir():
        path = path / "park.toml"
    document = read_toml(path, error=CatalogueError)
    if "criteria" in document:
        raise CatalogueError(
            f"{path}: is a plan, not a park's catalogue; apply it with: siteplan score {path} --park PARK"
        )
    return path, Catalogue.from_dict(document, where=str(path))


def input_files(path: Path, catalogue: Catalogue) -> list[Path]:
    """Return every file that a park is read from, its catalogue first."""
    named = [source.file for source in _sources(catalogue).values() if source.file]
    named += [raster.file for raster in catalogue.rasters.values()]
    if catalogue.regimes:
        named.append(catalogue.regimes.file)
    if catalogue.glossary:
        named.append(catalogue.glossary)
    return [path, *(path.parent / file for file in named)]


def _sources(catalogue: Catalogue) -> dict[str, Plots | Layer]:
    return {"plots": catalogue.plots, **catalogue.layers}


def read_table(
    folder: Path, source: Source, *, table: str, catalogue: Catalogue | None = None
) -> tuple[gpd.GeoDataFrame | None, Report]:
    """Read and check one table.

    Parameters
    ----------
    folder
        Where the source's path starts.
    source
        The catalogue entry.
    table
        "plots" or the layer's name.
    catalogue
        Gives the region and the quarantine limit; without one, neither is asked about.

    Returns
    -------
    frame, report
        The checked table with its units and counts in `attrs`; None when it could not be read.
    """
    limits = catalogue.limits if catalogue else Limits()
    _, checked, report = read_both(folder, source, table=table, limits=limits, catalogue=catalogue)
    return checked, report


def read_both(
    folder: Path, source: Source, *, table: str, limits: Limits, catalogue: Catalogue | None = None
) -> tuple[gpd.GeoDataFrame | None, gpd.GeoDataFrame | None, Report]:
    """Return a table as its file has it, as it was checked, and the report; see `read_table`."""
    try:
        records = _records(folder, source, limits)
    except SourceError as failure:
        count = Count(table, source.place, 0, 0, 0, 0)
        words = str(failure).removeprefix(f"{folder / source.place}: ")
        return None, None, Report((Finding("error", tables.place(source), words),), (), (count,))
    return check_records(records, source, table=table, catalogue=catalogue)


def check_records(
    records: Records, source: Source, *, table: str, catalogue: Catalogue | None = None, first: int = 0
) -> tuple[gpd.GeoDataFrame | None, gpd.GeoDataFrame | None, Report]:
    """Return a table as it was read, as it was checked, and the report; see `read_table`.

    Of a table that comes in pieces, `first` is the number of records before this one.
    """
    where = tables.place(source)
    frame, findings = placing.declare(records.frame, source.crs, where)
    findings += [replace(found, where=where) for found in _said(records, source)]
    if any(finding.level == "error" for finding in findings):
        count = Count(table, source.place, len(frame) + len(records.broken), 0, 0, len(records.broken))
        return None, None, Report(tuple(findings), _broken(records, source), (count,))
    if source.file and source.file.lower().endswith(osm.ENDINGS):
        findings += osm.remarks(frame, source, where)
    limit = catalogue.quarantine_limit if catalogue else 1.0
    checked, report = tables.check(frame, source, table=table, first=first)
    count = _with_broken(report.counts[0], len(records.broken))
    findings += tables.too_many(count.quarantined, count.read, limit, where)
    findings += _set_aside(records.broken, where)
    if catalogue:
        columns_read = [str(column) for column in frame.columns if column != frame.geometry.name]
        findings += columns.ignored(columns_read, source, where)
    if catalogue and not report.of("error"):
        findings += placing.in_region(checked, Box(*catalogue.region), where, strict=table == "plots")
    checked.attrs["counts"] = asdict(count)
    report = Report((*findings, *report.findings), (*_broken(records, source), *report.quarantine), (count,))
    return frame, checked, report


def _records(folder: Path, source: Source, limits: Limits) -> Records:
    if source.database:
        # Its libraries are an extra, needed by none but databases.
        from siteplan.reading import postgis  # noqa: PLC0415

        return postgis.read(source.database)
    hints = Hints(source.encoding, source.wkt, source.x, source.y, limits)
    return read_records(folder / source.place, source.layer, hints)


def _said(records: Records, source: Source) -> list[Finding]:
    """What the reader found; want of a CRS is no error where the catalogue states one."""
    if source.crs and crs.is_missing(records.frame.crs):
        return [replace(one, level="warning") if one.level == "error" else one for one in records.findings]
    return list(records.findings)


def _with_broken(count: Count, broken: int) -> Count:
    return Count(
        count.table, count.file, count.read + broken, count.used, count.repaired, count.quarantined + broken
    )


def _broken(records: Records, source: Source) -> tuple[Quarantined, ...]:
    """What the reader had to set aside, with what it could read of it."""
    frame = records.frame
    wkt = frame.crs.to_wkt() if frame.crs else ""
    remains = records.remains or (("", None),) * len(records.broken)
    return tuple(
        Quarantined(source.place, source.layer or "", fid, reason, attributes, wkb, wkt)
        for (fid, reason), (attributes, wkb) in zip(records.broken, remains, strict=True)
    )


def _set_aside(broken: tuple[tuple[str, str], ...], where: str) -> list[Finding]:
    if not broken:
        return []
    rows = tuple(f"record {fid}: {reason}" for fid, reason in broken)
    return [
        Finding(
            "warning",
            where,
            f"{len(broken)} records cannot be read and are set aside",
            "mend them in the source",
            rows,
        )
    ]


def read_rasters(folder: Path, catalogue: Catalogue) -> tuple[dict[str, Raster], Report]:
    """Read the elevation models that a catalogue names."""
    if not catalogue.rasters:
        return {}, Report()
    # rasterio is heavy, and few parks have heights.
    from siteplan.reading.rasters import read_raster  # noqa: PLC0415

    rasters, findings = {}, []
    for name, entry in catalogue.rasters.items():
        try:
            rasters[name] = read_raster(folder / entry.file)
        except (SourceError, CrsError) as refused:
            findings.append(
                Finding("error", entry.file, str(refused).removeprefix(f"{folder / entry.file}: "))
            )
    return rasters, Report(tuple(findings))


def _between_plots(frames: dict[str, gpd.GeoDataFrame], catalogue: Catalogue) -> Report:
    """Look for plots that lie on each other, measured in the plots' own UTM zone."""
    plots = frames.get("plots")
    where = tables.place(catalogue.plots)
    if plots is None:
        return Report()
    if not len(plots):
        return Report((Finding("error", where, "no usable plot", "give at least one polygon"),))
    try:
        in_metres = crs.project(plots, crs.estimate(plots))
    except CrsError as wide:
        return Report((Finding("note", where, f"overlaps between plots were not looked for: {wide}"),))
    return Report(tuple(shapes.overlaps(in_metres.geometry.to_numpy(), plots.index, where=where)))
