from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
import world
from database import QUOTED, Server, ask
from geopandas.testing import assert_geodataframe_equal

from siteplan.batch.job import Job
from siteplan.batch.running import run
from siteplan.database import Database
from siteplan.errors import DataError, SourceError
from siteplan.reading import postgis
from siteplan.reading.parks import check_park, read_park
from siteplan.scorecard import score


def test_a_park_from_the_database_scores_as_from_files(park: Path, tmp_path: Path):
    there = read_park(park)
    here = read_park(world.write_park(tmp_path / "files"))

    by_database = score(there.plots, there.layers, world.plan())
    by_files = score(here.plots, here.layers, world.plan())

    assert_geodataframe_equal(by_database.plots, by_files.plots)
    pd.testing.assert_frame_equal(by_database.contributions, by_files.contributions)
    fingerprints = [
        [table.fingerprint for table in card.provenance.tables] for card in (by_database, by_files)
    ]
    assert fingerprints[0] == fingerprints[1]


def test_a_batch_reads_plots_in_pieces_and_scores_them_as_score(park: Path, tmp_path: Path):
    plan = world.write_plan(tmp_path)
    there = read_park(park)
    job = Job(plan, park, tmp_path / "out", rows=3)

    outcome = run(job, tell=lambda _: None, stop=lambda: False)
    again = run(job, tell=lambda _: None, stop=lambda: False)

    card = score(there.plots, there.layers, world.plan())
    ranking = pd.read_parquet(tmp_path / "out" / "ranking.parquet")
    assert outcome.counts["parts"] == 2
    assert again.counts["plots_scored"] == 0
    assert ranking["plot"].tolist() == [*card.ranked.index]
    np.testing.assert_array_equal(ranking["score"], card.ranked["score"])


def test_pieces_need_a_column_to_be_ordered_by(loaded: Server, address: Server):
    with pytest.raises(
        SourceError, match=r"no column 'number', did you mean 'name'\?; records are ordered by it"
    ):
        next(postgis.read_chunks(Database.model_validate({"table": "plots"}), "number", rows=3))


def test_a_query_reads_what_it_selects(loaded: Server, address: Server):
    found = ask(
        query="SELECT id, name, '50%'::text AS share, ':x' AS colon, geom FROM plots WHERE id <> 'd' ;"
    )

    assert found.frame["id"].tolist() == ["a", "b", "c"]
    assert found.frame["share"].tolist() == ["50%"] * 3
    assert found.frame["colon"].tolist() == [":x"] * 3
    assert found.frame.crs == 4326


def test_chunks_join_to_the_whole(loaded: Server, address: Server):
    whole, parts = ask(table="plots"), ask(table="plots", chunk=1)

    assert_geodataframe_equal(whole.frame, parts.frame)
    assert len(parts.frame) == 4


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM plots; DROP TABLE plots",
        "SELECT * FROM plots) x; DROP TABLE plots; --",
        "DROP TABLE plots",
        "DELETE FROM plots RETURNING *",
        "WITH gone AS (DELETE FROM plots RETURNING *) SELECT * FROM gone",
        "SELECT * INTO other FROM plots",
        "COMMIT",
        "SET TRANSACTION READ WRITE",
        "COPY plots TO PROGRAM 'true'",
        "SELECT setval('counter', 7), geom FROM plots",
        "",
        "/* SELECT",
    ],
)
def test_what_is_no_single_select_is_refused_and_changes_nothing(loaded: Server, address: Server, query: str):
    loaded.run("DROP SEQUENCE IF EXISTS counter")
    loaded.run("CREATE SEQUENCE counter")
    loaded.run("GRANT ALL ON counter, plots TO siteplan_test")

    with pytest.raises((SourceError, ValueError)) as refused:
        ask(query=query)

    assert query == "" or isinstance(refused.value, SourceError)
    assert loaded.run("SELECT count(*) FROM plots") == [(4,)]
    assert loaded.run("SELECT is_called FROM counter") == [(False,)]
    assert loaded.run("SELECT to_regclass('other')") == [(None,)]


