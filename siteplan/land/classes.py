"""What features say of their class and their corridor, read in the units of a rule."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from siteplan import cells, units
from siteplan.buildable import Zoned
from siteplan.errors import SiteplanError
from siteplan.norms import Rule

_SHOWN = 5


def classes(layer: gpd.GeoDataFrame, entry: Zoned, rule: Rule) -> tuple[pd.DataFrame, list[str]]:
    """Read the classes of every feature.

    Parameters
    ----------
    layer, entry
        The features, and what the plan says of them.
    rule
        Names the classes and their units.

    Returns
    -------
    classes
        A column for each class, in the rule's unit; missing where nobody says, or says 0 or less.
    problems
        Cells that are no numbers, and units that measure something else.
    """
    given, columns = dict(entry.given), dict(entry.columns)
    table, problems = pd.DataFrame(index=layer.index), []
    for name in rule.classes:
        column = columns.get(name, name)
        if name in given:
            table[name] = given[name]
        elif column not in layer.columns:
            table[name] = None
        elif name in rule.units:
            table[name], wrong = _amounts(layer, entry.layer, column, rule.units[name])
            problems += wrong
        else:
            table[name] = [cells.text(cell) for cell in layer[column]]
    return table, problems


def corridors(layer: gpd.GeoDataFrame, entry: Zoned) -> tuple[pd.Series, list[str]]:
    """Read half the width of every feature's corridor, metres, and what stands against it."""
    if entry.corridor is None:
        return pd.Series(np.nan if entry.half_width is None else entry.half_width, index=layer.index), []
    whole, problems = _amounts(layer, entry.layer, entry.corridor, "m")
    return whole / 2, problems


def _amounts(layer: gpd.GeoDataFrame, name: str, column: str, wanted: str) -> tuple[pd.Series, list[str]]:
    """Numbers of a column; 0 or less stands for "not known" in many a table and is no class of anything."""
    kept_in = layer.attrs.get("units", {}).get(column) or wanted
    blank = np.array([cells.blank(cell) for cell in layer[column]], dtype=bool)
    numbers = pd.to_numeric(layer[column], errors="coerce").astype(float)
    strange = np.isinf(numbers.to_numpy()) | (numbers.isna().to_numpy() & ~blank)
    place, problems = f"layer {name!r}, column {column!r}", []
    if strange.any():
        wrong = layer[column][strange].iloc[:_SHOWN]
        shown = [f"{row}: {cell!r}" for row, cell in wrong.items()]
        more = f" and {strange.sum() - _SHOWN} more" if strange.sum() > _SHOWN else ""
        problems.append(f"{place}: not numbers: {', '.join(shown)}{more}; give {kept_in} as plain numbers")
    try:
        factor = units.factor(kept_in, wanted)
    except SiteplanError as unlike:
        return numbers, [*problems, f"{place}: {unlike}; state the column's unit, or convert it"]
    return _twelve(numbers * factor).where(numbers > 0), problems


def _twelve(numbers: pd.Series) -> pd.Series:
    """Numbers to twelve digits: 3 bar are 0.3 MPa, and not 0.30000000000000004, above a bound of 0.3."""
    return pd.Series([float(f"{number:.12g}") for number in numbers], index=numbers.index, dtype=float)
