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
    plan, connections, _ = map(tomllib.loads, blocks("toml"))
    prices = sp.read_prices(clone / "geodata/svobodny/plans" / connections.pop("prices"))
    park = sp.read_park("geodata/svobodny/park.toml")
    whole = sp.Plan.from_dict({**plan, **connections, "prices": prices.to_dict()})
    card = sp.score(park.plots, park.layers, whole)
    assert set(card.connections["status"]) == {"served"}


def test_land_is_a_plan(clone: Path) -> None:
    plan, _, land = map(tomllib.loads, blocks("toml"))
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
