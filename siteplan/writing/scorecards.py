"""Results out: whole or not at all, and the same bytes for the same input and plan."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio

from siteplan import details
from siteplan.errors import OutputError
from siteplan.explanation import plain
from siteplan.findings import Report
from siteplan.scorecard import Scorecard
from siteplan.writing.atomic import DRAFT, alone, publish, saying, stamped
from siteplan.writing.quarantine import QUARANTINE, REPORT, draft_report, refuse_foreign
from siteplan.writing.sheets import csv_text

MAP = "map.html"
"""Where the map of a result lies in its folder."""

WORKBOOK = "scores.xlsx"
"""Where its workbook lies."""

PASSPORTS = "passports"
"""The folder in it where its passports lie."""

CHARTS = "charts"
"""The folder of a result's charts in its own."""

_DRAWN = (MAP, WORKBOOK)
_CREATOR = b"<dc:title>siteplan</dc:title>"
_CARD = "scorecard.json"
_FILES = ("contributions.csv", "scores.csv", "scores.gpkg")
_DETAILS = tuple(f"{name}.csv" for name in details.DETAILS)

FORMAT = 6
"""Version of the layout of scorecard.json."""


def check_output(out: Path, inputs: Iterable[Path] = ()) -> None:
    """Refuse a folder that results could not be written to, before anything is computed.

    Parameters
    ----------
    out
        The folder; it need not exist.
    inputs
        Files the result is computed from, which it must not replace.

    Raises
    ------
    OutputError
        If the folder cannot be written, or a result would replace an input or a file that
        siteplan did not write.
    """
    with saying(out):
        if out.exists() and not out.is_dir():
            raise OutputError(f"{out}: is a file; give a folder for the results")
        nearest = next(folder for folder in (out, *out.resolve().parents) if folder.is_dir())
        if not os.access(nearest, os.W_OK | os.X_OK):
            raise OutputError(f"{out}: cannot be written: no permission in {nearest}")
        targets = {
            (out / name).resolve() for name in (*_FILES, *_DETAILS, REPORT, QUARANTINE, _CARD, *_DRAWN)
        }
        if taken := sorted(str(path) for path in inputs if path.resolve() in targets):
            raise OutputError(
                f"{out}: the result would replace its own input {', '.join(taken)}; give another folder"
            )
        if not (out / _CARD).exists() and (foreign := [name for name in _FILES if (out / name).exists()]):
            raise OutputError(
                f"{out}: holds {', '.join(foreign)} but no {_CARD}, so siteplan did not write them; "
                "give another folder, or remove them"
            )
        refuse_foreign(out)


def write_scorecard(
    card: Scorecard,
    out: str | Path,
    *,
    park: str | Path | None = None,
    plan: str | Path | None = None,
    resident: str | Path | None = None,
    report: Report | None = None,
) -> list[Path]:
    """Write a scorecard into a folder: scores.gpkg, scores.csv, contributions.csv, scorecard.json.

    Connection passports, net land and losses, where the plan asks for them, are in connections.csv,
    land.csv and losses.csv, and with their shapes in layers of scores.gpkg.

    All files are made aside and moved in when every one of them is complete; scorecard.json comes
    last and carries the digests of the others, so a folder without it holds no result. The map, the
    workbook, the passports, the charts and the report of an earlier result are removed with it;
    other files in the folder are left alone.

    Parameters
    ----------
    card
        The result.
    out
        The folder; made when it is not there.
    park, plan, resident
        The files the result came from, recorded relative to `out` so that the result can be drawn
        and verified.
    report
        What was found while the park was read: written as report.json, and the records set aside,
        if any, as quarantine.gpkg.

    Returns
    -------
    written
        The paths, in the order they were moved in.

    Raises
    ------
    OutputError
        If the folder or a file cannot be written, or another run is writing there.
    """
    out = Path(out)
    park, plan, resident = (None if path is None else Path(path) for path in (park, plan, resident))
    check_output(out, [path for path in (park, plan, resident) if path])
    with saying(out):
        out.mkdir(parents=True, exist_ok=True)
        with alone(out), tempfile.TemporaryDirectory(prefix=DRAFT, dir=out) as folder:
            draft = Path(folder)
            _geopackage(card, draft / "scores.gpkg")
            _csv(card.ranked.drop(columns="geometry").reset_index(), draft / "scores.csv")
            _csv(card.contributions, draft / "contributions.csv")
            names = [*_FILES, *(draft_report(report, draft) if report else ())]
            for name, table in _details(card).items():
                _csv(table.drop(columns="geometry"), draft / f"{name}.csv")
                names.append(f"{name}.csv")
            files = {name: hashlib.sha256((draft / name).read_bytes()).hexdigest() for name in names}
            sources = {"park": park, "plan_file": plan, "resident_file": resident}
            came_from = {key: _relative(path, out) for key, path in sources.items()}
            _json({"format": FORMAT, **came_from, "files": files}, card, draft / _CARD)
            _exchange(draft, out, (*names, _CARD))
            for old in (out / PASSPORTS).glob("passport-*.pdf"):
                old.unlink(missing_ok=True)
            for path in charts_in(out / CHARTS):
                path.unlink()
    return [out / name for name in (*names, _CARD)]


