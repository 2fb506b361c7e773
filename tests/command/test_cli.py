from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely
import world
from commands import RESULTS, Place, Run

from siteplan import cli
from siteplan.cli import main


def command(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "siteplan", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_the_main_job(run: Run, place: Place):
    code, out, err = run(*place.asked)

    assert (code, err) == (0, "")
    assert "6 tables: 15 records read, 15 used" in out
    assert "4 ranked (1 with unknown amounts)" in out
    assert out.splitlines()[-1] == f"results: {place.out}"
    assert sorted(path.name for path in place.out.iterdir()) == RESULTS
    code, out, err = run("explain", place.out, "a")
    assert (code, err) == (0, "")
    assert out.startswith("Plot a is 2 of 4 with a score of 0.535.\n")
    code, out, err = run("verify", place.out)
    assert (code, err) == (0, "")
    assert "the result follows from its inputs" in out
    code, out, err = run("check", place.park)
    assert (code, err) == (0, "")
    assert "0 errors, 0 warnings, 0 notes" in out


def test_a_folder_stands_for_its_park(run: Run, place: Place):
    assert run("check", place.folder)[0] == 0
    assert run("score", place.plan, "--park", place.folder, "--out", place.out)[0] == 0
    assert run("verify", place.out)[0] == 0


def test_quiet_says_nothing(run: Run, place: Place):
    for arguments in (place.asked, ["explain", place.out, "a"], ["verify", place.out], ["check", place.park]):
        assert run(*arguments, "-q") == (0, "", "")
        assert run(*arguments, "--quiet") == (0, "", "")


def test_quiet_still_says_what_is_wrong(run: Run, place: Place):
    (place.folder / "gas.geojson").unlink()
    code, out, err = run("check", place.park, "-q")

    assert (code, out) == (1, "")
    assert "gas.geojson: there is no such file" in err
    assert "there is no such file" in run.refused(*place.asked, "-q")


def test_json_is_json(run: Run, place: Place):
    code, out, err = run(*place.asked, "--json")
    data = json.loads(out, parse_constant=pytest.fail)
    assert (code, err) == (0, "")
    assert [row["plot"] for row in data["plots"]] == ["d", "a", "c", "b"]
    assert data["plots"][0]["rank"] == 1
    assert data["out"] == str(place.out)
    assert data["report"]["findings"] == []
    explained = json.loads(run("explain", place.out, "c", "--json")[1], parse_constant=pytest.fail)
    assert explained["contributions"][3]["value"] is None
    checked = json.loads(run("check", place.park, "--json")[1], parse_constant=pytest.fail)
    assert len(checked["counts"]) == 6
    assert json.loads(run("verify", place.out, "--json")[1]) == {"follows": True, "differences": []}


def test_json_of_what_is_refused_is_json(run: Run, place: Place):
    (place.folder / "gas.geojson").unlink()
    code, out, _ = run("check", place.park, "--json")

    assert code == 1
    assert json.loads(out)["findings"][0]["level"] == "error"


def test_json_of_what_no_longer_follows(run: Run, place: Place):
    run(*place.asked)
    (place.out / "scores.csv").write_text("x")
    code, out, _ = run("verify", place.out, "--json")

    assert code == 1
    assert json.loads(out)["follows"] is False
    code, out, err = run("verify", place.out)
    assert (code, out) == (1, "")
    assert "scores.csv: missing, or changed" in err


def test_a_single_layer_is_checked(run: Run, place: Place, tmp_path: Path):
    assert run("check", place.folder / "gas.geojson")[0] == 0
    code, out, _ = run("check", place.folder / "gone.gpkg")
    assert code == 1
    assert "there is no such file" in out
    bare = tmp_path / "bare.gpkg"
    with pytest.warns(UserWarning, match="'crs' was not provided"):
        gpd.GeoDataFrame({"x": [1]}, geometry=[shapely.Point(128, 51)]).to_file(bare)
    assert run("check", bare)[0] == 1
    assert run("check", bare, "--crs", "EPSG:4326")[0] == 0
    assert run("check", bare, "--layer", "nowhere")[0] == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["scroe"],
        ["score"],
        ["score", "plan.toml"],
        ["score", "plan.toml", "--park", "park.toml", "--ouut", "x"],
        ["explain", "out"],
        ["--nothing"],
        ["check"],
        ["check", "a", "b"],
    ],
)
def test_a_mistyped_command_is_two(run: Run, arguments: list[str]):
    code, _, err = run(*arguments)

    assert code == 2
    assert "Usage" in err


def test_options_of_a_layer_are_mistyped_for_a_park(run: Run, place: Place):
    assert run("check", place.park, "--crs", "EPSG:4326")[0] == 2


@pytest.mark.parametrize(
    "arguments", [["--help"], ["score", "--help"], ["check", "--help"], ["map", "--help"], ["demo", "--help"]]
)
def test_help_helps(run: Run, arguments: list[str]):
    code, out, _ = run(*arguments)

    assert code == 0
    assert "Usage" in out


def test_control_characters_in_names_do_not_reach_the_terminal(run: Run, place: Place):
    name = "\x1b[31mred\u202e"
    world.write_park(
        place.folder, "geojson", plots=world.plots().set_axis([name, "b", "c", "d"]).assign(name=name)
    )
    _, out, err = run(*place.asked)
    _, explained, _ = run("explain", place.out, name)
    refusal = run.refused("explain", place.out, "\x1b[31mother")

    assert "\\x1b[31mred\\u202e" in out + explained
    assert not [sign for sign in out + err + explained + refusal if sign in "\x1b\u202e"]


def test_a_crash_is_not_dressed_up(place: Place, monkeypatch: pytest.MonkeyPatch):
    """A mistake of ours must show itself: only refusals become messages."""

    def broken(*arguments: Any, **keywords: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(cli, "_tell", broken)
    with pytest.raises(ZeroDivisionError):
        main([str(argument) for argument in place.asked])


def test_as_a_command_of_its_own_under_any_language(run: Run, place: Place, monkeypatch: pytest.MonkeyPatch):
    run(*place.asked)
    wanted = {path.name: path.read_bytes() for path in place.out.iterdir()}
    monkeypatch.setenv("LC_ALL", "tr_TR.UTF-8")
    done = command(*place.asked, "--json")
    refused = command("score", place.folder / "nowhere.toml", "--park", place.park)

    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["plots"][0]["plot"] == "d"
    assert {path.name: path.read_bytes() for path in place.out.iterdir()} == wanted
    assert refused.returncode == 1
    assert refused.stderr.startswith("error: ")
    assert "Traceback" not in refused.stderr
    assert refused.stdout == ""


def test_a_closed_pipe_is_no_crash(place: Place):
    code = f"{sys.executable} -m siteplan check {place.park} --json | head -c 1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", code], capture_output=True, text=True, check=False, timeout=60)

    assert "Traceback" not in done.stderr
