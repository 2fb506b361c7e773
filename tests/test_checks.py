from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
import world
import zoo

from siteplan.errors import DataError, PlanError, SiteplanError
from siteplan.scorecard import Scorecard, score

ROAD = {
    "measure": {"kind": "attribute", "column": "road_class"},
    "value": {"shape": "category", "worths": {"paved": 1, "gravel": 0.5, "true": 1, "false": 0}},
}


def scored(plots: gpd.GeoDataFrame | None = None, plan: Any = None, **layers: Any) -> Scorecard:
    return score(
        world.plots() if plots is None else plots, {**world.layers(), **layers}, plan or world.plan()
    )


def refusal(plots: gpd.GeoDataFrame | None = None, plan: Any = None, **layers: Any) -> str:
    with pytest.raises((DataError, PlanError)) as error:
        scored(plots, plan, **layers)
    return str(error.value)


def first_shape(shape: object) -> gpd.GeoDataFrame:
    plots = world.plots()
    shapes = plots.geometry.to_numpy().copy()
    shapes[0] = shape
    return gpd.GeoDataFrame(plots.drop(columns="geometry"), geometry=shapes, crs=plots.crs)


def with_column(name: str, cells: Any) -> gpd.GeoDataFrame:
    return world.plots().assign(**{name: cells})


def scores(card: Scorecard) -> list[float]:
    return card.plots["score"].to_list()


BY_EYE = pytest.approx(list(world.SCORES.values()), abs=1e-9)


def test_everything_that_stands_against_it_at_once():
    plots = first_shape(zoo.BOW_TIE).set_crs(None, allow_override=True).set_axis(["a", "b", "a", "d"])
    text = refusal(
        plots.assign(free_power="much"),
        gas=world.layers()["gas"].iloc[:0],
        road=world.layers()["road"].set_crs(None, allow_override=True),
        wetland=world.layers()["pipe"],
    )

    for said in (
        "plots: no CRS",
        "plots: invalid geometry, repair it with make_valid: a",
        "plots: identifiers stand more than once: a",
        "plots column 'free_power', wanted by 'power', holds text, not numbers",
        "layer 'gas', wanted by 'gas', has no feature",
        "may_be_empty = true",
        "layer 'road': no CRS",
        "layer 'wetland' has no polygons",
    ):
        assert said in text


def test_every_absent_layer_and_column_at_once():
    criteria = [
        {**world.PLAN["criteria"][0], "measure": {"kind": "distance", "layer": "gaz"}},
        {**world.PLAN["criteria"][3], "measure": {"kind": "attribute", "column": "free_powr"}},
    ]
    text = refusal(plan=world.plan(criteria=criteria))

    assert "layer 'gaz', wanted by gas, is not there, did you mean 'gas'?" in text
    assert "plots column 'free_powr', wanted by power, is not there, did you mean 'free_power'?" in text


@pytest.mark.parametrize(
    "cells",
    [
        pd.array([10, 20, None, 40], dtype="Int64"),
        pd.array([10, 20, None, 40], dtype="Float32"),
        pd.array([10, 20, None, 40], dtype="int64[pyarrow]"),
        np.array([10, 20, np.nan, 40], dtype="float32"),
    ],
)
def test_numbers_of_every_dtype(cells: Any):
    assert scores(scored(with_column("free_power", cells))) == BY_EYE


@pytest.mark.parametrize(
    "cells",
    [
        pd.Categorical(["paved", "gravel", None, "paved"]),
        pd.array(["paved", "gravel", None, "paved"], dtype="string"),
        pd.array(["paved", "gravel", None, "paved"], dtype="string[pyarrow]"),
        np.array(["paved", "gravel", np.nan, "paved"], dtype=object),
        np.array(["paved", "gravel", None, "paved"], dtype=object),
    ],
)
def test_texts_of_every_dtype(cells: Any):
    card = scored(with_column("road_class", cells), world.only(ROAD))

    assert scores(card) == [1, 0.5, 0, 1]
    assert card.plots["score_high"].to_list() == [1, 0.5, 1, 1]


