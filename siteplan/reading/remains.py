"""What can still be told of a record that cannot be read: enough to find and mend it in QGIS."""

from __future__ import annotations

from contextlib import suppress

import fiona
import shapely
from shapely.geometry import shape

from siteplan.findings import as_json


def of(record: fiona.Feature) -> tuple[str, bytes | None]:
    """Return a broken record's attributes as a JSON object, and what of its shape can be drawn as WKB."""
    return as_json(record.properties), _drawable(record.geometry)


def _drawable(geometry: fiona.Geometry | None) -> bytes | None:
    """A broken shape's rings as they stand, as lines; None when nothing can be drawn."""
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
