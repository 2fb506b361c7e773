from __future__ import annotations

import re

import land
import numpy as np
import pytest
import shapely
import world

from siteplan.connect import surface, terrain, windows
from siteplan.connect.windows import Windows
from siteplan.errors import DataError, PlanError
from siteplan.surfaces import Ground

PLOTS = land.frame(
    **{f"p{row}{column}": world.square(column * 500, row * 500) for row in range(4) for column in range(4)}
)
GATES = land.frame(
    **{
        f"g{row}{column}": shapely.Point(column * 1000 + 255, row * 1000 + 305)
        for row in range(2)
        for column in range(2)
    },
    line=land.line((-300, 1055), (-300, 1555)),
)
LAYERS = {
    "wet": land.frame(bog=shapely.box(150, 350, 900, 450)),
    "wall": land.frame(wall=land.line((300, -300), (300, 900), (700, 900))),
    "ring": land.frame(ring=shapely.box(1450, 1450, 1650, 1650).exterior),
}
SAID = {
    "cell": 10,
    "margin": 300,
    "land": [{"layer": "wet", "times": 4}],
    "barriers": [{"layer": "wall"}, {"layer": "ring"}],
}


def around(most_cells: int, **says: object) -> surface.Surface | Windows:
    ground = Ground.from_dict({**SAID, "most_cells": most_cells, **says})
    return windows.around(PLOTS, LAYERS, ground, tie_ins=GATES)


def test_windows_say_what_the_whole_says_where_that_is_proven():
    whole, cut = around(10**6), around(9_000)
    assert isinstance(whole, surface.Surface)
    assert isinstance(cut, Windows)
    one, many = (terrain.routes(on, PLOTS, GATES) for on in (whole, cut))
    proven = many.table["exact"]
    cost = one.table["grid_cost"]

    assert 4 <= proven.sum() < len(PLOTS)
    assert one.table["exact"].all()
    np.testing.assert_allclose(many.table.loc[proven, "grid_cost"], cost[proven], rtol=1e-12)
    reached = ~proven & (many.table["status"] == "reached")
    assert reached.any()
    assert (many.table["bound"] <= cost + 1e-9)[reached].all()
    assert (cost <= many.table["grid_cost"] + 1e-9)[reached].all()
    assert f"{reached.sum()} of them not proven cheapest, by at most" in many.sentence


def test_windows_fit_onto_the_whole_and_hold_their_plots():
    cut = around(9_000)
    assert isinstance(cut, Windows)
    west, south, east, north = cut.whole.bounds

    assert sorted(np.concatenate(cut.rows)) == list(range(len(PLOTS)))
    for on, rows in cut:
        left, bottom, right, top = on.grid.bounds
        assert on.grid.rows * on.grid.columns <= 9_000
        assert west <= left < right <= east
        assert south <= bottom < top <= north
        assert shapely.box(*on.grid.bounds).covers(PLOTS.geometry.iloc[rows]).all()


def test_a_window_sees_what_the_whole_sees():
    whole, cut = around(10**6), around(9_000)
    for on, _ in cut:
        row = round((whole.grid.north - on.grid.north) / 10)
        column = round((on.grid.west - whole.grid.west) / 10)
        part = (slice(row, row + on.grid.rows), slice(column, column + on.grid.columns))
        assert (whole.resistance[part] == on.resistance).all()
        assert (whole.barriers[part] == on.barriers).all()


def test_walled_in_is_only_said_when_no_way_leads_out_of_the_window():
    """The ring round p33 is closed; for the others a window without a tie-in proves nothing."""
    far = land.frame(gate=shapely.Point(-290, -290))
    found = terrain.routes(around(9_000), PLOTS, far).table
    ringed = found.loc["p33"]

    assert ringed[["status", "exact"]].to_list() == ["tie_in_outside", False]
    with_gate = land.frame(gate=shapely.Point(-290, -290), near=shapely.Point(1700, 1500))
    found = terrain.routes(around(9_000), PLOTS, with_gate).table
    assert found.loc["p33", ["status", "exact", "would_have_to_give"]].to_list() == [
        "walled_in",
        True,
        "ring",
    ]
    assert np.isinf(found.loc["p33", "bound"])


def test_behind_a_wall_that_the_window_does_not_end_the_tie_in_may_lie_outside():
    """In the window a wall parts plot and tie-in; the way round it leaves the window."""
    plots, gate = land.frame(p=land.PLOT, far=world.square(9000, 0)), land.frame(gate=shapely.Point(205, 55))
    wall = {"wall": land.frame(wall=land.line((150, -3000), (150, 3000)))}
    ground = Ground.from_dict(
        {"cell": 10, "margin": 4000, "most_cells": 40_000, "barriers": [{"layer": "wall"}]}
    )
    found = terrain.routes(windows.around(plots, wall, ground, tie_ins=gate), plots, gate).table.loc["p"]

    assert found[["status", "exact", "would_have_to_give"]].to_list() == ["tie_in_outside", False, ""]
    assert 500 < found["bound"] < 2000


