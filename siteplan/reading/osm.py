"""OpenStreetMap extracts in: layers by what a planner looks for, with numbers out of their tags.

The data are under the ODbL and ask for credit: see `remarks`.
"""

from __future__ import annotations

import re
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.resources import as_file, files
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError

from siteplan.errors import SourceError
from siteplan.findings import Finding
from siteplan.models import near
from siteplan.reading.osm_elements import Element, elements
from siteplan.reading.osm_themes import THEMES, Theme
from siteplan.reading.records import LayerInfo, Records
from siteplan.sources import Source

LIMIT = 500_000_000
"""Bytes of a file that GDAL's driver reads in reasonable time and memory."""

ENDINGS = (".osm", ".pbf")
"""How the names of OSM files end."""

_KILOVOLTS = re.compile(r"\d+(?:\.\d+)?")
_MILLIMETRES = re.compile(r"(\d+(?:[.,]\d+)?)\s*mm", re.IGNORECASE)


def layers(path: Path) -> list[LayerInfo]:
    """Return the layers of an extract, with the number of their ways and relations.

    Parameters
    ----------
    path
        An .osm or .osm.pbf file.

    Raises
    ------
    SourceError
        If the file is damaged, or larger than `LIMIT`.
    """
    _bounded(path)
    keys = frozenset(key for theme in THEMES.values() for key in theme.tags)
    counts = dict.fromkeys(THEMES, 0)
    for element in elements(path, keys):
        for name, theme in THEMES.items():
            counts[name] += theme.holds(element.tags)
    return [
        LayerInfo(name, "any", counts[name], _columns(theme), "EPSG:4326") for name, theme in THEMES.items()
    ]


def read(path: Path, layer: str | None, *, limit: int = LIMIT) -> Records:
    """Read one layer of an extract; what cannot be built is set aside with its OSM id.

    Parameters
    ----------
    path
        An .osm or .osm.pbf file whose elements are in order.
    layer
        One of `THEMES`.
    limit
        Largest size of the file, in bytes.

    Returns
    -------
    records
        Features in WGS 84 with `osm_id` ("way/10"), `name`, `operator` and the theme's columns;
        voltages in kV ("110;35", the highest in `voltage_kv`), and `diameter_mm` where the text
        says mm. `missing_nodes` counts the nodes that a way lacks in the file: it is that much
        shorter than on the ground, as at the edge of an extract.

    Raises
    ------
    SourceError
        If the file is damaged, out of order or too large, or there is no such layer.
    """
    _bounded(path, limit)
    if layer is None or layer not in THEMES:
        asked = f"there is no layer {layer!r}{near(layer, THEMES)}" if layer else "say which layer"
        raise SourceError(f"{path}: {asked}; an OSM file holds {', '.join(THEMES)}")
    theme = THEMES[layer]
    listed = {
        f"{element.kind}/{element.number}": element
        for element in elements(path, frozenset(theme.tags))
        if theme.holds(element.tags)
    }
    with _configured() as configuration:
        pieces = [_table(path, table, theme, configuration) for table in theme.tables]
    frame = pd.concat(pieces, ignore_index=True)
    unbuilt = frame.geometry.isna() | frame.geometry.is_empty
    broken = [(osm_id, "its shape cannot be built") for osm_id in frame.loc[unbuilt, "osm_id"]]
    built = set(frame["osm_id"])
    broken += [(osm_id, _reason(one, theme)) for osm_id, one in listed.items() if osm_id not in built]
    frame = gpd.GeoDataFrame(frame[~unbuilt].reset_index(drop=True), geometry="geometry", crs=4326)
    return Records(_shaped(frame, theme, listed), tuple(broken))


def remarks(frame: gpd.GeoDataFrame, source: Source, where: str) -> list[Finding]:
    """Return what must be said about a layer as read: credit that is missing, ways that are shorter."""
    found = []
    if not (source.licence and source.credit):
        found.append(
            Finding(
                "warning",
                where,
                "OpenStreetMap data would be shown without their licence or credit",
                'state licence = "ODbL-1.0" and credit = "© OpenStreetMap contributors"',
            )
        )
    cut = frame.loc[frame["missing_nodes"] > 0, "osm_id"]
    if len(cut):
        message = f"{len(cut)} ways are shorter than in OpenStreetMap: the file lacks some of their nodes"
        remedy = "cut the extract with whole ways: osmium extract --strategy complete_ways"
        found.append(Finding("warning", where, message, remedy, tuple(cut)))
    return found


def _bounded(path: Path, limit: int = LIMIT) -> None:
    try:
        size = path.stat().st_size
    except OSError as wrong:
        raise SourceError(f"{path}: cannot be read: {wrong.strerror}") from None
    if size > limit:
        raise SourceError(
            f"{path}: {size / 1e6:.0f} MB; the limit is {limit / 1e6:.0f} MB. Cut it first: "
            "osmium extract --bbox W,S,E,N, or osmium tags-filter for the keys you need"
        )


