from __future__ import annotations

import world
from shapely import box

from siteplan import regimes
from siteplan.park import Regime


def zones(shapes: dict[str, object], words: list[str | None]) -> object:
    return world.table(shapes, regimes=words)


def test_half_a_plot_is_enough_and_less_is_not():
    around = zones(
        {"half": box(0, 0, 50, 100), "less": box(0, 0, 49.9, 100), "all": box(-9, -9, 600, 600)},
        ["a", "b", "c d"],
    )

    assert regimes.assign(world.plots(), around, "regimes").to_list() == ["a c d", "c d", "c d", "c d"]


def test_a_zone_without_words_grants_nothing():
    assert (
        regimes.assign(world.plots(), zones({"z": box(-9, -9, 600, 600)}, [None]), "regimes").to_list()
        == [""] * 4
    )
    assert regimes.assign(world.plots(), zones({}, []), "regimes").to_list() == [""] * 4


def test_zones_that_name_unknown_regimes():
    line = {
        "id": "tor",
        "regime": "x",
        "measure": "x",
        "rate": "0",
        "act": "x",
        "source": "x",
        "as_of": "2026-11-23",
        "confidence": "high",
    }
    known = [Regime.model_validate(line)]
    around = zones({"a": box(0, 0, 1, 1), "b": box(0, 0, 1, 1)}, ["tor frp", None])

    (found,) = regimes.unknown(around, "regimes", known, "zones.gpkg")
    assert found.rows == ("frp",)
    assert regimes.unknown(around.iloc[1:], "regimes", known, "zones.gpkg") == []
