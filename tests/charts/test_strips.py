from __future__ import annotations

import re
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
import zoo
from judged import plan, random_worths, ranking

from siteplan.assessment import assess
from siteplan.charts import acceptability_strips
from siteplan.robustness import Robustness

SPACE = "{http://www.w3.org/2000/svg}"


def sure(plots: int, names: list[str] | None = None) -> Robustness:
    worths = random_worths(plots, 4, 1)
    if names is not None:
        worths.index = pd.Index(names, name="plot", dtype="str")
    by = plan(dict.fromkeys(worths, 1), robustness={"draws": 300})
    found = assess(*ranking(worths, by), by)
    assert found is not None
    return found


def test_the_drawing_of_36_plots_is_small_and_the_same_again():
    found = sure(36)
    drawn = acceptability_strips(found)
    assert len(drawn.encode()) < 15_000
    assert drawn == acceptability_strips(Robustness.from_dict(found.to_dict()))


def test_bars_are_as_long_as_the_shares_and_fill_the_row():
    found = sure(12)
    bars = ElementTree.fromstring(acceptability_strips(found)).findall(f"{SPACE}path")[4:]
    share = found.acceptability
    groups = [share.loc[:, 1:1], share.loc[:, 2:3], share.loc[:, 4:10], share.loc[:, 11:]]
    total = np.zeros(12)
    for bar, group in zip(bars, groups, strict=True):
        widths = dict.fromkeys(range(12), 0.0)
        for y, width in re.findall(r"M[\d.]+ (\d+)h([\d.]+)v", bar.attrib["d"]):
            widths[(int(y) - 46) // 16] = float(width)
        assert list(widths.values()) == pytest.approx((300 * group.sum(axis=1)).to_list(), abs=0.06)
        total += list(widths.values())
    assert total == pytest.approx(300, abs=0.3)


def test_what_is_not_drawn_is_said_and_hostile_names_are_text():
    assert "the best 36 of 40" in acceptability_strips(sure(40))
    drawn = acceptability_strips(sure(len(zoo.NAMES), list(zoo.NAMES)))
    tags = {one.tag.removeprefix(SPACE) for one in ElementTree.fromstring(drawn).iter()}
    assert tags == {"svg", "title", "desc", "text", "path"}


def test_one_plot_is_one_bar():
    assert acceptability_strips(sure(1)).count("text-anchor") == 1
