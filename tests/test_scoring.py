from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from judged import SITING
from strategies import values
from world import only

from siteplan import scoring, valuing
from siteplan.criteria import Constraint, Criterion
from siteplan.errors import DataError
from siteplan.plan import Plan

SITES = ["A1", "A2", "A3", "A4", "A5", "A6"]


def measured(amounts: Any, unit: str = "m", index: list[str] | None = None) -> pd.DataFrame:
    """What a measure gives for amounts, or for texts."""
    cells = list(amounts)
    texts = any(isinstance(cell, str) for cell in cells)
    table = pd.DataFrame(
        {
            "amount": np.nan if texts else np.array(cells, dtype=float),
            "category": pd.array(cells if texts else [None] * len(cells), dtype="str"),
            "unit": "" if texts else unit,
            "feature": "",
            "feature_name": "",
            "tie_in_x": np.nan,
            "tie_in_y": np.nan,
        },
        index=pd.Index(index or [f"p{row}" for row in range(len(cells))], name="plot"),
    )
    return table.astype({"feature": "str", "feature_name": "str"})


def criterion(value: dict[str, Any], unit: str | None = "m", **measure: Any) -> Criterion:
    entry = {"measure": measure or {"kind": "attribute", "column": "x"}, "value": value}
    return only(entry if unit is None else {**entry, "unit": unit}).criteria[0]


def constraint(unit: str | None = "m", **bounds: Any) -> Constraint:
    entry = {"name": "bound", "title": "Bound", "measure": {"kind": "attribute", "column": "x"}, **bounds}
    return only(
        {"measure": {"kind": "area"}, "unit": "ha", "value": {"shape": "linear", "best": 1, "worst": 0}},
        constraints=[entry if unit is None else {**entry, "unit": unit}],
    ).constraints[0]


@pytest.mark.parametrize(
    ("value", "amounts", "worths"),
    [
        ({"shape": "linear", "best": 0, "worst": 1000}, [-5, 0, 250, 1000, 9e9], [1, 1, 0.75, 0, 0]),
        ({"shape": "linear", "best": 40, "worst": 0}, [-5, 0, 10, 40, 9e9], [0, 0, 0.25, 1, 1]),
        (
            {"shape": "piecewise", "points": [[2, 0], [4, 1], [8, 0.5]]},
            [0, 2, 3, 4, 6, 8, 99],
            [0, 0, 0.5, 1, 0.75, 0.5, 0.5],
        ),
        (
            {"shape": "step", "steps": [[500, 1], [2000, 0.4]], "beyond": 0.1},
            [0, 500, 500.1, 2000, 2001],
            [1, 1, 0.4, 0.4, 0.1],
        ),
        (
            {"shape": "exponential", "best": 0, "half": 1000},
            [-9, 0, 1000, 2000, 3000],
            [1, 1, 0.5, 0.25, 0.125],
        ),
        ({"shape": "exponential", "best": 100, "half": 50}, [150, 100, 50, 0], [1, 1, 0.5, 0.25]),
        ({"shape": "exponential", "best": 500, "half": 1000}, [400, 500, 1000, 1500], [1, 1, 0.5, 0.25]),
    ],
)
def test_what_amounts_are_worth(value: dict[str, Any], amounts: list[float], worths: list[float]):
    assert valuing.value(measured(amounts), criterion(value)).to_list() == pytest.approx(worths, abs=1e-15)


@pytest.mark.parametrize(
    ("value", "endless"),
    [
        ({"shape": "linear", "best": 0, "worst": 1000}, 0),
        ({"shape": "linear", "best": 1000, "worst": 0}, 1),
        ({"shape": "piecewise", "points": [[2, 0], [4, 1], [8, 0.5]]}, 0.5),
        ({"shape": "step", "steps": [[500, 1], [2000, 0.4]], "beyond": 0.1}, 0.1),
        ({"shape": "exponential", "best": 0, "half": 1000}, 0),
        ({"shape": "exponential", "best": 100, "half": 50}, 1),
    ],
)
def test_unknown_stays_unknown_and_endless_is_past_the_end(value: dict[str, Any], endless: float):
    unknown, far = valuing.value(measured([np.nan, np.inf]), criterion(value))

    assert np.isnan(unknown)
    assert far == endless


