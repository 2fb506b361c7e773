"""What a file is, by its first bytes: the name of a file is a claim, not a fact.

GDAL opens a file by content, whatever its name: a small text called plots.geojson can make it
return the rows of any other file. So the content must be what the name says before GDAL sees it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from siteplan.errors import SourceError
from siteplan.reading import binary, markup, texts
from siteplan.reading.opened import Hints, Opened

Sniffer = Callable[[Path, bytes, Hints], Opened]

SNIFFERS: dict[str, Sniffer] = {
    ".gpkg": binary.geopackage,
    ".geojson": texts.geojson,
    ".json": texts.geojson,
    ".geojsonl": texts.geojson_lines,
    ".geojsons": texts.geojson_lines,
    ".ndjson": texts.geojson_lines,
    ".shp": binary.shapefile,
    ".fgb": binary.flatgeobuf,
    ".parquet": binary.parquet,
    ".geoparquet": binary.parquet,
    ".gdb": binary.geodatabase,
    ".kml": markup.kml,
    ".gml": markup.gml,
    ".dxf": texts.dxf,
    ".tab": binary.mapinfo_tab,
    ".mif": texts.mapinfo_mif,
    ".sxf": binary.sxf,
    ".csv": texts.csv_table,
    ".tsv": texts.csv_table,
    ".xlsx": binary.workbook,
    ".xml": markup.registry,
    ".osm": texts.osm,
    ".pbf": binary.osm,
}
"""By the ending of a file's name, what its content must be. A new format adds its line here, and its
reader to `siteplan.reading.files.READERS`."""

ARCHIVES = (".zip", ".kmz")


def sniff(path: Path, hints: Hints | None = None) -> Opened:
    """Check that a file is what its name says.

    Parameters
    ----------
    path
        A file with one of the endings in `SNIFFERS`, or the folder of a file geodatabase; archives
        are unpacked by `siteplan.reading.archives` first.
    hints
        What the catalogue adds, limits among it.

    Raises
    ------
    SourceError
        If the file is missing, empty, truncated, of an unknown format or not of the one it claims.
    """
    suffix = path.suffix.lower()
    hints = hints or Hints()
    try:
        regular(path, hints)
        if suffix not in SNIFFERS:
            known = ", ".join((*SNIFFERS, *ARCHIVES))
            named = suffix or "files without an ending"
            raise SourceError(f"{path}: siteplan does not read {named}; give one of {known}")
        if path.is_dir():
            return replace(SNIFFERS[suffix](path, b"", hints), hints=hints)
        with path.open("rb") as file:
            head = file.read(512)
        if not head:
            raise SourceError(f"{path}: the file is empty")
        return replace(SNIFFERS[suffix](path, head, hints), hints=hints)
    except OSError as wrong:
        raise SourceError(f"{path}: cannot be read: {wrong.strerror or wrong}") from None


def regular(path: Path, hints: Hints) -> None:
    """Refuse what is no plain file: a device or a pipe never ends."""
    if "!" in str(path) or "\0" in str(path):
        raise SourceError(f"{path}: a path with ! or NUL cannot be read; rename the folder or the file")
    if not path.exists():
        folder = "" if path.parent.is_dir() else f"; there is no folder {path.parent} either"
        raise SourceError(f"{path}: there is no such file{folder}")
    if path.is_dir():
        if path.suffix.lower() != ".gdb":
            raise SourceError(f"{path}: is a folder; give a file in it")
        return
    if not path.is_file():
        raise SourceError(f"{path}: is no plain file")
    if (size := path.stat().st_size) > hints.limits.file_bytes:
        raise SourceError(
            f"{path}: {size} bytes, more than {hints.limits.says('file_bytes')}; raise it if this is meant"
        )
