"""One layer through GDAL: fast where the file is sound, record by record where it is not."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import fiona
import geopandas as gpd
import pyogrio
import shapely
from pyogrio.errors import CRSError, DataLayerError, DataSourceError, FeatureError
from shapely.geometry import shape

from siteplan.errors import SourceError
from siteplan.findings import Finding
from siteplan.models import near
from siteplan.reading import batches, remains
from siteplan.reading.binary import sibling
from siteplan.reading.encoding import checked, dbf_language, dbf_text, guess
from siteplan.reading.opened import Opened
from siteplan.reading.records import LayerInfo, Records

# pyogrio stumbles over a CRS that GDAL cannot put into words with an error of Python's own.
PYOGRIO = (CRSError, DataLayerError, DataSourceError, FeatureError, UnboundLocalError)

DRIVERS = {
    "GeoPackage": ("GPKG",),
    "GeoJSON": ("GeoJSON",),
    "GeoJSON lines": ("GeoJSONSeq",),
    "FlatGeobuf": ("FlatGeobuf",),
    "Shapefile": ("ESRI Shapefile",),
    "KML": ("LIBKML", "KML"),
    "GML": ("GML",),
    "DXF": ("DXF",),
    "MapInfo TAB": ("MapInfo File",),
    "MapInfo MIF": ("MapInfo File",),
    "file geodatabase": ("OpenFileGDB",),
    "SXF": ("SXF",),
}
"""By format, the drivers that may open it, fiona's name first; whatever else answers is refused."""

_BY_FIONA = DRIVERS.keys() - {"KML", "SXF"}

_SEALED = {
    # GDAL's requests go to a proxy that is none.
    "GDAL_HTTP_PROXY": "127.0.0.1:9",
    "GDAL_HTTPS_PROXY": "127.0.0.1:9",
    "GML_DOWNLOAD_SCHEMA": "NO",
    "GML_SKIP_RESOLVE_ELEMS": "ALL",
    # Identifiers keep their leading zeros; our checks read the numbers.
    "GML_FIELDTYPES": "ALWAYS_STRINGS",
    "LIBKML_NAME_FIELD": "name",
}


@contextmanager
def sealed() -> Iterator[None]:
    """Keep GDAL from the network, and from following what a file points to, whatever it asks for."""
    before = {key: pyogrio.get_gdal_config_option(key) for key in _SEALED}
    pyogrio.set_gdal_config_options(_SEALED)
    try:
        with fiona.Env(**_SEALED):
            yield
    finally:
        pyogrio.set_gdal_config_options(before)


def read(opened: Opened, layer: str | None) -> Records:
    """Read one layer; a broken record costs that record, not the file.

    Raises
    ------
    SourceError
        If the file cannot be read, holds no such layer, or gives fewer records than it has.
    """
    with sealed():
        name, stated = named_layer(opened, layer)
        encoding, found = text_encoding(opened)
        try:
            records = Records(_fast(opened, name, encoding))
        except (shapely.errors.GEOSException, ValueError, OSError, *PYOGRIO) as failure:
            slow = _one_by_one if opened.format in _BY_FIONA else _leniently
            records = slow(opened, name, encoding, failure)
    lost = complete(opened, len(records.frame) + len(records.broken), stated)
    return replace(records, findings=(*opened.findings, *found, *lost))


def complete(opened: Opened, read: int, stated: int) -> tuple[Finding, ...]:
    """Refuse fewer records than the file has; a drawing may hold kinds that are no shapes.

    Raises
    ------
    SourceError
        Naming both numbers.
    """
    if read >= stated:
        return ()
    if opened.format == "DXF":
        message = f"{stated - read} of {stated} entities of the drawing could not be read"
        return (Finding("warning", "", message, "export them as lines, polylines or regions"),)
    raise SourceError(
        f"{opened.path}: truncated: {read} of {stated} records could be read; ask for the file again"
    )


def described(opened: Opened) -> list[LayerInfo]:
    """Return what a file says about its layers, without reading them.

    Raises
    ------
    SourceError
        If it cannot be opened.
    """
    infos = []
    with sealed():
        for name in _listed(opened):
            info = _info(opened, name)
            infos.append(
                LayerInfo(
                    name,
                    str(info["geometry_type"]),
                    int(info["features"]),
                    tuple(map(str, info["fields"])),
                    info["crs"] or "",
                )
            )
    return infos


def named_layer(opened: Opened, wanted: str | None) -> tuple[str, int]:
    """Return the layer to read, and how many records it must give.

    Raises
    ------
    SourceError
        If no layer is meant, or several; or another driver than the format's answers.
    """
    names = _listed(opened)
    name = _named(opened, wanted, names)
    if len(names) == 1 and opened.stated is not None:
        _info(opened, name, counted=False)
        return name, opened.stated
    counts = {one: int(_info(opened, one)["features"]) for one in names}
    if opened.stated is not None:
        complete(opened, sum(counts.values()), opened.stated)
    limits = opened.hints.limits
    if counts[name] > limits.records:
        raise SourceError(f"{opened.path}: {counts[name]} records, more than {limits.says('records')}")
    return name, counts[name]


def _listed(opened: Opened) -> list[str]:
    try:
        return [str(name) for name, geometry in pyogrio.list_layers(opened.target) if geometry is not None]
    except PYOGRIO as wrong:
        raise SourceError(f"{opened.path}: not a readable {opened.format}: {wrong}") from None