@contextmanager
def _configured() -> Iterator[str]:
    """Our tag configuration as a file, and GDAL's large temporary files away from the inputs."""
    key = "CPL_TMPDIR"
    before = pyogrio.get_gdal_config_option(key)
    with (
        as_file(files("siteplan.reading") / "osmconf.ini") as configuration,
        tempfile.TemporaryDirectory() as folder,
    ):
        pyogrio.set_gdal_config_options({key: folder})
        try:
            yield str(configuration)
        finally:
            pyogrio.set_gdal_config_options({key: before})


def _table(path: Path, table: str, theme: Theme, configuration: str) -> gpd.GeoDataFrame:
    """The theme's features out of one of GDAL's tables."""
    try:
        known = set(pyogrio.read_info(path, layer=table, CONFIG_FILE=configuration)["fields"])
        where = " OR ".join(
            f"{key} IN ({', '.join(repr(value) for value in values)})" if values else f"{key} IS NOT NULL"
            for key, values in theme.tags.items()
            if key in known
        )
        with warnings.catch_warnings():
            # What GDAL mutters about shapes is found again below, with ids.
            warnings.simplefilter("ignore")
            frame = pyogrio.read_dataframe(
                path, layer=table, where=where, on_invalid="ignore", CONFIG_FILE=configuration
            )
    except (DataSourceError, DataLayerError, FeatureError, ValueError) as wrong:
        raise SourceError(f"{path}: not a readable OSM file: {wrong}") from None
    kind = {"points": "node/", "lines": "way/", "multipolygons": "relation/"}[table]
    ids = kind + frame["osm_id"].astype("str")
    if "osm_way_id" in frame:
        ids = ids.where(frame["osm_id"].notna(), "way/" + frame["osm_way_id"].astype("str"))
    return gpd.GeoDataFrame(frame.assign(osm_id=ids.astype("str")))


def _reason(element: Element, theme: Theme) -> str:
    """Why GDAL built nothing of an element."""
    if element.kind == "relation":
        kind = element.tags.get("type", "no type")
        if kind not in ("multipolygon", "boundary") or "multipolygons" not in theme.tables:
            return f"a relation ({kind}) is no feature of this layer; its members may be"
        return "its rings do not close, or members of it are missing in the file"
    if "lines" not in theme.tables and not element.closed:
        return "an open way, where an area is needed"
    if "multipolygons" not in theme.tables and element.closed:
        return "an area, where a line is needed"
    return "its nodes are missing in the file, or it is the ring of a multipolygon"


def _columns(theme: Theme) -> tuple[str, ...]:
    numbers = [
        number
        for column, number in (("voltage", "voltage_kv"), ("diameter", "diameter_mm"))
        if column in theme.columns
    ]
    return ("osm_id", "name", "operator", *theme.columns, *numbers, "missing_nodes")


def _shaped(frame: gpd.GeoDataFrame, theme: Theme, listed: Mapping[str, Element]) -> gpd.GeoDataFrame:
    """The theme's columns, with numbers read out of the texts."""
    nodes = pd.Series([listed[one].points if one in listed else 0 for one in frame["osm_id"]], dtype="int64")
    frame["missing_nodes"] = (nodes - frame.count_coordinates()).clip(lower=0).where(nodes > 0, 0)
    if "voltage" in theme.columns:
        volts = [_kilovolts(text) for text in frame["voltage"]]
        # A text that is no list of volts stays as it stands.
        frame["voltage"] = [
            ";".join(f"{one:g}" for one in each) or text
            for each, text in zip(volts, frame["voltage"], strict=True)
        ]
        frame["voltage_kv"] = [max(each, default=None) for each in volts]
        frame["voltage_kv"] = frame["voltage_kv"].astype(float)
    if "diameter" in theme.columns:
        frame["diameter_mm"] = pd.Series([_millimetres(text) for text in frame["diameter"]], dtype=float)
    return frame.reindex(columns=[*_columns(theme), "geometry"])


def _kilovolts(text: object) -> list[float]:
    """Every voltage of a tag in volts ("110000;35000"), in kV; none where one cannot be read.

    Examples
    --------
    >>> _kilovolts("110000;35000"), _kilovolts("high")
    ([110.0, 35.0], [])
    """
    parts = str(text).replace(" ", "").split(";") if isinstance(text, str) else []
    if not all(_KILOVOLTS.fullmatch(part) for part in parts):
        return []
    return [float(part) / 1000 for part in parts]


def _millimetres(text: object) -> float | None:
    """A diameter whose text says mm; others say nothing certain.

    Examples
    --------
    >>> _millimetres("1420 mm"), _millimetres("1420")
    (1420.0, None)
    """
    found = _MILLIMETRES.fullmatch(text.strip()) if isinstance(text, str) else None
    return float(found[1].replace(",", ".")) if found else None
