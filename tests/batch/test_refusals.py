"""What a stranger does wrong is said in words that tell what would be right."""

from __future__ import annotations

import json
from pathlib import Path

import batches
import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from siteplan.errors import OutputError, SourceError


def source(folder: Path, **columns: object) -> gpd.GeoDataFrame:
    """The plots as their file has them, with some columns changed."""
    return batches.plots().reset_index().rename(columns={"plot": "id"}).assign(**columns)


def problems(folder: Path, frame: gpd.GeoDataFrame) -> list[str]:
    frame.to_parquet(folder / "other.parquet")
    outcome = batches.ran(batches.job(folder, plots=folder / "other.parquet"))
    assert outcome.summary is None
    return outcome.problems


def test_a_folder_is_not_said_to_be_missing(tmp_path):
    with pytest.raises(SourceError, match="is a folder; give a file of plots"):
        batches.ran(batches.job(tmp_path, plots=tmp_path))


def test_a_table_without_shapes_is_named(tmp_path):
    pd.DataFrame(source(tmp_path).drop(columns="geometry")).to_parquet(tmp_path / "plain.parquet")

    with pytest.raises(SourceError, match="without geometry; write it as GeoParquet"):
        batches.ran(batches.job(tmp_path, plots=tmp_path / "plain.parquet"))


def test_text_is_said_not_to_come_in_pieces(tmp_path):
    (tmp_path / "plots.csv").write_text("id,name,wkt\n")

    with pytest.raises(SourceError, match="turn it into GeoParquet"):
        batches.ran(batches.job(tmp_path, plots=tmp_path / "plots.csv"))


def test_the_same_problem_of_many_parts_is_heard_once(tmp_path):
    told = problems(tmp_path, source(tmp_path).rename(columns={"id": "number"}))

    assert len(told) == 1
    assert told[0].startswith("parts 0, 1, 2, 3, 4: ")
    assert "there is no column 'id'" in told[0]


def test_no_plots_at_all_are_refused(tmp_path):
    told = problems(tmp_path, source(tmp_path).iloc[:0])

    assert len(told) == 1
    assert told[0].endswith("none of 0 records is a usable plot; give at least one")


def test_plots_without_any_shape_are_refused(tmp_path):
    told = problems(tmp_path, source(tmp_path, geometry=[None] * 18))

    assert len(told) == 1
    assert "18 of 18 records" in told[0]


def test_a_part_of_nothing_usable_stops_no_other(tmp_path):
    """Of five parts the second has no shapes: the others are ranked, and all is told."""
    shapes = source(tmp_path).geometry.where(~np.isin(np.arange(18), [4, 5, 6, 7]))
    source(tmp_path, geometry=shapes).to_parquet(tmp_path / "other.parquet")
    catalogue = batches.park(tmp_path, quarantine_limit=0.5)
    job = batches.job(tmp_path, park=catalogue, plots=tmp_path / "other.parquet")

    outcome, result = batches.ran(job), batches.result(tmp_path / "out")
    again = batches.ran(job)

    assert outcome.summary is not None
    assert outcome.summary["counts"]["plots"] == 14
    assert outcome.summary["counts"]["quarantined"] == 4
    assert [*outcome.summary["parts"]] == [f"part-{number:05d}.parquet" for number in (0, 2, 3, 4)]
    assert again.counts["parts_done_before"] == 5
    assert batches.result(tmp_path / "out") == result


def test_strange_identifiers_are_kept_and_shown_harmless(tmp_path):
    names = ["🏭", "\x1b[31mred", " p2 ", "a\0b", *(f"p{row}" for row in range(4, 18))]
    source(tmp_path, id=names).to_parquet(tmp_path / "other.parquet")

    outcome = batches.ran(batches.job(tmp_path, plots=tmp_path / "other.parquet"))

    ranked = pd.read_parquet(tmp_path / "out" / "ranking.parquet")["plot"]
    assert set(ranked) == {name.strip(" ") for name in names}
    assert outcome.summary is not None
    assert "\x1b" not in outcome.summary["sentence"]


def test_a_journal_of_another_version_is_not_written_over(tmp_path):
    job = batches.job(tmp_path)
    batches.ran(job)
    journal = tmp_path / "out" / "journal.jsonl"
    first, *others = journal.read_text().split("\n")
    header = json.loads(first)

    journal.write_text("\n".join([json.dumps({**header, "siteplan": "0.0.1"}), *others]))
    with pytest.raises(OutputError, match="something else") as refused:
        batches.ran(job)
    assert refused.value.problems[0].startswith("changed: siteplan (0.0.1 -> ")

    del header["way"]
    journal.write_text("\n".join([json.dumps(header), *others]))
    with pytest.raises(OutputError, match="of another version of siteplan; give another folder"):
        batches.ran(job)
    assert len([*(tmp_path / "out" / "parts").glob("*")]) == 5
