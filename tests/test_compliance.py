from __future__ import annotations

import tomllib
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
from siteplan.requirements import Requirements
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
    assert "50 m are ours" in str(checked(park(), {**test_requirements.AREA, "note": "50 m are ours"}))
    assert "<table" in checked(park(), test_requirements.AREA)._repr_html_()


POINTS = {"p": shapely.Point(0, 0), "q": shapely.Point(9, 0)}


def powered(**columns: list[Any]) -> gpd.GeoDataFrame:
    layer = table("feature", POINTS, **columns)
    layer.attrs["units"] = {"mw": "MW"}
    return layer


def total(**measure: Any) -> dict[str, Any]:
    return {**POWER, "measure": {**POWER["measure"], **measure}}


EXISTING = total(where={"status": "existing"})


@pytest.mark.parametrize(
    ("where", "answer", "words"),
    [
        ({"kv": 110}, "not_met", "100 m"),
        ({"kv": 10}, "met", "0 m"),
        ({"kv": 999}, "unknown", "unknown"),
        ({"nosuch": 1}, "unknown", "unknown"),
    ],
)
def test_reach_asks_only_for_the_features_meant(where: dict[str, Any], answer: str, words: str):
    near_and_far = {"n": shapely.Point(50, 50), "f": shapely.Point(50, 200)}
    nodes = table("feature", near_and_far, kv=[10.0, 110.0])
    row = {**ROAD, "measure": {"kind": "reach", "roles": ["power"], "where": where}}
    found = asked(park(nodes=(nodes, "power")), **row)
    assert (found["answer"], found["found"]) == (answer, words)


def test_reach_is_not_closer_than_what_may_be_meant():
    """The node whose voltage nobody knows is 100 m off: closer than that none of 110 kV can be."""
    near_and_far = {"n": shapely.Point(50, 200), "f": shapely.Point(50, 300)}
    nodes = table("feature", near_and_far, kv=[None, 110.0])
    row = {**ROAD, "measure": {"kind": "reach", "roles": ["power"], "where": {"kv": 110}}}
    given = park(nodes=(nodes, "power"))
    assert asked(given, **{**row, "at_most": 150})["answer"] == "unknown"
    assert asked(given, **{**row, "at_most": 90})["answer"] == "not_met"
    assert asked(given, **row)["found"] == "100 m to 200 m"


def test_an_empty_layer_knows_nothing():
    road = table("feature", {"r": shapely.LineString([(-500, 400), (500, 400)])})
    nodes = powered(mw=[1.0, 0.5])
    given = park(roads=(road, "road"), more=(road.iloc[:0], "road"), nodes=(nodes.iloc[:0], "power"))
    assert asked(given, **ROAD)["answer"] == "unknown"
    found = asked(given, **POWER)
    assert (found["answer"], found["found"]) == ("unknown", "unknown")
    assert "nodes is empty" in found["because"]


def test_a_table_without_the_column_leaves_a_lower_bound():
    nodes, mute = powered(mw=[1.0, 0.5]), table("feature", POINTS)
    found = asked(park(nodes=(nodes, "power"), mute=(mute, "power")), **POWER)
    assert (found["answer"], found["found"]) == ("unknown", "1.5 MW or more")
    assert "mute has no column mw" in found["because"]
    enough = asked(park(nodes=(nodes, "power"), mute=(mute, "power")), **{**POWER, "at_least": 1})
    assert enough["answer"] == "met"


@pytest.mark.parametrize(
    ("columns", "bound", "answer", "words"),
    [
        ({"mw": [500.0, 0.0]}, 2, "unknown", "0 MW to 500 MW"),
        ({"mw": [500.0, 0.0]}, 600, "not_met", "0 MW to 500 MW"),
        ({"mw": [500.0, 3.0], "status": ["planned", "existing"]}, 2, "met", "3 MW"),
        ({"mw": [500.0, 1.0], "status": ["planned", "existing"]}, 2, "not_met", "1 MW"),
        ({"mw": [500.0, 1.0], "status": [None, "existing"]}, 2, "unknown", "1 MW to 501 MW"),
        ({"mw": [500.0, 1.0], "status": ["n/a", "existing"]}, 2, "unknown", "1 MW to 501 MW"),
        ({"mw": [None, 1.0], "status": ["planned", "existing"]}, 2, "not_met", "1 MW"),
        ({"mw": [500.0, 1.0], "status": ["planned", "exsting"]}, 2, "unknown", "0 MW to 501 MW"),
    ],
)
def test_totals_count_what_is_meant_and_may_be_meant(
    columns: dict[str, Any], bound: float, answer: str, words: str
):
    found = asked(park(nodes=(powered(**columns), "power")), **{**EXISTING, "at_least": bound})
    assert (found["answer"], found["found"]) == (answer, words)


