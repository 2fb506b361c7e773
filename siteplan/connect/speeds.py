"""How fast each road is: by its class, never by a silent default."""

from __future__ import annotations

import math
from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from siteplan import cells, safe
from siteplan.errors import DataError

Speeds = float | Mapping[str, float]
"""One speed for every road, or one by class; km/h."""

_SHOWN = 5


def by_feature(
    lines: gpd.GeoDataFrame, speeds: Speeds, *, column: str, other: float | None, table: str
) -> NDArray[np.float64]:
    """Return the speed on each feature, km/h.

    Parameters
    ----------
    lines
        Roads, indexed by identifier.
    speeds
        One speed for all, or one for each class, km/h.
    column
        Holds the class; not looked at where one speed serves all.
    other
        Speed of a class that `speeds` does not know and of a road without a class, km/h.
    table
        What the roads are called in a message.

    Returns
    -------
    speeds
        In the order of `lines`.

    Raises
    ------
    DataError
        If a speed is not greater than 0, or a road has none: every problem at once.

    Examples
    --------
    >>> roads = gpd.GeoDataFrame({"class": ["main", "track", None]}, geometry=[None] * 3)
    >>> by_feature(roads, {"main": 60.0}, column="class", other=15, table="roads").tolist()
    [60.0, 15.0, 15.0]
    """
    if not isinstance(speeds, Mapping):
        _refuse(_bad({"speeds": speeds}), table)
        return np.full(len(lines), float(speeds))
    problems = _bad({f"speeds[{name!r}]": one for name, one in speeds.items()})
    problems += _bad({} if other is None else {"other": other})
    if column not in lines.columns:
        missing = f"there is no column {column!r}; name the one that holds the classes (column=)"
        _refuse([*problems, missing], table)
    codes, named = pd.factorize(lines[column])
    names = [cells.identifier(name) for name in named]
    fallback = math.nan if other is None else float(other)
    # The last place serves code -1, a missing class.
    of_class = np.array([*(speeds.get(name or "", fallback) for name in names), fallback], dtype=float)
    if other is None:
        problems += _without(codes, [*names, None], speeds, lines.index)
    _refuse(problems, table)
    return of_class[codes]


def refuse_speed(name: str, speed: float) -> None:
    """Refuse a single speed that is not greater than 0.

    Raises
    ------
    DataError
        If it is not a finite number of km/h greater than 0.
    """
    if problems := _bad({name: speed}):
        raise DataError(problems[0])


def _bad(speeds: Mapping[str, float]) -> list[str]:
    return [
        f"{name} is {speed!r}; give km/h, greater than 0"
        for name, speed in speeds.items()
        if not (isinstance(speed, int | float) and math.isfinite(speed) and speed > 0)
    ]


def _without(
    codes: NDArray[np.intp], names: list[str | None], speeds: Mapping[str, float], ids: pd.Index
) -> list[str]:
    """Classes without a speed, each with its rows; a blank class is a missing one."""
    rows: dict[str | None, list[int]] = {}
    place = np.where(codes < 0, len(names) - 1, codes)
    order = np.argsort(place, kind="stable")
    starts = np.searchsorted(place[order], np.arange(len(names) + 1))
    for number, name in enumerate(names):
        if (name is None or name not in speeds) and starts[number] < starts[number + 1]:
            rows.setdefault(name, []).extend(order[starts[number] : starts[number + 1]].tolist())
    shown = {name: _shown([str(ids[row]) for row in sorted(found)]) for name, found in rows.items()}
    return [
        f"{_counted(len(found))} without a class ({shown[name]}); fill them, or give other="
        if name is None
        else f"class {name!r} has no speed, {_counted(len(found))} ({shown[name]}); "
        "add it to speeds, or give other="
        for name, found in rows.items()
    ]


def _counted(number: int) -> str:
    return "1 row" if number == 1 else f"{number} rows"


def _shown(ids: list[str]) -> str:
    more = len(ids) - _SHOWN
    return ", ".join(map(safe.visible, ids[:_SHOWN])) + (f" and {more} more" if more > 0 else "")


def _refuse(problems: list[str], table: str) -> None:
    if problems:
        many = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        raise DataError(f"{table}: refused, {many}", problems)
