"""Attributes: a file's own columns become the catalogue's.

The contract of a table is a pandera schema made from its catalogue entry; here its complaints are
put into siteplan's words, all of them at once.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from functools import partial

import numpy as np
import pandas as pd
import pyarrow as arrow
from pyarrow import compute

from siteplan import cells, letters, quantities
from siteplan.findings import Finding
from siteplan.models import near
from siteplan.sources import Column, Source

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # pandera announces its own renamings to users, who cannot act on them
    import pandera.pandas as pa

ROW = "@row"
"""Given as the `id` of a source, numbers its records in file order from 1."""

_WANTED = {
    "number": "give plain numbers in {unit}, or each with its unit",
    "availability": "give one of " + ", ".join(cells.AVAILABILITY),
    "flag": "give true or false",
    "date": "give dates as 2026-11-23",
}

_CELLS = {"date": cells.date, "flag": cells.flag, "text": cells.text, "availability": cells.availability}
_AVAILABLE = pa.Check.isin(sorted(set(cells.AVAILABILITY.values())), ignore_na=True)
_FINITE = pa.Check(np.isfinite, name="finite", ignore_na=True)
_ISO_DATE = pa.Check.str_matches(r"^\d{4}-\d{2}-\d{2}$", ignore_na=True)


def wanted(source: Source) -> dict[str, str]:
    """Return the file's columns that a catalogue entry asks for, each by the key that asks."""
    keys = {
        "id": source.id if source.id != ROW else None,
        "name": source.name,
        **{f"columns.{name}": column.source for name, column in source.columns.items()},
    }
    return {key: column for key, column in keys.items() if column is not None}


def absent(present: list[str], source: Source, where: str) -> list[Finding]:
    """Name the columns that the catalogue asks for and the file does not have."""
    return [
        Finding(
            "error",
            where,
            f"{key}: there is no column {column!r}{near(column, present)}",
            f"present: {', '.join(present) or 'none'}",
        )
        for key, column in wanted(source).items()
        if column not in present
    ]


def ignored(present: list[str], source: Source, where: str) -> list[Finding]:
    """Name the columns of the file that the catalogue does not mention."""
    used = {source.id, source.name, *(column.source for column in source.columns.values())}
    extra = [column for column in present if column not in used]
    if not extra:
        return []
    shown = ", ".join(extra[:8]) + (f" and {len(extra) - 8} more" if len(extra) > 8 else "")
    return [Finding("note", where, f"{len(extra)} columns are not in the catalogue and are ignored: {shown}")]


def identified(
    table: pd.DataFrame, source: Source, where: str, *, prefix: str, first: int = 0
) -> tuple[list[str], list[Finding]]:
    """Return identifiers as text, and what is wrong with them.

    Parameters
    ----------
    table
        The records as read.
    source
        Names the identifying column; without one, records are numbered from 1.
    where
        The table's name for the findings.
    prefix
        Stands before generated numbers.
    first
        How many records come before these.
    """
    if source.id is None or source.id == ROW:
        return [f"{prefix}{row}" for row in range(first + 1, first + len(table) + 1)], []
    if _settled(table[source.id]):
        return table[source.id].tolist(), []
    column = pd.Series([cells.identifier(value) for value in table[source.id]], dtype="str")
    schema = pa.SeriesSchema(str, nullable=False, unique=True)
    findings = []
    try:
        schema.validate(column, lazy=True)
    except pa.errors.SchemaErrors as broken:
        cases = broken.failure_cases
        findings = _bad_ids(cases, source.id, where)
    alike = _repeated(letters.compared(text) for text in column.dropna().unique())
    if alike:
        findings.append(
            Finding(
                "warning",
                where,
                f"{len(alike)} values of {source.id!r} differ only by case or look-alike letters",
                "check that they are different records",
                tuple(alike),
            )
        )
    return column.fillna("").tolist(), findings


def _settled(column: pd.Series) -> bool:
    """Whether identifiers are beyond doubt: printable ASCII without blanks, unique whatever their case.

    Of a large table nearly always so, and a hundred times quicker to ask than to look at every cell.
    """
    if not isinstance(column.dtype, pd.StringDtype) or column.hasnans or not len(column):
        return False
    texts = arrow.array(column, type=arrow.large_string())
    plain = compute.all(compute.match_substring_regex(texts, "^[!-~]+$")).as_py()
    return bool(plain) and bool(pd.Series(compute.ascii_upper(texts).to_pandas()).is_unique)


def _bad_ids(cases: pd.DataFrame, name: str, where: str) -> list[Finding]:
    missing = cases[cases["check"] == "not_nullable"]
    twice = cases[cases["check"] == "field_uniqueness"]["failure_case"].drop_duplicates()
    findings = []
    if len(missing):
        rows = tuple(f"record {row}" for row in missing["index"])
        findings.append(
            Finding("error", where, f"{len(rows)} records have no {name!r}", "give each an identifier", rows)
        )
    if len(twice):
        rows = tuple(twice.astype(str))
        findings.append(
            Finding(
                "error",
                where,
                f"{len(rows)} values of {name!r} stand more than once",
                "each must be unique",
                rows,
            )
        )
    return findings


