"""Coordinate systems as the registry names them, and whether the axes are where they belong."""

from __future__ import annotations

import re

import numpy as np
import shapely

from siteplan import crs
from siteplan.errors import CrsError

_EPSG = re.compile(r"EPSG:\d{4,6}")
_LOCAL = re.compile(r"[МM][СSC][КK]", re.IGNORECASE)
_ZONE = re.compile(r"MSK-\d+ zone (\d)")


def known(name: str) -> crs.CRS | None:
    """Return the CRS that a system's name stands for, or None; a zone is never guessed.

    Examples
    --------
    >>> known("МСК-28, зона 3").name
    'MSK-28 zone 3'
    >>> known("МСК-28") is None, known("4326") is None, known("СК кадастрового округа") is None
    (True, True, True)
    """
    # A name from a file must be a name: "+proj=..." could ask for other files, "4326" would be a guess.
    if not (_EPSG.fullmatch(name) or _LOCAL.match(name.strip())) or "+" in name or "[" in name:
        return None
    try:
        return crs.parse(name.strip())
    except CrsError:
        return None


def swapped(shape: shapely.Geometry, system: crs.CRS) -> bool:
    """Return whether X is east, against the rule: eastings of a zone begin with its number.

    Only zones of an МСК can be asked this way; the catalogue's region tells it of every system.
    """
    zone = _zone(system)
    east, north = _millions(shape)
    return zone is not None and east != {zone} and north == {zone}


def misfit(shape: shapely.Geometry, system: crs.CRS) -> str:
    """Return why a border cannot lie in its system; empty where it can."""
    zone = _zone(system)
    if zone is None or _millions(shape)[0] == {zone}:
        return ""
    east = shapely.bounds(shape)[0]
    return f"its easting {east:.10g} m is none of {system.name}, whose eastings begin with {zone}"


def _zone(system: crs.CRS) -> int | None:
    found = _ZONE.fullmatch(system.name)
    return int(found[1]) if found else None


def _millions(shape: shapely.Geometry) -> tuple[set[int], set[int]]:
    west, south, east, north = np.floor_divide(shapely.bounds(shape), 1e6).tolist()
    return {west, east}, {south, north}