def charts_in(folder: Path) -> list[Path]:
    """Return the charts that siteplan drew into a folder: they say so near their beginning."""
    return sorted(path for path in folder.glob("*.svg") if _CREATOR in path.read_bytes()[:20_000])


def _details(card: Scorecard) -> dict[str, gpd.GeoDataFrame]:
    """The tables besides the sum that have rows."""
    tables = {name: details.flat(getattr(card, name)) for name in details.DETAILS}
    return {name: table for name, table in tables.items() if len(table)}


def _exchange(draft: Path, out: Path, new: tuple[str, ...]) -> None:
    """Put the new files in the place of the old ones; if that fails half-way, put the old ones back."""
    old = draft / "old"
    old.mkdir()
    names = (*_FILES, *_DETAILS, REPORT, QUARANTINE, _CARD, *_DRAWN)
    kept = [name for name in names if (out / name).exists()]
    try:
        for name in kept:
            shutil.copy2(out / name, old / name)
        for name in new:
            publish(draft / name, out / name)
        for name in set(names) - set(new):
            (out / name).unlink(missing_ok=True)
    except BaseException:
        for name in names:
            if name in kept and (old / name).exists():
                (old / name).replace(out / name)
            elif name not in kept:
                (out / name).unlink(missing_ok=True)
        raise


def _relative(path: Path | None, out: Path) -> str | None:
    return Path(os.path.relpath(path.resolve(), out.resolve())).as_posix() if path else None


def _json(head: dict[str, Any], card: Scorecard, path: Path) -> None:
    """Write scorecard.json with one row of a table on one line: readable, comparable, and not too long."""
    parts = {
        **{key: json.dumps(entry, ensure_ascii=False) for key, entry in head.items()},
        "plan": json.dumps(card.plan.to_dict(), ensure_ascii=False, indent=1),
        "provenance": json.dumps(card.provenance.to_dict(), ensure_ascii=False, indent=1),
        "plots": _rows(card.plots.drop(columns="geometry").reset_index()),
        "contributions": _rows(card.contributions),
        **{
            name: _rows(details.flat(getattr(card, name)).drop(columns="geometry"))
            for name in details.DETAILS
        },
        "robustness": _lines(card.robustness.to_dict() if card.robustness else None),
        "sayings": _lines(card.sayings.to_data()),
        "findings": json.dumps([asdict(found) for found in card.findings], ensure_ascii=False, indent=1),
    }
    text = ",\n".join(f"{json.dumps(key)}: {part}" for key, part in parts.items())
    path.write_text("{\n" + text + "\n}\n", encoding="utf-8", newline="\n")


def _rows(table: pd.DataFrame) -> str:
    cells = [[plain(cell) for cell in table[column].tolist()] for column in table.columns]
    names = [str(column) for column in table.columns]
    rows = (
        json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False, allow_nan=False)
        for row in zip(*cells, strict=True)
    )
    return "[\n" + ",\n".join(rows) + "\n]"


def _lines(plain: Any) -> str:
    """Plain data with one entry on a line, and a table's rows on one each."""
    if isinstance(plain, dict):
        return "{" + ",\n ".join(f"{json.dumps(key)}: {_lines(value)}" for key, value in plain.items()) + "}"
    if isinstance(plain, list) and plain and isinstance(plain[0], list):
        return "[" + ",\n  ".join(map(_lines, plain)) + "]"
    return json.dumps(plain, ensure_ascii=False, allow_nan=False)


def _csv(table: pd.DataFrame, path: Path) -> None:
    """A table for people and spreadsheets: no text in it can be taken for a formula."""
    path.write_text(csv_text(table), encoding="utf-8", newline="\n")


def _geopackage(card: Scorecard, path: Path) -> None:
    """Scores on the plots, the tie-in points of every measured distance, and every table with shapes."""
    rows = card.contributions.dropna(subset=["tie_in_lon"])
    points = gpd.points_from_xy(rows["tie_in_lon"], rows["tie_in_lat"])
    tie_ins = gpd.GeoDataFrame(rows.drop(columns=["tie_in_lon", "tie_in_lat"]), geometry=points, crs=4326)
    with stamped():
        pyogrio.write_dataframe(card.plots.reset_index(), path, layer="scores", driver="GPKG")
        if len(tie_ins):
            pyogrio.write_dataframe(tie_ins, path, layer="tie_ins", driver="GPKG")
        for name, table in _details(card).items():
            kind = details.DETAILS[name].geometry_type
            pyogrio.write_dataframe(table, path, layer=name, driver="GPKG", geometry_type=kind)