def _repeated(texts: Iterable[str]) -> list[str]:
    counts = pd.Series(list(texts), dtype="str").value_counts(sort=False)
    return [str(text) for text in counts.index[counts > 1]]


def read(
    table: pd.DataFrame, source: Source, ids: list[str], where: str
) -> tuple[pd.DataFrame, list[Finding]]:
    """Return the mapped columns under their own names, and what is wrong with them.

    Parameters
    ----------
    table
        The records as read, on a fresh row index, with every column the catalogue names.
    source
        Maps the columns.
    ids
        Identifiers of the rows, for the findings.
    where
        The table's name for the findings.
    """
    if source.name is None:
        names = pd.Series(None, index=table.index, dtype=object)
    elif isinstance(table[source.name].dtype, pd.StringDtype):
        names = table[source.name].where(table[source.name].str.strip() != "")
    else:
        names = table[source.name].map(cells.text)
    own = {"name": names.fillna(pd.Series(ids, index=table.index)).astype("str")}
    if "synthetic" not in source.columns:
        own["synthetic"] = pd.Series(source.origin == "synthetic", index=table.index, dtype=bool)
    mapped = pd.DataFrame({name: table[column.source] for name, column in source.columns.items()})
    schema = pa.DataFrameSchema({name: _contract(column) for name, column in source.columns.items()})
    findings: list[Finding] = []
    try:
        mapped = schema.validate(mapped, lazy=True)
    except pa.errors.SchemaErrors as broken:
        findings = _bad_cells(broken.failure_cases, source, ids, where, table)
    findings += _remarks(table, source, ids, where)
    if source.origin == "mixed" and (unsaid := mapped["synthetic"].isna()).any():
        rows = tuple(np.array(ids, dtype=object)[unsaid])
        findings.append(Finding("error", where, "synthetic is not said", "give true or false", rows))
    return pd.concat([pd.DataFrame(own), mapped], axis=1), findings


def _contract(column: Column) -> pa.Column:
    """The schema of one column."""
    read = pa.Parser(
        partial(_numbers, entry=column) if column.kind == "number" else partial(_each, column.kind)
    )
    match column.kind:
        case "number":
            return pa.Column(float, nullable=True, coerce=True, checks=_FINITE, parsers=read)
        case "flag":
            return pa.Column("boolean", nullable=True, coerce=True, parsers=read)
        case "date":
            return pa.Column(str, nullable=True, checks=_ISO_DATE, parsers=read)
        case "availability":
            return pa.Column(str, nullable=True, checks=_AVAILABLE, parsers=read)
        case "text":
            return pa.Column(str, nullable=True, parsers=read)


def _each(kind: str, column: pd.Series) -> pd.Series:
    """Read a column cell by cell."""
    values = [_CELLS[kind](cell) for cell in column]
    return pd.Series(values, index=column.index, dtype=object if kind == "flag" else "str")


def _numbers(column: pd.Series, *, entry: Column) -> pd.Series:
    """Read numbers in the column's unit; those that already are numbers need no reading."""
    plain = pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)
    if plain and entry.unit_in != "cells":
        return column
    reader = _reader(column, entry)
    return pd.Series([reader.read(cell) for cell in column], index=column.index, dtype=object)


def _reader(column: pd.Series, entry: Column) -> quantities.Reader:
    """How this column's cells are read; a number alone means nothing where others carry a unit."""
    bare = entry.unit_in != "cells" and (
        entry.unit_in == "column" or not any(map(quantities.has_unit, column))
    )
    return quantities.Reader(entry.unit or "1", entry.decimal, bare=bare, pair=entry.pair)


def _remarks(table: pd.DataFrame, source: Source, ids: list[str], where: str) -> list[Finding]:
    """Cells that were read otherwise than they are written: power written per hour."""
    findings = []
    for column in source.columns.values():
        if column.kind != "number" or pd.api.types.is_numeric_dtype(table[column.source]):
            continue
        cells_of = zip(ids, table[column.source], strict=True)
        rows = tuple(f"{row}: {cell!r}" for row, cell in cells_of if quantities.per_hour(cell))
        if rows:
            message = f"{len(rows)} cells of {column.source!r} give power per hour; read as power"
            findings.append(Finding("note", where, message, "check that no energy is meant", rows))
    return findings


def _bad_cells(
    cases: pd.DataFrame, source: Source, ids: list[str], where: str, table: pd.DataFrame
) -> list[Finding]:
    """One finding for each column with cells that cannot be read."""
    findings = []
    cases = cases.sort_values("index", kind="stable").drop_duplicates(["column", "index"])
    for name, group in cases.groupby("column", sort=False):
        column = source.columns[str(name)]
        located = group.dropna(subset=["index"])
        why = _reader(table[column.source], column).why if column.kind == "number" else _no_reason
        texts = [str(cell).removesuffix("?") for cell in located["failure_case"]]
        rows = tuple(
            f"{ids[int(row)]}: {text!r}{why(text)}" for row, text in zip(located["index"], texts, strict=True)
        )
        findings.append(
            Finding(
                "error",
                where,
                f"column {column.source!r} has {len(rows) or 'some'} cell{'' if len(rows) == 1 else 's'} "
                "that cannot be read",
                _WANTED[column.kind].format(unit=column.unit),
                rows,
            )
        )
    return findings


def _no_reason(_text: str) -> str:
    return ""
