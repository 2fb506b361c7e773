"""What lies there already, full disks, locks, kills: the old file or the new one, never half of one."""

from __future__ import annotations

import fcntl
import os
import random
import resource
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import pyogrio
import pytest
from written import ALL, GEO, LONG, back, names_in, same, table

from siteplan.errors import OutputError
from siteplan.writing import layers, write_layer


@pytest.mark.parametrize("ending", ALL)
def test_nothing_is_overwritten_unless_told(ending: str, tmp_path: Path):
    path = tmp_path / f"x.{ending}"
    write_layer(table(2), path)
    before = path.read_bytes()

    with pytest.raises(OutputError, match="already"):
        write_layer(table(3), path)
    assert path.read_bytes() == before
    write_layer(table(3), path, force=True)
    assert len(back(path)) == 3


def test_other_layers_of_a_geopackage_stay(tmp_path: Path):
    path = tmp_path / "x.gpkg"
    write_layer(table(2), path, layer="plots")
    write_layer(table(5), path, layer="газ")
    write_layer(table(4), path, layer="plots", force=True)

    assert sorted(pyogrio.list_layers(path)[:, 0]) == ["plots", "газ"]
    assert same(table(5), back(path, "газ"))
    assert same(table(4), back(path, "plots"))
    with pytest.raises(OutputError, match="already holds a layer 'plots'"):
        write_layer(table(1), path, layer="plots")
    with pytest.raises(OutputError, match="differs only by case"):
        write_layer(table(1), path, layer="PLOTS", force=True)


def test_a_locked_geopackage_is_waited_for_then_refused_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    path = tmp_path / "x.gpkg"
    write_layer(table(2), path, layer="plots")
    before = path.read_bytes()
    code = (
        "import sqlite3,sys; c=sqlite3.connect(sys.argv[1]); c.execute('begin immediate');"
        "print(1,flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        holder.stdout.readline()
        monkeypatch.setattr(layers, "WAIT", 0.3)
        start = time.monotonic()
        with pytest.raises(OutputError, match=r"x\.gpkg: cannot be written: database is locked.*close it"):
            write_layer(table(1), path, layer="gas")
        assert 0.2 < time.monotonic() - start < 5
        assert path.read_bytes() == before
        monkeypatch.setattr(layers, "WAIT", 20.0)
        threading.Timer(0.3, holder.stdin.close).start()
        write_layer(table(1), path, layer="gas")
    assert len(pyogrio.list_layers(path)) == 2


def test_what_lies_in_a_journal_is_not_lost(tmp_path: Path):
    path = tmp_path / "x.gpkg"
    write_layer(table(2), path, layer="plots")
    code = (
        "import sqlite3,os,sys; c=sqlite3.connect(sys.argv[1]); c.execute('pragma journal_mode=wal');"
        "c.execute('create table kept (a integer)'); c.execute('insert into kept values (7)'); c.commit();"
        "os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", code, str(path)], check=True)
    assert (tmp_path / "x.gpkg-wal").stat().st_size > 0

    write_layer(table(3), path, layer="gas")
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("select a from kept").fetchall() == [(7,)]
    assert names_in(tmp_path) == ["x.gpkg"]
    assert len(back(path, "gas")) == 3


@pytest.mark.parametrize("ending", ALL)
def test_a_folder_in_the_place_of_the_file(ending: str, tmp_path: Path):
    (tmp_path / f"x.{ending}").mkdir()

    with pytest.raises(OutputError, match="is a folder; give a file"):
        write_layer(table(), tmp_path / f"x.{ending}", force=True)


def test_a_folder_that_may_not_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(layers.os, "access", lambda *_: False)
    with pytest.raises(OutputError, match="no permission in"):
        write_layer(table(), tmp_path / "x.gpkg")


def test_a_file_that_is_no_geopackage_stays(tmp_path: Path):
    (tmp_path / "x.gpkg").write_text("mine" * 1000)
    with pytest.raises(OutputError, match="is no GeoPackage"):
        write_layer(table(), tmp_path / "x.gpkg", force=True)
    assert (tmp_path / "x.gpkg").read_text() == "mine" * 1000


def test_a_link_is_followed(tmp_path: Path):
    (tmp_path / "far").mkdir()
    write_layer(table(1), tmp_path / "far" / "x.fgb")
    (tmp_path / "x.fgb").symlink_to(tmp_path / "far" / "x.fgb")
    write_layer(table(2), tmp_path / "x.fgb", force=True)

    assert (tmp_path / "x.fgb").is_symlink()
    assert len(back(tmp_path / "far" / "x.fgb")) == 2


