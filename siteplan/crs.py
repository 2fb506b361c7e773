"""Metres: the one place where coordinates change reference system.

Everything is measured in a projected CRS with metres that suits the place. Degrees and Web
Mercator are refused for measuring: at 51.5 N, Web Mercator shows areas 2.58 times too large.

References
----------
Zone parameters of MSK-28 (МСК-28, the local cadastral system of Amur Oblast) have no EPSG code.
They are community values that agree in two independent public code bases; zone 3 was checked
against two border points printed in Amur Oblast law 102-OZ of 2022-04-29 and lies 7 m and 57 m
from the mapped border. Zones 1, 2, 4 and 5 follow the same rule and were not checked. Good to a
few metres: for display and planning, not for cadastral work.
"""

from __future__ import annotations

import re

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray
from pyproj import CRS as CRS  # noqa: PLC0414 (re-exported: other rooms name the type without pyproj)
from pyproj import Proj, Transformer
from pyproj.exceptions import CRSError

from siteplan import letters
from siteplan.errors import CrsError

DEGREES = CRS.from_epsg(4326)
"""Longitude and latitude, WGS 84: what GeoJSON and browsers speak."""

EQUAL_AREA = CRS.from_epsg(6933)
"""Shows every area true, anywhere; lengths and shapes it does not."""

# Latin and Cyrillic letters that look alike are mixed freely in real files.
_MSK = re.compile(r"[МM][СSC][КK][\s\-–]*0*(\d{2,4})", re.IGNORECASE)
_CODE = re.compile(r"[A-Z]+\s*:\s*\d+", re.IGNORECASE)
_ZONE = re.compile(r"(?:зона|zone)\s*№?\s*(\d+)", re.IGNORECASE)
_MERCATOR = re.compile(r"(?<!transverse )(?<!oblique )mercator", re.IGNORECASE)
_OTHER_DATUM = re.compile(r"от\s+[СC][КK]", re.IGNORECASE)

# A UTM zone stays within 0.2 % even at the edge of its neighbour at 51 N.
_DISTORTION = 0.01

_MSK28_MERIDIANS = {zone: 121.71666666666 + 3 * (zone - 1) for zone in range(1, 6)}
_MSK28 = (
    "+proj=tmerc +lat_0=0 +lon_0={meridian:.11f} +k=1 +x_0={easting} +y_0=-5116586.44 +ellps=krass "
    "+towgs84=23.57,-140.95,-79.8,0,0.35,0.79,-0.22 +units=m +no_defs"
)


def parse(text: str) -> CRS:
    """Return the CRS that a name stands for.

    Parameters
    ----------
    text
        An EPSG code ("EPSG:32652"), WKT, a PROJ string, or a zone of MSK-28 in the words of
        Russian land documents ("МСК-28, зона 3").

    Raises
    ------
    CrsError
        If the name is unknown, or an MSK without published parameters; a zone is never guessed.

    Examples
    --------
    >>> parse("МСК-28, зона 3").name
    'MSK-28 zone 3'
    >>> parse("EPSG:32652").name
    'WGS 84 / UTM zone 52N'
    """
    # A complete definition may carry such a name too; then it means what it says.
    if "[" not in text and "+proj" not in text and (local := _MSK.search(letters.cyrillic(text))):
        return _msk(local[1], text)
    try:
        code = letters.latin(text).strip()
        return CRS.from_user_input(code if _CODE.fullmatch(code) else text)
    except CRSError:
        raise CrsError(
            f"{text!r} names no coordinate reference system; "
            'give an EPSG code such as "EPSG:32652", a PROJ string, or "МСК-28, зона 3"'
        ) from None


def _msk(system: str, text: str) -> CRS:
    zones = set(_ZONE.findall(letters.cyrillic(text))) | set(_ZONE.findall(text))
    if system != "28" or _OTHER_DATUM.search(letters.cyrillic(text)):
        raise CrsError(
            f"no parameters are known for {text!r}, only for МСК-28; "
            "ask the sender for a PROJ string or a file in WGS 84"
        )
    if len(zones) != 1 or not zones <= {str(zone) for zone in _MSK28_MERIDIANS}:
        raise CrsError(f"{text!r}: say which zone, 1 to 5 (the first digit of the easting)")
    number = int(zones.pop())
    wkt = CRS.from_proj4(
        _MSK28.format(meridian=_MSK28_MERIDIANS[number], easting=number * 1_000_000 + 300_000)
    ).to_json_dict()
    wkt["source_crs"]["name"] = wkt["name"] = f"MSK-28 zone {number}"
    return CRS.from_json_dict(wkt)


