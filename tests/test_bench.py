"""The harness of the benchmarks runs, keeps what it measured, and writes a table that can be read."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
START, END = "<!-- bench: written by make bench-table -->", "<!-- /bench -->"

FAKE = """
from bench.timing import installed, peak_mib, row, turns

def nothing():
    return sum(range(10_000))

def measure():
    peers = {"slow": lambda: sum(range(200_000))}
    if installed("no_such_peer"):
        peers["no_such_peer"] = nothing
    ours, others = turns(nothing, peers)
    return [
        row("fake-fast", "adding | up", ours, others, goal=1, peak=peak_mib("bench.fake", "nothing")),
        row("fake-dear", "the same, hoped for too much", ours, others, goal=1e6),
        row("fake-alone", "without a peer", ours, {}, goal=3),
    ]
"""

pytestmark = pytest.mark.skipif(not (ROOT / "bench").exists(), reason="the benchmarks lie in the repository")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The harness alone, with parts of its own."""
    (tmp_path / "bench").mkdir()
    for name in ("growth", "run", "table", "timing"):
        shutil.copy(ROOT / "bench" / f"{name}.py", tmp_path / "bench")
    (tmp_path / "bench" / "fake.py").write_text(FAKE, encoding="utf-8")
    return tmp_path


def run(folder: Path, module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", f"bench.{module}", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_a_part_is_measured_and_the_rows_of_others_are_kept(folder: Path):
    kept = {"id": "other-row", "what": "", "ours_s": 1.0, "peers": {}, "ratio": None, "goal": None}
    kept["ours_peak_mib"] = None
    (folder / "out").mkdir()
    (folder / "out/bench.json").write_text(json.dumps([kept, {**kept, "id": "fake-old"}]), encoding="utf-8")
    done = run(folder, "run", "--only", "fake")
    rows = json.loads((folder / "out/bench.json").read_text(encoding="utf-8"))

    assert done.returncode == 0, done.stderr
    assert "no_such_peer is not installed: left out" in done.stderr
    assert [row["id"] for row in rows] == ["other-row", "fake-fast", "fake-dear", "fake-alone"]
    assert all(row.keys() == kept.keys() for row in rows)
    fast = rows[1]
    assert fast["ratio"] == pytest.approx(fast["peers"]["slow"] / fast["ours_s"], rel=1e-2)
    assert 5 < fast["ours_peak_mib"] < 500
    assert re.search(r"fake-fast .* pass ", done.stdout)
    assert re.search(r"fake-dear .* MISSED ", done.stdout)
    assert re.search(r"fake-alone .* no peer ", done.stdout)
    assert done.stdout.endswith("1 goals reached, 1 missed on this machine\n")
    assert list((folder / "out").iterdir()) == [folder / "out/bench.json"]


def test_a_part_that_fails_does_not_stop_the_others(folder: Path):
    (folder / "bench/broken.py").write_text(
        "def measure():\n    raise OSError('no disk')\n", encoding="utf-8"
    )
    done = run(folder, "run", "--only", "broken,missing,fake")

    assert done.returncode == 1
    assert "OSError: no disk" in done.stderr
    assert "bench/missing.py: there is no such part" in done.stdout
    assert done.stdout.endswith("not measured: missing, broken\n")
    assert (folder / "out/bench.json").exists()


@pytest.mark.parametrize(
    ("row", "message"),
    [("{'id': 'fake-x'}", "a row has"), ("row('x-y', '', 1, {}, goal=1)", "does not start with")],
)
def test_a_row_that_is_none_is_refused(folder: Path, row: str, message: str):
    code = f"from bench.timing import row\n\ndef measure():\n    return [{row}]\n"
    (folder / "bench/fake.py").write_text(code, encoding="utf-8")
    done = run(folder, "run", "--only", "fake")

    assert done.returncode == 1
    assert message in done.stderr


def test_the_table_is_written_between_its_marks(folder: Path):
    run(folder, "run", "--only", "fake")
    readme = folder / "README.md"
    readme.write_text("# Before\n", encoding="utf-8")
    without = run(folder, "table")
    readme.write_text(f"# Before\n{START}\nold\n{END}\nafter\n", encoding="utf-8")
    once = run(folder, "table")
    text = readme.read_text(encoding="utf-8")
    run(folder, "table")

    assert (without.returncode, once.returncode) == (1, 0)
    assert "goes between these two lines" in without.stdout
    assert text.startswith(f"# Before\n{START}\n")
    assert text.endswith(f"{END}\nafter\n")
    assert "old" not in text
    assert len(well_formed(text)) == 3
    assert readme.read_text(encoding="utf-8") == text


def test_without_measurements_there_is_no_table(folder: Path):
    (folder / "README.md").write_text(f"{START}\n{END}\n", encoding="utf-8")
    done = run(folder, "table")

    assert (done.returncode, "run make bench first" in done.stdout) == (1, True)


@pytest.mark.parametrize(
    ("module", "message"),
    [
        ("grass", "grass is not on the path: r.cost left out"),
        ("postgis", "install it with: make database: PostGIS left out"),
    ],
)
def test_a_peer_that_is_not_there_is_left_out_aloud(
    module: str, message: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr("bench.server.programs", lambda: None)

    assert not import_module(f"bench.{module}").found()
    assert message in capsys.readouterr().err


def well_formed(text: str) -> list[list[str]]:
    """The table's rows, each with as many cells as its head, the machine and the date under it."""
    block = text.split(START)[1].split(END, maxsplit=1)[0]
    lines = [line for line in block.splitlines() if line.startswith("|")]
    rows = [re.split(r"(?<!\\)\|", line)[1:-1] for line in lines]
    assert {len(row) for row in rows} == {6}
    assert re.search(r"^Measured on \d{4}-\d{2}-\d{2}: .+ cores, \d+ GiB, Python 3\.\d+", block, re.MULTILINE)
    for row in rows[2:]:
        assert float(row[1]) > 0
    return rows[2:]


def test_the_table_in_the_readme_is_well_formed():
    assert well_formed(README)
