"""Kernels run without a place to keep compiled code, and what is kept goes by the text of all of them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import siteplan
from siteplan.kernels import compiling
from siteplan.kernels.compiling import BUDGET, STEP, Kernel, compiled, fitting, plain

_WALK = """
import numpy as np
import siteplan
from siteplan.kernels.directions import walk

cells = np.empty(2, np.int64)
walk(np.array([[8, 3]], np.uint8), np.array([1]), np.array([0, 2]), cells)
print(siteplan.__file__, cells.tolist())
"""


@compiled
def _half(number: float) -> float:
    return number / 2.0


@compiled
def _quarter(number: float) -> float:
    return _half(_half(number))


def _installed(folder: Path) -> Path:
    package = folder / "siteplan"
    shutil.copytree(Path(siteplan.__file__).parent, package, ignore=shutil.ignore_patterns("__pycache__"))
    return package


def _walks(folder: Path, home: Path) -> None:
    given = {name: value for name, value in os.environ.items() if name != "NUMBA_CACHE_DIR"}
    places = {"PYTHONPATH": str(folder), "HOME": str(home), "XDG_CACHE_HOME": str(home)}
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", _WALK],
        env={**given, **places},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.stderr == ""
    assert ran.stdout == f"{folder / 'siteplan' / '__init__.py'} [1, 0]\n"


def test_where_nothing_can_be_kept_it_is_compiled_anew(tmp_path: Path) -> None:
    """A file where the folder would be: root may write anywhere, but makes no folder of a file."""
    package = _installed(tmp_path)
    (package / "kernels" / "__pycache__").write_bytes(b"")
    (tmp_path / "home").write_bytes(b"")
    _walks(tmp_path, tmp_path / "home" / "cache")
    assert not list(tmp_path.rglob("*.nbi"))


def test_kept_code_goes_by_the_text_of_all_kernels(tmp_path: Path) -> None:
    """A kernel calls others, from other files: a change there compiles it anew."""
    package = _installed(tmp_path)
    kept = []
    for _ in range(2):
        _walks(tmp_path, tmp_path)
        kept.append({file.name: file.stat().st_mtime_ns for file in package.rglob("*.nbc")})
    assert kept[0]
    assert kept[0] == kept[1]
    with (package / "kernels" / "tiles.py").open("a", encoding="utf-8") as other:
        other.write("# changed\n")
    _walks(tmp_path, tmp_path)
    assert kept[1] != {file.name: file.stat().st_mtime_ns for file in package.rglob("*.nbc")}


def test_python_runs_a_kernel_and_those_it_calls() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Kernel, "fast", None)
        assert plain(_quarter)(3.0) == 0.75
        with pytest.raises(TypeError):
            _quarter(3.0)
    assert _quarter(3.0) == 0.75


def test_next_to_nothing_divides_without_a_word() -> None:
    assert plain(_half)(np.float64(np.inf)) == np.inf
    with pytest.raises(RuntimeWarning, match="overflow"):
        np.float64(1e308) * np.float64(10)
    tenfold = plain(compiled(lambda number: number * np.float64(10)))
    assert tenfold(np.float64(1e308)) == np.inf


def test_plain_work_is_booked_until_the_budget_is_spent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "numba", raising=False)
    monkeypatch.setattr(Kernel, "spent", 0.0)
    most = BUDGET / STEP
    assert fitting(_half, 0.9 * most) is not _half
    assert fitting(_half, 0.2 * most) is _half
    assert fitting(_half, 0.05 * most) is not _half
    assert pytest.approx(0.95 * BUDGET) == Kernel.spent


def test_once_numba_is_there_everything_is_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "numba", np)
    assert not compiling.affordable(0.0)
