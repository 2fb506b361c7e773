"""What is said of second opinions: small results that can be judged by eye."""

from __future__ import annotations

import json
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import world

from siteplan.opinions import SUM, second_opinions
from siteplan.scorecard import Scorecard, score

OTHERS = [
    "weighted product",
    "TOPSIS, vector scaling",
    "TOPSIS, min-max scaling",
    "VIKOR, v = 0.5",
    "PROMETHEE II, usual preference",
]


def card(worths: dict[str, list[float]], weights: list[float] | None = None, **rest: Any) -> Scorecard:
    """A result whose worths are given: plots p0, p1, ... by criteria."""
    frame = pd.DataFrame(worths)
    land = world.table({f"p{row}": world.square(200 * row, 0) for row in range(len(frame))}, "plot")
    plots = gpd.GeoDataFrame(frame.set_axis(land.index), geometry=land.geometry, crs=land.crs)
    entries = [
        {
            "name": name,
            "title": name.upper(),
            "unit": "1",
            "weight": weight,
            "measure": {"kind": "attribute", "column": name},
            "value": {"shape": "linear", "best": 1, "worst": 0},
        }
        for name, weight in zip(frame, weights or [1] * frame.shape[1], strict=True)
    ]
    return score(plots.assign(name=list(plots.index)), {}, world.only(*entries, **rest))


def test_all_methods_agree_where_one_plot_is_better_throughout():
    found = second_opinions(card({"a": [0.9, 0.5, 0.2], "b": [0.8, 0.6, 0.1]}))

    assert list(found.ranks) == [SUM, *OTHERS]
    assert (found.ranks.T == [1, 2, 3]).all(axis=None)
    assert (found.agreement == 1).all(axis=None)
    assert found.sentences == ("All 6 methods put p0 first.",)  # which of 3 are the first 3 is no news
    assert found.untold == {}


def test_that_all_agree_on_the_first_three_is_said_where_there_are_more():
    found = second_opinions(card({"a": [0.9, 0.7, 0.5, 0.2], "b": [0.8, 0.7, 0.6, 0.1]}))
    assert found.sentences == ("All 6 methods put p0 first.", "All agree on which plots are the first 3.")


def test_of_plots_that_share_the_first_place_all_are_named():
    found = second_opinions(card({"a": [0.9, 0.5, 0.2], "b": [0.5, 0.9, 0.1]}))

    assert found.ranks[SUM].to_list() == [1, 1, 3]
    assert found.ranks["TOPSIS, vector scaling"].to_list() == [2, 1, 3]
    assert "TOPSIS, vector scaling puts p1 first, the weighted sum p0, p1." in found.sentences
    assert "TOPSIS, min-max scaling puts p0 first, the weighted sum p0, p1." in found.sentences
    equal = second_opinions(card({"a": [0.5, 0.5], "b": [0.25, 0.25]}))
    assert equal.sentences[0] == "All 3 methods put p0, p1 first."


def test_of_many_plots_the_first_are_shown_and_the_others_counted():
    random = np.random.default_rng(3)
    found = second_opinions(card({"a": list(random.random(60)), "b": list(random.random(60))}))
    assert len(found.ranks) == len(found.to_dict()["ranks"]) == 60
    for shown in (str(found), found._repr_html_()):
        assert "... and 10 more in .ranks" in shown
        assert str(found.ranks.index[49]) in shown
    assert len(str(found).split("\n... and")[0].splitlines()) == 51


def test_a_balanced_plot_is_first_for_those_that_look_at_the_worst():
    """Two extremes of sum 1.0 and 0.95, and one that is 0.45 on both: product and VIKOR's R prefer it."""
    found = second_opinions(card({"a": [1.0, 0.0, 0.45], "b": [0.0, 0.95, 0.45]}))

    assert found.ranks[SUM].to_dict() == {"p0": 1, "p1": 2, "p2": 3}
    assert found.ranks["weighted product"].to_dict() == {"p2": 1, "p0": 2, "p1": 2}
    said = "\n".join(found.sentences)
    assert "weighted product puts p2 first, the weighted sum p0 (there 2)." in said
    assert "The weighted product is 0 for 2 of 3 plots, each worth 0 on some criterion." in said


def test_the_weighted_sum_of_pymcdm_is_the_score():
    from siteplan import methods

    made = card({"a": [0.9, 0.3, 0.5], "b": [0.1, 0.8, 0.55]}, [3, 1])
    values = made.contributions.pivot(index="plot", columns="criterion", values="value")

    found = methods.weighted_sum(values.to_numpy(), [3, 1], [1, 1])

    assert found == pytest.approx(made.plots.loc[values.index, "score"].to_numpy())


