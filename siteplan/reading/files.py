"""One layer of one file in: fast where the file is sound, record by record where it is not."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import fiona
import geopandas as gpd
import numpy as np
import pyogrio
import shapely
from numpy.typing import NDArray
from pyogrio.errors import CRSError, DataLayerError, DataSourceError, FeatureError
from shapely.geometry import shape

from siteplan.errors import SourceError
from siteplan.findings import as_json
from siteplan.models import near
from siteplan.reading.records import LayerInfo, Records
from siteplan.reading.sniff import Opened, sniff

_PYOGRIO = (CRSError, DataLayerError, DataSourceError, FeatureError)

_DRIVERS = {
    "GeoPackage": "GPKG",
    "GeoJSON": "GeoJSON",
    "FlatGeobuf": "FlatGeobuf",
    "Shapefile": "ESRI Shapefile",
    "zipped Shapefile": "ESRI Shapefile",
}


def read_records(path: Path, layer: str | None = None) -> Records:
    """Read one layer of a file; a broken record costs that record, not the file.

    Parameters
    ----------
    path
        A GeoPackage, GeoJSON, Shapefile (zipped too), FlatGeobuf or GeoParquet.
    layer
        The layer's name, needed where the file holds several.

    Returns
    -------
    records
        Attributes and geometry as in the file, with its CRS if it names one.

    Raises
    ------
    SourceError
        If the file is missing, not what it says, truncated, or holds no such layer.
    """
    opened = sniff(path, layer)
    if opened.format == "GeoParquet":
        return _parquet(opened, layer)
    with _offline():
        name, stated = _layer(opened, layer)
        try:
            records = Records(_fast(opened, name))
        except (shapely.errors.GEOSException, ValueError, OSError, *_PYOGRIO) as failure:
            records = _one_by_one(opened, name, failure)
    read = len(records.frame) + len(records.broken)
    if read < stated:
        raise SourceError(
            f"{path}: truncated: {read} of {stated} records could be read; ask for the file again"
        )
    return records


def probe(path: Path) -> list[LayerInfo]:
    """Return what a file says about its layers, without reading them.

    Raises
    ------
    SourceError
        As `read_records`.
    """
    opened = sniff(path)
    if opened.format == "GeoParquet":
        frame = _parquet(opened, None).frame
        columns = tuple(str(column) for column in frame.columns if column != frame.geometry.name)
        return [LayerInfo(path.stem, "any", len(frame), columns, frame.crs.to_string() if frame.crs else "")]
    try:
        with _offline():
            return [_described(opened, name) for name in fiona.listlayers(_for_fiona(opened))]
    except Exception as wrong:
        # fiona lets GDAL's own errors through, which share no public base with its others.
        raise SourceError(f"{path}: not a readable {opened.format}: {wrong}") from None


def _described(opened: Opened, name: str) -> LayerInfo:
    with fiona.open(_for_fiona(opened), layer=name, enabled_drivers=[_DRIVERS[opened.format]]) as collection:
        schema = collection.schema
        return LayerInfo(
            name,
            schema["geometry"] if isinstance(schema["geometry"], str) else " or ".join(schema["geometry"]),
            len(collection),
            tuple(schema["properties"]),
            collection.crs.to_string() if collection.crs else "",
        )


def _for_fiona(opened: Opened) -> str:
    """Fiona has no driver prefix; what the sniffer saw stands in for it."""
    return opened.target.removeprefix("GeoJSON:")


@contextmanager
def _offline() -> Iterator[None]:
    """Keep GDAL from the network whatever a file asks for: its requests go to a proxy that is none."""
    keys = ("GDAL_HTTP_PROXY", "GDAL_HTTPS_PROXY")
    before = {key: pyogrio.get_gdal_config_option(key) for key in keys}
    nowhere = dict.fromkeys(keys, "127.0.0.1:9")
    pyogrio.set_gdal_config_options(nowhere)
    try:
        with fiona.Env(**nowhere):
            yield
    finally:
        pyogrio.set_gdal_config_options(before)


def _layer(opened: Opened, wanted: str | None) -> tuple[str, int]:
    """The layer to read, and how many records the file says it has."""
    try:
        name = _named(opened, wanted, pyogrio.list_layers(opened.target))
        return name, int(pyogrio.read_info(opened.target, layer=name)["features"])
    except _PYOGRIO as wrong:
        raise SourceError(f"{opened.path}: not a readable {opened.format}: {wrong}") from None


def _named(opened: Opened, wanted: str | None, listed: NDArray[np.object_]) -> str:
    """The layer that is named, or the only one there is."""
    names = [str(name) for name, geometry in listed if geometry is not None]
    if len(names) == 1 and (wanted is None or opened.format == "zipped Shapefile"):
        return names[0]
    if wanted in names:
        return wanted
    if not names:
        raise SourceError(f"{opened.path}: holds no layer with geometry")
    asked = f"there is no layer {wanted!r}{near(wanted, names)}" if wanted else "say which layer"
    raise SourceError(f"{opened.path}: {asked}; the file holds {', '.join(names)}")


def _fast(opened: Opened, layer: str) -> gpd.GeoDataFrame:
    with warnings.catch_warnings():
        # What GDAL mutters here (odd rings, mixed types) is found again, with row numbers, by our checks.
        warnings.simplefilter("ignore")
        frame = pyogrio.read_dataframe(
            opened.target,
            layer=layer,
            use_arrow=True,
            on_invalid="raise",
            # Whole numbers stay whole in a column with gaps.
            arrow_to_pandas_kwargs={"integer_object_nulls": True},
        )
    if not isinstance(frame, gpd.GeoDataFrame):
        raise SourceError(f"{opened.path}: layer {layer!r} has no geometry")
    return frame


def _one_by_one(opened: Opened, layer: str, failure: Exception) -> Records:
    """Stream the layer and set aside the records that the fast path fell over."""
    good: list[dict[str, object]] = []
    broken: list[tuple[str, str]] = []
    remains: list[tuple[str, bytes | None]] = []
    try:
        driver = _DRIVERS[opened.format]
        with fiona.open(_for_fiona(opened), layer=layer, enabled_drivers=[driver]) as collection:
            crs = collection.crs.to_wkt() if collection.crs else None
            columns = list(collection.schema["properties"])
            for number, record in enumerate(collection):
                try:
                    geometry = _strictly(record.geometry)
                except (shapely.errors.ShapelyError, ValueError, TypeError, IndexError) as reason:
                    broken.append((str(number), str(reason)))
                    remains.append((as_json(record.properties), _drawable(record.geometry)))
                else:
                    good.append({**record.properties, "geometry": geometry})
    except Exception as wrong:
        # As in `probe`.
        raise SourceError(f"{opened.path}: not a readable {opened.format}: {failure}; {wrong}") from None
    if not good and not broken:
        raise SourceError(f"{opened.path}: not a readable {opened.format}: {failure}")
    frame = gpd.GeoDataFrame(good, columns=[*columns, "geometry"], geometry="geometry", crs=crs)
    return Records(frame, tuple(broken), tuple(remains))


def _drawable(geometry: fiona.Geometry | None) -> bytes | None:
    """What can be drawn of a broken shape: its rings as they stand, as lines; None when nothing can."""
    with suppress(Exception):  # it is broken: anything may be wrong with it
        if geometry is None:
            return None
        if geometry.type in ("Polygon", "MultiPolygon"):
            parts = [geometry.coordinates] if geometry.type == "Polygon" else geometry.coordinates
            rings = [[point[:2] for point in ring] for part in parts for ring in part]
            if lines := [ring for ring in rings if len(ring) > 1]:
                return shapely.to_wkb(shapely.MultiLineString(lines))
            return shapely.to_wkb(shapely.MultiPoint([point for ring in rings for point in ring]))
        return shapely.to_wkb(shape(geometry))
    return None


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


def _parquet(opened: Opened, layer: str | None) -> Records:
    if layer is not None:
        raise SourceError(f"{opened.path}: a GeoParquet file has no layers; leave {layer!r} out")
    try:
        return Records(gpd.read_parquet(opened.path))
    except (ValueError, OSError, KeyError, TypeError) as wrong:
        raise SourceError(f"{opened.path}: not a readable GeoParquet: {wrong}") from None
