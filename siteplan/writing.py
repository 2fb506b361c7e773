"""Results out: whole or not at all, and the same bytes for the same input and plan."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio

from siteplan import safe
from siteplan.errors import OutputError
from siteplan.explanation import plain
from siteplan.scorecard import Scorecard

FORMAT = 1
"""Version of the layout of scorecard.json."""

# A GeoPackage stamps the moment it was written into itself; a fixed one keeps its bytes the same.
_STAMP = "2000-01-01T00:00:00.000Z"


def atomic_text(path: Path, text: str) -> None:
    """Write a text file so that at any moment the old file or the whole new one is there.

    Raises
    ------
    OutputError
        If it cannot be written; the old file stays.
    """
    with _saying(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            _publish(Path(draft), path)
        except BaseException:
            Path(draft).unlink(missing_ok=True)
            raise


def write_scorecard(card: Scorecard, out: Path, *, park: Path | None = None) -> list[Path]:
    """Write a scorecard into a folder: scores.gpkg, scores.csv, contributions.csv, scorecard.json.

    All files are made aside and moved in when every one of them is complete; scorecard.json comes
    last and carries the digests of the others. Other files in the folder are left alone.

    Parameters
    ----------
    card
        The result.
    out
        The folder; made when it is not there.
    park
        The catalogue the result came from, recorded relative to `out` so that the result can be
        drawn and verified.

    Returns
    -------
    written
        The paths, in the order they were moved in.

    Raises
    ------
    OutputError
        If the folder or a file cannot be written; what was there before stays.
    """
    with _saying(out):
        out.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=".siteplan-", dir=out))
        try:
            _geopackage(card, draft / "scores.gpkg")
            _csv(card.ranked.drop(columns="geometry").reset_index(), draft / "scores.csv")
            _csv(card.contributions, draft / "contributions.csv")
            files = {
                path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(draft.iterdir())
            }
            text = json.dumps(
                _document(card, out, park, files), ensure_ascii=False, indent=1, allow_nan=False
            )
            (draft / "scorecard.json").write_text(text + "\n", encoding="utf-8", newline="\n")
            names = [*files, "scorecard.json"]
            for name in names:
                _publish(draft / name, out / name)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    return [out / name for name in names]


@contextmanager
def _saying(path: Path) -> Iterator[None]:
    """Turn what the system refuses into words that name the place."""
    try:
        yield
    except (OSError, pyogrio.errors.DataSourceError) as wrong:
        reason = wrong.strerror if isinstance(wrong, OSError) and wrong.strerror else str(wrong)
        raise OutputError(f"{path}: cannot be written: {reason}") from None


def _publish(draft: Path, path: Path) -> None:
    """Move a finished file to its place; the bytes are on the disk before the name is."""
    with draft.open("rb") as file:
        os.fsync(file.fileno())
    mask = os.umask(0)
    os.umask(mask)
    draft.chmod(0o666 & ~mask)
    draft.replace(path)


def _document(card: Scorecard, out: Path, park: Path | None, files: dict[str, str]) -> dict[str, Any]:
    plots = card.plots.drop(columns="geometry").reset_index()
    return {
        "format": FORMAT,
        "plan": card.plan.to_dict(),
        "provenance": card.provenance.to_dict(),
        "park": Path(os.path.relpath(park.resolve(), out.resolve())).as_posix() if park else None,
        "files": files,
        "plots": _rows(plots),
        "contributions": _rows(card.contributions),
    }


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): plain(cell) for key, cell in row.items()} for row in table.to_dict("records")]


def _csv(table: pd.DataFrame, path: Path) -> None:
    """A table for people and spreadsheets: no text in it can be taken for a formula."""
    texts = [column for column in table.columns if pd.api.types.is_string_dtype(table[column])]
    made_safe = table.assign(**{column: table[column].map(safe.cell, na_action="ignore") for column in texts})
    made_safe.to_csv(path, index=False, encoding="utf-8", lineterminator="\n")


def _geopackage(card: Scorecard, path: Path) -> None:
    """Scores on the plots, and the tie-in points of every measured distance."""
    rows = card.contributions.dropna(subset=["tie_in_lon"])
    points = gpd.points_from_xy(rows["tie_in_lon"], rows["tie_in_lat"])
    tie_ins = gpd.GeoDataFrame(rows.drop(columns=["tie_in_lon", "tie_in_lat"]), geometry=points, crs=4326)
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": _STAMP})
    try:
        pyogrio.write_dataframe(card.plots.reset_index(), path, layer="scores", driver="GPKG")
        if len(tie_ins):
            pyogrio.write_dataframe(tie_ins, path, layer="tie_ins", driver="GPKG")
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})
