"""What every piece needs is built before the first of them."""

from __future__ import annotations

import batches
import landscape
import pandas as pd
import pytest
import world

from siteplan.batch.engine import Engine
from siteplan.connect import together
from siteplan.errors import DataError
from siteplan.land import holding
from siteplan.plan import Plan
from siteplan.scorecard import score

REGION = tuple(world.REGION)
TRAVELLED = {
    "unit": "m",
    "measure": {"network": "roads", "layer": "gates", "kind": "network_distance"},
    "value": {"shape": "linear", "best": 0, "worst": 5000},
}
LOST = {
    "name": "lost",
    "unit": "share",
    "weight": 1,
    "measure": {"kind": "loss_share"},
    "value": {"shape": "linear", "best": 0, "worst": 1},
}


def counted(monkeypatch: pytest.MonkeyPatch, module: object, name: str) -> list[int]:
    """How often a function is called from now on."""
    calls: list[int] = []
    plain = getattr(module, name)

    def calling(*given: object, **more: object) -> object:
        calls.append(1)
        return plain(*given, **more)

    monkeypatch.setattr(module, name, calling)
    return calls


def test_a_network_is_built_once_for_all_pieces(monkeypatch):
    plan = world.only(TRAVELLED, networks={"roads": {"layer": "road", "other": 50}})
    calls, plots = counted(monkeypatch, together, "build"), world.plots()

    made = Engine.of(world.layers(), plan, region=REGION, way="plain")
    pieces = [made.scored(plots.iloc[row : row + 1]).plots for row in range(len(plots))]

    assert len(calls) == 1
    told = pd.concat(pieces)["c0.amount"]
    card = score(plots, world.layers(), plan).contributions.set_index("plot")["amount"]
    pd.testing.assert_series_equal(told, card, check_names=False)


def test_a_road_without_a_speed_is_refused_before_any_plot_comes():
    plan = world.only(
        TRAVELLED, networks={"roads": {"layer": "road", "class_column": "name", "speeds": {"no": 50}}}
    )

    with pytest.raises(DataError, match="network 'roads'"):
        Engine.of(world.layers(), plan, region=REGION, way="plain")


def test_zones_are_built_once_for_all_pieces(monkeypatch):
    plan = Plan.from_dict({**landscape.plan().to_dict(), "criteria": [LOST], "constraints": []})
    calls, plots = counted(monkeypatch, holding, "zones"), batches.plots(8, within=(-50, 450))

    made = Engine.of(landscape.layers(), plan, region=REGION, way="plain")
    pieces = [made.scored(plots.iloc[row : row + 4]).plots for row in (0, 4)]

    assert len(calls) == 1
    told = pd.concat(pieces)["lost.amount"]
    card = score(plots, landscape.layers(), plan).contributions.set_index("plot")["amount"]
    pd.testing.assert_series_equal(told, card, check_names=False, rtol=1e-9)
