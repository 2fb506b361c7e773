"""Cells within a setback, counted by others, and the land in it that a grid cannot count.

Rhode Island on 1434 x 972 cells of 90 m, EPSG:32130 (NREL/reVX d3252e01, tests/data/setbacks, BSD-3):
a cell is excluded where its centre lies in the buffer. The published counts are those of buffers
with 16 chords to a quarter circle, which fall 0.85 m short of 705 m; by true distance there are a
few cells more.
"""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely

from siteplan.land.net import net
from siteplan.land.widening import ARC, widened
from siteplan.reading.files import read_records

SETBACKS = Path(__file__).parents[3] / "shared" / "data" / "checks" / "revx-setbacks"
GRID = "EPSG:32130"

pytestmark = pytest.mark.skipif(not SETBACKS.is_dir(), reason="the check data are not beside the repository")


@pytest.fixture(scope="module")
def centres() -> shapely.STRtree:
    """The middle of every cell, row by row from the north-west."""
    with rasterio.open(SETBACKS / "generic_rails.tif") as grid:
        rows, columns = np.divmod(np.arange(grid.width * grid.height), grid.width)
        x = grid.bounds.left + grid.res[0] * (columns + 0.5)
        y = grid.bounds.top - grid.res[1] * (rows + 0.5)
    return shapely.STRtree(np.asarray(shapely.points(np.column_stack([x, y]))))


def features(name: str, *, crs: str | None = None) -> np.ndarray:
    frame = read_records(SETBACKS / f"{name}.gpkg").frame
    return (frame.set_crs(crs, allow_override=True) if crs else frame).to_crs(GRID).geometry.to_numpy()


def inside(centres: shapely.STRtree, shapes: np.ndarray, metres: float | None = None) -> np.ndarray:
    """Which centres lie in shapes, or within true metres of them."""
    how = {"predicate": "intersects"} if metres is None else {"predicate": "dwithin", "distance": metres}
    found = np.zeros(len(centres), dtype=bool)
    found[centres.query(shapes, **how)[1]] = True
    return found


@pytest.mark.parametrize(
    ("name", "metres", "published", "true", "hectares"),
    [
        ("Rhode_Island_Railroads", 705, 35_734, 35_738, 28_941.3),
        ("RhodeIsland", 705, 6830, 6834, 5528.9),
        ("Rhode_Island_Water", 100, 88_994, 89_003, 74_601.6),
    ],
)
def test_cells_within_a_setback(centres, name, metres, published, true, hectares):
    shapes = features(name)
    reach = np.full(len(shapes), float(metres))
    theirs = inside(centres, widened(shapes, reach, quarter=16))
    ours = widened(shapes, reach)
    exact = inside(centres, shapes, metres)

    assert theirs.sum() == published
    assert exact.sum() == true
    # the chords of ours lie at most 5 cm inside the circle: so do the centres they miss
    counted = inside(centres, ours)
    assert not (counted & ~exact).any()
    missed = centres.geometries[exact & ~counted]
    _, near = shapely.STRtree(shapes).query_nearest(missed, return_distance=True)
    assert (near > metres - ARC).all()
    assert shapely.area(shapely.union_all(ours)) / 1e4 == pytest.approx(hectares, abs=0.1)
    if name == "Rhode_Island_Railroads":
        with rasterio.open(SETBACKS / "generic_rails.tif") as grid:
            assert (theirs == (grid.read(1).ravel() == 1)).all()


def test_cells_in_a_ring_inside_parcels(centres):
    """Parcels without a CRS, in degrees: the published 438 cells, and 353.6 ha of land."""
    parcels = gpd.GeoDataFrame(geometry=features("Rhode_Island", crs="EPSG:4326"), crs=GRID)
    rings = gpd.GeoDataFrame(
        {
            "cause": "parcel_line",
            "title": "Setback from the parcel's line",
            "severity": "exclusion",
            "layer": "parcels",
            "feature": parcels.index.astype("str"),
            "metres": 100.0,
        },
        geometry=parcels.boundary,
        crs=GRID,
    )
    found = net(parcels, rings)
    shapes = parcels.geometry.to_numpy()
    own = shapely.intersection(shapes, widened(shapely.boundary(shapes), np.full(len(shapes), 100.0)))

    assert inside(centres, own).sum() == 438
    assert shapely.area(own).sum() / 1e4 == pytest.approx(353.61, abs=0.01)
    # neighbours cast their setback over the line too: never less than each parcel's own ring
    assert (found.losses.groupby("plot")["taken_m2"].sum() >= shapely.area(own) - 1e-3).all()
