from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pandas as pd
import pytest
import world
from judged import plan, random_worths, ranking
from typer.testing import CliRunner

from siteplan import charts
from siteplan.assessment import assess
from siteplan.cli import app
from siteplan.errors import OutputError
from siteplan.scorecard import Scorecard, score
from siteplan.writing import write_scorecard

HOSTILE = '<script>alert(1)</script> $x^2$ "&\u202e'


@pytest.fixture(scope="module")
def card() -> Scorecard:
    plots = world.plots().rename(index={"a": HOSTILE})
    return score(plots, world.layers(), world.plan(robustness={"draws": 200}))


def texts(drawn: str) -> str:
    return " ".join(ET.fromstring(drawn).itertext())


def test_figures_are_the_same_bytes_again(card: Scorecard):
    assert card.robustness is not None
    for draw in (
        lambda: charts.contributions(card),
        lambda: charts.tornado(card, str(card.ranked.index[0])),
        lambda: charts.acceptability(card.robustness),
        lambda: charts.value_function(card.plan.criteria[0]),
    ):
        first, again = charts.svg(draw()), charts.svg(draw())
        assert first == again
        assert "<dc:date>" not in first


def test_names_stay_text(card: Scorecard):
    drawn = charts.svg(charts.contributions(card))
    assert "<script" not in drawn
    assert '<script>alert(1)\N{HORIZONTAL ELLIPSIS}2$ "&\\u202e' in texts(drawn)
    assert "\u202e" not in drawn


def test_a_bar_is_as_long_as_its_contribution(card: Scorecard):
    (axes,) = charts.contributions(card).axes
    best = card.ranked.index[0]
    parts = card.contributions[card.contributions["plot"] == best].set_index("criterion")["contribution"]
    lengths = [bars[0].get_width() for bars in axes.containers]
    assert lengths[:-1] == pytest.approx(parts[[*card.plan.shares]].fillna(0).to_list())
    assert lengths[-1] == pytest.approx(card.plots.loc[best, "score_high"] - card.plots.loc[best, "score"])


def test_the_heat_map_tells_the_shares():
    worths = random_worths(4, 2, 3)
    by = plan(dict.fromkeys(worths, 1), robustness={"draws": 100})
    sure = assess(*ranking(worths, by), by)
    assert sure is not None
    (axes,) = charts.acceptability(sure).axes
    told = {(int(one.get_position()[1]), int(one.get_position()[0])): one.get_text() for one in axes.texts}
    shown = sure.acceptability.to_numpy()
    assert told == {
        (row, column): f"{100 * shown[row, column]:.0f}"
        for row in range(4)
        for column in range(4)
        if shown[row, column] >= 0.005
    }


def test_the_tornado_halves_and_doubles(card: Scorecard):
    plot = str(card.ranked.index[0])
    (axes,) = charts.tornado(card, plot).axes
    labels = [one.get_text() for one in axes.get_yticklabels()]
    weighs = [one for one in card.plan.criteria if card.plan.shares[one.name] > 0]
    assert len([one for one in labels if not one.startswith("unknown")]) == len(weighs)


@pytest.mark.parametrize(
    "value",
    [
        {"shape": "linear", "best": 0, "worst": 10},
        {"shape": "piecewise", "points": [[1, 0], [4, 1]]},
        {"shape": "step", "steps": [[1, 1]], "beyond": 0},
        {"shape": "exponential", "half": 100},
        {"shape": "logistic", "half": 5, "high": 2},
        {"shape": "target", "best": [4, 6], "high": 9},
        {"shape": "relative", "by": "percentile", "better": "more"},
    ],
)
def test_every_value_function_is_drawn(value: dict[str, object]):
    (one,) = plan({"x": {"weight": 1, "value": value}}).criteria
    amounts = pd.Series([1.0, 5.0, float("nan"), float("inf")])
    (axes,) = charts.value_function(one, amounts).axes
    worth = axes.lines[0].get_ydata()
    assert min(worth) >= 0
    assert max(worth) <= 1
    assert axes.lines[1].get_xdata().tolist() == [1, 5]


def test_the_command_writes_them_all(card: Scorecard, tmp_path: Path):
    write_scorecard(card, tmp_path)
    ran = CliRunner().invoke(app, ["charts", str(tmp_path), "--json"])
    assert ran.exit_code == 0, ran.output
    written = [Path(path).name for path in json.loads(ran.stdout)["charts"]]
    assert {"contributions.svg", "tornado.svg", "acceptability.svg", "value-road.svg"} <= set(written)
    assert sorted(path.name for path in (tmp_path / "charts").iterdir()) == sorted(written)


def test_nothing_ranked_is_nothing_to_draw(tmp_path: Path):
    impossible = {
        "name": "huge",
        "unit": "ha",
        "measure": {"kind": "area"},
        "at_least": 1e6,
    }
    made = score(world.plots(), world.layers(), world.plan(constraints=[impossible]))
    with pytest.raises(OutputError, match="no plot is ranked"):
        charts.write_charts(made, tmp_path / "charts")
    assert not (tmp_path / "charts").exists()
