"""`siteplan check` of a plan, and plans that cannot be applied."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
import world
from commands import Place, Run


def judged(number: int, **changes: Any) -> list[dict[str, Any]]:
    criteria = copy.deepcopy(world.PLAN["criteria"])
    criteria[number].update(changes)
    return criteria


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
