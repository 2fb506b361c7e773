"""Records of one layer, as they come and as they are given out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from siteplan import crs
from siteplan.errors import CrsError, SourceError
from siteplan.findings import Finding
from siteplan.reading.rosreestr import attributes, systems
from siteplan.reading.rosreestr.borders import Border, UnusableError, border
from siteplan.reading.rosreestr.elements import Record

_SWAP = "X is north and Y is east in an extract; ask for the file as the register issued it"


class Gathered:
    """Takes records one by one; borders wait for the names of their systems, which stand at the end.

    Attributes
    ----------
    layer
        The layer the records are of.
    broken
        Number and reason of each record that cannot be used.
    """

    def __init__(self, layer: str) -> None:
        self.layer = layer
        self.broken: list[tuple[str, str]] = []
        self._columns: dict[str, list[object]] = {name: [] for name in attributes.COLUMNS[layer]}
        self._shapes: list[shapely.Geometry] = []
        self._ids: list[str] = []
        self._keys: list[tuple[int, str]] = []
        self._problems: list[str] = []
        self._taken = 0

    def take(self, record: Record) -> None:
        """Take one record."""
        cells = attributes.row(record, self.layer, self._problems)
        name = str(cells.get(attributes.KEYS[self.layer]) or self._taken)
        self._taken += 1
        try:
            found = border(record.element, lines=self.layer == "boundaries")
        except UnusableError as reason:
            self.broken.append((name, str(reason)))
            return
        cells |= self._seen(found)
        for column, values in self._columns.items():
            values.append(cells.get(column))
        self._shapes.append(found.shape)
        self._ids.append(name)
        self._keys.append((record.block, found.system))

    def _seen(self, found: Border) -> attributes.Row:
        """What the border itself says."""
        area: attributes.Row = {"area_by_coordinates_m2": float(shapely.area(found.shape))}
        own = [number for number in found.numbers if number]
        several = "composite" if own else "multi-contour"
        return {
            **area,
            "layout": several if len(found.numbers) > 1 or own else "single",
            "contours": float(len(found.numbers)),
            "contour_numbers": ", ".join(own) or None,
        }

    def frame(
        self, named: Mapping[tuple[int, str], str], path: Path
    ) -> tuple[gpd.GeoDataFrame, list[Finding]]:
        """Return the records in one coordinate system, and what is to be said about them.

        Parameters
        ----------
        named
            Names of the document's systems by block and key.
        path
            The document, for messages.

        Raises
        ------
        SourceError
            If it is drawn in several systems none of which is known.
        """
        where = f"{path.name}, layer {self.layer}"
        keys = {key for _, key in named}
        names = [named.get(key, "" if key[1] in keys else key[1]) for key in self._keys]
        known = {name: systems.known(name) for name in dict.fromkeys(names)}
        usual = [name for name, _ in Counter(names).most_common() if known[name] is not None]
        chosen = known[usual[0]] if usual else None
        if chosen is None:
            findings = _nowhere(list(known), path, where)
        else:
            findings = [*_together(usual, where), *self._place(names, known, chosen, where)]
        frame = self._frame(chosen)
        return frame, [*findings, *self._differences(frame, where), *self._unread(where)]

    def _place(
        self, names: list[str], known: Mapping[str, crs.CRS | None], chosen: crs.CRS, where: str
    ) -> list[Finding]:
        """Bring every border into the chosen system; set aside those that lie nowhere in their own."""
        kept, turned = [], []
        for position, name in enumerate(names):
            system, shape = known[name], self._shapes[position]
            if system is None:
                self._set_aside(position, f"its coordinate system {name!r} has no known parameters")
            elif systems.swapped(shape, system):
                turned.append(self._ids[position])
                self._set_aside(position, "X and Y are swapped")
            elif misfit := systems.misfit(shape, system):
                self._set_aside(position, misfit)
            elif self._moved(position, system, chosen):
                kept.append(position)
        self._keep(kept)
        if not turned:
            return []
        message = f"X and Y are swapped in {len(turned)} of {self._taken} records, against the system's name"
        return [Finding("error", where, message, _SWAP, tuple(turned))]

    def _moved(self, position: int, system: crs.CRS, chosen: crs.CRS) -> bool:
        """Bring one border into the chosen system, if it can be."""
        if system == chosen:
            return True
        alone = gpd.GeoDataFrame(geometry=[self._shapes[position]], crs=system)
        try:
            self._shapes[position] = crs.project(alone, chosen).geometry.iloc[0]
        except CrsError as misfit:
            self._set_aside(position, str(misfit))
            return False
        return True

    def _set_aside(self, position: int, reason: str) -> None:
        self.broken.append((self._ids[position], reason))

    def _keep(self, kept: list[int]) -> None:
        if len(kept) < len(self._shapes):
            self._shapes = [self._shapes[position] for position in kept]
            self._columns = {
                name: [values[position] for position in kept] for name, values in self._columns.items()
            }

    def _frame(self, chosen: crs.CRS | None) -> gpd.GeoDataFrame:
        numbers = [name for name in self._columns if name == "contours" or name.endswith(("_m2", "_rub"))]
        columns = {
            name: pd.Series(values, dtype=float if name in numbers else "str")
            for name, values in self._columns.items()
        }
        shapes = np.empty(len(self._shapes), dtype=object)
        shapes[:] = self._shapes
        return gpd.GeoDataFrame(columns, geometry=shapes, crs=chosen)

    def _differences(self, frame: gpd.GeoDataFrame, where: str) -> list[Finding]:
        """Declared areas that differ from the drawn ones by more than 1 m2 and more than 1 %."""
        if "area_declared_m2" not in frame or frame.empty:
            return []
        stated = frame["area_declared_m2"].to_numpy(dtype=float)
        drawn = frame["area_by_coordinates_m2"].to_numpy(dtype=float)
        apart = np.flatnonzero(np.abs(drawn - stated) > np.maximum(1.0, 0.01 * stated))
        if not apart.size:
            return []
        ids = frame[attributes.KEYS[self.layer]]
        rows = tuple(f"{ids.iloc[one]}: {stated[one]:.10g} m2, drawn {drawn[one]:.10g} m2" for one in apart)
        message = f"{len(rows)} declared areas differ from the drawn ones by more than 1 m2 and more than 1 %"
        return [Finding("warning", where, message, "ask the register which is right", rows)]

    def _unread(self, where: str) -> list[Finding]:
        if not self._problems:
            return []
        message = f"{len(self._problems)} numbers cannot be read and are left out"
        return [Finding("warning", where, message, "look at them in the source", tuple(self._problems))]


def _nowhere(names: list[str], path: Path, where: str) -> list[Finding]:
    """What is said when no system is known; of several, none can be stated in the catalogue either."""
    if not names:
        return []
    spelled = ", ".join(repr(name) for name in names)
    if len(names) > 1:
        raise SourceError(
            f"{path}: its coordinate systems {spelled} have no known parameters; "
            "ask the sender for a file in WGS 84"
        )
    remedy = "ask the owner of the system for a PROJ string and state it as crs in the catalogue"
    message = f"the coordinate system {spelled} has no known parameters"
    return [Finding("error", where, message, remedy)]


def _together(names: list[str], where: str) -> list[Finding]:
    if len(names) < 2:
        return []
    message = f"records in {', '.join(map(repr, names[1:]))} were brought into {names[0]!r}"
    return [Finding("note", where, message)]
