"""Cells of a workbook: texts that stay texts, numbers, and formulas that stand with their result."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

import pandas as pd
import xlsxwriter

from siteplan import safe
from siteplan.writing.sheets import LETTERS

_MADE = datetime(2000, 1, 1)  # noqa: DTZ001 (a fixed moment, not a time: the same result, the same bytes)
_YELLOW, _GREY = "#fff3b0", "#eeeeee"
_WIDEST = 60


class Book:
    """A workbook being written, row by row, sheet by sheet.

    Attributes
    ----------
    cut
        How many texts were longer than a cell holds.
    """

    def __init__(self) -> None:
        options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        self._bytes = BytesIO()
        self._book = xlsxwriter.Workbook(self._bytes, {**options, "constant_memory": True})
        self._book.set_properties({"created": _MADE})
        self._book.set_calc_mode("auto")
        head = {"bold": True, "bg_color": _GREY, "text_wrap": True, "valign": "top"}
        self._formats = {
            "head": self._book.add_format(head),
            "input": self._book.add_format({"bg_color": _YELLOW, "border": 1, "locked": False}),
            "share": self._book.add_format({"num_format": "0.0%"}),
            "score": self._book.add_format({"num_format": "0.0000"}),
            "number": self._book.add_format({"num_format": "0.####"}),
            "bold": self._book.add_format({"bold": True, "valign": "top"}),
            "wrap": self._book.add_format({"text_wrap": True, "valign": "top"}),
            # Else what begins with = turns into a formula when somebody edits the cell.
            "quoted": self._book.add_format({"quote_prefix": True}),
            "": None,
        }
        self.cut = 0

    def sheet(self, name: str, head: Sequence[str], widths: Sequence[float] = ()) -> Sheet:
        """Begin a sheet with a row of titles."""
        return Sheet(self, self._book.add_worksheet(name), head, widths)

    def name(self, name: str, refers_to: str) -> None:
        """Give a range a name that formulas speak of."""
        self._book.define_name(name, f"={refers_to}")

    def format(self, name: str) -> Any:
        """Return a format by its name; none for an empty one."""
        return self._formats[name]

    def fitting(self, text: object) -> str:
        """Return text without hidden characters, cut to what a cell holds (counted as UTF-16 does)."""
        shown = safe.visible(text)
        if len(shown) <= LETTERS // 2 or len(shown.encode("utf-16-le")) // 2 <= LETTERS:
            return shown
        self.cut += 1
        return shown.encode("utf-16-le")[: 2 * (LETTERS - 1)].decode("utf-16-le", "ignore") + "…"

    def finished(self) -> bytes:
        """Return the file."""
        self._book.close()
        return self._bytes.getvalue()


class Sheet:
    """One sheet, filled from the top."""

    def __init__(self, book: Book, sheet: Any, head: Sequence[str], widths: Sequence[float]) -> None:
        self._book, self._sheet, self._row = book, sheet, 0
        for column, width in enumerate(widths):
            sheet.set_column(column, column, min(width, _WIDEST))
        self.row([(title, "head") for title in head])
        sheet.freeze_panes(1, 0)
        self._columns = len(head)

    def row(self, cells: Iterable[Any]) -> None:
        """Write a row: values, or (value, format), or `Formula`s; nothing where there is nothing."""
        for column, cell in enumerate(cells):
            value, style = cell if isinstance(cell, tuple) else (cell, "")
            self._write(column, value, style)
        self._row += 1

    def _write(self, column: int, value: Any, style: str) -> None:
        if isinstance(value, Formula):
            self._sheet.write_formula(self._row, column, value.text, self._book.format(style), value.result)
        elif value is None or (not isinstance(value, str) and pd.isna(value)):
            return
        elif not isinstance(value, str) and math.isfinite(value):
            self._sheet.write_number(self._row, column, value, self._book.format(style))
        else:
            text = self._book.fitting(value)
            quoted = style in ("", "wrap") and _obeyed(text)
            self._sheet.write_string(
                self._row, column, text, self._book.format("quoted" if quoted else style)
            )

    def filtered(self) -> None:
        """Let readers filter and sort by the titles."""
        if self._row > 1:
            self._sheet.autofilter(0, 0, self._row - 1, self._columns - 1)

    def asks(self, first: int, last: int, column: int) -> None:
        """Take only numbers from nothing upwards in these rows."""
        self._sheet.data_validation(
            first, column, last, column, {"validate": "decimal", "criteria": ">=", "value": 0}
        )

    def hide(self, column: int) -> None:
        """Hide a column that only formulas need."""
        self._sheet.set_column(column, column, None, None, {"hidden": True})


class Formula:
    """A formula with what it comes to, which readers that do not compute show."""

    def __init__(self, text: str, result: float | str | None) -> None:
        self.text = text
        missing = result is None or (not isinstance(result, str) and pd.isna(result))
        self.result: float | str = "" if missing else result  # type: ignore[assignment]  # just asked


def _obeyed(text: str) -> bool:
    """Whether a spreadsheet would take a text for more than text if it were typed into a cell."""
    return (not text[:1].isalnum() or ";" in text or "\t" in text) and safe.cell(text) != text


def letter(column: int) -> str:
    """Return a column's letters.

    Examples
    --------
    >>> letter(0), letter(27)
    ('A', 'AB')
    """
    said: str = xlsxwriter.utility.xl_col_to_name(column)
    return said
