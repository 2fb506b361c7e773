"""A table as a file format can hold it, with a finding for every cell that had to change."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from siteplan.errors import OutputError
from siteplan.findings import Finding
from siteplan.models import repeated
from siteplan.shapes import Shapes

# GDAL ends a text at NUL; half of a surrogate pair is no letter in any encoding.
_UNKEPT = re.compile("[\0\ud800-\udfff]")


def made_storable(frame: gpd.GeoDataFrame, path: Path, layer: str) -> tuple[gpd.GeoDataFrame, list[Finding]]:
    """Return the table with its named index as a column and cells every format can hold.

    Raises
    ------
    OutputError
        If names or cells cannot be kept.
    """
    if not isinstance(frame, gpd.GeoDataFrame) or frame._geometry_column_name is None:
        raise OutputError(f"{path}: the table has no geometry column")
    named = frame.index.names != [None]
    table = frame.reset_index(drop=not named)
    table.attrs = {}
    _names(table, path, layer)
    table.geometry = _without_rings(table.geometry.to_numpy())
    findings = []
    for column in [name for name in table.columns if name != table.geometry.name]:
        table[column], found = _column(table[column], path)
        findings += found
    return table, findings


def _without_rings(shapes: Shapes) -> Shapes:
    """Rings that stand alone as the lines they are: GDAL has no such kind, and some drivers crash over it."""
    rings = shapely.get_type_id(shapes) == shapely.GeometryType.LINEARRING
    lines = shapes.copy()
    lines[rings] = [shapely.LineString(ring) for ring in shapes[rings]]
    return lines


def _names(table: gpd.GeoDataFrame, path: Path, layer: str) -> None:
    """Refuse names that a format would change or confuse."""
    names = [str(column) for column in table.columns]
    problems = [f"column {name!r} stands twice (letter case does not tell columns apart)"
                for name in repeated(name.casefold() for name in names)]  # fmt: skip
    problems += [f"{name!r} has letters no file can hold" for name in (*names, layer) if _UNKEPT.search(name)]
    problems += ["a name is empty"] if not all((*names, layer)) else []
    if sum(str(dtype) == "geometry" for dtype in table.dtypes) > 1:
        problems.append("several geometry columns; keep one")
    suffix = path.suffix.lower()
    if suffix == ".geojson" and table.crs is not None and table.crs.to_epsg() is None:
        problems.append(f"GeoJSON cannot name the CRS {table.crs.name!r}; give .gpkg, or move to EPSG:4326")
    if problems:
        raise OutputError(f"{path}: cannot hold the table as it is", problems)


def _column(column: pd.Series, path: Path) -> tuple[pd.Series, list[Finding]]:
    """One column in a type that files have."""
    if pd.api.types.is_float_dtype(column) and path.suffix.lower() == ".geojson":
        return _finite(column, path)
    if isinstance(column.dtype, pd.CategoricalDtype):
        column = column.astype(column.cat.categories.dtype)
    if column.dtype == object:
        column = _inferred(column, path)
    # Texts with gaps are still loose cells here; pandas does not call those a text column.
    if column.dtype != object and not pd.api.types.is_string_dtype(column):
        return column, []
    # Cell by cell: half letters are no text to the engine behind pandas' own text functions.
    bad = np.array([isinstance(cell, str) and bool(_UNKEPT.search(cell)) for cell in column], dtype=bool)
    if not bad.any():
        return column.astype("str"), []
    spelled = [_UNKEPT.sub(_spelled, cell) if isinstance(cell, str) else None for cell in column]
    message = f"{bad.sum()} cells of {column.name!r} hold NUL or half letters, which are spelled out"
    found = Finding("warning", path.name, message, "", rows_of(bad))
    return pd.Series(spelled, index=column.index, name=column.name, dtype="str"), [found]


def _spelled(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode()


def _inferred(column: pd.Series, path: Path) -> pd.Series:
    """A column of loose cells as texts, numbers or flags; anything else is refused by name."""
    kind = pd.api.types.infer_dtype(column, skipna=True)
    dtypes: dict[str, Any] = {
        **dict.fromkeys(["string", "empty"], object),
        **dict.fromkeys(["floating", "mixed-integer-float"], "float64"),
        "boolean": "boolean",
        "integer": "Int64",
    }
    if kind not in dtypes:
        raise OutputError(
            f"{path}: column {column.name!r} holds {kind} cells; make them texts or numbers first"
        )
    return column.astype(dtypes[kind])


def _finite(column: pd.Series, path: Path) -> tuple[pd.Series, list[Finding]]:
    endless = np.isinf(column.to_numpy(dtype=float, na_value=np.nan))
    if not endless.any():
        return column, []
    message = f"{endless.sum()} endless numbers of {column.name!r} are missing in the file; GeoJSON has none"
    return column.mask(endless), [Finding("warning", path.name, message, "", rows_of(endless))]


def rows_of(mask: np.ndarray) -> tuple[str, ...]:
    """Return the numbers, from 1, of the records a mask marks, for a finding."""
    return tuple(f"record {row + 1}" for row in np.flatnonzero(mask))
