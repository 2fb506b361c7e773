"""The curve of worth, and plots on it where they are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from siteplan import charts
from siteplan.criteria import Criterion

SHAPES: list[dict[str, Any]] = [
    {"shape": "linear", "best": 500, "worst": 5000},
    {"shape": "linear", "best": 10, "worst": 0},
    {"shape": "piecewise", "points": [[0, 0.0], [4, 1.0], [8, 0.5]]},
    {"shape": "step", "steps": [[500, 1.0], [2000, 0.4]], "beyond": 0.0},
    {"shape": "exponential", "best": 0, "half": 1000},
    {"shape": "exponential", "best": 1000, "half": 400},
    {"shape": "logistic", "half": 50, "high": 20},
    {"shape": "target", "best": [5, 10], "low": 1, "high": 25},
    {"shape": "target", "best": 5, "high": 25},
]


def criterion(value: dict[str, Any], unit: str | None = "m", **more: Any) -> Criterion:
    measure = {"kind": "attribute", "column": "x"}
    told = {"name": "way", "title": "Way", "weight": 1, "measure": measure, "value": value, **more}
    return Criterion.model_validate({**told, **({"unit": unit} if unit else {})})


def line(figure: Figure, number: int = 0) -> tuple[np.ndarray, np.ndarray]:
    found = figure.axes[0].lines[number]
    return np.asarray(found.get_xdata(), dtype=float), np.asarray(found.get_ydata(), dtype=float)


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape["shape"])
@pytest.mark.parametrize("amounts", [None, pd.Series([3.0, 700.0, 4.0, np.nan, 3.0])], ids=["bare", "plots"])
def test_every_shape_is_drawn_from_end_to_end(shape: dict[str, Any], amounts: pd.Series | None):
    figure = charts.value_function(criterion(shape), amounts)

    at, worth = line(figure)
    assert (np.diff(at) > 0).all()
    assert ((worth >= 0) & (worth <= 1)).all()
    assert np.ptp(worth) > 0.4
    if amounts is not None:
        dots, height = line(figure, 1)
        assert dots.tolist() == [3, 4, 700]
        assert at[0] <= dots[0]
        assert dots[-1] <= at[-1]
        assert height == pytest.approx(worth[np.searchsorted(at, dots)])


def test_a_far_plot_cuts_no_corner():
    """Stretched by an amount of 700, points evenly apart would miss the top at 4."""
    at, worth = line(charts.value_function(criterion(SHAPES[2]), pd.Series([700.0])))

    assert worth.max() == 1
    assert at[worth.argmax()] == 4


def test_plots_without_a_place_on_the_axis_are_counted():
    amounts = pd.Series([100.0, np.inf, np.nan, 200.0, np.nan])
    figure = charts.value_function(criterion(SHAPES[0]), amounts)

    assert figure.axes[0].get_title(loc="left") == "Way: linear (5 plots, 2 unknown, 1 without end)"
    assert figure.axes[0].get_xlabel() == "Way, m"
    assert line(figure, 1)[0].tolist() == [100, 200]


def test_a_number_without_a_unit_has_none_on_its_axis():
    assert charts.value_function(criterion(SHAPES[0], "1")).axes[0].get_xlabel() == "Way"


def test_a_relative_value_is_drawn_of_the_amounts_there_are():
    one = criterion({"shape": "relative", "by": "percentile", "better": "less"})
    amounts = pd.Series([30.0, 10.0, 20.0, np.nan])

    at, worth = line(charts.value_function(one, amounts), 1)

    assert at.tolist() == [10, 20, 30]
    assert (np.diff(worth) < 0).all()
    with pytest.raises(ValueError, match="give amounts"):
        charts.value_function(one)


def test_texts_have_bars_and_say_how_many_plots_have_them():
    worths = {"shape": "category", "worths": {"paved": 1.0, "gravel": 0.4}, "other": 0.1}
    texts = pd.Series(["paved", "gravel", "paved", "mud", None], dtype="str")

    axes = charts.value_function(criterion(worths, None), texts).axes[0]

    assert [patch.get_width() for patch in axes.containers[0]] == [1.0, 0.4, 0.1]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["paved", "gravel", "any other"]
    assert [text.get_text() for text in axes.texts] == ["2 plots", "1 plot", "1 plot"]
    assert axes.get_title(loc="left") == "Way: category (5 plots, 1 unknown)"


def test_plots_that_are_all_unknown_or_all_alike():
    bare = charts.value_function(criterion(SHAPES[0]), pd.Series([np.nan, np.nan]))
    alike = charts.value_function(criterion(SHAPES[0]), pd.Series([700.0, 700.0]))

    assert line(bare, 1)[0].tolist() == []
    assert line(alike, 1)[0].tolist() == [700]
