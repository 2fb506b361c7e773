"""What a stranger's records may hold: not too much of anything, and no invisible signs unsaid."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from numpy.typing import NDArray

from siteplan.findings import Finding
from siteplan.limits import Limits
from siteplan.reading.records import Records

# Control characters but tab and line ends; marks that turn or hide the direction of text; zero width.
_UNSEEN = (
    "[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x{9f}\\x{200b}-\\x{200f}"
    "\\x{202a}-\\x{202e}\\x{2060}-\\x{2069}\\x{feff}]"
)
_SHOWN = 20


def within(records: Records, limits: Limits, *, first: int = 0) -> Records:
    """Set aside records with more vertices or longer text than the limits, and report unseen signs.

    Parameters
    ----------
    records
        As read; numbers of `broken` are those of the source.
    limits
        The bounds; each stands in the reason.
    first
        The number, in its source, of the record that these begin with.
    """
    frame = records.frame
    reasons = np.full(len(frame), "", dtype=object)
    vertices = shapely.get_num_coordinates(frame.geometry.to_numpy())
    for row in np.flatnonzero(vertices > limits.vertices):
        reasons[row] = f"{vertices[row]} vertices, more than {limits.says('vertices')}"
    findings = []
    for name in frame.columns:
        if name == frame.geometry.name or (texts := _texts(frame[name])) is None:
            continue
        lengths = np.asarray(pc.fill_null(pc.utf8_length(texts), 0))
        for row in np.flatnonzero(lengths > limits.text_length):
            reasons[row] = f"{lengths[row]} characters in {name!r}, more than {limits.says('text_length')}"
        findings += _unseen(str(name), texts)
    records = replace(records, findings=(*records.findings, *findings))
    kept = reasons == ""
    if kept.all():
        return records
    numbers = _numbers(records, first)
    late = tuple((str(numbers[row]), str(reasons[row])) for row in np.flatnonzero(~kept))
    return replace(
        records,
        frame=frame[kept].reset_index(drop=True),
        broken=tuple(sorted((*records.broken, *late), key=_at)),
    )


def _at(broken: tuple[str, str]) -> int:
    return int(broken[0])


def _numbers(records: Records, first: int) -> NDArray[np.int64]:
    """Where the rows of the frame stand in their source."""
    taken = [int(number) for number, _ in records.broken]
    return np.setdiff1d(first + np.arange(len(records.frame) + len(taken)), taken)


def _texts(column: pd.Series) -> pa.Array | None:
    """A column's text for arrow, None for a column without any."""
    if isinstance(column.dtype, pd.StringDtype):
        return pa.array(column, type=pa.large_string())
    if column.dtype != object:
        return None
    return pa.array([_plain(cell) for cell in column], type=pa.large_string())


def _plain(cell: object) -> str | None:
    """A text without the halves of letters, which have no UTF-8."""
    return cell.encode("utf-8", "replace").decode() if isinstance(cell, str) else None


def _unseen(name: str, texts: pa.Array) -> list[Finding]:
    # Whether a text is printable is asked ten times faster than what stands in it.
    suspects = np.flatnonzero(~np.asarray(pc.fill_null(pc.utf8_is_printable(texts), True)))
    if not suspects.size:
        return []
    found = pc.match_substring_regex(texts.take(pa.array(suspects)), _UNSEEN)
    rows = suspects[np.asarray(found)]
    if not rows.size:
        return []
    message = f"{len(rows)} cells of {name!r} hold control or direction characters; they stay in the data"
    shown = tuple(texts[int(row)].as_py() for row in rows[:_SHOWN])
    return [Finding("note", "", message, "look whether the names are what they seem", shown)]