def for_measuring(text: str) -> CRS:
    """Return a CRS in which distances and areas may be measured.

    Raises
    ------
    CrsError
        If it is unknown, geographic, Mercator, or not in metres.

    Examples
    --------
    >>> for_measuring("EPSG:3857")
    Traceback (most recent call last):
    siteplan.errors.CrsError: 'EPSG:3857' (WGS 84 / Pseudo-Mercator) is a Mercator projection; ...
    """
    crs = parse(text)
    known = f"{text!r} ({crs.name})"
    remedy = "give a projected CRS in metres, for example the UTM zone of the plots"
    if crs.is_geographic:
        raise CrsError(f"{known} is in degrees, which cannot be measured; {remedy}")
    if not crs.is_projected:
        raise CrsError(f"{known} is not a map projection; {remedy}")
    projected = (crs.source_crs if crs.is_bound else None) or crs
    operation = projected.coordinate_operation
    if operation is not None and _MERCATOR.search(operation.method_name):
        raise CrsError(f"{known} is a Mercator projection; areas come out several times too large; {remedy}")
    if any(axis.unit_name not in ("metre", "meter") for axis in projected.axis_info):
        raise CrsError(f"{known} is not in metres; {remedy}")
    return crs


def estimate(frame: gpd.GeoDataFrame) -> CRS:
    """Return the UTM zone of a table's centre.

    Raises
    ------
    CrsError
        If the table has no CRS, no geometry, or is wider than 12 degrees, for which no single
        zone measures well.
    """
    lon_lat = to_degrees(frame)
    west, _, east, _ = lon_lat.total_bounds
    if not np.isfinite([west, east]).all():
        raise CrsError("no geometry to estimate a metric CRS from; state metric_crs in the plan")
    if east - west > 12:
        raise CrsError(
            f"the plots span {east - west:.0f} degrees of longitude; no UTM zone measures that well; "
            "state metric_crs in the plan, or score region by region"
        )
    _, south, _, north = lon_lat.total_bounds
    zone = int((west + east) / 2 // 6 + 30) % 60 + 1
    return CRS.from_epsg((32600 if south + north >= 0 else 32700) + zone)


def project(frame: gpd.GeoDataFrame, crs: CRS) -> gpd.GeoDataFrame:
    """Return a table in another CRS; the table itself where it is there already.

    Raises
    ------
    CrsError
        If the table has no CRS, or coordinates leave the area where the projection is defined.
    """
    if frame.crs is None:
        raise CrsError("the table has no CRS; set one with set_crs, or state it in the catalogue")
    if frame.crs == crs:
        return frame
    moved = frame.to_crs(crs)
    if len(moved) and not np.isfinite(moved.total_bounds).all() and np.isfinite(frame.total_bounds).all():
        raise CrsError(
            f"coordinates of {CRS(frame.crs).name} cannot be expressed in {crs.name}; "
            "the declared CRS is probably not the true one"
        )
    return moved


def refuse_distortion(frame: gpd.GeoDataFrame, crs: CRS) -> None:
    """Refuse to measure where a projection is stretched: it is made for another place.

    Parameters
    ----------
    frame
        What is to be measured; the scale is taken at the corners of its bounds.
    crs
        A projected CRS.

    Raises
    ------
    CrsError
        If a length comes out more than 1 % wrong in any direction.
    """
    west, south, east, north = to_degrees(frame).total_bounds
    factors = Proj((crs.source_crs if crs.is_bound else None) or crs).get_factors(
        [west, west, east, east], [south, north, south, north], errcheck=False
    )
    scales = np.array([factors.tissot_semimajor, factors.tissot_semiminor])
    worst = scales.flat[np.abs(np.where(np.isfinite(scales), scales, 1e9) - 1).argmax()]
    if not abs(worst - 1) <= _DISTORTION:
        raise CrsError(
            f"{crs.name} is made for another place: at the plots it shows 1 m as {worst:.4g} m; "
            "give the UTM zone of the plots"
        )


def to_degrees(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return a table in longitude and latitude, WGS 84."""
    return project(frame, DEGREES)


def name_of(frame: gpd.GeoDataFrame) -> str:
    """Return the name of a table's CRS in words."""
    return str(CRS(frame.crs).name) if frame.crs is not None else "no CRS"


def hectares(shapes: NDArray[np.object_], crs: CRS | None) -> NDArray[np.float64]:
    """Return areas in hectares, valid or not, through an equal-area projection."""
    flat = gpd.GeoSeries(shapes, crs=crs).to_crs(EQUAL_AREA)
    return np.asarray(flat.area.to_numpy(dtype=float) / 1e4)


def points_to_degrees(
    x: NDArray[np.float64], y: NDArray[np.float64], crs: CRS
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return longitudes and latitudes of points; missing stays missing."""
    transformer = Transformer.from_crs(crs, DEGREES, always_xy=True)
    lon, lat = transformer.transform(np.where(np.isfinite(x), x, np.nan), np.where(np.isfinite(y), y, np.nan))
    lon, lat = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    missing = ~(np.isfinite(lon) & np.isfinite(lat))
    return np.where(missing, np.nan, lon), np.where(missing, np.nan, lat)


def is_missing(crs: CRS | None) -> bool:
    """Return whether a file's CRS says nothing: none, undefined, or a local grid without a place.

    Examples
    --------
    >>> is_missing(None), is_missing(parse("EPSG:4326"))
    (True, False)
    """
    return crs is None or crs.is_engineering or "undefined" in crs.name.lower()