@pytest.mark.parametrize(
    "cells", [[True, False, None, True], pd.array([True, False, None, True], dtype="boolean")]
)
def test_flags_are_the_texts_true_and_false(cells: Any):
    assert scores(scored(with_column("road_class", pd.array(cells, dtype="boolean")), world.only(ROAD))) == [
        1,
        0,
        0,
        1,
    ]


@pytest.mark.parametrize("cells", [np.nan, None, pd.NA, pd.Series([None] * 4, dtype="Int64").to_numpy()])
@pytest.mark.parametrize("column", ["free_power", "road_class"])
def test_a_column_without_a_single_value_is_unknown_whatever_its_dtype(column: str, cells: Any):
    plan = world.only(world.PLAN["criteria"][3] if column == "free_power" else ROAD)
    card = scored(with_column(column, cells), plan)

    assert scores(card) == [0] * 4
    assert card.plots["score_high"].to_list() == [1] * 4


@pytest.mark.parametrize(
    "cells",
    [["1", "2", "3", "4"], [True] * 4, pd.to_datetime(["2026-01-01"] * 4), pd.Categorical([1, 2, 3, 4])],
)
def test_what_is_no_number_is_not_taken_for_one(cells: Any):
    assert "not numbers" in refusal(with_column("free_power", cells))


def test_a_number_is_no_text():
    assert "holds numbers, not text" in refusal(with_column("road_class", 5.0), world.only(ROAD))


@pytest.mark.parametrize("endless", [np.inf, -np.inf])
def test_an_endless_amount_is_refused(endless: float):
    text = refusal(with_column("free_power", [10.0, 20.0, endless, 40.0]))

    assert "'free_power'" in text
    assert "infinite for c" in text


def test_amounts_meet_the_plan_in_one_unit():
    plots = world.plots()
    plots["free_power"] *= 1000
    plots.attrs["units"] = {"free_power": "kW"}

    assert scores(scored(plots)) == BY_EYE
    plots.attrs["units"] = {"free_power": "m3/h"}
    assert "is in m3/h, but the plan's amounts are in MW" in refusal(plots)


def test_identifiers_are_text():
    card = scored(world.plots().set_axis([7, 8, 9, 10]))

    assert list(card.plots.index) == ["7", "8", "9", "10"]
    assert card.explain("8").plot == "8"
    assert card.explain(8).plot == "8"


@pytest.mark.parametrize("ids", [[1, "1", "x", "y"], ["a", "b", "a", "d"], ["a", "b ", " b", "d"]])
def test_identifiers_differ(ids: list[object]):
    assert "identifiers stand more than once" in refusal(world.plots().set_axis(pd.Index(ids, dtype=object)))


@pytest.mark.parametrize("absent", [None, np.nan, pd.NA, "", "  "])
def test_a_plot_without_identifier_is_refused(absent: object):
    text = refusal(world.plots().set_axis(pd.Index(["a", "b", absent, "d"], dtype=object)))

    assert "no identifier" in text


def test_the_identifier_may_be_a_column():
    assert list(scored(world.plots().reset_index()).plots.index) == list("abcd")
    both = world.plots().assign(plot=list("wxyz"))
    assert list(scored(both).plots.index) == list("wxyz")


@pytest.mark.parametrize("name", ["free_power", "name", "geometry", "score", "rank", "index", None, "plot"])
def test_an_index_may_have_any_name(name: str | None):
    assert scores(scored(world.plots().rename_axis(name))) == BY_EYE


@pytest.mark.parametrize("name", ["shape", "plot", "name2", "Геометрия"])
def test_the_geometry_may_have_any_name(name: str):
    layer = world.layers()["gas"].rename_geometry("feature")

    assert scores(scored(world.plots().rename_geometry(name), gas=layer)) == BY_EYE


def test_a_column_called_geometry_that_is_none_does_no_harm():
    plots = world.plots().rename_geometry("shape").assign(geometry="text")

    assert scores(scored(plots)) == BY_EYE


