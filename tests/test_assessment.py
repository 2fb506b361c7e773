from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from judged import plan, random_worths, ranking, siting

from siteplan import tipping
from siteplan.assessment import assess
from siteplan.robustness import Robustness


def assessed(worths: pd.DataFrame, excluded: dict[str, str] | None = None, **doubts: object) -> Robustness:
    by = plan(dict.fromkeys(worths, 1), robustness=doubts)
    found = assess(*ranking(worths, by, excluded), by)
    assert found is not None
    return found


def test_acceptability_of_the_siting_in_the_literature():
    """First-rank acceptability of Opricovic & Tzeng's six systems, any weights, worths by min-max.

    Computed for this project from the published matrix with 200 000 draws (standard error 0.001).
    """
    sure = assessed(siting(), draws=40_000)
    wanted = {"A1": 0.0, "A2": 0.0, "A3": 0.407, "A4": 0.154, "A5": 0.227, "A6": 0.212}
    error = np.sqrt(0.25 / 40_000 + 0.001**2)

    assert sure.plots["first"].to_dict() == pytest.approx(wanted, abs=4 * error)
    assert sure.plots.index[0] == "A5"
    assert sure.acceptability.sum(axis=1).to_list() == pytest.approx([1] * 6)
    assert sure.plots["first_error"]["A3"] == pytest.approx(np.sqrt(0.407 * 0.593 / 40_000), rel=0.02)


def test_two_criteria_by_hand():
    """a leads b while w (0.8) > (1 - w) 0.2, that is from w = 0.2 on; c is never first."""
    worths = pd.DataFrame({"x": [0.9, 0.1, 0.2], "y": [0.3, 0.5, 0.3]}, index=["a", "b", "c"])
    sure = assessed(worths.rename_axis("plot"), draws=40_000, top=2)

    assert sure.plots.loc["a", "first"] == pytest.approx(0.8, abs=0.008)
    assert sure.plots.loc["b", "first"] == pytest.approx(0.2, abs=0.008)
    assert sure.plots.loc["c", "first"] == 0
    assert sure.pairwise.loc["a", "b"] == pytest.approx(0.8, abs=0.008)
    assert (sure.pairwise + sure.pairwise.T).to_numpy() == pytest.approx(1)
    assert sure.central_weights.loc["a", "x"] == pytest.approx(0.6, abs=0.01)
    assert "c" not in sure.central_weights.index
    assert sure.limits.loc["x", ["low", "below", "high", "above"]].to_list() == [
        pytest.approx(0.2),
        "b",
        1,
        "",
    ]
    assert sure.plots["confidence"].to_list()[:2] == [1, 1]
    assert sure.plots["mean_rank"].sum() == pytest.approx(6, abs=0.01)


def test_unknown_worth_is_drawn_from_nothing_to_all():
    """b, known to be worth half, is first when the unknown of a is worth less: half of the draws."""
    worths = pd.DataFrame({"x": [np.nan, 0.5]}, index=pd.Index(["a", "b"], name="plot"))
    sure = assessed(worths, draws=20_000)

    assert sure.plots["first"].to_dict() == pytest.approx({"b": 0.5, "a": 0.5}, abs=0.015)
    assert sure.plots.loc["b", ["rank_low", "rank_high"]].to_list() == [1, 2]
    assert sure.plots.loc["a", ["rank_low", "rank_high"]].to_list() == [1, 2]
    assert sure.plots["confidence"].to_list() == pytest.approx([0.5, 0.5], abs=0.07)
    assert sure.unknown == {"a": ("x",)}
    assert "Unknown x could move it up to 1." in sure.sentences("a")
    assert "What is unknown of other plots could move it down to 2." in sure.sentences("b")


@pytest.mark.parametrize(("kind", "share"), [("uniform", 0.75), ("triangular", 0.875), ("normal", 0.841)])
def test_an_unsure_amount_is_drawn_and_then_valued(kind: str, share: float):
    """a, 0.5 give or take 0.2, beats 0.4: half a spread below."""
    worths = pd.DataFrame({"x": [0.5, 0.4]}, index=pd.Index(["a", "b"], name="plot"))
    by = plan({"x": {"weight": 1, "spread": {"kind": kind, "amount": 0.2}}}, robustness={"draws": 20_000})
    contributions, totals = ranking(worths, by)
    contributions.loc[contributions["plot"] == "b", "amount"] = np.inf  # an endless amount is not unsure
    sure = assess(contributions, totals, by)

    assert sure is not None
    assert sure.plots.loc["a", "first"] == pytest.approx(share, abs=0.02)