def _info(opened: Opened, name: str, *, counted: bool = True) -> dict[str, Any]:
    try:
        info: dict[str, Any] = pyogrio.read_info(opened.target, layer=name, force_feature_count=counted)
    except PYOGRIO as wrong:
        raise SourceError(f"{opened.path}: not a readable {opened.format}: {wrong}") from None
    if info["driver"] not in DRIVERS[opened.format]:
        raise SourceError(f"{opened.path}: not a readable {opened.format}: it is taken for {info['driver']}")
    return info


def _named(opened: Opened, wanted: str | None, names: list[str]) -> str:
    """The layer that is named, or the only one there is."""
    if wanted is None and len(names) == 1:
        return names[0]
    if wanted in names:
        return wanted
    if not names:
        raise SourceError(f"{opened.path}: holds no layer with geometry")
    asked = f"there is no layer {wanted!r}{near(wanted, names)}" if wanted else "say which layer"
    raise SourceError(f"{opened.path}: {asked}; the file holds {', '.join(names)}")


def text_encoding(opened: Opened) -> tuple[str | None, tuple[Finding, ...]]:
    """Return the encoding of a shapefile's text where it does not say, and that it was chosen."""
    if opened.format != "Shapefile":
        return None, ()
    if opened.hints.encoding:
        return checked(opened.hints.encoding, opened.path), ()
    dbf = sibling(opened.path, ".dbf")
    if dbf is None or sibling(opened.path, ".cpg") or dbf_language(dbf) not in (0, 0x57):
        return None, ()
    chosen = guess(dbf_text(dbf))
    if chosen is None:
        return None, ()
    message = f"the text has no stated encoding (.cpg); read as {chosen.encoding}"
    remedy = 'look at the names; encoding = "cp1251" (or cp866, utf-8) in the catalogue forces one'
    return chosen.encoding, (Finding("warning", "", message, remedy),)


def _fast(opened: Opened, layer: str, encoding: str | None) -> gpd.GeoDataFrame:
    with warnings.catch_warnings():
        # What GDAL mutters here (odd rings, mixed types) is found again, with row numbers, by our checks.
        warnings.simplefilter("ignore")
        frame = pyogrio.read_dataframe(
            opened.target,
            layer=layer,
            encoding=encoding,
            use_arrow=True,
            on_invalid="raise",
            # Whole numbers stay whole in a column with gaps.
            arrow_to_pandas_kwargs={"integer_object_nulls": True},
        )
    if not isinstance(frame, gpd.GeoDataFrame):
        raise SourceError(f"{opened.path}: layer {layer!r} has no geometry")
    return frame


def _leniently(opened: Opened, layer: str, encoding: str | None, failure: Exception) -> Records:
    """Read without building the shapes, then build each; for formats that fiona does not know."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            meta, table = pyogrio.read_arrow(opened.target, layer=layer, encoding=encoding)
        return batches.records(table, meta["geometry_name"] or "wkb_geometry", meta["crs"], 0)
    except (ValueError, OSError, KeyError, *PYOGRIO) as wrong:
        raise SourceError(f"{opened.path}: not a readable {opened.format}: {failure}; {wrong}") from None


def _one_by_one(opened: Opened, layer: str, encoding: str | None, failure: Exception) -> Records:
    """Stream the layer and set aside the records that the fast path fell over."""
    good: list[dict[str, Any]] = []
    broken: list[tuple[str, str]] = []
    left: list[tuple[str, bytes | None]] = []
    # Fiona has no driver prefix; its list of drivers stands in for it.
    target = opened.target.removeprefix("GeoJSON:").removeprefix("GeoJSONSeq:")
    try:
        with fiona.open(
            target, layer=layer, encoding=encoding, enabled_drivers=[DRIVERS[opened.format][0]]
        ) as collection:
            crs = collection.crs.to_wkt() if collection.crs else None
            columns = list(collection.schema["properties"])
            for number, record in enumerate(collection):
                try:
                    geometry = _strictly(record.geometry)
                except (shapely.errors.ShapelyError, ValueError, TypeError, IndexError) as reason:
                    broken.append((str(number), str(reason)))
                    left.append(remains.of(record))
                else:
                    good.append({**record.properties, "geometry": geometry})
    except Exception as wrong:
        # fiona lets GDAL's own errors through, which share no public base with its others.
        raise SourceError(f"{opened.path}: not a readable {opened.format}: {failure}; {wrong}") from None
    if not good and not broken:
        raise SourceError(f"{opened.path}: not a readable {opened.format}: {failure}")
    frame = gpd.GeoDataFrame(good, columns=[*columns, "geometry"], geometry="geometry", crs=crs)
    return Records(frame, tuple(broken), tuple(left))


def _strictly(geometry: fiona.Geometry | None) -> shapely.Geometry | None:
    """A record's geometry; shapely would close an open ring in silence and so invent a border."""
    if geometry is None:
        return None
    polygons = {"Polygon": [geometry.coordinates], "MultiPolygon": geometry.coordinates}
    for rings in polygons.get(geometry.type, []):
        for ring in rings:
            if len(ring) < 4 or ring[0] != ring[-1]:
                raise ValueError(f"a ring of {len(ring)} points that is not closed")
    return shape(geometry)
