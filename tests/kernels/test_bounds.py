"""Serial builds with numba's bounds checks on, which it leaves off otherwise: a write outside raises.

Compiling takes a minute, running takes seconds: what was compiled is kept for as long as no kernel changes.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

import siteplan.kernels

_SPREAD = """
import numpy as np
from siteplan.kernels import compiling
from siteplan.kernels.leastcost import spread, trace
from siteplan.kernels.tiles import SIDE

compiling.affordable = lambda _: False
random = np.random.default_rng(4)
shapes = [(1, 1), (1, 3 * SIDE + 1), (2 * SIDE - 1, 1), (2, 2), (SIDE, SIDE), (SIDE + 1, 2 * SIDE), (61, 103)]
for rows, columns in shapes:
    flat = np.arange(rows * columns).reshape(rows, columns)
    border = np.concatenate([flat[0], flat[-1], flat[:, 0], flat[:, -1]])
    walls = random.uniform(1, 10, flat.shape)
    walls[SIDE // 2 :: SIDE, 1:] = np.nan
    holes = np.where(random.random(flat.shape) < 0.4, np.nan, 2.0)
    lost = np.full(flat.shape, 1e-6)
    lost.flat[1::7] = 1e12
    for ground in (walls, holes, lost, np.full(flat.shape, np.nan)):
        for sources in ([], [0], [rows * columns - 1], border, flat.ravel()):
            found = spread(ground, sources)
            trace(found.came_from, flat.ravel())
            spread(ground[::-1].T, sources)
"""

_OUTSIDE = """
import numpy as np
from siteplan.kernels.directions import walk

try:
    walk(np.zeros((3, 3), np.uint8), np.array([8]), np.array([0, 2]), np.empty(1, np.int64))
except IndexError as outside:
    assert "index is out of bounds" in str(outside)
else:
    raise AssertionError("more steps than there is room for, which `trace` never asks for, must raise")
"""


@pytest.fixture(scope="module")
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the builds lie, by what is in the kernels: numba itself does not see a callee change."""
    kernels = sorted(Path(siteplan.kernels.__file__).parent.glob("*.py"))
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in kernels)).hexdigest()[:16]
    if request.config.pluginmanager.hasplugin("cacheprovider"):
        return request.config.cache.mkdir(f"checked-kernels-{digest}")  # type: ignore[union-attr]
    return tmp_path_factory.mktemp("checked-kernels")


def checked(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python with bounds checked in what is compiled."""
    env = {**os.environ, "NUMBA_BOUNDSCHECK": "1", "NUMBA_CACHE_DIR": str(folder)}
    return subprocess.run([sys.executable, *arguments], env=env, capture_output=True, text=True, check=False)


def test_spreading_over_awkward_shapes_and_that_bounds_are_checked_there(built: Path) -> None:
    ran = checked(built, "-c", _OUTSIDE + _SPREAD)
    assert ran.returncode == 0, ran.stderr


def test_straight_lines_and_net_areas(built: Path) -> None:
    """Their own tests again, room that runs out among them."""
    names = ("straight", "cutting", "meeting")
    tests = [str(Path(__file__).with_name(f"test_{name}.py")) for name in names]
    tests.append(str(Path(__file__).parents[1] / "netland" / "test_outside.py"))
    some = "compiled or cutting or meeting or test_outside"
    ran = checked(built, "-m", "pytest", *tests, "-q", "-k", some, "-n0", "-p", "no:cacheprovider")
    assert ran.returncode == 0, ran.stdout
