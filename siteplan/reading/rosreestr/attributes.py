"""A record's columns, from either dialect of the registry."""

from __future__ import annotations

import re
from collections.abc import Callable

from siteplan.reading.rosreestr.elements import Element, Record

Cell = str | float | None
Row = dict[str, Cell]

# Codes of land categories and of their names in the registry's classifier.
_CATEGORIES = {
    "003001000000": "Земли сельскохозяйственного назначения",
    "003002000000": "Земли населённых пунктов",
    "003003000000": "Земли промышленности, энергетики, транспорта, связи и иного специального назначения",
    "003004000000": "Земли особо охраняемых территорий и объектов",
    "003005000000": "Земли лесного фонда",
    "003006000000": "Земли водного фонда",
    "003007000000": "Земли запаса",
    "003008000000": "Категория не установлена",
}

# Units of area in the registry's classifier, in m2; newer extracts name none and mean m2.
_M2 = {None: 1.0, "055": 1.0, "059": 10_000.0, "061": 1_000_000.0}
_ROUBLES = (None, "383")

_DECIMAL = re.compile(r"\d+(\.\d*)?([eE][+-]?\d{1,2})?")

COLUMNS: dict[str, tuple[str, ...]] = {
    "plots": (
        "cadastral_number", "layout", "contours", "contour_numbers", "area_declared_m2", "area_inaccuracy_m2",
        "area_by_coordinates_m2", "category_code", "category", "permitted_use", "address",
        "cadastral_value_rub", "status", "date_created",
    ),
    "parts": ("part", "plot", "number", "area_declared_m2", "area_by_coordinates_m2"),
    "zones": (
        "reg_number", "type_code", "type", "name", "description", "restrictions", "area_by_coordinates_m2",
    ),
    "blocks": ("cadastral_number", "area_declared_m2", "area_by_coordinates_m2"),
    "boundaries": ("reg_number", "type_code", "type", "name", "description"),
}  # fmt: skip
"""Columns of each layer; areas in m2, money in roubles."""

KEYS = {
    "plots": "cadastral_number",
    "parts": "part",
    "zones": "reg_number",
    "blocks": "cadastral_number",
    "boundaries": "reg_number",
}
"""The column that names a record in messages."""


def row(record: Record, layer: str, problems: list[str]) -> Row:
    """Return a record's columns; texts as they stand, numbers in m2 and roubles.

    Parameters
    ----------
    record
        One record of `layer`.
    layer
        "plots", "parts", "zones", "blocks" or "boundaries".
    problems
        Takes a line for each number that cannot be read; its cell is missing.
    """
    cells = _READERS[layer](record)
    name = cells.get(KEYS[layer]) or "a record without a number"
    for column, cell in cells.items():
        if isinstance(cell, _Refused):
            problems.append(f"{name}: {column} {cell[:40]!r}")
            cells[column] = None
    return cells


class _Refused(str):
    """A number that cannot be read, as it stands."""


def _plot(record: Record) -> Row:
    plot = record.element
    code = plot.first("category/type/code", "category")
    return {
        "cadastral_number": _cadastral_number(plot),
        **_area(plot, "area/area", "params/area/value"),
        "area_inaccuracy_m2": _number(plot.first("area/inaccuracy", "params/area/inaccuracy")),
        "category_code": code or plot.first("params/category/type/code"),
        "category": plot.first("params/category/type/value") or _CATEGORIES.get(code or ""),
        "permitted_use": plot.first(
            "utilization@bydoc",
            "utilization@utilization",
            "params/permitteduse/permitteduseestablished/bydocument",
            "params/permitteduse/permitteduseestablished/landuse/value",
        ),
        "address": _address(plot),
        "cadastral_value_rub": _money(plot),
        "status": plot.first("@state", "status"),
        "date_created": plot.first("@datecreated", "recordinfo/registrationdate"),
    }


def _part(record: Record) -> Row:
    part = record.element
    plot = _cadastral_number(record.plot) if record.plot is not None else None
    number = part.first("@numberrecord", "partnumber")
    return {
        "part": f"{plot}/{number}" if plot and number else None,
        "plot": plot,
        "number": number,
        **_area(part, "area/area", "area/value"),
    }


def _zone(record: Record) -> Row:
    zone = record.element
    about = next((child for child in zone.children if child.name.startswith("bobject")), zone)
    kind = "territorial zone" if any(zone.all("territorialzone")) else None
    return {
        "reg_number": zone.first("accountnumber") or about.first("bobject/regnumbborder"),
        "type_code": about.first("typezone/code", "bobject/typeboundary/code"),
        "type": about.first("typezone/value", "bobject/typeboundary/value")
        or ("special zone" if any(zone.all("specialzone")) else kind),
        "name": about.first("namebydoc", "name", "number", "description"),
        "description": about.first("description", "other"),
        "restrictions": zone.first("specialzone/contentrestrictions"),
    }


def _boundary(record: Record) -> Row:
    return {key: cell for key, cell in _zone(record).items() if key in COLUMNS["boundaries"]}


def _block(record: Record) -> Row:
    block = record.element
    return {"cadastral_number": _cadastral_number(block), **_area(block, "area/total", "area/value")}


_READERS: dict[str, Callable[[Record], Row]] = {
    "plots": _plot,
    "parts": _part,
    "zones": _zone,
    "blocks": _block,
    "boundaries": _boundary,
}


def _cadastral_number(element: Element) -> str | None:
    return element.first("@cadastralnumber", "object/commondata/cadnumber", "cadastralnumber")


def _area(element: Element, *paths: str) -> Row:
    """The declared area in m2; an area in a unit that is not known is no area."""
    text, unit = element.first(*paths), element.first("area/unit")
    area = _number(text)
    if isinstance(area, float):
        area = area * _M2[unit] if unit in _M2 else _Refused(f"{text} in unit {unit}")
    return {"area_declared_m2": area}


def _money(element: Element) -> Cell:
    value = element.first("cadastralcost@value", "cost/value")
    unit = element.first("cadastralcost@unit")
    return _number(value) if unit in _ROUBLES else _Refused(f"{value} in unit {unit}")


def _number(text: str | None) -> Cell:
    if text is None:
        return None
    return float(text) if _DECIMAL.fullmatch(text) else _Refused(text)


def _address(element: Element) -> str | None:
    for address in (*element.all("location/address"), *element.all("addresslocation/address")):
        if said := address.first("note", "readableaddress"):
            return said
        parts = [_place(child) for child in address.children if child.attributes.get("name")]
        if parts:
            return ", ".join(parts)
    return None


def _place(element: Element) -> str:
    kind = element.attributes.get("type", "")
    return f"{kind} {element.attributes['name']}".strip()
