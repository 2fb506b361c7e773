"""The session with a database: it changes nothing, waits for nothing for ever, and tells no password."""

from __future__ import annotations

import contextlib
import logging
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import world
from database import PASSWORD, QUOTED, Server, ask

from siteplan.cli import main
from siteplan.database import Database
from siteplan.errors import SourceError
from siteplan.reading import postgis
from siteplan.reading.parks import read_park
from siteplan.scorecard import score


def test_the_transaction_is_read_only(server: Server, address: Server):
    server.run("CREATE TABLE IF NOT EXISTS touched (n int)")
    server.run(
        "CREATE OR REPLACE FUNCTION touch() RETURNS int AS 'INSERT INTO touched VALUES (1) RETURNING n' "
        "LANGUAGE sql SECURITY DEFINER"
    )

    with pytest.raises(SourceError, match="read-only transaction"):
        ask(query="SELECT touch(), ST_MakePoint(1, 2) AS geom")
    assert server.run("SELECT count(*) FROM touched") == [(0,)]


def test_nothing_that_slips_through_it_is_kept(loaded: Server, address: Server):
    """PostgreSQL 15 lets a read-only transaction make large objects; they go when it is rolled back."""
    with contextlib.suppress(SourceError):
        ask(query="SELECT lo_create(0), geom FROM plots")

    assert loaded.run("SELECT count(*) FROM pg_largeobject_metadata") == [(0,)]


def test_a_slow_answer_is_given_up(server: Server, address: Server):
    start = time.monotonic()
    with pytest.raises(SourceError, match=r"no answer within 0.3 s; .*raise statement_timeout"):
        ask(query="SELECT pg_sleep(20), ST_MakePoint(1, 2) AS geom", statement_timeout=0.3)

    assert time.monotonic() - start < 5
    assert server.run("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'siteplan'") == [(0,)]


def test_a_connection_lost_half_way_is_told_and_nothing_is_used(server: Server, address: Server):
    slow = "SELECT n, pg_sleep(0.01)::text AS nap, ST_SetSRID(ST_MakePoint(128, 51), 4326) AS geom"

    def kill() -> None:
        for _ in range(100):
            time.sleep(0.05)
            if server.run(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE application_name = 'siteplan' AND query LIKE 'FETCH%'"
            ):
                return

    killer = threading.Timer(0.6, kill)
    killer.start()
    try:
        with pytest.raises(
            SourceError, match=r"connection was lost after (\d+) records; none of them is used"
        ) as lost:
            ask(query=f"{slow} FROM generate_series(1, 2000) n", chunk=10)
    finally:
        killer.join()

    read = int(str(lost.value).split("after ")[1].split()[0])
    assert 0 < read < 2000
    assert read % 10 == 0


def test_no_server_is_tried_a_bounded_number_of_times(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SITEPLAN_DATABASE_URL", f"postgresql://u:{QUOTED}@127.0.0.1:1/park")

    with pytest.raises(SourceError, match=r"no connection \(tried 2 times\)") as refused:
        ask(table="plots", retries=1, connect_timeout=2)
    assert PASSWORD not in str(refused.value)


def test_a_wrong_password_is_not_tried_again(address: Server, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SITEPLAN_DATABASE_URL", address.url.replace(QUOTED, "wr0ng-one"))

    with pytest.raises(SourceError, match="password authentication failed") as refused:
        ask(table="plots", retries=3)
    assert "tried" not in str(refused.value)
    assert "wr0ng-one" not in str(refused.value)


def test_the_password_may_lie_in_pgpass(loaded: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    escaped = PASSWORD.replace("\\", "\\\\").replace(":", "\\:")
    (tmp_path / "pgpass").write_text(f"127.0.0.1:{loaded.port}:park:siteplan_test:{escaped}\n")
    (tmp_path / "pgpass").chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(tmp_path / "pgpass"))
    where = {"host": "127.0.0.1", "port": loaded.port, "dbname": "park", "user": "siteplan_test"}

    found = postgis.read(Database.model_validate({**where, "table": "plots"}))

    assert len(found.frame) == 4


@pytest.mark.parametrize(
    ("variable", "text", "says"),
    [
        ("SITEPLAN_DATABASE_URL", "", "is not set"),
        ("SITEPLAN_DATABASE_URL", f"not a url {PASSWORD}", "holds no postgresql:// URL"),
        ("SITEPLAN_DATABASE_URL", f"mysql://u:{QUOTED}@h/d", "holds no postgresql:// URL"),
        ("SITEPLAN_DATABASE_URL", f"postgresql://u:{QUOTED}@h:port/d", "holds no postgresql:// URL"),
    ],
)
def test_what_is_no_url_is_refused_unseen(
    monkeypatch: pytest.MonkeyPatch, variable: str, text: str, says: str
):
    monkeypatch.setenv(variable, text)

    with pytest.raises(SourceError, match=says) as refused:
        ask(table="plots")
    assert PASSWORD not in str(refused.value)
    assert QUOTED not in str(refused.value)


def test_the_password_is_nowhere(
    park: Path,
    address: Server,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
):
    caplog.set_level(logging.DEBUG)
    read = read_park(park)
    card = score(read.plots, read.layers, world.plan())
    seen = [
        repr(read),
        read._repr_html_(),
        str(read.report),
        repr(read.catalogue),
        repr(card),
        str(card.provenance),
    ]
    out, plan = tmp_path / "out", world.write_plan(tmp_path)
    for command in (
        ["check", park],
        ["score", plan, "--park", park, "--out", out],
        ["map", out],
        ["verify", out],
        ["check", _broken_park(park, tmp_path)],
    ):
        with pytest.raises(SystemExit):
            main([str(word) for word in command])
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        seen += [said.out, said.err]
    seen += [path.read_bytes().decode("latin-1") for path in out.rglob("*") if path.is_file()]

    assert len(seen) > 15
    assert any("database $SITEPLAN_DATABASE_URL, public.plots" in text for text in seen)
    for text in (*seen, caplog.text):
        assert PASSWORD not in text
        assert QUOTED not in text
        assert "s3cr3t" not in text


def _broken_park(park: Path, folder: Path) -> Path:
    path = folder / "broken.toml"
    path.write_text(
        park.read_text(encoding="utf-8")
        .replace('"table": "gas"', '"table": "gaz"')
        .replace('"gas"}', '"gaz"}')
    )
    return path


def test_tracebacks_hold_no_password(address: Server):
    code = (
        "from siteplan.database import Database; from siteplan.reading import postgis; "
        "postgis.read(Database(table='nowhere'))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert "there is no table 'nowhere'" in done.stderr
    assert "s3cr3t" not in done.stderr
