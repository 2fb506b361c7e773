"""What is said of how sure a place is: never more than was computed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from judged import plan, ranking

from siteplan.assessment import assess
from siteplan.robustness import Robustness
from siteplan.words import words


def sure(worths: dict[str, list[float]], *, spread: float | None = None, **doubts: object) -> Robustness:
    """How sure plots a, b, .. are; of the first criterion amounts may be off by a spread."""
    names = [chr(ord("a") + row) for row in range(len(next(iter(worths.values()))))]
    frame = pd.DataFrame(worths, index=pd.Index(names, name="plot"))
    criteria: dict[str, object] = dict.fromkeys(frame, 1)
    if spread:
        criteria[frame.columns[0]] = {"weight": 1, "spread": {"amount": spread}}
    by = plan(criteria, robustness={"draws": 1000, **doubts})
    found = assess(*ranking(frame, by), by)
    assert found is not None
    return found


def test_what_is_unknown_of_a_plot_can_only_raise_it_and_of_others_only_lower_it():
    """The rank counts what is unknown as worth nothing."""
    found = sure({"x": [0.9, 0.5, np.nan], "y": [np.nan, 0.9, 0.8]})

    assert found.plots["rank"].to_dict() == {"b": 1, "a": 2, "c": 3}
    lifted, lowered = (
        "Unknown {} could move it up to {}.",
        "What is unknown of other plots could move it down to {}.",
    )
    assert found.sentences("b")[-1] == lowered.format(3)
    assert found.sentences("a")[-2:] == (lifted.format("y", 1), lowered.format(3))
    assert found.sentences("c")[-1] == lifted.format("x", 1)
    assert "может поднять его до места 1" in found.sentences("a", words("ru"))[-2]
    assert "降至第 3 名" in found.sentences("a", words("zh"))[-1]


def test_an_unknown_that_changes_no_place_is_no_reason():
    """b stays second whatever x is: its own unknown moves nothing, that of c may pass it."""
    found = sure({"x": [0.9, np.nan, np.nan], "y": [1.0, 0.2, 0.1], "z": [1.0, 0.2, 0.1]})

    assert found.plots.loc["b", ["rank_low", "rank"]].to_list() == [2, 2]
    assert found.sentences("b")[-1] == "What is unknown of other plots could move it down to 3."
    assert not any("Unknown x" in one for one in found.sentences("b"))


@pytest.mark.parametrize(
    ("worths", "said"),
    [
        ({"x": [0.5, 0.503], "y": [0.5, 0.498], "z": [0.4, 0.3]}, "if z weighs less than 0.005 (now 0.333)."),
        ({"x": [0.5, 0.0], "y": [0.5, 0.502], "z": [0.4, 0.402]}, "if x weighs less than 0.004 (now 0.333)."),
        ({"x": [0.5, 0.0], "y": [0.5, 0.5004]}, "if y weighs more than 0.999 (now 0.500)."),
        ({"x": [0.501, 0.0], "y": [0.0, 0.5]}, "if y weighs more than 0.5005 (now 0.5000)."),
        ({"x": [0.5, 0.6], "y": [0.5, 0.4]}, "if x weighs more than 0.50 (now 0.50)."),
        ({"x": [0.7, 0.6], "y": [0.4, 0.6]}, "if x weighs more than 0.67 (now 0.50)."),
    ],
    ids=["near 0", "nearer 0", "near 1", "near the share", "equal now", "plain"],
)
def test_a_limit_is_never_rounded_to_the_share_nor_to_all_or_nothing(
    worths: dict[str, list[float]], said: str
):
    assert any(said in one for plot in "ab" for one in sure(worths).sentences(plot))


def test_what_always_was_is_told_of_the_draws_and_no_error_is_rounded_to_none():
    found = sure({"x": [0.9, 0.1, 0.1], "y": [0.5, 0.5001, 0.2]}, draws=100_000)
    assert 0.99 < found.plots.loc["a", "first"] < 1
    assert found.sentences("a")[0].endswith("(standard error less than 0.1 points of 100000 draws).")

    found = sure({"x": [0.9, 0.1], "y": [0.5, 0.5]})
    assert found.sentences("a")[0] == "First in all 1000 draws of all weightings."
    assert found.sentences("b")[0] == "Never first in 1000 draws of all weightings."
    assert found.sentences("a", words("ru"))[0] == "Всегда первый: 1\u202f000 розыгрышей всех весов."


def test_amounts_that_were_drawn_with_the_weights_are_told():
    known = {"x": [0.9, 0.1], "y": [0.1, 0.5]}
    plain, unsure = sure(known), sure(known, spread=0.1)
    unknown = sure({"x": [np.nan, 0.5], "y": [0.3, 0.5]}, between={"x": [0.1, 0.9]})

    assert (plain.uncertain, unsure.uncertain, unknown.uncertain) == (0, 2, 1)
    assert " of all weightings (standard" in plain.sentences("a")[0]
    assert " of all weightings and uncertain amounts (standard" in unsure.sentences("a")[0]
    assert " of plausible weightings and uncertain amounts (standard" in unknown.sentences("a")[0]


def test_confidence_has_its_standard_error():
    found = sure({"x": [np.nan, 0.5], "y": [0.3, 0.5]})
    share = found.plots.loc["a", "confidence"]
    assert found.plots.loc["a", "confidence_error"] == pytest.approx(np.sqrt(share * (1 - share) / 1000))
    assert sure({"x": [0.9, 0.1]}).plots["confidence_error"].to_list() == [
        0.0,
        pytest.approx(np.nan, nan_ok=True),
    ]


def test_of_one_criterion_no_weight_can_be_changed():
    assert sure({"x": [0.9, 0.1]}).sentences("a") == ("First in all 1000 draws of all weightings.",)
