"""One layer of one file in: fast where the file is sound, record by record where it is not."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path

import fiona
import geopandas as gpd
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError
from shapely.geometry import shape

from siteplan.errors import SourceError
from siteplan.models import near
from siteplan.reading.sniff import Opened, sniff


@dataclass(frozen=True)
class Records:
    """The records of a layer as its file has them.

    Attributes
    ----------
    frame
        Records whose geometry could be read.
    broken
        For each record that could not: its number in the file, from 0, and the reason.
    """

    frame: gpd.GeoDataFrame
    broken: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class LayerInfo:
    """What a file says about one of its layers before it is read."""

    name: str
    geometry: str
    records: int
    columns: tuple[str, ...]
    crs: str


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
    name = _layer(opened, layer)
    try:
        frame = _fast(opened, name)
    except (shapely.errors.GEOSException, ValueError, OSError, DataLayerError, DataSourceError) as failure:
        return _one_by_one(opened, name, failure)
    _complete(opened, name, len(frame))
    return Records(frame)


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
        return [_described(opened, name) for name in fiona.listlayers(_for_fiona(opened))]
    except fiona.errors.FionaError as wrong:
        raise SourceError(f"{path}: not a readable {opened.format}: {wrong}") from None


def _described(opened: Opened, name: str) -> LayerInfo:
    with fiona.open(_for_fiona(opened), layer=name) as collection:
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


def _layer(opened: Opened, wanted: str | None) -> str:
    """The layer to read: the one named, or the only one there is."""
    try:
        listed = pyogrio.list_layers(opened.target)
    except (DataSourceError, DataLayerError) as wrong:
        raise SourceError(f"{opened.path}: not a readable {opened.format}: {wrong}") from None
    names = [str(name) for name, geometry in listed if geometry is not None]
    if len(names) == 1 and (wanted is None or opened.format != "GeoPackage"):
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
        frame = pyogrio.read_dataframe(opened.target, layer=layer, use_arrow=True, on_invalid="raise")
    if not isinstance(frame, gpd.GeoDataFrame):
        raise SourceError(f"{opened.path}: layer {layer!r} has no geometry")
    return frame


def _complete(opened: Opened, layer: str, read: int) -> None:
    stated = pyogrio.read_info(opened.target, layer=layer)["features"]
    if read < stated:
        raise SourceError(
            f"{opened.path}: truncated: {read} of {stated} records could be read; ask for the file again"
        )


def _one_by_one(opened: Opened, layer: str, failure: Exception) -> Records:
    """Stream the layer and set aside the records that the fast path fell over."""
    good: list[dict[str, object]] = []
    broken: list[tuple[str, str]] = []
    try:
        with fiona.open(_for_fiona(opened), layer=layer) as collection:
            crs = collection.crs.to_wkt() if collection.crs else None
            columns = list(collection.schema["properties"])
            for number, record in enumerate(collection):
                try:
                    geometry = _strictly(record.geometry)
                except (shapely.errors.ShapelyError, ValueError, TypeError, IndexError) as reason:
                    broken.append((str(number), str(reason)))
                else:
                    good.append({**record.properties, "geometry": geometry})
    except Exception as wrong:
        # fiona lets GDAL's own errors through, which share no public base with its others.
        raise SourceError(f"{opened.path}: not a readable {opened.format}: {failure}; {wrong}") from None
    if not good and not broken:
        raise SourceError(f"{opened.path}: not a readable {opened.format}: {failure}")
    frame = gpd.GeoDataFrame(good, columns=[*columns, "geometry"], geometry="geometry", crs=crs)
    return Records(frame, tuple(broken))


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