@pytest.mark.parametrize(
    "names",
    [
        [1, 2, None, "x"],
        None,
        pd.Categorical(["a", "b", None, "d"]),
        pd.array([1, None, 3, 4], dtype="Int64"),
    ],
)
def test_names_may_be_anything(names: object):
    card = scored(world.plots().assign(name=names))

    assert scores(card) == BY_EYE
    assert card.plots["name"].notna().all()


def test_columns_that_are_called_like_results_do_no_harm():
    plots = world.plots().assign(score=9.0, rank=9, area_ha=9.0, excluded_by="x", unchecked="y", amount=1)

    assert scores(scored(plots)) == BY_EYE


@pytest.mark.parametrize("name", zoo.NAMES)
def test_strange_names_do_no_harm(name: str):
    plots = world.plots().set_axis([name, "b", "c", "d"]).assign(name=name)
    card = scored(plots, gas=world.layers()["gas"].assign(name=name))

    assert scores(card) == BY_EYE
    assert "\x1b" not in repr(card) + str(card.explain(name.strip()))
    assert "<script>" not in card._repr_html_() + card.explain(name.strip())._repr_html_()


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        (None, "no geometry: a"),
        (shapely.Polygon(), "no geometry: a"),
        (world.at(zoo.BOW_TIE), "invalid geometry"),
        (world.at(shapely.Point(0, 0)), "not polygons: a"),
        (world.at(zoo.COLLECTION), "not polygons: a"),
        (shapely.polygons([(0, 0), (1, np.inf), (1, 0)]), "invalid geometry"),
    ],
)
def test_plots_are_valid_polygons(shape: object, said: str):
    text = refusal(first_shape(shape))

    assert said in text
    assert len(text.splitlines()) == 2


@pytest.mark.parametrize("shape", [world.at(zoo.TALL), world.at(zoo.MEASURED)])
def test_heights_change_no_score(shape: shapely.Geometry):
    assert scores(scored(first_shape(shape))) == BY_EYE


def test_mixed_shapes_in_a_layer():
    mixed = world.table(
        {
            "point": shapely.Point(130, 140),
            "line": shapely.LineString([(370, -40), (371, -41)]),
            "zone": world.square(-40, 540, 10),
            "points": shapely.GeometryCollection([shapely.Point(440, 440), shapely.Point(1, 9999)]),
        }
    )

    assert scores(scored(gas=mixed)) == BY_EYE


def test_a_layer_without_names_shows_its_identifiers():
    card = scored(gas=world.layers()["gas"].drop(columns="name"))

    assert card.explain("a").rows["feature_name"].iloc[0] == "g1"


def test_a_layer_may_be_empty_where_the_plan_says_so():
    criteria = [{**entry, "measure": {**entry["measure"]}} for entry in world.PLAN["criteria"]]
    criteria[0]["measure"]["may_be_empty"] = criteria[2]["measure"]["may_be_empty"] = True
    nothing = {name: world.layers()[name].iloc[:0] for name in ("gas", "wetland")}
    card = scored(plan=world.plan(criteria=criteria), **nothing)

    rows = card.explain("a").rows.set_index("criterion")
    assert rows.loc["gas", "amount"] == np.inf
    assert rows.loc["gas", "value"] == 0
    assert rows.loc["dry", "value"] == 1
    assert card.plots.loc["a", "completeness"] == 1
    assert "none there" in str(card.explain("a"))


def test_no_plots_at_all():
    assert "the table is empty" in refusal(world.plots().iloc[:0])


@pytest.mark.parametrize("table", [pd.DataFrame({"x": [1]}), gpd.GeoDataFrame({"x": [1]})])
def test_a_table_without_shapes_is_refused(table: pd.DataFrame):
    with pytest.raises(SiteplanError, match="geometry"):
        score(table, world.layers(), world.plan())
    with pytest.raises(SiteplanError, match="layer 'gas'"):
        scored(gas=table)
