"""The study area holds together: sizes, access, nothing on top of anything else, documents valid."""

import tomllib
from itertools import combinations
from pathlib import Path

import geopandas as gpd
import pytest
from shapely.geometry import box
from shapely.geometry.polygon import orient

from siteplan import units
from siteplan.errors import CatalogueError
from siteplan.park import Catalogue, RegimeFile
from siteplan.reading.documents import read_plan

AREA = Path(__file__).parents[2] / "geodata" / "svobodny"
METRES = "EPSG:32652"
UTILITIES = ("power_10kv", "gas_lines", "water_mains", "sewer_mains", "heat_mains", "telecom_lines")


def read(name: str) -> gpd.GeoDataFrame:
    return gpd.read_file(AREA / f"{name}.geojson")


def toml(name: str) -> dict:
    return tomllib.loads((AREA / name).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def plots():
    return read("plots").to_crs(METRES)


@pytest.fixture(scope="module")
def catalogue():
    return Catalogue.from_dict(toml("park.toml"))


@pytest.fixture(scope="module")
def tables(catalogue):
    sources = {"plots": catalogue.plots, **catalogue.layers}
    return {name: (source, gpd.read_file(AREA / source.file)) for name, source in sources.items()}


def test_ids_run_from_1_to_36(plots):
    assert plots["cadastral_number"].tolist() == [f"28:21:999999:{n}" for n in range(1, 37)]


def test_sizes_are_those_of_a_mixed_park(plots):
    hectares = plots.area / 1e4
    assert hectares.between(20, 40).sum() == 3
    assert hectares.between(5, 15).sum() == 11
    assert hectares.between(1, 5).sum() == 22


def test_plots_take_up_60_to_70_percent_of_the_park(plots):
    border = read("park_border").to_crs(METRES).union_all()
    assert 150 <= border.area / 1e4 <= 350
    assert 0.6 <= plots.area.sum() / border.area <= 0.7
    assert plots.union_all().difference(border).area < 1


def test_plots_and_other_land_make_up_the_whole_park(plots):
    border = read("park_border").to_crs(METRES).union_all()
    other = read("land_use").to_crs(METRES)
    assert plots.area.sum() + other.area.sum() == pytest.approx(border.area, rel=1e-5)
    assert max(shape.intersection(plots.union_all()).area for shape in other.geometry) < 10


def test_no_plot_lies_on_another(plots):
    assert plots.geometry.is_valid.all()
    assert set(plots.geom_type) == {"Polygon"}
    assert max(a.intersection(b).area for a, b in combinations(plots.geometry, 2)) < 1


def test_every_plot_touches_a_street_reserve(plots):
    land = read("land_use").to_crs(METRES).set_index("use")
    assert plots.distance(land.geometry["road_reserve"]).max() < 1


@pytest.mark.parametrize("layer", ["roads", "power_110kv", *UTILITIES])
def test_lines_keep_out_of_the_plots(plots, layer):
    assert read(layer).to_crs(METRES).intersection(plots.union_all()).length.max() < 1


def test_rail_runs_into_the_anchors_and_no_other_plot(plots):
    served = plots.intersects(read("rail_plant").to_crs(METRES).union_all())
    assert plots.loc[served, "rail_access"].tolist() == ["on_plot"] * 3
    assert plots[served].index.tolist() == [0, 1, 2]


def test_declared_area_is_near_the_drawn_one(plots):
    difference = (plots["area_declared_ha"] * 1e4 / plots.area - 1).abs()
    assert difference.max() < 0.02


def test_park_keeps_its_distance_from_both_plants():
    border = read("park_border").to_crs(METRES).union_all()
    for site in read("plant_sites").to_crs(METRES).itertuples():
        assert border.distance(site.geometry) >= 1000
        assert site.geometry.area / 1e4 == pytest.approx(site.area_ha, rel=0.03)


def test_nature_touches_some_plots_but_few(plots):
    for layer in ("wetland", "flood_zone", "forest"):
        share = plots.intersection(read(layer).to_crs(METRES).union_all()).area / plots.area
        assert 2 <= (share > 0.01).sum() <= 10


def test_tor_zone_covers_most_plots_but_not_all(plots):
    zones = read("regime_zones").to_crs(METRES).set_index("id")
    share = plots.intersection(zones.geometry["tor"]).area / plots.area
    assert 18 < (share >= 0.5).sum() < 36


def test_gaps_are_there_but_few(plots):
    typed = plots.drop(columns=["geometry", "cadastral_number", "name", "name_ru"])
    gaps = typed.isna().mean()
    assert 0.02 < typed.isna().to_numpy().mean() < 0.1
    assert (gaps > 0.05).sum() >= 8
    assert gaps.max() < 0.2


def test_everything_lies_in_the_region(catalogue, tables):
    region = box(*catalogue.region)
    for name, (_, table) in tables.items():
        assert table.geometry.is_valid.all(), name
        assert table.within(region).all(), name


def test_outer_rings_run_counter_clockwise(tables):
    for _, table in tables.values():
        polygons = table.geometry[table.geom_type == "Polygon"]
        assert all(shape.equals_exact(orient(shape), 0) for shape in polygons)


def test_catalogue_maps_every_column_and_no_other(tables):
    for name, (source, table) in tables.items():
        mapped = {source.id, source.name, *(column.source for column in source.columns.values())}
        assert mapped == {*table.columns} - {"geometry"}, name
        assert table[source.id].is_unique, name
        assert table[source.name].notna().all(), name


def test_catalogue_lists_every_layer(catalogue):
    files = {source.file for source in (catalogue.plots, *catalogue.layers.values())}
    assert files == {path.name for path in AREA.glob("*.geojson")}


def test_zones_name_known_regimes():
    lines = RegimeFile.parse(toml("regimes.toml"), where="regimes.toml", error=CatalogueError).regimes
    named = {word for text in read("regime_zones")["regimes"] for word in text.split()}
    assert named == {line.id for line in lines}


@pytest.mark.parametrize("name", ["polymer-processing", "logistics"])
def test_plan_fits_the_catalogue(name, catalogue, plots):
    plan = read_plan(AREA / f"plans/{name}.toml")
    assert plan.metric_crs == METRES
    assert plan.layers.keys() <= catalogue.layers.keys()
    assert plan.columns.keys() <= catalogue.plots.columns.keys()
    assert all(judged.note for judged in (*plan.criteria, *plan.constraints))
    for judged in (*plan.criteria, *plan.constraints):
        if judged.measure.kind != "attribute":
            continue
        column = catalogue.plots.columns[judged.measure.column]
        texts = set(plots[column.source].dropna())
        if judged.unit:
            units.factor(column.unit, judged.unit)
        elif hasattr(judged, "value"):
            assert judged.value.other is not None or texts <= judged.value.worths.keys()
        else:
            assert set(judged.one_of) <= texts
