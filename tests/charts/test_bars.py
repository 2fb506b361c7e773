"""Bars as long as what they stand for."""

from __future__ import annotations

import numpy as np
import pytest
from charts.conftest import made
from matplotlib.figure import Figure

from siteplan import charts
from siteplan.errors import DataError
from siteplan.scorecard import Scorecard


def words(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.axes[0].texts]


def test_the_bars_of_a_plot_add_up_to_its_score():
    card = made({"a": [0.9, 0.2, 0.4], "b": [0.5, np.nan, 0.4]}, weights={"a": 3})
    figure = charts.contributions(card)

    a, b, unknown = figure.axes[0].containers
    assert [patch.get_width() for patch in a] == pytest.approx([0.675, 0.3, 0.15])
    assert [patch.get_width() for patch in b] == pytest.approx([0.125, 0.1, 0])
    assert [patch.get_x() for patch in b] == pytest.approx([0.675, 0.3, 0.15])
    assert [patch.get_width() for patch in unknown] == pytest.approx([0, 0, 0.25])
    assert all(patch.get_hatch() for patch in unknown)
    assert words(figure) == ["0.800", "0.400", "0.150-0.400"]
    assert "p1 0.150-0.400" in figure.get_label()


def test_what_is_not_drawn_is_said(large: Scorecard):
    excluded = int(large.plots["rank"].isna().sum())
    figure = charts.contributions(large, most=4)

    assert len(figure.axes[0].get_yticks()) == 4
    assert figure.axes[0].get_title(loc="left") == (
        f"What each score is the sum of (the best 4 of {36 - excluded} ranked plots, "
        f"{excluded} excluded not shown)"
    )


def test_colours_come_again_with_another_hatch(large: Scorecard):
    patches = [bars[0] for bars in charts.contributions(large).axes[0].containers]
    looks = {(patch.get_facecolor(), patch.get_hatch()) for patch in patches}

    assert len(looks) == len(patches) == 13


def test_long_names_are_cut_no_shorter_than_tells_them_apart(large: Scorecard):
    figure = charts.contributions(large)

    legend = [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
    assert len(set(legend)) == 13
    assert max(map(len, legend)) <= 44
    assert len({label.get_text() for label in figure.axes[0].get_yticklabels()}) == 15


def test_one_weight_halved_and_doubled():
    """Worths .8 and .2, equal weights, score .5: shares of a are 1/3 and 2/3, scores .4 and .6."""
    card = made({"a": [0.8, 0.55], "b": [0.2, 0.45]}, robustness={"draws": 100})
    figure = charts.tornado(card, "p0")

    ends = {
        round(patch.get_x() + patch.get_width(), 12) for bars in figure.axes[0].containers for patch in bars
    }
    assert ends == {0.4, 0.6}
    assert figure.axes[0].get_title(loc="left") == "p0: score 0.500, place 1 of 2"
    # Where b weighs 2/3 the other plot has .4833 against .4: a halved and b doubled both end in place 2.
    assert words(figure)[:2] == ["2", "2"]


def test_beside_the_first_plot_stand_the_shares_that_keep_it_first():
    """.9 a + .1 b against .3 a + .6 b: equal where a weighs 5/11."""
    card = made({"a": [0.9, 0.3], "b": [0.1, 0.6]}, weights={"a": 3}, robustness={"draws": 100})

    first, second = (words(charts.tornado(card, plot)) for plot in ("p0", "p1"))

    assert "share; first within" in first
    assert "0.750; 0.455 to 1.000" in first
    assert "0.250; 0.000 to 0.545" in first
    assert "share; first within" not in second


def test_an_unknown_amount_has_a_bar_from_nothing_to_all():
    card = made({"a": [0.8, 0.3], "b": [np.nan, 0.5]})
    figure = charts.tornado(card, "p0")

    hatched = [patch for bars in figure.axes[0].containers for patch in bars if patch.get_hatch()]
    assert max(patch.get_width() for patch in hatched) == pytest.approx(0.5)
    # Worth 0.8 and 0.3 of a, 0 to 1 and 0.5 of b, half a weight each: it is first anyway, the other not.
    assert "1" not in words(figure)
    second = charts.tornado(made({"a": [0.8, 0.9], "b": [np.nan, 0.5]}), "p0")
    assert "1" in words(second)
    assert "unknown: b" in [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert [text.get_text() for text in figure.legends[0].get_texts()][-1] == "unknown, worth 0 to 1"


def test_an_excluded_plot_has_a_score_to_move_but_no_place():
    bound = {"name": "b", "unit": "1", "at_least": 0.5, "measure": {"kind": "attribute", "column": "a"}}
    card = made({"a": [0.8, 0.3], "b": [0.2, 0.5]}, constraints=[bound])
    figure = charts.tornado(card, "p1")

    assert figure.axes[0].get_title(loc="left") == "p1: score 0.400, excluded, without a place"
    assert figure.get_label().startswith("Tornado of p1, score 0.400, excluded, without a place. What moves")
    assert words(figure) == []


def test_a_single_criterion_moves_nothing():
    figure = charts.tornado(made({"a": [0.8, 0.3]}), "p0")

    assert figure.axes[0].containers == []
    assert figure.get_label().endswith("place 1 of 2. No weight and no unknown amount moves it.")
    assert charts.svg(figure)


def test_a_plot_that_is_not_there():
    with pytest.raises(DataError, match="no plot 'p7'"):
        charts.tornado(made({"a": [0.8, 0.3]}), "p7")