def test_a_route_that_needs_a_soft_barrier_is_not_proven_in_a_window():
    """The whole might have a way round it."""
    plots, gate = land.frame(p=land.PLOT, far=world.square(9000, 0)), land.frame(gate=shapely.Point(205, 55))
    wall = {"wall": land.frame(wall=land.line((150, -3000), (150, 3000)))}
    said = {"cell": 10, "margin": 4000, "barriers": [{"layer": "wall", "rank": 1}]}
    cut = windows.around(plots, wall, Ground.from_dict({**said, "most_cells": 40_000}), tie_ins=gate)
    found = terrain.routes(cut, plots, gate).table.loc["p"]

    assert found[["status", "exact", "given_up"]].to_list() == ["reached", False, "wall"]


@pytest.mark.parametrize(
    ("side", "most_cells", "cell"),
    [(100, 10**6, 10), (400, 10**6, 40), (9000, 10**6, 50), (20, 10**6, 5), (100, 20_000, 17)],
)
def test_the_cell_is_a_tenth_of_a_plot_or_what_still_fits(side: float, most_cells: int, cell: float):
    plots = land.frame(p=world.square(0, 0, side), q=world.square(500, 0, side))
    ground = Ground.from_dict({"margin": 1000, "most_cells": most_cells})
    on = windows.around(plots, {}, ground)
    grid = on.grid if isinstance(on, surface.Surface) else on.whole

    assert grid.cell == cell


def test_a_fine_cell_in_windows_is_taken_before_one_too_coarse_for_the_plots():
    plots = land.frame(p=land.PLOT, q=world.square(50_000, 0))
    on = windows.around(plots, {}, Ground.from_dict({"most_cells": 40_000}))

    assert isinstance(on, Windows)
    assert on.whole.cell == 10
    assert len(on.grids) == 2


def test_what_lies_nowhere_is_told_once():
    said = {
        **SAID,
        "most_cells": 9_000,
        "land": [{"layer": "far", "times": 2}],
    }
    far = land.frame(away=world.square(900_000, 0))
    on = windows.around(PLOTS, {**LAYERS, "far": far}, Ground.from_dict(said), tie_ins=GATES)
    found = terrain.routes(on, PLOTS, GATES)

    assert found.notes == (
        "land[1]: no feature of 'far' takes a cell of the surface (1 are meant, 0 reach into it)",
    )


def test_tie_ins_in_no_window_are_told():
    plots = land.frame(p=land.PLOT, q=world.square(50_000, 0))
    gates = land.frame(near=land.GATE, lost=shapely.Point(25_000, 0))
    on = windows.around(plots, {}, Ground.from_dict({"cell": 10, "most_cells": 40_000}), tie_ins=gates)
    found = terrain.routes(on, plots, gates)

    assert found.tie_ins.to_dict("index") == {
        "lost": {"name": "The lost", "reason": "in no window around a plot"}
    }
    assert found.table["status"].to_list() == ["reached", "tie_in_outside"]


def test_windows_too_small_or_cut_for_other_plots_are_refused():
    with pytest.raises(PlanError, match="too small for a window around a plot") as error:
        around(150)
    assert len(error.value.problems) == len(PLOTS)
    assert "plot 'p00' is too large; give a cell of 24 m or more, or most_cells of" in error.value.problems[0]
    with pytest.raises(DataError, match="cut around 16 plots, not 2"):
        terrain.routes(around(9_000), PLOTS.iloc[:2], GATES)
    with pytest.raises(PlanError, match="does not fit these layers"):
        windows.around(PLOTS, {}, Ground.from_dict(SAID))


@pytest.mark.parametrize(("cell", "most_cells"), [(10, 150), (0.001, 1_000_000), (0.5, 16_000)])
def test_what_is_advised_for_windows_too_small_can_be_followed(cell: float, most_cells: int):
    with pytest.raises(PlanError) as error:
        around(most_cells, cell=cell)
    said = re.search(r"cell of ([\d.]+) m or more(, or most_cells of ([\d,]+))?", error.value.problems[0])
    assert said is not None
    assert around(most_cells, cell=float(said[1])) is not None
    assert (said[2] is None) == (cell == 0.001)  # more cells than a plan may ask for
    if said[3]:
        assert around(int(said[3].replace(",", "")), cell=cell) is not None


def test_windows_serve_some_of_their_plots():
    cut, some = around(9_000), np.array([3, 9, 14])
    assert isinstance(cut, Windows)
    part = terrain.routes(cut.only(some), PLOTS.iloc[some], GATES).table
    every = terrain.routes(cut, PLOTS, GATES).table.iloc[some]
    assert part["status"].tolist() == every["status"].tolist()
    np.testing.assert_allclose(part["cost"], every["cost"])
