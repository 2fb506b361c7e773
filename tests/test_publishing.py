from __future__ import annotations

import dataclasses
from typing import Any

import connected
import landscape
import numpy as np
import pandas as pd
import pytest
import shapely
import world
from database import QUOTED, Server
from geopandas.testing import assert_geoseries_equal

from siteplan.database import Database
from siteplan.details import DETAILS, flat
from siteplan.errors import OutputError
from siteplan.publishing import write_database
from siteplan.reading import postgis
from siteplan.scorecard import Scorecard, score


@pytest.fixture(scope="module")
def card() -> Scorecard:
    return score(world.plots(), world.layers(), world.plan())


@pytest.fixture
def empty(address: Server) -> Server:
    """The server with nothing in the schema of the results."""
    address.run("DROP SCHEMA results CASCADE")
    address.run("CREATE SCHEMA results AUTHORIZATION siteplan_test")
    return address


def tables(server: Server) -> list[str]:
    rows = server.run("SELECT tablename FROM pg_tables WHERE schemaname = 'results' ORDER BY 1")
    return [row[0] for row in rows]


def write(card: Scorecard, **options: Any) -> tuple[str, ...]:
    return write_database(card, schema="results", **options)


def read(name: str) -> Any:
    return postgis.read(Database.model_validate({"schema": "results", "table": name})).frame


def test_a_result_comes_back_cell_by_cell(card: Scorecard, empty: Server):
    assert write(card) == ("results.scores", "results.scores_contributions")

    back = read("scores").set_index("plot").loc[card.plots.index]
    for column in ("name", "score", "score_high", "completeness", "excluded_by", "area_ha"):
        pd.testing.assert_series_equal(back[column], card.plots[column], check_dtype=False)
    assert_geoseries_equal(back.geometry, card.plots.geometry)
    assert back.crs == card.plots.crs
    rows = empty.run("SELECT plot, sum(contribution) FROM results.scores_contributions GROUP BY plot")
    assert {plot: pytest.approx(total) for plot, total in rows} == world.SCORES
    assert empty.run("SELECT count(*) FROM results.scores_contributions") == [(len(card.contributions),)]


def test_passports_come_back_with_their_routes(empty: Server):
    card = score(world.plots(), connected.layers(), connected.plan(power={"reach": 155, "demand": 10}))
    assert write(card) == ("results.scores", "results.scores_contributions", "results.scores_connections")

    passports = card.connections.set_index("plot")
    back = read("scores_connections").set_index("plot").loc[passports.index]
    for column in ("status", "feature_name", "missing", "route_m", "cost_base", "free", "tie_in_lon"):
        pd.testing.assert_series_equal(back[column], passports[column], check_dtype=False)
    assert back.crs == 4326
    assert_geoseries_equal(back.geometry, passports.geometry)
    metres = empty.run(
        "SELECT plot, ST_Length(geometry::geography) FROM results.scores_connections WHERE status = 'served'"
    )
    for plot, length in metres:
        assert length == pytest.approx(passports.loc[plot, "route_m"], rel=1e-3)


def test_a_passport_without_a_route_is_a_row_without_geometry(empty: Server):
    nothing = connected.layers(nodes=connected.nodes().iloc[:0])
    write(score(world.plots(), nothing, connected.plan()))

    rows = empty.run(
        "SELECT plot, status, geometry, route_m, feature FROM results.scores_connections ORDER BY 1"
    )
    assert rows == [(plot, "not_reachable", None, None, "") for plot in "abcd"]


def test_a_result_without_connections_leaves_no_earlier_passports(card: Scorecard, empty: Server):
    write(score(world.plots(), connected.layers(), connected.plan()))
    assert write(card, replace=True) == ("results.scores", "results.scores_contributions")
    assert tables(empty) == ["scores", "scores_contributions"]


def test_passports_of_others_are_not_replaced(card: Scorecard, empty: Server):
    empty.run("CREATE TABLE results.scores_connections (a int)")

    with pytest.raises(OutputError, match=r"results\.scores_connections: siteplan did not write it"):
        write(card, replace=True)
    assert tables(empty) == ["scores_connections"]


def test_land_comes_back_with_its_patches(empty: Server):
    given, lost = shapely.box(0, 0, 50, 100), shapely.box(450, 0, 500, 50)
    card = landscape.scored(("buildable", given), ("lost", lost))
    names = ("land", "losses", "overrides")
    assert write(card)[2:] == tuple(f"results.scores_{name}" for name in names)

    for name in names:
        key = list(DETAILS[name].key)
        ours = flat(getattr(card, name)).set_index(key).sort_index()
        back = read(f"scores_{name}").set_index(key).sort_index()[list(ours.columns)]
        plain = [pd.DataFrame(one.drop(columns="geometry")) for one in (back, ours)]
        pd.testing.assert_frame_equal(*plain, check_dtype=False)
        assert_geoseries_equal(back.geometry, ours.geometry)
        assert back.crs == 4326
    unknown = empty.run("SELECT plot, unknown FROM results.scores_land WHERE net_high_ha > net_ha + 1e-9")
    assert unknown == [("d", "Distance from a gas main")]
    sums = empty.run("SELECT plot, ST_Area(geometry::geography) FROM results.scores_land")
    for plot, area in sums:
        assert area == pytest.approx(card.land.loc[plot, "net_ha"] * 1e4, rel=2e-3)