def test_categories():
    table = {"shape": "category", "worths": {"paved": 1, "gravel": 0.5, "none": 0}}
    texts = measured(["paved", "gravel", "none", None])
    other = {**table, "other": 0.25}

    assert valuing.value(texts, criterion(table, None)).to_list()[:3] == [1, 0.5, 0]
    assert np.isnan(valuing.value(texts, criterion(table, None)).iloc[3])
    worths = valuing.value(measured(["mud", "paved", None]), criterion(other, None))
    assert worths.to_list()[:2] == [0.25, 1]
    assert np.isnan(worths.iloc[2])


def test_a_text_without_a_worth_is_refused_with_its_plots():
    plan = only(
        {
            "measure": {"kind": "attribute", "column": "x"},
            "value": {"shape": "category", "worths": {"paved": 1}},
        }
    )

    with pytest.raises(DataError, match=r"criterion 'c0': 'mud' \(p1, p2\) has no worth") as error:
        scoring.contributions({"c0": measured(["paved", "mud", "mud", "sand"])}, plan)
    assert len(error.value.problems) == 2


@given(values(), st.lists(st.floats(-1e7, 1e7) | st.just(np.nan) | st.just(np.inf), min_size=1, max_size=9))
def test_worth_is_between_nothing_and_one(value: dict[str, Any], amounts: list[float]):
    worth = valuing.value(measured(amounts), criterion(value))

    assert worth.dropna().between(0, 1).all()
    assert (worth.isna() == np.isnan(amounts)).all()


