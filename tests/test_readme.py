"""The README is run: its Python, its plan, its commands, and the numbers it shows."""

from __future__ import annotations

import doctest
import re
import shlex
import tomllib
from pathlib import Path

import pytest

import siteplan as sp
from siteplan import cli

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, flags=re.DOTALL | re.MULTILINE)


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that looks like a clone, in which outputs hurt nobody."""
    (tmp_path / "geodata").symlink_to(ROOT / "geodata", target_is_directory=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_python_runs(clone: Path) -> None:
    exec(compile("".join(blocks("python")), "README.md", "exec"), {})
    assert (clone / "investors.html").stat().st_size > 100_000


def test_plan_is_valid_and_its_worked_row_is_true(clone: Path) -> None:
    block = blocks("toml")[0]
    park = sp.read_park("geodata/svobodny/park.toml")
    card = sp.score(park.plots, park.layers, sp.Plan.from_dict(tomllib.loads(block)))
    (worked,) = blocks("pycon")
    test = doctest.DocTestParser().get_doctest(worked, {"card": card}, "README.md", "README.md", 0)
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    assert runner.run(test).attempted > 0
    assert not runner.failures


def test_connections_are_a_plan(clone: Path) -> None:
    plan, connections, *_ = map(tomllib.loads, blocks("toml"))
    prices = sp.read_prices(clone / "geodata/svobodny/plans" / connections.pop("prices"))
    park = sp.read_park("geodata/svobodny/park.toml")
    whole = sp.Plan.from_dict({**plan, **connections, "prices": prices.to_dict()})
    card = sp.score(park.plots, park.layers, whole)
    assert set(card.connections["status"]) == {"served"}


def test_land_is_a_plan(clone: Path) -> None:
    plan, _, land, _ = map(tomllib.loads, blocks("toml"))
    folder = clone / "geodata/svobodny/plans"
    norms = sp.read_norms(folder / land.pop("norms")).to_dict()
    densities = sp.read_densities(folder / land.pop("densities")).to_dict()
    criteria = [*plan.pop("criteria"), *land.pop("criteria")]
    constraints = [*plan.pop("constraints", []), *land.pop("constraints")]
    whole = sp.Plan.from_dict(
        {
            **plan,
            **land,
            "criteria": criteria,
            "constraints": constraints,
            "norms": norms,
            "densities": densities,
        }
    )
    park = sp.read_park("geodata/svobodny/park.toml")
    card = sp.score(park.plots, park.layers, whole)
    assert (card.land["net_ha"] <= card.land["gross_ha"]).all()
    assert card.land["net_ha"].notna().all()


def test_sentences_are_those_of_the_study_area() -> None:
    plan = sp.read_plan(ROOT / "geodata/svobodny/plans/polymer-processing.toml")
    park = sp.read_park(ROOT / "geodata/svobodny/park.toml")
    sure = sp.score(park.plots, park.layers, plan).robustness
    assert sure is not None
    said = {line for plot in sure.plots.index for line in sure.sentences(plot)}
    (example,) = blocks("text")
    assert set(example.splitlines()) <= said


def test_doubts_are_a_plan() -> None:
    doubts = tomllib.loads(blocks("toml")[3])
    whole = sp.read_plan(ROOT / "geodata/svobodny/plans/polymer-processing.toml").to_dict()
    (rail,) = doubts["criteria"]
    whole["criteria"] = [one | (rail if one["name"] == "rail" else {}) for one in whole["criteria"]]
    plan = sp.Plan.from_dict({**whole, "robustness": doubts["robustness"]})
    park = sp.read_park(ROOT / "geodata/svobodny/park.toml")
    card = sp.score(park.plots, park.layers, plan)
    assert card.robustness is not None
    assert card.robustness.weighting == "order free_power > net_area > rail; readiness 0.05 to 0.25"
    assert card.plots["rank"].notna().any()


_NAMED = {
    "PLAN": "geodata/svobodny/plans/polymer-processing.toml",
    "PARK": "geodata/svobodny/park.toml",
}


@pytest.mark.usefixtures("clone")
def test_commands_run(capsys: pytest.CaptureFixture[str]) -> None:
    lines = [line for line in "".join(blocks("console")).splitlines() if line.startswith("$ siteplan")]
    assert len(lines) >= 5
    for line in lines:
        words = [_NAMED.get(word, word) for word in shlex.split(line, comments=True)[2:]]
        with pytest.raises(SystemExit) as left:
            cli.main(words)
        assert left.value.code == 0, capsys.readouterr()


@pytest.mark.parametrize("target", re.findall(r"\]\((?!http)([^)#]+)\)", README))
def test_links_lead_somewhere(target: str) -> None:
    assert (ROOT / target).exists()
