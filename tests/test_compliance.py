from __future__ import annotations

from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely
import shapely.affinity
import test_requirements

from siteplan.compliance import Compliance, check_requirements
from siteplan.findings import Report
from siteplan.park import Catalogue
from siteplan.tables import Park

UTM = "EPSG:32652"
EAST, NORTH = 500_000.0, 5_700_000.0


def table(key: str, shapes: dict[str, shapely.Geometry], **columns: list[Any]) -> gpd.GeoDataFrame:
    moved = [shapely.affinity.translate(shape, EAST, NORTH) for shape in shapes.values()]
    index = pd.Index(list(shapes), name=key)
    return gpd.GeoDataFrame({"name": list(shapes), **columns}, geometry=moved, index=index, crs=UTM)


def park(facts: dict[str, Any] | None = None, plots: dict[str, Any] | None = None, **layers: Any) -> Park:
    """Two plots of 1 ha and 3 ha side by side, and layers by role: (table, role)."""
    squares = {"a": shapely.box(0, 0, 100, 100), "b": shapely.box(100, 0, 400, 100)}
    place = {"file": "x.geojson", "licence": "MIT"}
    catalogue = Catalogue.from_dict(
        {
            "name": "world",
            "title": "World",
            "region": [120, 45, 135, 60],
            "plots": {**place, "id": "id"},
            "layers": {name: {**place, "role": role} for name, (_, role) in layers.items()},
            "facts": facts or {},
        }
    )
    frames = {name: frame for name, (frame, _) in layers.items()}
    return Park(catalogue, table("plot", squares, **(plots or {})), frames, (), Report())


def asked(given: Park, **change: Any) -> dict[str, Any]:
    """The one answer to a requirement like that of the area."""
    row = {key: cell for key, cell in {**test_requirements.AREA, **change}.items() if cell is not None}
    return checked(given, row).answers.iloc[0].to_dict()


def checked(given: Park, *rows: dict[str, Any]) -> Compliance:
    return check_requirements(given, test_requirements.requirements(*rows))


@pytest.mark.parametrize(("bound", "answer"), [(3.9, "met"), (4.1, "not_met")])
def test_without_a_border_the_plots_are_the_park(bound: float, answer: str):
    found = asked(park(), at_least=bound)
    assert found["answer"] == answer
    assert found["low"] == pytest.approx(4.0, rel=2e-3)
    assert found["because"] == "no layer is a border; the plots together"


def test_a_border_is_the_park():
    border = table("feature", {"edge": shapely.box(-100, -100, 900, 900)})
    found = asked(park(border=(border, "border")))
    assert found["low"] == pytest.approx(100.0, rel=2e-3)
    assert found["because"] == "border in border"


POWER = {"measure": {"kind": "total", "role": "power", "column": "mw"}, "unit": "MW", "at_least": 2}


@pytest.mark.parametrize(
    ("cells", "answer", "words"),
    [
        ([1.5, 0.6], "met", "2.1 MW"),
        ([1.5, 0.4], "not_met", "1.9 MW"),
        ([1.5, None], "unknown", "1.5 MW or more"),
        ([2.5, None], "met", "2.5 MW or more"),
    ],
)
def test_what_is_known_may_be_enough(cells: list[float | None], answer: str, words: str):
    points = {"p": shapely.Point(0, 0), "q": shapely.Point(9, 0)}
    layer = table("feature", points, mw=cells)
    layer.attrs["units"] = {"mw": "MW"}
    found = asked(park(nodes=(layer, "power")), **POWER)
    assert (found["answer"], found["found"]) == (answer, words)


def test_units_are_brought_together():
    layer = table("feature", {"p": shapely.Point(0, 0)}, mw=[2500.0])
    layer.attrs["units"] = {"mw": "kW"}
    assert asked(park(nodes=(layer, "power")), **POWER)["found"] == "2.5 MW"


def test_no_table_no_answer():
    found = asked(park(), **POWER)
    assert (found["answer"], found["found"]) == ("unknown", "unknown")
    assert found["because"] == "no table of power has a column mw"


ROAD = {"measure": {"kind": "reach", "roles": ["road"]}, "unit": "m", "at_least": None, "at_most": 50}


@pytest.mark.parametrize(("y", "answer"), [(140, "met"), (160, "not_met"), (50, "met")])
def test_reach_is_counted_from_the_park(y: float, answer: str):
    road = table("feature", {"r": shapely.LineString([(-500, y), (500, y)])})
    assert asked(park(roads=(road, "road")), **ROAD)["answer"] == answer


def test_without_a_road_layer_nobody_knows():
    found = asked(park(), **ROAD)
    assert (found["answer"], found["because"]) == ("unknown", "no layer has the role road")


USE = {"measure": {"kind": "share", "column": "use", "one_of": ["industry"]}, "unit": "%", "at_least": 50}


@pytest.mark.parametrize(
    ("use", "answer", "words"),
    [
        (["industry", "housing"], "not_met", "25 %"),
        (["housing", "industry"], "met", "75 %"),
        (["industry", None], "unknown", "25 % to 100 %"),
        ([None, "industry"], "met", "75 % to 100 %"),
        ([None, "housing"], "not_met", "0 % to 25 %"),
    ],
)
def test_shares_are_of_area_not_of_plots(use: list[str | None], answer: str, words: str):
    found = asked(park(plots={"use": use}), **USE)
    assert (found["answer"], found["found"]) == (answer, words)


FACT = {"measure": {"kind": "stated", "fact": "master_plan"}, "at_least": None, "unit": None}


@pytest.mark.parametrize(("holds", "answer"), [(True, "met"), (False, "not_met"), (None, "unknown")])
def test_facts_are_stated_or_unknown(holds: bool | None, answer: str):
    fact = {"holds": holds, "source": "letter", "as_of": "2026-11-01", "confidence": "high"}
    facts = {} if holds is None else {"master_plan": fact}
    assert asked(park(facts), **FACT)["answer"] == answer


def test_answers_print_with_their_act():
    text = str(checked(park(), test_requirements.AREA))
    assert text.startswith("Asked: 0 met, 1 not met, 0 unknown.")
    assert "not met  Area: 4" in text
    assert "Resolution 794, low" in text
    assert "<table" in checked(park(), test_requirements.AREA)._repr_html_()