@given(st.lists(st.floats(-1e7, 1e7), min_size=2, max_size=9), st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_nearer_to_the_best_is_never_worth_less(amounts: list[float], best: float, other: float):
    if abs(best - other) < 1e-6:
        return
    rising = sorted(amounts, key=lambda amount: amount if best > other else -amount)
    for value in (
        {"shape": "linear", "best": best, "worst": other},
        {"shape": "exponential", "best": best, "half": other},
    ):
        assert valuing.value(measured(rising), criterion(value)).is_monotonic_increasing


@given(values())
def test_the_unit_changes_no_worth(value: dict[str, Any]):
    def scaled(key: str, cell: Any) -> Any:
        if key in ("best", "worst", "half"):
            return cell / 1000
        return [(at / 1000, worth) for at, worth in cell] if key in ("points", "steps") else cell

    amounts = np.array([-7.0, 0.0, 123.456, 5e5, np.nan])
    plan_m, plan_km = (
        only({"unit": unit, "measure": {"kind": "length", "layer": "x"}, "value": shape})
        for unit, shape in (("m", value), ("km", {key: scaled(key, cell) for key, cell in value.items()}))
    )
    if value["shape"] == "step":  # a bound may fall on either side of its own rounding
        amounts += 0.0123
    in_m = scoring.contributions({"c0": measured(amounts)}, plan_m)
    in_km = scoring.contributions({"c0": measured(amounts)}, plan_km)

    assert in_km["value"].to_list() == pytest.approx(in_m["value"].to_list(), abs=1e-6, nan_ok=True)
    assert set(in_km["unit"]) == {"km"}
    assert in_km["amount"].to_list() == pytest.approx((amounts / 1000).tolist(), nan_ok=True)


def test_a_contribution_is_value_times_weight():
    plan = only(
        {
            "weight": 3,
            "unit": "m",
            "measure": {"kind": "attribute", "column": "x"},
            "value": {"shape": "linear", "best": 0, "worst": 100},
        },
        {
            "weight": 1,
            "unit": "m",
            "measure": {"kind": "attribute", "column": "y"},
            "value": {"shape": "linear", "best": 100, "worst": 0},
        },
        {
            "weight": 0,
            "unit": "m",
            "measure": {"kind": "attribute", "column": "z"},
            "value": {"shape": "linear", "best": 100, "worst": 0},
        },
    )
    table = scoring.contributions(
        {"c0": measured([50, 0]), "c1": measured([25, np.nan]), "c2": measured([1, np.nan])}, plan
    )

    assert table["plot"].to_list() == ["p0"] * 3 + ["p1"] * 3
    assert table["criterion"].to_list() == ["c0", "c1", "c2"] * 2
    assert table["weight"].to_list() == [0.75, 0.25, 0] * 2
    assert table["contribution"].to_list() == pytest.approx(
        [0.375, 0.0625, 0, 0.75, np.nan, np.nan], nan_ok=True
    )
    totals = scoring.totals(table, [], pd.Index(["p0", "p1"]))
    assert totals["score"].to_list() == [0.4375, 0.75]
    assert totals["score_high"].to_list() == [0.4375, 1]
    assert totals["completeness"].to_list() == [1, 0.75]
    assert totals["rank"].to_list() == [2, 1]


def test_the_low_end_ranks():
    plan = only(
        {
            "unit": "m",
            "measure": {"kind": "attribute", "column": "x"},
            "value": {"shape": "linear", "best": 1, "worst": 0},
        },
        {
            "unit": "m",
            "measure": {"kind": "attribute", "column": "y"},
            "value": {"shape": "linear", "best": 1, "worst": 0},
        },
    )
    table = scoring.contributions({"c0": measured([1, 0.6]), "c1": measured([np.nan, 0.6])}, plan)
    totals = scoring.totals(table, [], pd.Index(["p0", "p1"]))

    assert totals[["score", "score_high"]].to_numpy().tolist() == [[0.5, 1], [0.6, 0.6]]
    assert totals["rank"].to_list() == [2, 1]


def test_equal_scores_share_the_better_rank():
    plan = only(
        {
            "unit": "m",
            "measure": {"kind": "attribute", "column": "x"},
            "value": {"shape": "linear", "best": 1, "worst": 0},
        }
    )
    table = scoring.contributions({"c0": measured([0.5, 0.1 + 0.2, 0.3, 0.9, 0.5])}, plan)

    assert scoring.totals(table, [], pd.Index([f"p{row}" for row in range(5)]))["rank"].to_list() == [
        2,
        4,
        4,
        1,
        2,
    ]


@pytest.mark.parametrize(
    ("bounds", "amounts", "excluded"),
    [
        ({"at_most": 100}, [99, 100, 100.1, np.inf], [False, False, True, True]),
        ({"at_least": 100}, [99.9, 100, np.inf], [True, False, False]),
        ({"at_least": 0, "at_most": 0}, [-1, 0, 1], [True, False, True]),
    ],
)
def test_bounds_include_themselves(bounds: dict[str, float], amounts: list[float], excluded: list[bool]):
    said = scoring.verdict(measured(amounts), constraint(**bounds))

    assert (said["excluded_by"] != "").to_list() == excluded
    assert (said["unchecked"] == "").all()


def test_a_verdict_names_amount_bound_and_unit():
    said = scoring.verdict(measured([2500, 100, np.nan]), constraint("km", at_most=1.5, at_least=1))

    assert said["excluded_by"].to_list() == [
        "Bound: 2.5 km, at most 1.5 km and at least 1 km",
        "Bound: 0.1 km, at most 1.5 km and at least 1 km",
        "",
    ]
    assert said["unchecked"].to_list() == ["", "", "Bound"]


def test_texts_that_may_be():
    said = scoring.verdict(measured(["a", "b", None]), constraint(None, one_of=["a", "c"]))

    assert said["excluded_by"].to_list() == ["", "Bound: b, not a or c", ""]
    assert said["unchecked"].to_list() == ["", "", "Bound"]


def test_every_reason_of_an_exclusion_is_named():
    plan = only(
        {
            "unit": "m",
            "measure": {"kind": "attribute", "column": "x"},
            "value": {"shape": "linear", "best": 1, "worst": 0},
        }
    )
    table = scoring.contributions({"c0": measured([1, 0.5])}, plan)
    verdicts = [
        scoring.verdict(measured([9, 1]), constraint(at_most=1)),
        scoring.verdict(measured([0, 0]), constraint(at_most=1)),
        scoring.verdict(measured([7, np.nan]), constraint(at_most=5)),
    ]
    totals = scoring.totals(table, verdicts, pd.Index(["p0", "p1"]))

    assert totals["excluded_by"].to_list() == ["Bound: 9 m, at most 1 m; Bound: 7 m, at most 5 m", ""]
    assert totals["unchecked"].to_list() == ["", "Bound"]
    assert totals["rank"].isna().to_list() == [True, False]
    assert totals[["score", "score_high"]].isna().all(axis=1).to_list() == [True, False]
    assert totals["rank"].iloc[1] == 1


@pytest.mark.parametrize(
    ("weights", "scores", "ranks"),
    [
        ((1, 1, 1, 1, 1, 1, 1, 1), (0.308, 0.300, 0.710, 0.577, 0.720, 0.654), (5, 6, 2, 4, 1, 3)),
        ((2, 2, 2, 2, 1, 1, 1, 1), (0.299, 0.400, 0.614, 0.635, 0.683, 0.541), (6, 5, 3, 2, 1, 4)),
        ((1, 1, 1, 1, 2, 2, 2, 2), (0.317, 0.200, 0.807, 0.520, 0.757, 0.768), (5, 6, 1, 4, 3, 2)),
        ((1, 1, 1, 1, 3.2, 3.2, 3.2, 3.2), (0.322, 0.143, 0.862, 0.487, 0.778, 0.833), (5, 6, 1, 4, 3, 2)),
    ],
)
def test_the_siting_of_hydropower_in_the_literature(
    weights: tuple[float, ...], scores: tuple[float, ...], ranks: tuple[int, ...]
):
    """Six hydropower systems on the Drina by eight criteria, in three decimals.

    S. Opricovic and G.-H. Tzeng, "Extended VIKOR method in comparison with outranking methods",
    European Journal of Operational Research 178(2), 2007, 514-529: the published S is the weighted
    distance from the best with min-max scaling, so a weighted sum of linear values is 1 - S.
    """
    plan = only(
        *(
            {
                "weight": weight,
                "unit": "1",
                "measure": {"kind": "attribute", "column": name},
                "value": {
                    "shape": "linear",
                    "best": best(column),
                    "worst": (min if best is max else max)(column),
                },
            }
            for weight, (name, (best, column)) in zip(weights, SITING.items(), strict=True)
        )
    )
    tables = {f"c{row}": measured(column, "1", SITES) for row, (_, column) in enumerate(SITING.values())}
    totals = scoring.totals(scoring.contributions(tables, plan), [], pd.Index(SITES))

    assert totals["score"].round(3).to_list() == pytest.approx(scores, abs=1e-9)
    assert totals["rank"].to_list() == list(ranks)


@given(st.lists(st.tuples(st.floats(0, 10), st.floats(0, 1)), min_size=1, max_size=8))
def test_a_score_is_the_sum_of_its_contributions(drawn: list[tuple[float, float]]):
    weights = [weight for weight, _ in drawn]
    if sum(weights) < 1e-6:
        weights[0] = 1.0
    value = {"shape": "linear", "best": 1, "worst": 0}
    plan: Plan = only(
        *(
            {"weight": weight, "unit": "1", "measure": {"kind": "attribute", "column": "x"}, "value": value}
            for weight in weights
        )
    )
    table = scoring.contributions(
        {f"c{row}": measured([amount], "1") for row, (_, amount) in enumerate(drawn)}, plan
    )
    totals = scoring.totals(table, [], pd.Index(["p0"]))

    assert totals["score"].iloc[0] == pytest.approx(table["contribution"].sum(), abs=1e-12)
    assert totals["score"].between(0, 1).all()
    assert table["weight"].sum() == pytest.approx(1, abs=1e-12)
