from __future__ import annotations

import copy
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely
import world

from siteplan import cli
from siteplan.cli import main
from siteplan.writing import scorecards

RESULTS = ["contributions.csv", "report.json", "scorecard.json", "scores.csv", "scores.gpkg"]


class Run:
    """The command line in this process: code, what it said and what it complained about."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.capsys = capsys

    def __call__(self, *arguments: object) -> tuple[int, str, str]:
        self.capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            main([str(argument) for argument in arguments])
        said = self.capsys.readouterr()
        code = left.value.code
        return (code if isinstance(code, int) else int(code is not None)), said.out, said.err

    def refused(self, *arguments: object) -> str:
        """The one message of a refusal."""
        code, out, err = self(*arguments)
        assert code == 1
        assert out == ""
        assert "Traceback" not in err
        assert err.startswith("error: ")
        assert all(line.startswith("  - ") for line in err.splitlines()[1:])
        return err


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return Run(capsys)


class Place:
    """A folder with the world's plan and park, and what is asked of them."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.out = folder, folder / "out"
        self.plan, self.park = folder / "plan.toml", folder / "park.toml"

    @property
    def asked(self) -> list[object]:
        return ["score", self.plan, "--park", self.park, "--out", self.out]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    world.write_park(tmp_path, "geojson")
    world.write_plan(tmp_path)
    return Place(tmp_path)


def judged(number: int, **changes: Any) -> list[dict[str, Any]]:
    criteria = copy.deepcopy(world.PLAN["criteria"])
    criteria[number].update(changes)
    return criteria


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


def test_a_plan_is_checked(run: Run, place: Place):
    code, out, err = run("check", place.plan)
    assert (code, err) == (0, "")
    assert out.startswith("0 errors, 0 warnings, 1 note.\n")
    assert "is a plan: 5 criteria, 0 constraints and vetoes; weights: as the criteria state them" in out
    assert run("check", place.plan, "--crs", "EPSG:4326")[0] == 2


def test_what_a_plan_s_judgements_contradict_is_told_before_it_is_applied(run: Run, place: Place):
    criteria = [{key: entry[key] for key in entry if key != "weight"} for entry in world.PLAN["criteria"][:3]]
    pairs = [("gas", "road", 5), ("dry", "gas", 5), ("road", "dry", 5)]
    judgements = [{"more": more, "than": than, "times": times} for more, than, times in pairs]
    said = {"weights": {"method": "ahp", "judgements": judgements}, "robustness": {"order": ["gas", "road"]}}
    world.write_plan(place.folder, criteria=criteria, **said)
    code, out, _ = run("check", place.plan)
    assert code == 0
    assert "weights: pairwise judgements (AHP), consistency ratio 2.759; robustness: order gas > road" in out
    assert " warning  plan, weights: the judgements contradict each other" in out
    found = json.loads(run("check", place.plan, "--json")[1])["findings"]
    assert [one["level"] for one in found] == ["note", "warning"]
    out = run(*place.asked)[1]
    assert "warning: plan, weights: the judgements contradict each other" in out
    assert "Weights: pairwise judgements (AHP), consistency ratio 2.759" in run("explain", place.out, "a")[1]
    assert run("verify", place.out)[0] == 0


def test_everything_wrong_with_a_plan_is_told_at_once(run: Run, place: Place):
    criteria = [{**entry} for entry in world.PLAN["criteria"][:3]]
    del criteria[0]["weight"]
    criteria[1]["unit"] = "parsec"
    world.write_plan(place.folder, criteria=criteria, robustness={"order": ["gas", "gas"]})
    code, out, _ = run("check", place.plan)
    assert code == 1
    assert out.startswith("3 errors, 0 warnings, 0 notes.\n")
    assert "unknown unit 'parsec'" in out
    assert f"error  {place.plan}: gas: weight is missing" in out
    assert f"error  {place.plan}: robustness: order: 'gas' stands twice" in out


def test_tables_that_a_plan_names_are_checked_with_it(run: Run, place: Place):
    (place.folder / "bad.toml").write_text("title = 1\n")
    world.write_plan(place.folder, prices="gone.toml", densities="bad.toml")
    code, out, _ = run("check", place.plan)
    assert code == 1
    assert "gone.toml: there is no such file" in out
    assert "bad.toml: title: must be text in quotes, not 1" in out


def test_a_broken_plan_is_still_a_plan(run: Run, place: Place):
    place.plan.write_text('name = "x"\ncriterai = []\n[robustness]\n[weights]\nmethod = "equal"\n')
    code, out, _ = run("check", place.plan)
    assert code == 1
    assert "criterai: unknown key, did you mean 'criteria'?" in out
    assert "criteria: is missing" in out


def test_what_is_no_plan_is_named_for_what_it_is(run: Run, place: Place):
    assert f"{place.park}: is a park's catalogue, not a plan; check it with: siteplan check" in run.refused(
        "score", place.park, "--park", place.park
    )
    layer = place.folder / "gas.geojson"
    assert f"{layer}: is a layer, not a TOML document; check it with: siteplan check {layer}" in run.refused(
        "score", layer, "--park", place.park
    )


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


