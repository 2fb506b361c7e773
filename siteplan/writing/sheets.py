"""Tables for spreadsheets: geometry as WKT, and no text that a spreadsheet obeys."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import xlsxwriter

from siteplan import safe
from siteplan.errors import OutputError
from siteplan.findings import Finding
from siteplan.writing.storable import rows_of

LETTERS = 32_767
"""The most an XLSX cell holds."""

_ROWS, _COLUMNS = 1_048_576, 16_384
_EXACT = 2**53
"""Up to here a spreadsheet, which counts in floating point, keeps whole numbers."""

_NOT_IN_SHEET_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\'", "_"))


def write_csv(table: gpd.GeoDataFrame, path: Path, _layer: str) -> list[Finding]:
    """Write UTF-8 text with commas and decimal points; missing cells are empty."""
    plain = _plain(table)
    made_safe, findings = _harmless(plain, path.name, safe.cell)
    made_safe = made_safe.rename(columns=safe.cell)
    made_safe.to_csv(path, index=False, encoding="utf-8", lineterminator="\n")
    return [*findings, *_no_crs(table, path)]


def csv_text(table: pd.DataFrame) -> str:
    """Return a table as CSV in which no text can be taken for a formula."""
    return _harmless(table, "", safe.cell)[0].to_csv(index=False, lineterminator="\n")


def write_xlsx(table: gpd.GeoDataFrame, path: Path, layer: str) -> list[Finding]:
    """Write one sheet; texts are texts, whatever they begin with.

    Raises
    ------
    OutputError
        If the table has more rows or columns than a sheet.
    """
    if len(table) >= _ROWS or len(table.columns) > _COLUMNS:
        raise OutputError(f"{path.name}: a sheet holds {_ROWS - 1} records and {_COLUMNS} columns; give .csv")
    plain, findings = _harmless(_plain(table), path.name, safe.visible)
    findings += _cut(plain, table.geometry.name, path.name)
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(path, {**options, "constant_memory": True, "tmpdir": str(path.parent)})
    book.set_properties({"created": datetime(2000, 1, 1)})  # noqa: DTZ001 (a fixed moment, not a time)
    sheet = book.add_worksheet(layer.translate(_NOT_IN_SHEET_NAMES)[:31])
    try:
        for number, name in enumerate(plain.columns):
            sheet.write_string(0, number, safe.visible(name)[:LETTERS])
        columns = [plain[name].tolist() for name in plain.columns]
        for row, cells in enumerate(zip(*columns, strict=True), start=1):
            for number, cell in enumerate(cells):
                _write(sheet, row, number, cell)
    finally:
        try:
            book.close()
        except xlsxwriter.exceptions.FileCreateError as wrong:
            raise OSError(str(wrong)) from None
    return [*findings, *_no_crs(table, path)]


def _write(sheet: Any, row: int, number: int, cell: Any) -> None:
    """One cell: flags, exact numbers and texts; nothing where there is nothing."""
    if cell is None or pd.isna(cell):
        return
    if isinstance(cell, bool):
        sheet.write_boolean(row, number, cell)
    elif (
        isinstance(cell, int | float)
        and np.isfinite(cell)
        and (isinstance(cell, float) or abs(cell) <= _EXACT)
    ):
        sheet.write_number(row, number, cell)
    else:
        sheet.write_string(row, number, str(cell))


def _plain(table: gpd.GeoDataFrame) -> pd.DataFrame:
    """The table with geometry as WKT of every digit, and moments as ISO text."""
    plain = pd.DataFrame(table.drop(columns=table.geometry.name))
    for column in plain.select_dtypes(include=["datetime", "datetimetz"]):
        plain[column] = plain[column].map(lambda moment: moment.isoformat(), na_action="ignore").astype("str")
    shapes = table.geometry.to_numpy()
    plain[table.geometry.name] = pd.Series(
        shapely.to_wkt(shapes, rounding_precision=-1), index=plain.index, dtype="str"
    )
    return plain


def _harmless(table: pd.DataFrame, where: str, harmless: Any) -> tuple[pd.DataFrame, list[Finding]]:
    """The table with its texts made harmless, and which of them are no longer what they were."""
    findings = []
    table = table.copy()
    for name in [name for name in table.columns if pd.api.types.is_string_dtype(table[name])]:
        changed = table[name].map(harmless, na_action="ignore")
        differs = (changed.notna() & (changed != table[name])).to_numpy(dtype=bool)
        if differs.any():
            message = f"{differs.sum()} texts of {name!r} were made harmless for a spreadsheet"
            findings.append(Finding("warning", where, message, "", rows_of(differs)))
        table[name] = changed
    return table, findings


def _cut(plain: pd.DataFrame, geometry: object, where: str) -> list[Finding]:
    """Cut texts that no cell holds; half a shape is none, so a long one is left out."""
    findings = []
    for name in [name for name in plain.columns if pd.api.types.is_string_dtype(plain[name])]:
        long = plain[name].str.len().gt(LETTERS).fillna(False).to_numpy(dtype=bool)
        if not long.any():
            continue
        plain[name] = plain[name].mask(long) if name == geometry else plain[name].str.slice(0, LETTERS)
        what = "shapes are left out" if name == geometry else f"texts of {name!r} are cut"
        message = f"{long.sum()} {what}: a cell holds {LETTERS} letters"
        findings.append(Finding("warning", where, message, "write .gpkg beside it", rows_of(long)))
    return findings


def _no_crs(table: gpd.GeoDataFrame, path: Path) -> list[Finding]:
    """A spreadsheet names no CRS; whoever reads it must be told."""
    if table.crs is None:
        return []
    name = table.crs.to_string() if table.crs.to_epsg() else table.crs.name
    return [Finding("note", path.name, f"coordinates are in {name}, which the file does not say")]
