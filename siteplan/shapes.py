"""Geometry as files bring it: what may stay, what is repaired, what is set aside and why."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from siteplan.findings import Finding

Shapes = NDArray[np.object_]

_COLLECTION = shapely.GeometryType.GEOMETRYCOLLECTION
_TOUCHING_M2 = 1.0


@dataclass(frozen=True)
class Sorted:
    """What became of a column of geometries.

    Attributes
    ----------
    shapes
        Valid two-dimensional geometries; None where the record is set aside.
    reasons
        Why a record is set aside; empty where it stays.
    broken
        For each repaired record its row position, what was wrong with it, and the shape as it was.
    flattened, trimmed
        Row positions whose Z or M was dropped, and of mixed collections cut to their main parts.
    """

    shapes: Shapes
    reasons: NDArray[np.object_]
    broken: dict[int, tuple[str, shapely.Geometry]]
    flattened: NDArray[np.intp]
    trimmed: NDArray[np.intp]


def sort_out(shapes: Shapes, *, polygons_only: bool) -> Sorted:
    """Repair what can be repaired, and say why the rest cannot be used.

    Parameters
    ----------
    shapes
        Geometries in any CRS; None for a record without one.
    polygons_only
        Whether anything that is no polygon is set aside, as in a table of plots.

    Returns
    -------
    sorted
        On the positions of `shapes`.

    Examples
    --------
    >>> bow_tie = shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
    >>> sorted_out = sort_out(np.array([bow_tie, None]), polygons_only=True)
    >>> sorted_out.shapes[0].area, sorted_out.reasons.tolist()
    (2.0, ['', 'no geometry'])
    >>> sorted_out.broken[0][0]
    'Self-intersection[1 1]'
    """
    reasons = np.full(len(shapes), "", dtype=object)
    _set(reasons, shapely.is_missing(shapes), "no geometry")
    _set(reasons, shapely.is_empty(shapes), "empty geometry")
    _set(reasons, _not_finite(shapes), "coordinates that are not finite numbers")
    flattened = np.flatnonzero(shapely.has_z(shapes) | shapely.has_m(shapes))
    if flattened.size:
        shapes = shapely.force_2d(shapes)
    shapes, broken = _repaired(shapes, reasons)
    shapes, trimmed = _main_parts(shapes, reasons, polygons_only=polygons_only)
    _set(reasons, shapely.is_empty(shapes), "nothing is left after repair: the shape has no area or length")
    if polygons_only:
        _set(reasons, (shapely.area(shapes) == 0) & ~shapely.is_missing(shapes), "no area")
    kept = reasons == ""
    return Sorted(
        _masked(shapes, kept),
        reasons,
        {row: was for row, was in broken.items() if kept[row]},
        flattened[kept[flattened]],
        trimmed[kept[trimmed]],
    )


def _masked(shapes: Shapes, kept: NDArray[np.bool_]) -> Shapes:
    masked = shapes.copy()
    masked[~kept] = None
    return masked


def _set(reasons: NDArray[np.object_], where: NDArray[np.bool_], reason: str) -> None:
    """Write a reason where none stands yet; the first one found is the one told."""
    reasons[where & (reasons == "")] = reason


def _not_finite(shapes: Shapes) -> NDArray[np.bool_]:
    coordinates, rows = shapely.get_coordinates(shapes, return_index=True)
    bad = np.zeros(len(shapes), dtype=bool)
    bad[rows[~np.isfinite(coordinates).all(axis=1)]] = True
    return bad


def _repaired(
    shapes: Shapes, reasons: NDArray[np.object_]
) -> tuple[Shapes, dict[int, tuple[str, shapely.Geometry]]]:
    """Make invalid shapes valid, keeping their area rather than their lines."""
    rows = np.flatnonzero(~shapely.is_valid(shapes) & (reasons == ""))
    if not rows.size:
        return shapes, {}
    causes, before = shapely.is_valid_reason(shapes[rows]), shapes[rows]
    shapes = shapes.copy()
    shapes[rows] = shapely.make_valid(before, method="structure", keep_collapsed=False)
    return shapes, {int(row): (str(cause), was) for row, cause, was in zip(rows, causes, before, strict=True)}


def _main_parts(
    shapes: Shapes, reasons: NDArray[np.object_], *, polygons_only: bool
) -> tuple[Shapes, NDArray[np.intp]]:
    """Cut mixed collections to their parts of highest dimension; set aside what is no polygon."""
    mixed = np.flatnonzero(shapely.get_type_id(shapes) == _COLLECTION)
    if mixed.size:
        shapes = shapes.copy()
    for row in mixed:
        parts = shapely.get_parts(shapes[row])
        while (shapely.get_type_id(parts) == _COLLECTION).any():
            parts = shapely.get_parts(parts)
        dimensions = shapely.get_dimensions(parts)
        shapes[row] = shapely.union_all(parts[dimensions == dimensions.max(initial=-1)])
    if polygons_only:
        other = (shapely.get_dimensions(shapes) < 2) & (reasons == "") & ~shapely.is_empty(shapes)
        for row in np.flatnonzero(other):
            reasons[row] = f"a {shapes[row].geom_type}, but a plot must be a polygon"
    return shapes, mixed


def overlaps(shapes: Shapes, ids: pd.Index, *, where: str) -> list[Finding]:
    """Find plots that lie on each other.

    Parameters
    ----------
    shapes
        Valid polygons in metres.
    ids
        Their identifiers.
    where
        The table's name for the message.

    Returns
    -------
    findings
        At most two warnings: exact duplicates, and overlaps of more than 1 m2 (less comes from
        rounded coordinates), each pair with its area.
    """
    left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    left, right = left[left < right], right[left < right]
    areas = shapely.area(shapely.intersection(shapes[left], shapes[right]))
    same = shapely.equals(shapes[left], shapes[right])
    lying = (areas > _TOUCHING_M2) & ~same
    order = np.argsort(-areas[lying], kind="stable")
    return [
        *_pairs(
            "plots are exact duplicates; each is scored",
            where,
            ids,
            *(part[same] for part in (left, right, areas)),
        ),
        *_pairs(
            "plots overlap; land offered twice",
            where,
            ids,
            *(part[lying][order] for part in (left, right, areas)),
        ),
    ]


def _pairs(
    message: str,
    where: str,
    ids: pd.Index,
    left: NDArray[np.intp],
    right: NDArray[np.intp],
    areas: NDArray[np.float64],
) -> list[Finding]:
    if not len(left):
        return []
    rows = tuple(
        f"{ids[a]} / {ids[b]}: {area / 1e4:.4g} ha" for a, b, area in zip(left, right, areas, strict=True)
    )
    return [
        Finding(
            "warning",
            where,
            f"{len(rows)} pairs of {message}",
            "ask the owner of the data which border is right",
            rows,
        )
    ]