@pytest.mark.parametrize(
    ("criteria", "said"),
    [
        (judged(0, weight=-1), "'gas'.weight"),
        (judged(0, weight=float("nan")), "must be a finite number, not nan"),
        (judged(0, weight=float("inf")), "must be a finite number, not inf"),
        ([{**entry, "weight": 0} for entry in world.PLAN["criteria"]], "all weights are zero"),
        (judged(0, value={"shape": "linear", "best": 5, "worst": 5}), "best and worst are both 5"),
        (
            judged(0, measure={"kind": "distance", "layer": "gaz"}),
            "layer 'gaz', wanted by gas, is not there, did you mean 'gas'?",
        ),
        (judged(3, measure={"kind": "attribute", "column": "free_powr"}), "did you mean 'free_power'?"),
        (judged(3, unit="m"), "is in MW, but the plan's amounts are in m"),
        (judged(2, measure={"kind": "overlap", "layer": "road"}), "layer 'road' has no polygons"),
        (judged(3, measure={"kind": "attribute", "column": "road_class"}), "holds text, not numbers"),
        ([], "criteria"),
    ],
)
def test_plans_that_cannot_be_meant(run: Run, place: Place, criteria: list[Any], said: str):
    world.write_plan(place.folder, criteria=criteria)

    assert said in run.refused(*place.asked)
    assert not place.out.exists()


@pytest.mark.parametrize("system", ["EPSG:3857", "EPSG:4326", "EPSG:32630", "МСК-28", "nonsense"])
def test_plans_that_measure_where_they_cannot(run: Run, place: Place, system: str):
    world.write_plan(place.folder, metric_crs=system)

    run.refused(*place.asked)
    assert not place.out.exists()


def vrt(place: Place) -> None:
    inner = '<OGRVRTLayer name="gas"><SrcDataSource>gas.geojson</SrcDataSource></OGRVRTLayer>'
    text = f"<OGRVRTDataSource>{inner}</OGRVRTDataSource>"
    (place.folder / "plots.geojson").write_text(text)