def test_a_plot_that_lost_everything_is_a_row(empty: Server):
    write(landscape.scored(("lost", shapely.box(-10, -10, 110, 110))))

    columns = "net_ha, rectangle_angle_deg, ST_IsEmpty(geometry)"
    assert empty.run(f"SELECT {columns} FROM results.scores_land WHERE plot = 'a'") == [(0.0, None, True)]


def test_a_result_without_land_leaves_no_earlier_land(card: Scorecard, empty: Server):
    write(landscape.scored(("lost", shapely.box(0, 0, 9, 9))))
    write(card, replace=True)
    assert tables(empty) == ["scores", "scores_contributions"]


def test_missing_amounts_are_null_and_not_nan(card: Scorecard, empty: Server):
    write(card)

    unknown = empty.run("SELECT plot FROM results.scores_contributions WHERE amount IS NULL")
    assert unknown == [("c",)]
    assert empty.run("SELECT count(*) FROM results.scores_contributions WHERE amount = 'NaN'") == [(0,)]


def test_an_earlier_result_is_replaced_only_when_asked(card: Scorecard, empty: Server):
    write(card)
    changed = dataclasses.replace(card, plots=card.plots.assign(score=0.25))

    with pytest.raises(OutputError, match=r"results\.scores: is there already; .*replace=True"):
        write(changed)
    assert 0.25 not in list(read("scores")["score"])

    write(changed, replace=True)
    assert set(read("scores")["score"]) == {0.25}


@pytest.mark.parametrize("kind", ["TABLE results.scores (a int)", "VIEW results.scores AS SELECT 1 AS a"])
def test_what_siteplan_did_not_write_it_does_not_replace(card: Scorecard, empty: Server, kind: str):
    empty.run(f"CREATE {kind}")

    with pytest.raises(OutputError, match="siteplan did not write it"):
        write(card, replace=True)
    assert empty.run("SELECT count(*) FROM information_schema.columns WHERE table_schema = 'results'") == [
        (1,)
    ]


def test_all_tables_or_none(card: Scorecard, empty: Server):
    """The second table is refused after the first was filled."""
    broken = card.contributions.assign(feature="nul \0 inside")

    with pytest.raises(OutputError, match="NUL"):
        write(dataclasses.replace(card, contributions=broken))
    assert tables(empty) == []

    write(card)
    with pytest.raises(OutputError):
        write(dataclasses.replace(card, contributions=broken), replace=True)
    assert len(read("scores")) == 4


def test_a_view_that_depends_on_the_result_stops_its_replacement(card: Scorecard, empty: Server):
    write(card)
    empty.run("CREATE VIEW results.best AS SELECT plot FROM results.scores")

    with pytest.raises(OutputError, match="other objects depend on it"):
        write(card, replace=True)
    assert empty.run("SELECT count(*) FROM results.best") == [(4,)]


EVIL = ['scores"; DROP SCHEMA results CASCADE; --', "a'b", "100%s", ":x", "Очки", "Mixed Case", "a.b"]


@pytest.mark.parametrize("name", EVIL)
def test_names_are_quoted(card: Scorecard, empty: Server, name: str):
    write(card, table=name)
    write(card, table=name, replace=True)

    assert tables(empty) == sorted([name, f"{name}_contributions"])
    assert len(read(name)) == 4


def test_values_are_bound(card: Scorecard, empty: Server):
    evil = "'); DROP SCHEMA results CASCADE; -- %s :x"
    write(dataclasses.replace(card, plots=card.plots.assign(name=evil)))

    assert set(read("scores")["name"]) == {evil}


@pytest.mark.parametrize("name", ["", "a" * 50, "я" * 25, "a\0b"])
def test_a_name_that_would_be_cut_is_refused(card: Scorecard, empty: Server, name: str):
    with pytest.raises(OutputError, match="must have 1 to 63 bytes"):
        write(card, table=name)
    assert tables(empty) == []


def test_a_schema_that_is_not_there_is_refused(card: Scorecard, empty: Server):
    with pytest.raises(OutputError, match="there is no schema 'nowhere'"):
        write_database(card, schema="nowhere")


def test_without_a_right_to_write_the_server_says_so(card: Scorecard, empty: Server):
    with pytest.raises(OutputError, match="permission denied for schema public") as refused:
        write_database(card)
    assert QUOTED not in str(refused.value)


def test_a_crs_without_a_number_is_written_in_degrees(card: Scorecard, empty: Server):
    local = card.plots.to_crs(
        "+proj=tmerc +lat_0=0 +lon_0=127.7 +k=1 +x_0=3300000 +y_0=-5116586 +ellps=krass"
    )
    write(dataclasses.replace(card, plots=local))

    back = read("scores")
    assert back.crs == 4326
    assert np.allclose(back.total_bounds, local.to_crs(4326).total_bounds)
    assert shapely.is_valid(back.geometry).all()


def test_no_url_no_write(card: Scorecard, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("SITEPLAN_DATABASE_URL", raising=False)

    with pytest.raises(OutputError, match="SITEPLAN_DATABASE_URL is not set"):
        write_database(card)