def test_a_plot_s_draws_are_the_same_in_other_company():
    worths = random_worths(6, 3, 5, unknown=0.4)
    few = assessed(worths, draws=500).pairwise.loc["p1", "p2"]
    more = assessed(pd.concat([worths, random_worths(9, 3, 8, unknown=0.3).rename("q{}".format)]), draws=500)
    assert {"p1", "p2"} <= set(more.plots.index)
    assert more.pairwise.loc["p1", "p2"] == few


@pytest.mark.parametrize("seed", range(4))
def test_shares_are_those_of_brute_force(seed: int):
    """Every draw ranked by pandas, one at a time, from the same weights."""
    from siteplan.uncertainty import Doubts
    from siteplan.weightings import drawn

    worths = random_worths(7, 3, seed)
    sure = assessed(worths, draws=200, seed=seed, top=2)
    ranks = pd.DataFrame(
        [
            (worths @ weights).round(12).rank(method="min", ascending=False)
            for weights in drawn([*worths], Doubts(draws=200, seed=seed))
        ]
    )[sure.plots.index]

    assert sure.plots["first"].to_list() == pytest.approx((ranks == 1).mean().to_list())
    assert sure.plots["top"].to_list() == pytest.approx((ranks <= 2).mean().to_list())
    assert sure.plots["mean_rank"].to_list() == pytest.approx(ranks.mean().to_list())


def test_the_excluded_take_no_part():
    worths = random_worths(4, 2, 1)
    sure = assessed(worths, {"p0": "too small", "p2": "sold"}, draws=100)
    assert sorted(sure.plots.index) == ["p1", "p3"]
    assert sure.sentences("p0") == ()


def test_all_excluded_is_nothing_to_be_sure_of():
    worths, by = random_worths(2, 2, 1), plan({"c0": 1, "c1": 1})
    assert assess(*ranking(worths, by, dict.fromkeys(worths.index, "sold")), by) is None


def test_one_plot_one_criterion():
    sure = assessed(random_worths(1, 1, 3), draws=100)
    assert sure.plots.loc["p0", ["first", "mean_rank", "rank_low", "rank_high"]].to_list() == [1, 1, 1, 1]
    assert sure.sentences("p0") == ("The only plot that is ranked, under any weights.",)
    assert sure.limits.loc["c0"].to_list() == [1, 1, 1, "", ""]


def test_constant_columns_leave_all_first():
    worths = random_worths(3, 2, 3) * 0 + 0.4
    sure = assessed(worths, draws=100)
    assert sure.plots["first"].to_list() == [1, 1, 1]
    assert sure.pairwise.to_numpy().tolist() == [[0.5] * 3] * 3


def test_nothing_known_is_anybody_s_place():
    sure = assessed(random_worths(3, 2, 3) * np.nan, draws=3_000)
    assert sure.plots["first"].to_list() == pytest.approx([1 / 3] * 3, abs=0.04)
    assert sure.plots["rank_high"].to_list() == [3, 3, 3]
    assert sure.sentences("p0")[-1] == "What is unknown of other plots could move it down to 3."
    assert not any(one.startswith("Unknown") for one in sure.sentences("p0"))  # all share the first place


def test_what_weighs_nothing_is_not_drawn():
    worths = pd.DataFrame({"x": [0.4, 0.6], "y": [1.0, 0.0]}, index=pd.Index(["a", "b"], name="plot"))
    by = plan({"x": 1, "y": 0}, robustness={"draws": 100})
    sure = assess(*ranking(worths, by), by)
    assert sure is not None
    assert sure.plots["first"].to_dict() == {"b": 1.0, "a": 0.0}
    assert [*sure.limits.index] == ["x"]


def test_plain_data_come_back_as_they_were():
    sure = assessed(random_worths(5, 3, 2, unknown=0.3), draws=100, order=("c1", "c0"))
    again = Robustness.from_dict(json.loads(json.dumps(sure.to_dict(), allow_nan=False)))
    for name in ("plots", "acceptability", "pairwise", "central_weights", "limits", "reversals"):
        pd.testing.assert_frame_equal(getattr(again, name), getattr(sure, name), check_names=False)
    assert again.to_dict() == sure.to_dict()
    assert again.sentences("p1") == sure.sentences("p1")


