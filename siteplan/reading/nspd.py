"""GeoJSON of the land registry's map (NSPD): what stands in `properties.options` becomes columns."""

from __future__ import annotations

import json
from typing import Any

import geopandas as gpd
import pandas as pd

from siteplan import cells
from siteplan.reading.records import Records

_OPTIONS = "options"
_LAND = 36368
"""The map's category of land plots."""


def flatten(records: Records) -> Records:
    """Give each option its column; a land plot that the map shows as a point has no border.

    Parameters
    ----------
    records
        Records of a GeoJSON file; without a column `options` that holds objects they stay as they are.

    Returns
    -------
    records
        `options` replaced by its members under their own names ("options.x" where a column x is
        there already); lists and objects among them stay JSON text. Broken are records whose
        options cannot be read, and plots without borders.

    Examples
    --------
    >>> frame = gpd.GeoDataFrame(
    ...     {"options": ['{"cad_num": "28:21:1:7", "specified_area": 5}']}, geometry=[None]
    ... )
    >>> flatten(Records(frame)).frame[["cad_num", "specified_area"]].values.tolist()
    [['28:21:1:7', 5]]
    """
    frame = records.frame
    if _OPTIONS not in frame:
        return records
    read = [_read(cell) for cell in frame[_OPTIONS]]
    if not any(isinstance(options, dict) for options in read):
        return records
    broken = list(records.broken)
    kept = []
    for row, options in enumerate(read):
        reason = options if isinstance(options, str) else _borderless(frame, row, options)
        if reason:
            name = options.get("cad_num") if isinstance(options, dict) else None
            broken.append((str(name or row), reason))
        else:
            kept.append(row)
    members = [options for row in kept if isinstance(options := read[row], dict)]
    return Records(_widened(frame.iloc[kept], members), tuple(broken), findings=records.findings)


def _read(cell: object) -> dict[str, Any] | str:
    """The options of one feature, or why there are none."""
    if isinstance(cell, dict):
        return cell
    if cells.missing(cell):
        return {}
    try:
        options = json.loads(str(cell), parse_constant=_no_number)
    except (ValueError, RecursionError) as wrong:
        return f"properties.options cannot be read: {str(wrong)[:80]}"
    return options if isinstance(options, dict) else "properties.options is no object"


def _no_number(constant: str) -> float:
    raise ValueError(f"{constant} is no JSON number")


def _borderless(frame: gpd.GeoDataFrame, row: int, options: dict[str, Any]) -> str:
    shape = frame.geometry.iloc[row]
    category = frame["category"].iloc[row] if "category" in frame else None
    is_plot = str(category) == str(_LAND) or "land_record_type" in options
    if not is_plot or shape is None or shape.geom_type != "Point":
        return ""
    return "a plot without borders in the register: its map shows a point for it"


def _widened(frame: gpd.GeoDataFrame, members: list[dict[str, Any]]) -> gpd.GeoDataFrame:
    own = frame.drop(columns=_OPTIONS)
    names = dict.fromkeys(name for options in members for name in options)
    columns = {
        f"{_OPTIONS}.{name}" if name in own else name: _column([options.get(name) for options in members])
        for name in names
    }
    wide = pd.DataFrame(columns, index=frame.index)
    return gpd.GeoDataFrame(pd.concat([pd.DataFrame(own), wide], axis=1), geometry="geometry", crs=frame.crs)


def _column(values: list[Any]) -> pd.Series:
    plain = [json.dumps(one, ensure_ascii=False) if isinstance(one, list | dict) else one for one in values]
    return pd.Series(plain, dtype=object).infer_objects()