def test_a_value_that_stands_in_another_layer_is_no_misspelling():
    """Nobody doubts that the planned nodes are not existing: the word stands at the substation."""
    nodes = powered(mw=[5.0, 5.0], status=["planned", "planned"])
    station = powered(mw=[1.0, None], status=["existing", "planned"])
    given = park(nodes=(nodes, "power"), station=(station, "power"))
    found = asked(given, **EXISTING)
    assert (found["answer"], found["found"]) == ("not_met", "1 MW")


def test_what_could_not_be_counted_is_found_by_name():
    nodes = powered(mw=[5.0, "500 MW"], status=["existing", "existing"])
    station = powered(mw=[1.0, 1.0], status=["built", "planned"])
    wrong = powered(mw=[1.0, 2.0], state=["existing", "existing"])
    wrong.attrs["units"] = {"mw": "MVA"}
    given = park(
        nodes=(nodes, "power"),
        station=(station, "power"),
        empty=(nodes.iloc[:0], "power"),
        wrong=(wrong, "power"),
    )
    answers = checked(given, {**test_requirements.AREA, **EXISTING, "name": "power"})
    assert answers.answers["answer"].tolist() == ["met"]
    place = "requirement 'power', layer "
    assert [str(one).removeprefix(place) for one in answers.findings] == [
        "'station': no feature has status = existing; there are status: built, planned",
        "'empty': there is no feature; whether there is truly none nobody says",
        "'wrong': there is no column 'status', did you mean 'state'?; columns: name, mw, state",
        "'nodes': mw is no number [q]; give plain numbers in MW",
        "'wrong': mw: MVA (apparent power) cannot be given in MW (power)",
    ]
    assert "requirement 'power', layer 'nodes'" in str(answers)
    assert "requirement &#39;power&#39;" in answers._repr_html_()


def test_a_column_without_a_unit_is_taken_in_the_requirements():
    layer = table("feature", POINTS, mw=[2.0, 1.0])
    found = checked(park(nodes=(layer, "power")), {**test_requirements.AREA, **POWER})
    assert found.answers["found"].tolist() == ["3 MW"]
    assert "mw has no unit; MW is taken" in str(found.findings[0])


def test_an_amount_just_below_its_bound_is_not_shown_as_the_bound():
    def bordered(height: float) -> Park:
        return park(border=(table("feature", {"edge": shapely.box(0, 0, 400, height)}), "border"))

    metre = asked(bordered(1.0))["low"]  # of height, in ha: metres of the CRS are not quite metres
    found = asked(bordered(7.99999 / metre))
    assert (found["answer"], found["found"], found["wanted"]) == ("not_met", "7.99999 ha", "at least 8 ha")


def test_amounts_that_differ_by_rounding_are_equal():
    layer = powered(mw=[0.1 + 0.2, 1.7 - 1e-12])
    assert asked(park(nodes=(layer, "power")), **POWER)["answer"] == "met"


RING = shapely.LineString([(0, 0), (1000, 0), (1000, 1000), (0, 1000), (0, 0)])


@pytest.mark.parametrize(
    ("border", "hectares", "because"),
    [
        ([RING], 100, "border in edge"),
        ([shapely.LineString(RING.coords[:3]), shapely.LineString(RING.coords[2:])], 100, "border in edge"),
        ([shapely.LineString(RING.coords[:4])], 4, "the border in edge encloses nothing; the plots together"),
        ([shapely.Point(0, 0)], 4, "the border in edge encloses nothing; the plots together"),
    ],
)
def test_a_border_drawn_as_a_line_encloses_the_park(
    border: list[shapely.Geometry], hectares: float, because: str
):
    edge = table("feature", {str(number): shape for number, shape in enumerate(border)})
    found = asked(park(edge=(edge, "border")))
    assert found["low"] == pytest.approx(hectares, rel=2e-3)
    assert found["because"] == because