def test_taking_a_plot_away_reverses_relative_values():
    """Without c, which stretches the scale of x, b passes a."""
    worths = pd.DataFrame(
        {"x": [0.2, 0.1, 1.0], "y": [0.5, 0.8, 0.0]}, index=pd.Index(["a", "b", "c"], name="plot")
    )
    relative = {"weight": 1, "value": {"shape": "relative", "by": "min-max", "better": "more"}}
    by = plan({"x": relative, "y": 1}, robustness={"draws": 100})
    sure = assess(*ranking(worths, by), by)
    assert sure is not None
    assert sure.reversals.to_dict("records") == [{"removed": "c", "plot": "a", "over": "b"}]
    looked = "(looked at: all 3 ranked plots, each taken away in turn)."
    assert sure.sentences("a")[-1] == f"Its order hangs on other plots: without c it comes before b {looked}"
    assert sure.sentences("b")[-1] == f"Its order hangs on other plots: without c a comes before it {looked}"
    assert sure.sentences("c")[-1] == f"No plot's absence changes its order with another {looked}"
    fixed = assessed(worths, draws=100)
    assert fixed.reversals.empty
    assert fixed.absences == ()
    assert not any("absence" in one for one in fixed.sentences("a"))


@pytest.mark.parametrize("way", ["min-max", "percentile"])
@pytest.mark.parametrize("seed", range(3))
def test_reversals_are_those_of_brute_force(way: str, seed: int):
    """Every plot really taken away, and the others scored anew."""
    worths = random_worths(9, 3, seed)
    value = {"shape": "relative", "by": way, "better": "more"}
    by = plan({name: {"weight": 1 + at, "value": value} for at, name in enumerate(worths)}, robustness={})
    contributions, totals = ranking(worths, by)
    found = tipping.absences(contributions, totals.sort_values("rank", kind="stable"), by)
    wanted = set()
    for removed in worths.index:
        kept = worths.drop(removed)
        after = ranking(kept, by)[1]["score"].round(12)
        before = totals["score"].round(12)
        wanted |= {
            (removed, one, other)
            for one in kept.index
            for other in kept.index
            if before[other] > before[one] and after[one] > after[other]
        }
    assert set(found.reversals.itertuples(index=False, name=None)) == wanted
    assert wanted or seed == 2  # of 2 by min-max no pair hangs on another


def test_beyond_the_best_twenty_nothing_is_said_of_absences():
    worths = random_worths(30, 2, 4)
    value = {"shape": "relative", "by": "min-max", "better": "more"}
    by = plan({name: {"weight": 1, "value": value} for name in worths}, robustness={"draws": 100})
    sure = assess(*ranking(worths, by), by)
    assert sure is not None
    best, ranked, others = sure.absences
    assert (best, ranked) == (20, 30)
    assert 1 <= others <= 4
    looked = (
        f"the best 20 of 30 ranked plots, each taken away in turn, and {others} more with a best or worst"
    )
    assert looked in sure.sentences(str(sure.plots.index[0]))[-1]
    assert looked not in sure.sentences(str(sure.plots.index[-1]))[-1]


def test_limits_hold_the_first_place_to_the_last_digit():
    """Weights just inside a limit keep the first plot, just outside put the named one there."""
    worths = random_worths(8, 4, 11)
    by = plan({"c0": 4, "c1": 3, "c2": 2, "c3": 1}, robustness={"draws": 100})
    sure = assess(*ranking(worths, by), by)
    assert sure is not None
    shares, first = pd.Series(by.shares), str(sure.plots.index[0])
    tipped = 0
    for name, limit in sure.limits.iterrows():
        for end, rival, out in (("low", limit["below"], -1e-6), ("high", limit["above"], 1e-6)):
            if not rival:
                continue
            for away, best in ((-out, first), (out, rival)):
                weights = shares * (1 - limit[end] - away) / (1 - shares[name])
                weights[name] = limit[end] + away
                scores = worths @ weights
                assert scores[best] == pytest.approx(scores.max(), abs=1e-12)
            tipped += 1
    assert tipped