def test_a_comment_at_the_end_of_a_query_swallows_nothing(loaded: Server, address: Server):
    assert len(ask(query="SELECT * FROM plots -- all of them").frame) == 4


EVIL = [
    'plots"; DROP TABLE plots; --',
    "plots'; DROP TABLE plots; --",
    "plots WHERE 1=1; --",
    "public.plots",
    "(SELECT 1)",
    "Robert'); DROP TABLE plots;--",
    "plots\\",
    "pl%sots",
    ":plots",
]


@pytest.mark.parametrize("key", ["table", "schema", "geometry"])
@pytest.mark.parametrize("name", EVIL)
def test_names_are_looked_up_never_run(loaded: Server, address: Server, key: str, name: str):
    with pytest.raises(SourceError, match=r"there is no (table|schema)|does not exist"):
        ask(**{"table": "plots", key: name})

    assert loaded.run("SELECT count(*) FROM plots") == [(4,)]


@pytest.mark.parametrize("name", EVIL)
def test_a_table_whose_names_are_evil_is_read_all_the_same(server: Server, address: Server, name: str):
    if "%" in name:
        name = name.replace("%", "%%")  # only in the test's own statement
    quoted = '"' + name.replace('"', '""') + '"'
    name = name.replace("%%", "%")
    server.run(f"CREATE SCHEMA {quoted}".replace("%%", "%"))
    quoted = quoted.replace("%%", "%")
    server.run(f"GRANT USAGE ON SCHEMA {quoted} TO siteplan_test")
    server.run(
        f"CREATE TABLE {quoted}.{quoted} ({quoted} geometry(Point, 4326), "
        f'"a {name.replace(chr(34), "")}" text)'
    )
    server.run(
        f"INSERT INTO {quoted}.{quoted} VALUES ('SRID=4326;POINT(128 51)', '''; DROP TABLE plots; --')"
    )
    server.run(f"GRANT SELECT ON {quoted}.{quoted} TO siteplan_test")

    try:
        found = ask(schema=name, table=name, geometry=name).frame
    finally:
        server.run(f"DROP SCHEMA {quoted} CASCADE")

    assert found.iloc[0, 0] == "'; DROP TABLE plots; --"
    assert found.geometry.iloc[0] == shapely.Point(128, 51)


def test_several_srids_are_refused_with_their_counts(server: Server, address: Server):
    server.run("CREATE TABLE IF NOT EXISTS mixed (geom geometry)")
    server.run(
        "INSERT INTO mixed VALUES ('SRID=4326;POINT(1 2)'), ('SRID=4326;POINT(1 2)'), "
        "('SRID=3857;POINT(1 2)')"
    )
    server.run("GRANT SELECT ON mixed TO siteplan_test")

    with pytest.raises(SourceError, match=r"3857 \(1 records\), 4326 \(2 records\); .*ST_Transform"):
        ask(table="mixed")


def test_geometry_without_srid_has_no_crs(server: Server, address: Server):
    assert ask(query="SELECT ST_MakePoint(1, 2) AS geom").frame.crs is None


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("SELECT 1 AS a", "say which geometry column; there are: none"),
        ("SELECT ST_MakePoint(1, 2) a, ST_MakePoint(1, 2) b", "there are: 'a', 'b'"),
        ("SELECT 1 AS a, 2 AS a, ST_MakePoint(1, 2) AS geom", "columns of the same name: a"),
    ],
)
def test_geometry_that_is_not_clear_is_asked_for(address: Server, query: str, says: str):
    with pytest.raises(SourceError, match=says):
        ask(query=query)


def test_a_column_that_is_no_geometry_is_refused(loaded: Server, address: Server):
    with pytest.raises(SourceError, match="column 'name' is no geometry; geometry: 'geom'"):
        ask(table="plots", geometry="name")