def test_what_is_unknown_is_worth_nothing_and_that_is_said():
    known = second_opinions(card({"a": [0.9, 0.0, 0.5], "b": [0.3, 0.8, 0.4]}))
    unknown = second_opinions(card({"a": [0.9, np.nan, 0.5], "b": [0.3, 0.8, 0.4]}))

    pd.testing.assert_frame_equal(known.ranks, unknown.ranks)
    assert "For every method what is unknown is worth 0, as in the rank." in unknown.sentences
    assert not any("unknown" in one for one in known.sentences)


def test_a_criterion_in_which_no_plot_differs_is_said_and_changes_nothing():
    plain = second_opinions(card({"a": [0.9, 0.2, 0.5], "b": [0.3, 0.8, 0.4]}))
    found = second_opinions(card({"a": [0.9, 0.2, 0.5], "b": [0.3, 0.8, 0.4], "c": [0.5, 0.5, 0.5]}))

    pd.testing.assert_frame_equal(plain.ranks, found.ranks)
    assert "All plots are worth the same on C: that tells no method anything." in found.sentences
    assert found.weights.loc["c", ["CRITIC", "MEREC", "entropy"]].to_list() == [0, 0, 0]


def test_of_equal_plots_most_methods_cannot_say():
    found = second_opinions(card({"a": [0.5, 0.5], "b": [0.25, 0.25]}))

    assert list(found.ranks) == [SUM, "weighted product", "PROMETHEE II, usual preference"]
    assert (found.ranks == 1).all(axis=None)
    assert found.agreement.isna().all(axis=None)
    same = "the plots do not differ in any criterion that weighs"
    assert found.untold == dict.fromkeys(
        [*OTHERS[1:4], "CRITIC weights", "MEREC weights", "entropy weights"], same
    )
    assert f"VIKOR, v = 0.5 cannot say: {same}." in str(found)
    assert "nan" not in str(found).lower()


def test_merec_cannot_weigh_what_is_worth_nothing():
    found = second_opinions(card({"a": [0.0, 0.5, 1.0], "b": [0.5, 0.25, 0.0]}, [3, 1]))

    assert list(found.weights) == ["planner", "CRITIC", "entropy"]
    assert found.weights["planner"].to_dict() == {"a": 0.75, "b": 0.25}
    assert found.untold == {"MEREC weights": "it takes logarithms, and 2 of 6 amounts are worth 0"}


def test_a_criterion_without_weight_takes_no_part():
    found = second_opinions(card({"a": [0.9, 0.2], "b": [0.0, 1.0]}, [1, 0]))

    assert (found.ranks.T == [1, 2]).all(axis=None)
    assert list(found.weights.index) == ["a"]


def test_one_plot_has_nothing_to_be_compared_with():
    found = second_opinions(card({"a": [0.5]}))

    assert found.ranks.to_dict("index") == {"p0": {SUM: 1, "weighted product": 1}}
    assert found.sentences == ()
    assert set(OTHERS[1:]) < set(found.untold)


def test_excluded_plots_have_no_rank_anywhere():
    bound = {
        "name": "enough",
        "unit": "1",
        "at_least": 0.5,
        "measure": {"kind": "attribute", "column": "a"},
    }
    some = second_opinions(card({"a": [0.9, 0.4, 0.6]}, constraints=[bound]))
    none = second_opinions(card({"a": [0.1, 0.2]}, constraints=[bound]))

    assert list(some.ranks.index) == ["p0", "p2"]
    assert none.ranks.empty
    assert none.sentences == ()
    assert json.loads(json.dumps(none.to_dict()))["ranks"] == []


def test_more_plots_than_can_be_compared_in_pairs_are_ranked_by_the_others():
    random = np.random.default_rng(3)
    found = second_opinions(card({"a": list(random.random(2001)), "b": list(random.random(2001))}))

    assert OTHERS[-1] not in found.ranks
    assert found.untold == {OTHERS[-1]: "2001 plots are more than the 2000 that can be compared in pairs"}
    assert OTHERS[2] in found.ranks


def test_the_result_is_not_changed_and_the_answer_is_plain_data():
    made = card({"a": [0.9, 0.3, 0.0], "b": [0.1, 0.8, 0.5]})
    before = made.contributions.copy()

    told = json.loads(json.dumps(second_opinions(made).to_dict(), allow_nan=False))

    pd.testing.assert_frame_equal(before, made.contributions)
    assert told["ranks"][0]["plot"] == "p1"
    assert set(told) == {"ranks", "agreement", "untold", "weights", "sentences"}


def test_names_of_plots_stay_text():
    made = card({"a": [0.9, 0.3]})
    hostile = "<script>attack()</script>\x1b[31m"
    plots = made.plots.rename(index={"p0": hostile})
    rows = made.contributions.replace({"plot": {"p0": hostile}})

    found = second_opinions(Scorecard(plots, rows, made.plan, made.provenance))

    assert "<script>" not in found._repr_html_()
    assert "\x1b" not in str(found)
