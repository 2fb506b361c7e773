"""Whatever is drawn: the parts are the whole, and the answer is that of a plain twin."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiLineString, Point, Polygon

from siteplan.land import casting, reach
from siteplan.land.net import Net, net
from siteplan.land.remaining import net_area, remaining
from siteplan.land.uncut import DUST_M2
from siteplan.land.widening import widened

UTM = "EPSG:32652"
SPOT = st.tuples(st.integers(0, 12), st.integers(0, 12)).map(lambda spot: (spot[0] * 25.0, spot[1] * 25.0))
POLYGONS = st.lists(SPOT, min_size=3, max_size=6, unique=True).map(Polygon).filter(lambda one: one.is_valid)
LINES = st.lists(SPOT, min_size=2, max_size=6).map(LineString)
SHAPES = st.one_of(
    SPOT.map(Point), LINES, POLYGONS, st.lists(LINES, min_size=2, max_size=2).map(MultiLineString)
)
PLOTS = st.lists(POLYGONS, min_size=1, max_size=4)


@st.composite
def zone_tables(draw: st.DrawFn) -> gpd.GeoDataFrame:
    rows = draw(
        st.lists(
            st.tuples(
                st.sampled_from("abcde"),
                st.sampled_from(casting.SEVERITIES),
                st.sampled_from([0.0, 5.0, 12.5, 25.0, 60.0]),
                SHAPES,
            ),
            max_size=7,
        )
    )
    columns = {
        "cause": [row[0] for row in rows],
        "title": "",
        "severity": [row[1] for row in rows],
        "layer": "drawn",
        "feature": [str(row) for row in range(len(rows))],
        "metres": [row[2] for row in rows],
    }
    return gpd.GeoDataFrame(columns, geometry=[row[3] for row in rows], crs=UTM)


def table(plots: list[Polygon]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=plots, index=[f"p{row}" for row in range(len(plots))], crs=UTM)


def covered(zones: gpd.GeoDataFrame) -> shapely.Geometry:
    """All zones widened and united: what ours never does."""
    return shapely.union_all(widened(zones.geometry.to_numpy(), zones["metres"].to_numpy(dtype=float)))


def plain(plots: gpd.GeoDataFrame, zones: gpd.GeoDataFrame) -> tuple[pd.DataFrame, dict]:
    """Twin: for every plot and cause in order, one difference with the union of all zones of it."""
    order = zones["severity"].map(casting.SEVERITIES.index).to_numpy(dtype=int)
    zones = zones.iloc[np.argsort(order, kind="stable")]
    left = {"gross_m2": plots.geometry}
    rows, rest = {}, plots.geometry
    for severity in casting.SEVERITIES:
        of_it = zones[zones["severity"] == severity]
        for cause in of_it["cause"].unique():
            claim = covered(of_it[of_it["cause"] == cause])
            after = rest.difference(claim)
            alone = plots.intersection(claim).area
            for plot in plots.index:
                rows[plot, cause, severity] = (rest.area[plot] - after.area[plot], alone[plot])
            rest = after
        left[severity] = rest
    names = {"gross_m2": "gross_m2", "exclusion": "net_m2", "consent": "asked_m2", "information": "free_m2"}
    return pd.DataFrame({name: left[key].area for key, name in names.items()}), rows


@settings(max_examples=40)
@given(PLOTS, zone_tables())
@example(
    [Polygon([(0, 0), (0, 300), (25, 0)])],
    gpd.GeoDataFrame(
        {"cause": "a", "title": "", "severity": "exclusion", "layer": "", "feature": "0", "metres": 25.0},
        geometry=[Point(0, 275)],
        index=[0],
        crs=UTM,
    ),
)
def test_parts_are_the_whole_and_the_answer_is_the_twins(plots, zones):
    plots = table(plots)
    found = net(plots, zones)
    wanted, rows = plain(plots, zones)
    losses = found.losses
    gross = found.plots["gross_m2"]

    assert (found.plots[wanted.columns] - wanted).abs().div(gross, axis=0).max(axis=None) < 1e-6
    whole = losses.groupby("plot")["taken_m2"].sum().reindex(plots.index, fill_value=0)
    assert (whole + found.plots["free_m2"]).to_numpy() == pytest.approx(gross.to_numpy(), rel=1e-6)
    assert (losses["alone_m2"] >= losses["taken_m2"]).all()
    assert (losses.area - losses["taken_m2"]).abs().max() < 1e-3 if len(losses) else True
    # Dust counts as land, but is not drawn.
    dust = 10 * DUST_M2
    assert found.shapes.area.to_numpy() == pytest.approx(found.plots["net_m2"].to_numpy(), abs=dust)
    assert found.asked.area.to_numpy() == pytest.approx(found.plots["asked_m2"].to_numpy(), abs=dust)
    assert found.shapes.is_valid.all()
    known = {(row.plot, row.cause, row.severity): (row.taken_m2, row.alone_m2) for row in losses.itertuples()}
    for key, (taken, alone) in rows.items():
        assert known.pop(key, (0, 0)) == pytest.approx((taken, alone), abs=1e-3)
    assert not known


@settings(max_examples=15)
@given(PLOTS, zone_tables(), zone_tables())
def test_a_zone_more_never_leaves_more(plots, zones, more):
    plots, both = table(plots), pd.concat([zones, more], ignore_index=True)
    columns = ["net_m2", "asked_m2", "free_m2"]
    before, after = net(plots, zones).plots, net(plots, both).plots
    assert (after[columns] <= before[columns] + 1e-6).all(axis=None)


@settings(max_examples=15)
@given(PLOTS, zone_tables(), st.randoms())
def test_order_of_rows_matters_only_as_far_as_it_is_said_to(plots, zones, random):
    plots = table(plots)
    rows = list(range(len(zones)))
    random.shuffle(rows)
    first = zones.groupby("cause", sort=False).ngroup()
    # causes first stand in the same order, their features in any
    mixed = zones.iloc[rows].iloc[np.argsort(first.iloc[rows].to_numpy(), kind="stable")]
    sorted_ = zones.iloc[np.argsort(first.to_numpy(), kind="stable")]
    same(net(plots, sorted_), net(plots.iloc[::-1], mixed), loose=True)
    free = net(plots, zones.iloc[rows]).plots
    pd.testing.assert_frame_equal(net(plots, zones).plots, free, atol=1e-6)


def same(one: Net, other: Net, *, loose: bool = False) -> None:
    """Two accounts of the same plots agree: bit by bit, or but for rounding."""
    plots, losses = other.plots.loc[one.plots.index], other.losses
    if loose:
        pd.testing.assert_frame_equal(one.plots, plots, atol=1e-6)
        key = ["plot", "severity", "cause"]
        pd.testing.assert_frame_equal(
            pd.DataFrame(one.losses.drop(columns="geometry")).sort_values(key, ignore_index=True),
            pd.DataFrame(losses.drop(columns="geometry")).sort_values(key, ignore_index=True),
            atol=1e-6,
            check_dtype=False,
        )
        return
    assert one.plots.equals(plots)
    assert one.losses.drop(columns="geometry").equals(losses.drop(columns="geometry"))
    for mine, theirs in (
        (one.shapes, other.shapes),
        (one.asked, other.asked),
        (one.losses.geometry, losses.geometry),
    ):
        assert (mine.to_wkb() == theirs.to_wkb()).all()


def many() -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Three hundred plots, and sixty features of four causes over them."""
    random = np.random.default_rng(7)
    corners = random.uniform(0, 3000, (300, 2))
    plots = gpd.GeoDataFrame(
        geometry=shapely.box(*corners.T, *(corners.T + random.uniform(20, 200, (2, 300))))
    )
    lines = [LineString(random.uniform(0, 3000, (6, 2))) for _ in range(40)]
    shapes = [*lines, *(Point(spot).buffer(300, quad_segs=40) for spot in random.uniform(0, 3000, (20, 2)))]
    columns = {
        "cause": [f"c{row % 4}" for row in range(60)],
        "title": "",
        "severity": [casting.SEVERITIES[row % 4] for row in range(60)],
        "layer": "drawn",
        "feature": [str(row) for row in range(60)],
        "metres": random.choice([8.0, 20.0, 50.0], 60),
    }
    return plots, gpd.GeoDataFrame(columns, geometry=shapes)


@pytest.mark.parametrize(("chunk", "threads"), [(7, 1), (50, 3)])
def test_neither_chunks_nor_threads_change_a_bit(monkeypatch, chunk, threads):
    plots, zones = many()
    wanted, lean = net(plots, zones, threads=1), remaining(plots, zones, threads=1)
    monkeypatch.setattr(reach, "CHUNK", chunk)

    same(wanted, net(plots, zones, threads=threads))
    assert (remaining(plots, zones, threads=threads).to_wkb() == lean.to_wkb()).all()
    assert net_area(plots, zones).to_numpy() == pytest.approx(wanted.plots["net_m2"].to_numpy(), abs=1e-6)


def test_a_plot_alone_is_what_it_is_in_company():
    plots, zones = many()
    wanted = net(plots, zones)
    for row in range(0, 300, 37):
        alone = net(plots.iloc[[row]], zones)
        assert alone.plots.equals(wanted.plots.iloc[[row]])
        assert alone.shapes.to_wkb().iloc[0] == wanted.shapes.to_wkb().iloc[row]
