"""What a finished result follows from is noticed when it changes, and nothing is lost on the way."""

from __future__ import annotations

from pathlib import Path

import batches
import geopandas as gpd
import pandas as pd
import pytest

from siteplan.errors import SourceError
from siteplan.reading import pieces
from siteplan.reading.chunks import read_chunks


def power(out: Path) -> pd.Series:
    """Amounts of every plot, MW."""
    tables = [pd.read_parquet(path) for path in sorted((out / "parts").glob("*.parquet"))]
    return pd.concat(tables).set_index("plot")["power.amount"]


def told(catalogue: Path, old: str, new: str) -> None:
    text = catalogue.read_text()
    assert old in text
    catalogue.write_text(text.replace(old, new))


@pytest.mark.parametrize("ending", ["shp", "tab"])
def test_columns_in_a_file_beside_the_plots_are_part_of_them(tmp_path, ending: str):
    frame = batches.plots().reset_index(names="id").rename(columns={"free_power": "power"})
    catalogue = batches.park(tmp_path)
    told(catalogue, '"plots.parquet"', f'"plots.{ending}"')
    told(catalogue, '"from" = "free_power"', '"from" = "power"')
    told(catalogue, ', "road_class" = "road_class"', "")
    driver = {"shp": "ESRI Shapefile", "tab": "MapInfo File"}[ending]
    frame.drop(columns="road_class").to_file(tmp_path / "park" / f"plots.{ending}", driver=driver)
    asked = batches.job(tmp_path)
    assert batches.ran(asked).counts["plots_scored"] == 18

    for old in (tmp_path / "park").glob("plots.*"):
        old.unlink()
    frame.assign(power=1.0).drop(columns="road_class").to_file(
        tmp_path / "park" / f"plots.{ending}", driver=driver
    )

    assert batches.ran(asked).counts["plots_scored"] == 18
    assert (power(asked.out) == 1.0).all()


def test_another_unit_in_the_catalogue_is_another_amount(tmp_path):
    asked = batches.job(tmp_path)
    batches.ran(asked)
    before = power(asked.out)

    told(asked.park, '"unit" = "MW"', '"unit" = "kW"')

    assert batches.ran(asked).counts["plots_scored"] == 18
    pd.testing.assert_series_equal(power(asked.out), before / 1000)


@pytest.fixture
def table(tmp_path, monkeypatch) -> Path:
    """A file that stands in for a table of a database: nobody knows when it changes."""
    path = tmp_path / "table.parquet"
    told(batches.park(tmp_path), '"file" = "plots.parquet"', '"database" = {"table" = "plots"}')
    monkeypatch.setattr(pieces, "_records", lambda *given: read_chunks(path, rows=given[2]))
    fill(path, batches.plots())
    return path


def fill(path: Path, frame: gpd.GeoDataFrame) -> None:
    frame.reset_index(names="id").to_parquet(path)


def test_plots_that_left_a_database_leave_the_ranking(table, tmp_path):
    asked = batches.job(tmp_path)
    assert batches.ran(asked).summary["counts"]["plots"] == 18

    fill(table, batches.plots().iloc[:12])

    summary = batches.ran(asked).summary
    assert (summary["counts"]["plots"], summary["counts"]["read"]) == (12, 12)
    assert len(summary["parts"]) == 3
    assert batches.ran(asked).counts["parts_done_before"] == 3


def test_a_broken_record_that_came_to_a_database_is_counted(table, tmp_path):
    asked = batches.job(tmp_path)
    batches.ran(asked)

    broken = batches.plots(19).iloc[[18]]
    broken.loc[:, "geometry"] = None
    fill(table, gpd.GeoDataFrame(pd.concat([batches.plots(), broken]), crs=broken.crs))

    counts = batches.ran(asked).summary["counts"]
    assert (counts["read"], counts["quarantined"], counts["plots"]) == (19, 1, 18)


def test_a_run_that_is_stopped_leaves_nothing_that_looks_finished(table, tmp_path):
    asked = batches.job(tmp_path)
    batches.ran(asked)
    fill(table, batches.plots().assign(free_power=1.0))

    assert batches.ran(asked, parts=1).stopped

    assert not (asked.out / "summary.json").exists()
    assert not (asked.out / "ranking.parquet").exists()


@pytest.mark.parametrize("since", ["out", "nowhere"])
def test_an_earlier_result_that_is_none_is_refused_before_anything_is_touched(tmp_path, since: str):
    asked = batches.job(tmp_path)
    batches.ran(asked)
    before = batches.result(asked.out)
    batches.park(tmp_path, batches.plots().assign(free_power=1.0))

    with pytest.raises(SourceError, match=r"holds no result|is the folder of the result itself"):
        batches.ran(batches.job(tmp_path, since=tmp_path / since, fresh=since == "out"))

    assert batches.result(asked.out) == before


def test_drafts_of_a_killed_run_are_cleared(tmp_path):
    from siteplan.writing import atomic

    asked = batches.job(tmp_path)
    asked.out.mkdir()
    with pytest.MonkeyPatch.context() as patched:

        def killed(*_: object, **__: object) -> None:
            raise SystemExit

        patched.setattr(atomic, "publish", killed)
        patched.setattr(Path, "unlink", killed)
        with pytest.raises(SystemExit):
            atomic.atomic_text(asked.out / "journal.jsonl", "x")
    assert len([*asked.out.iterdir()]) == 1

    batches.ran(asked)

    assert [path.name for path in asked.out.glob(".*")] == []