def test_a_database_without_postgis_is_told(server: Server, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SITEPLAN_DATABASE_URL", server.url.replace("/park", "/postgres"))

    with pytest.raises(SourceError, match="has no PostGIS; ask for: CREATE EXTENSION postgis"):
        ask(query="SELECT 1 AS a")


def test_an_empty_table_keeps_its_columns_and_crs(server: Server, address: Server):
    server.put(world.plots().to_crs(4326).iloc[:0], "nothing", srid=4326)

    found = ask(table="nothing").frame

    assert found.empty
    assert {"id", "name", "free_power"} <= set(found.columns)
    assert found.crs == 4326


def test_records_without_geometry_are_quarantined_by_name(park: Path, loaded: Server):
    shapes = world.layers()["gas"].to_crs(4326)
    shapes.loc["g4", "geometry"] = None
    loaded.put(shapes, "holes", srid=4326)
    park.write_text(park.read_text(encoding="utf-8").replace('{"table" = "gas"}', '{"table" = "holes"}'))
    assert "holes" in park.read_text(encoding="utf-8")

    report = check_park(park).report

    assert [(one.file, one.fid) for one in report.quarantine] == [
        ("database $SITEPLAN_DATABASE_URL, public.holes", "g4")
    ]
    count = next(one for one in report.counts if one.table == "gas")
    assert (count.read, count.used, count.quarantined) == (4, 3, 1)


def test_every_table_that_fails_is_told_at_once(park: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("SITEPLAN_DATABASE_URL")

    with pytest.raises(DataError) as refused:
        read_park(park)
    assert len([line for line in refused.value.problems if "is not set" in line]) == 6


def test_kinds_of_cells_arrive_as_a_file_would_hold_them(address: Server):
    found = ask(
        query="SELECT 1.5::numeric AS n, date '2026-01-02' AS d, true AS f, NULL::text AS t, "
        "'{\"a\": 1}'::jsonb AS j, ST_SetSRID(ST_MakePoint(1, 2), 4326) AS geom"
    ).frame.iloc[0]

    assert (found["n"], found["d"], bool(found["f"]), found["t"], found["j"]) == (
        1.5, "2026-01-02", True, None, '{"a": 1}',
    )  # fmt: skip


def test_curves_are_set_aside_or_read_never_lost(address: Server):
    found = ask(
        query="SELECT 'SRID=4326;CIRCULARSTRING(0 0, 1 1, 2 0)'::geometry AS geom "
        "UNION ALL SELECT 'SRID=4326;POLYHEDRALSURFACE(((0 0 0, 0 1 0, 1 1 0, 0 0 0)))'::geometry "
        "UNION ALL SELECT 'SRID=4326;POINT(1 2)'::geometry"
    )

    assert len(found.frame) + len(found.broken) == 3
    assert len(found.broken) >= 1


def test_a_large_table_comes_whole(address: Server):
    found = ask(
        query="SELECT n, ST_SetSRID(ST_MakePoint(128 + n / 1e6, 51), 4326) AS geom "
        "FROM generate_series(1, 50000) n",
        chunk=7_000,
    ).frame

    assert isinstance(found, gpd.GeoDataFrame)
    assert np.array_equal(np.sort(found["n"]), np.arange(1, 50_001))


def test_no_database_no_connection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A park of files opens no socket, whatever the environment holds."""
    monkeypatch.setenv("SITEPLAN_DATABASE_URL", f"postgresql://u:{QUOTED}@127.0.0.1:1/park")
    path = world.write_park(tmp_path)
    code = (
        "import socket, sys\n"
        "def no(*_): raise AssertionError('network')\n"
        "socket.socket.connect = no; socket.create_connection = no\n"
        "from siteplan import read_park; read_park(sys.argv[1])\n"
        "sys.exit(len({'psycopg', 'sqlalchemy'} & set(sys.modules)))"
    )

    assert subprocess.run([sys.executable, "-c", code, str(path)], check=False).returncode == 0