def test_power_far_away_is_not_the_parks():
    layer = table("feature", {"p": shapely.Point(50, -900), "q": shapely.Point(80_000, 0)}, mw=[1.0, 500.0])
    layer.attrs["units"] = {"mw": "MW"}
    assert asked(park(nodes=(layer, "power")), **POWER)["answer"] == "met"
    found = asked(park(nodes=(layer, "power")), **total(within=1000))
    assert (found["answer"], found["found"]) == ("not_met", "1 MW")
    assert found["because"] == "mw of nodes, within 1000 m of the park"


def test_what_is_far_away_leaves_nothing_open():
    far = table("feature", {"q": shapely.Point(80_000, 0)})
    nodes = powered(mw=[1.0, 0.5])
    found = asked(park(nodes=(nodes, "power"), far=(far, "power")), **total(within=1000))
    assert (found["answer"], found["found"]) == ("not_met", "1.5 MW")


def shipped(name: str, given: Park) -> dict[str, Any]:
    """The answer to one of the shipped requirements."""
    text = test_requirements.SHIPPED.read_text(encoding="utf-8")
    answers = check_requirements(given, Requirements.from_dict(tomllib.loads(text))).answers
    return answers.set_index("requirement").loc[name].to_dict()


@pytest.mark.parametrize(
    ("status", "y", "answer"),
    [
        ("existing", 0, "met"),
        ("planned", 0, "not_met"),
        ("existing", -80_000, "not_met"),
        (None, 0, "unknown"),
    ],
)
def test_the_shipped_table_asks_for_power_that_is_there(status: str | None, y: float, answer: str):
    """The other substation, existing and without power to give, shows that the word is spelled right."""
    points = {"p": shapely.Point(0, y), "q": shapely.Point(0, 0)}
    layer = table("feature", points, capacity_power=[76.0, 0.0], status=[status, "existing"])
    layer.attrs["units"] = {"capacity_power": "MW"}
    assert shipped("power", park(nodes=(layer, "power")))["answer"] == answer


@pytest.mark.parametrize(("y", "answer"), [(-6, "met"), (-30, "met"), (-60, "not_met")])
def test_a_road_along_the_border_is_at_the_border(y: float, answer: str):
    road = table("feature", {"r": shapely.LineString([(-500, y), (500, y)])})
    assert shipped("road", park(roads=(road, "road")))["answer"] == answer


CODES = {"measure": {"kind": "share", "column": "code", "under": ["6.3", "6.0"]}, "unit": "%", "at_least": 50}


@pytest.mark.parametrize(
    ("codes", "answer", "words"),
    [
        (["6.9", "6.3"], "met", "75 %"),
        (["6.9", "6.3.1"], "met", "75 %"),
        (["6.9", " 6.3.10 "], "met", "75 %"),
        (["6.9", "6.30"], "not_met", "0 %"),
        (["6.9", "16.3"], "not_met", "0 %"),
        (["6.9", "6"], "not_met", "0 %"),
        (["6.9", None], "unknown", "0 % to 75 %"),
        (["6.9", "н/д"], "unknown", "0 % to 75 %"),
    ],
)
def test_a_code_stands_for_all_codes_under_it(codes: list[str | None], answer: str, words: str):
    found = asked(park(plots={"code": codes}), **CODES)
    assert (found["answer"], found["found"]) == (answer, words)


def test_codes_kept_as_numbers_are_not_told_apart():
    """6.10 is another code than 6.1, and the same number."""
    answers = checked(park(plots={"code": [6.3, 6.1]}), {**test_requirements.AREA, **CODES})
    assert answers.answers["answer"].tolist() == ["unknown"]
    assert "code holds numbers, which are no codes: 6.10 would be 6.1" in str(answers.findings[0])


@pytest.mark.parametrize("code", ["6.2.1", "6.3.1", "6.3.4", "6.5", "6.11", "6.12"])
def test_subcodes_of_production_are_production(code: str):
    assert shipped("production", park(plots={"vri_code": [code, code]}))["answer"] == "met"


@pytest.mark.parametrize("code", ["6.1", "6.7", "6.8", "6.9", "6.9.1", "3.1"])
def test_mining_energy_and_warehouses_are_not(code: str):
    assert shipped("production", park(plots={"vri_code": [code, code]}))["answer"] == "not_met"