def truncated(place: Place) -> None:
    world.write_park(place.folder, "gpkg")
    whole = (place.folder / "gas.gpkg").read_bytes()
    (place.folder / "gas.gpkg").write_bytes(whole[: len(whole) // 2])


def not_a_zip(place: Place) -> None:
    world.write_park(place.folder, "zip")
    (place.folder / "gas.zip").write_bytes(b"PK\3\4 nonsense")


def no_crs(place: Place) -> None:
    world.write_park(place.folder, "gpkg")
    (place.folder / "plots.gpkg").unlink()
    bare = world.plots().to_crs(4326).set_crs(None, allow_override=True).reset_index(names="id")
    with pytest.warns(UserWarning, match="'crs' was not provided"):
        bare.to_file(place.folder / "plots.gpkg")


def empty(place: Place) -> None:
    world.write_park(place.folder, "geojson", layers={"gas": world.layers()["gas"].iloc[:0]})


def twice(place: Place) -> None:
    world.write_park(place.folder, "geojson", plots=world.plots().set_axis(["a", "a", "c", "d"]))


def unknown_layer(place: Place) -> None:
    world.write_park(place.folder, "gpkg")
    catalogue = world.catalogue()
    catalogue["layers"]["gas"]["layer"] = "gaz"
    place.park.write_text(world.toml(catalogue))


def garbage(place: Place) -> None:
    (place.folder / "gas.geojson").write_bytes(b"\0\1\2")


@pytest.mark.parametrize(
    ("spoil", "name", "remedy"),
    [
        (lambda place: (place.folder / "gas.geojson").unlink(), "gas.geojson", "there is no such file"),
        (lambda place: place.park.unlink(), "park.toml", "there is no such file"),
        (lambda place: place.plan.unlink(), "plan.toml", "there is no such file"),
        (lambda place: place.plan.write_text('name = "x'), "plan.toml", "not valid TOML"),
        (lambda place: place.park.write_text("[["), "park.toml", "not valid TOML"),
        (lambda place: place.plan.write_bytes(b"\xff\xfe"), "plan.toml", "save it as UTF-8"),
        (vrt, "plots.geojson", "not GeoJSON"),
        (truncated, "gas.gpkg", "ask for the file again"),
        (not_a_zip, "gas.zip", "not a readable zip archive"),
        (no_crs, "plots.gpkg", 'crs = "EPSG:4326"'),
        (empty, "layer 'gas'", "may_be_empty = true"),
        (twice, "plots.geojson", "each must be unique"),
        (unknown_layer, "gas.gpkg", "did you mean 'gas'?"),
        (garbage, "gas.geojson", "not GeoJSON"),
    ],
)
def test_bad_input_ends_in_one_message_with_place_and_remedy(
    run: Run, place: Place, spoil: Any, name: str, remedy: str
):
    spoil(place)
    said = run.refused(*place.asked)

    assert name in said
    assert remedy in said
    assert not place.out.exists()


def test_a_refused_run_leaves_the_last_result(run: Run, place: Place):
    run(*place.asked)
    before = {path.name: path.read_bytes() for path in place.out.iterdir()}
    twice(place)

    run.refused(*place.asked)
    assert {path.name: path.read_bytes() for path in place.out.iterdir()} == before


def test_an_end_in_the_middle_of_writing_leaves_the_last_result(
    run: Run, place: Place, monkeypatch: pytest.MonkeyPatch
):
    def full(*arguments: Any) -> None:
        raise OSError(28, "No space left on device")

    run(*place.asked)
    before = {path.name: path.read_bytes() for path in place.out.iterdir()}
    world.write_plan(place.folder, title="Changed")
    monkeypatch.setattr(scorecards, "publish", full)

    assert "out: cannot be written: No space left on device" in run.refused(*place.asked)
    assert {path.name: path.read_bytes() for path in place.out.iterdir()} == before


@pytest.mark.parametrize("below", ["", "deeper"])
def test_an_out_that_cannot_be_a_folder(run: Run, place: Place, below: str):
    place.out.write_text("a file")

    said = run.refused("score", place.plan, "--park", place.park, "--out", place.out / below)
    assert "is a file" in said or "cannot be written" in said
    assert place.out.read_text() == "a file"


def test_results_that_are_not_there(run: Run, place: Place):
    for name in ("explain", "map", "verify"):
        arguments = [name, place.folder / "nowhere", *(["a"] if name == "explain" else [])]
        assert "siteplan score PLAN --park PARK --out" in run.refused(*arguments)


def test_an_unknown_plot(run: Run, place: Place):
    run(*place.asked)

    assert "there is no plot 'zz'" in run.refused("explain", place.out, "zz")


def test_a_map_of_what_changed_is_refused(run: Run, place: Place):
    run(*place.asked)
    empty_name = world.layers()["gas"].assign(name="other")
    world.write(empty_name, place.folder, "gas", "geojson")

    assert "gas changed; score again" in run.refused("map", place.out)
    assert not (place.out / "map.html").exists()


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


def test_the_map(run: Run, place: Place):
    run(*place.asked)
    code, out, err = run("map", place.out)

    assert (code, err) == (0, "")
    assert out == f"map: {place.out / 'map.html'}\n"
    assert (place.out / "map.html").stat().st_size > 10_000
    assert json.loads(run("map", place.out, "--json")[1]) == {"map": str(place.out / "map.html")}
    assert run("verify", place.out)[0] == 0


def test_a_workbook_is_written_beside_the_result_and_goes_with_it(place: Place, run: Run):
    assert run(*place.asked)[0] == 0

    assert run("workbook", place.out)[:2] == (0, f"workbook: {place.out / 'scores.xlsx'}\n")
    assert run("workbook", place.out, "--to", place.folder / "other.xlsx", "--language", "ru")[0] == 0
    assert (place.folder / "other.xlsx").is_file()
    assert run(*place.asked)[0] == 0
    assert not (place.out / "scores.xlsx").exists()


def test_passports_of_one_plot_and_of_all(place: Place, run: Run):
    assert run(*place.asked)[0] == 0
    plots = sorted(read_plots(place.out))

    code, out, err = run("passport", place.out, plots[0], "--language", "ru")
    path = place.out / "passports" / f"passport-{plots[0]}.pdf"
    assert (code, out, err) == (0, f"passport: {path}\n", "")
    one = path.read_bytes()
    assert run("passport", place.out, "--all", "-l", "ru")[0] == 0
    assert len(list(path.parent.iterdir())) == len(plots)
    assert path.read_bytes() == one
    assert run("passport", place.out, plots[0], "--to", place.folder / "mine.pdf")[0] == 0
    assert (place.folder / "mine.pdf").read_bytes().startswith(b"%PDF-")


def read_plots(out: Path) -> list[str]:
    return [str(row["plot"]) for row in json.loads((out / "scorecard.json").read_text())["plots"]]


def test_passports_of_an_older_result_do_not_stay_beside_a_newer_one(place: Place, run: Run):
    run(*place.asked)
    run("passport", place.out, "--all")
    mine = place.out / "passports" / "mine.pdf"
    mine.write_text("mine")

    assert run(*place.asked)[0] == 0
    assert list((place.out / "passports").iterdir()) == [mine]


def test_what_is_wrong_with_passports_is_said(place: Place, run: Run):
    run(*place.asked)

    assert "name plots, or give --all" in run("passport", place.out)[2]
    assert "there is no plot 'X'" in run.refused("passport", place.out, "X")
    assert "is no address" in run.refused("passport", place.out, "--all", "--address", "javascript:x")
    assert run("passport", place.out, "--all", "--language", "fr")[0] == 2
