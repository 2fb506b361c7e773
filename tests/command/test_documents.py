"""The map, the passports and the workbook."""

from __future__ import annotations

import json
from pathlib import Path

from commands import Place, Run


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
