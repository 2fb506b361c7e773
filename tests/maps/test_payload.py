"""Scorecard and park as plain data."""

import math
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from maps.drawable import empty

from siteplan.assessment import assess
from siteplan.errors import OutputError
from siteplan.maps.payload import payload, summary
from siteplan.maps.sentences import places
from siteplan.safe import script_json
from siteplan.scorecard import Scorecard
from siteplan.tables import Park
from siteplan.words import words


def test_printed_parts_add_up_to_the_printed_score(card: Scorecard, park: Park) -> None:
    for plot in payload(card, park)["plots"]:
        assert sum(part.get("points", 0) for part in plot["parts"]) == plot["sum"]
        if plot["score"] is not None:
            assert plot["sum"] == plot["score"]
            assert plot["high"] >= plot["score"]


def test_plots_come_in_order_of_rank_and_the_excluded_last(card: Scorecard, park: Park) -> None:
    plots = list(payload(card, park)["plots"])
    ranks = [plot["rank"] for plot in plots if plot["rank"] is not None]
    assert ranks == sorted(ranks)
    assert [plot["rank"] for plot in plots][len(ranks) :] == [None] * (len(plots) - len(ranks))
    assert all(plot["excluded"] for plot in plots[len(ranks) :])


def test_summary_and_legend_count_the_same_plots(card: Scorecard, park: Park) -> None:
    data = payload(card, park)
    assert summary(data["counts"], words("en")) == "36 plots: 34 ranked, 2 excluded, 6 with unknown amounts"
    assert sum(one["count"] for one in data["classes"]) == 34


def test_unknown_is_not_zero(card: Scorecard, park: Park) -> None:
    unknown = [plot for plot in payload(card, park)["plots"] if plot["unknown"]]
    assert {plot["short"] for plot in unknown} == {"4", "10", "16", "22", "28", "34"}
    for plot in unknown:
        missing = [part for part in plot["parts"] if part["worth"] is None]
        assert [part["amount"] for part in missing] == [None]
        assert "points" not in missing[0]


def test_amounts_stand_in_the_units_of_the_plan(card: Scorecard, park: Park) -> None:
    data = payload(card, park)
    number = [criterion["label"] for criterion in data["criteria"]].index("Bearing capacity")
    first = next(plot for plot in data["plots"] if plot["short"] == "1")
    assert data["criteria"][number]["unit"] == "kPa"
    assert first["parts"][number]["amount"] == pytest.approx(120)


def test_an_empty_layer_is_not_an_unknown_amount(card: Scorecard, park: Park) -> None:
    rows = card.contributions.copy()
    rows.loc[rows["criterion"] == "rail", ["amount", "value", "contribution"]] = [math.inf, 0.0, 0.0]
    scores = rows.groupby("plot")["contribution"].sum().reindex(card.plots.index)
    plots = card.plots.assign(score=scores.where(card.plots["score"].notna()))
    part = payload(replace(card, plots=plots, contributions=rows), park)["plots"][0]["parts"][2]
    assert (part["amount"], part["none"], part["worth"], part["points"]) == (None, True, 0, 0)


def test_a_score_that_no_longer_follows_is_refused(card: Scorecard, park: Park) -> None:
    plots = card.plots.assign(score=card.plots["score"] + 0.01)
    with pytest.raises(OutputError, match="add up to"):
        payload(replace(card, plots=plots), park)


def test_regimes_layers_and_dates_arrive(card: Scorecard, park: Park) -> None:
    data = payload(card, park)
    assert data["regimes"]["tor"][0]["as_of"] == "2026-10-01"
    assert data["park"]["as_of"] == "2026-11-20"
    assert {layer["name"]: layer["role"] for layer in data["layers"]}["river"] == "surface_water"
    assert data["layers"][0]["features"][0]["name"] == "Gas plant"


def test_no_plots_is_said(card: Scorecard, park: Park) -> None:
    data = payload(*empty(card, park))
    assert summary(data["counts"], words("en")) == "No plots: the table that was scored is empty."
    assert data["classes"] == []


@pytest.mark.parametrize("missing", [pd.NA, None, float("nan")])
def test_missing_cells_and_shapes_are_nothing(card: Scorecard, park: Park, missing: Any) -> None:
    plots = park.plots.astype({"status": object, "owner": object}).assign(status=missing, owner=missing)
    plots.attrs = park.plots.attrs
    scored = card.plots.copy()
    scored = scored.set_geometry([None, *scored.geometry[1:]], crs=scored.crs)
    scored.loc[scored.index[0], "name"] = None
    data = payload(replace(card, plots=scored), replace(park, plots=plots))
    plot = next(plot for plot in data["plots"] if plot["short"] == "1")
    assert (plot["shape"], plot["at"], plot["status"], plot["name"]) == (None, None, "", "")
    assert "NaN" not in script_json({**data, "plots": [*data["plots"]]})


def test_places_are_the_shares_of_the_draws(card: Scorecard) -> None:
    sure = assess(card.contributions, card.plots, card.plan)
    assert sure is not None
    found = places(sure)
    assert list(found) == list(sure.plots.index)
    assert all(sum(parts) == 100_000 and min(parts) >= 0 for parts in found.values())
    for plot, (first, few, more, _) in found.items():
        shares = sure.acceptability.loc[plot]
        assert first == round(100_000 * shares[1])
        assert abs(few - 100_000 * shares[[2, 3]].sum()) <= 1
        assert abs(more - 100_000 * shares.loc[4:10].sum()) <= 1
    assert places(None) == {}