@pytest.mark.parametrize("ending", ALL)
def test_a_disk_that_is_full(ending: str, tmp_path: Path):
    """The limit on file sizes stops every engine with the error of the system, as a full disk does."""
    path = tmp_path / f"x.{ending}"
    write_layer(table(2), path, layer="x")
    before = path.read_bytes()
    code = WRITER.format(rows=20_000, times=1)
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent)},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000)),
        capture_output=True,
        text=True,
        check=False,
    )

    assert "OutputError" in done.stderr
    assert path.read_bytes() == before
    assert [name for name in names_in(tmp_path) if not name.startswith(".siteplan-")] == [f"x.{ending}"]


WRITER = """
import sys
import geopandas as gpd, numpy as np, shapely
from siteplan.writing import write_layer
x = np.random.default_rng(7).random({rows}) * 1e5
cells = {{"n": x, "имя": [f"участок {{v}}" for v in x]}}
frame = gpd.GeoDataFrame(cells, geometry=shapely.box(x, x, x + 9, x + 9), crs=32652)
print("go", flush=True)
for _ in range({times}):
    write_layer(frame, sys.argv[1], layer="x", force=True)
print("done", flush=True)
"""


@pytest.mark.parametrize(
    "ending",  # one that is added to in its place, one that is replaced; the others are replaced alike
    [pytest.param(one, marks=[] if one in ("gpkg", "parquet") else pytest.mark.slow) for one in ALL],
)
def test_killed_at_any_moment_the_old_file_or_the_new_one_is_there(ending: str, tmp_path: Path):
    path = tmp_path / f"x.{ending}"
    if ending == "gpkg":
        write_layer(table(3), path, layer="other")
    command = [sys.executable, "-c", WRITER.format(rows=1500, times=1), str(path)]
    start = time.monotonic()
    subprocess.run(command, check=True, capture_output=True)
    assert time.monotonic() - start < 60
    new = path.read_bytes()
    write_layer(table(2), path, layer="x", force=True)
    old = path.read_bytes()
    chance = random.Random(ending)
    command[2] = WRITER.format(rows=1500, times=100)
    for _ in range(40 if LONG else 2):
        with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
            writer.stdout.readline()
            time.sleep(chance.uniform(0, 0.4))
            writer.send_signal(signal.SIGKILL)
        if ending == "gpkg":
            with closing(sqlite3.connect(path)) as file:
                assert file.execute("pragma integrity_check").fetchone() == ("ok",)
            assert len(back(path, "other")) == 3
            assert len(back(path, "x")) in (2, 1500)
        else:
            assert path.read_bytes() in (old, new)
    write_layer(table(2), path, layer="x", force=True)
    assert names_in(tmp_path) == [f"x.{ending}"]


def test_two_writers_at_once_take_turns(tmp_path: Path):
    path = tmp_path / "x.gpkg"
    code = WRITER.format(rows=400, times=1).replace('layer="x"', "layer=sys.argv[2]")
    names = [f"layer{number}" for number in range(3)]
    writers = [subprocess.Popen([sys.executable, "-c", code, str(path), name]) for name in names]

    assert [writer.wait() for writer in writers] == [0, 0, 0]
    assert sorted(pyogrio.list_layers(path)[:, 0]) == names
    assert {len(back(path, name)) for name in names} == {400}


def test_a_busy_folder_is_waited_for_then_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(layers, "WAIT", 0.2)
    handle = os.open(tmp_path, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        with pytest.raises(OutputError, match="another run is writing there"):
            write_layer(table(), tmp_path / "x.fgb")
    finally:
        os.close(handle)
    write_layer(table(), tmp_path / "x.fgb")


@pytest.mark.parametrize("ending", GEO)
def test_a_file_that_was_not_written_whole_does_not_take_the_place(
    ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    path = tmp_path / f"x.{ending}"
    write_layer(table(2), path)
    before = path.read_bytes()
    write = layers._WRITERS[f".{ending}"]
    monkeypatch.setitem(layers._WRITERS, f".{ending}", lambda frame, *rest: write(frame.iloc[:-1], *rest))

    with pytest.raises(OutputError, match="was not written whole: 2 of 3 records"):
        write_layer(table(3), path, force=True)
    assert path.read_bytes() == before
