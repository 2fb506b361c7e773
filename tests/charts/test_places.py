"""The heat map says in every row where all the draws went."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from charts.conftest import made
from matplotlib.figure import Figure

from siteplan import charts
from siteplan.robustness import Robustness


@pytest.fixture(scope="module")
def sure() -> Robustness:
    worths = {"a": [0.9, 0.6, 0.3, 0.1], "b": [0.1, 0.6, 0.5, 0.2]}
    return made(worths, robustness={"draws": 1000}).robustness


def cells(figure: Figure) -> dict[tuple[int, int], str]:
    return {
        (int(text.get_position()[1]), int(text.get_position()[0])): text.get_text()
        for text in figure.axes[0].texts
    }


def test_shares_stand_in_their_cells_and_never_round_to_none(sure: Robustness):
    shares = pd.DataFrame(
        [[0.996, 0.004, 0, 0], [0.004, 0.996, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]],
        index=sure.acceptability.index,
        columns=sure.acceptability.columns,
    )

    figure = charts.acceptability(replace(sure, acceptability=shares))

    assert cells(figure) == {
        (0, 0): "100",
        (0, 1): "<1",
        (1, 0): "<1",
        (1, 1): "100",
        (2, 2): "100",
        (3, 3): "100",
    }


def test_places_that_are_not_shown_have_one_column(sure: Robustness):
    shares = pd.DataFrame(
        [[0.5, 0.3, 0.1, 0.1], [0.5, 0.25, 0.25, 0], [0, 0.4, 0.4, 0.2], [0, 0, 0, 1]],
        index=sure.acceptability.index,
        columns=sure.acceptability.columns,
    )

    figure = charts.acceptability(replace(sure, acceptability=shares), most=2)

    axes = figure.axes[0]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["1", "2", ">2"]
    assert [label.get_text() for label in axes.get_yticklabels()] == list(shares.index[:2])
    assert [cells(figure)[row, 2] for row in (0, 1)] == ["20", "25"]
    assert "the best 2 of 4 plots" in axes.get_title(loc="left")


def test_how_it_was_drawn_is_said(sure: Robustness):
    figure = charts.acceptability(sure)

    title = figure.axes[0].get_title(loc="left")
    assert "% of 1 000 draws" in title
    assert "any weights" in title
    assert str(sure.plots.index[0]) in figure.get_label()
