"""Both ways to spread costs give the same bytes, and a small question compiles nothing."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kernels.test_leastcost import grounds, serpentine
from numpy.typing import NDArray

from siteplan.connect import spreading
from siteplan.connect.spreading import CELL
from siteplan.kernels import leastcost
from siteplan.kernels.compiling import BUDGET, Kernel

SMALL = """
import sys
import numpy as np
import shapely
from siteplan.connect.lines import Grid, pieces
from siteplan.connect.spreading import spread
from siteplan.kernels import along, leastcost, straight

ground = np.random.default_rng(1).uniform(1, 10, (60, 90))
found = spread(ground, np.array([0, 99]), cell=5.0)
cells, offsets = leastcost.trace(found.came_from, [5399, 2000])
xy = Grid(0.0, 0.0, 5.0, 60, 90).centres(cells)
along_them = along.line_costs(ground, xy, offsets, cell=5.0)
assert np.allclose(along_them, found.cost.ravel()[[5399, 2000]], rtol=1e-9)
assert straight.pull(ground, xy, offsets).any()
assert len(Grid(0.0, 0.0, 5.0, 60, 90).touched(pieces(np.array([shapely.box(3, -40, 60, -3)])))[0])
assert "numba" not in sys.modules, "a small question loads numba"
"""


def same(ground: NDArray[np.floating], sources: NDArray[np.int64], cell: float) -> None:
    plain = spreading.plain(ground, sources, cell=cell)
    fast = leastcost.spread(ground, sources, cell=cell)
    assert plain.cost.tobytes() == fast.cost.tobytes()
    assert plain.came_from.tobytes() == fast.came_from.tobytes()


@given(grounds(), st.sampled_from([1.0, 30.0, 0.3]))
@settings(max_examples=60, deadline=None)
def test_both_ways_give_the_same_bytes(
    ground: tuple[NDArray[np.floating], NDArray[np.int64]], cell: float
) -> None:
    same(*ground, cell=cell)


@pytest.mark.parametrize("cheap", ["snake", "field"])
def test_steps_lost_in_rounding_are_decided_alike(cheap: str) -> None:
    ground = serpentine(61, 90) * 1e-6 if cheap == "snake" else np.full((61, 90), 1e-6)
    ground[0, 1], ground[1, 0], ground[1, 1] = 1e12, np.nan, np.nan
    same(ground, np.array([0]), 1.0)


def test_surfaces_are_spread_plainly_until_the_budget_is_spent(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(spreading, "plain", lambda *_, **__: asked.append("plain"))
    monkeypatch.setattr(leastcost, "spread", lambda *_, **__: asked.append("compiled"))
    monkeypatch.delitem(sys.modules, "numba", raising=False)
    monkeypatch.setattr(Kernel, "spent", 0.0)
    large = np.ones((1000, int(0.6 * BUDGET / CELL / 1000)))
    for ground in (large, large, np.ones((2, 2))):
        spreading.spread(ground, np.array([0]), cell=1.0)
    monkeypatch.setitem(sys.modules, "numba", np)
    spreading.spread(np.ones((2, 2)), np.array([0]), cell=1.0)
    assert asked == ["plain", "compiled", "plain", "compiled"]


def test_a_small_question_compiles_nothing() -> None:
    ran = subprocess.run([sys.executable, "-c", SMALL], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
