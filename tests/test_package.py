"""What holds for the package as a whole."""

from __future__ import annotations

import ast
import inspect
import pkgutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import siteplan

ROOT = Path(siteplan.__file__).parent
MODULES = [
    name for _, name, _ in pkgutil.walk_packages([str(ROOT)], "siteplan.") if not name.endswith("__main__")
]

NAMES = [
    "Catalogue",
    "CatalogueError",
    "Compliance",
    "CrsError",
    "DataError",
    "Explanation",
    "Norms",
    "Opinions",
    "OutputError",
    "Park",
    "Passport",
    "Plan",
    "PlanError",
    "Prices",
    "Raster",
    "Report",
    "Resident",
    "Reweighing",
    "Robustness",
    "Scorecard",
    "SiteplanError",
    "SourceError",
    "check_requirements",
    "distance",
    "draw_map",
    "frontage",
    "hall",
    "largest_rectangle",
    "net_area",
    "passport",
    "read_densities",
    "read_layer",
    "read_norms",
    "read_park",
    "read_plan",
    "read_prices",
    "read_raster",
    "read_requirements",
    "read_resident",
    "read_scorecard",
    "score",
    "second_opinions",
    "verify",
    "write_database",
    "write_layer",
    "write_report",
    "write_scorecard",
    "write_workbook",
    "zones",
]


def test_the_public_names_are_these():
    assert siteplan.__all__ == NAMES
    assert dir(siteplan) == NAMES
    assert set(siteplan._HOME) == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_public_name_is_there_and_says_what_it_is(name: str):
    thing = getattr(siteplan, name)

    assert thing.__name__ == name
    assert thing.__module__.startswith("siteplan")
    assert inspect.getdoc(thing)


def test_there_is_nothing_else():
    with pytest.raises(AttributeError, match="no attribute 'utils'"):
        siteplan.utils  # noqa: B018


def public(tree: ast.AST, *, top: bool = True) -> list[ast.AST]:
    """Functions and classes, and the methods of classes, without a leading underscore."""
    found: list[ast.AST] = []
    for node in getattr(tree, "body", []):
        if isinstance(
            node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
        ) and not node.name.startswith("_"):
            found.append(node)
            if isinstance(node, ast.ClassDef):
                found += public(node, top=False)
    return found


@pytest.mark.parametrize("path", sorted(ROOT.rglob("*.py")), ids=lambda path: str(path.relative_to(ROOT)))
def test_what_is_public_has_a_docstring_and_types(path: Path):
    tree = ast.parse(path.read_text(encoding="utf-8"))

    if path.read_text(encoding="utf-8"):
        assert ast.get_docstring(tree)
    for node in public(tree):
        assert ast.get_docstring(node), f"{node.name} has no docstring"
        if isinstance(node, ast.FunctionDef):
            assert node.returns is not None, f"{node.name} has no return type"


@pytest.mark.parametrize("name", MODULES)
def test_every_module_can_be_imported_alone(name: str):
    assert import_module(name).__name__ == name


def test_importing_siteplan_costs_nothing():
    code = (
        "import sys, time; start = time.perf_counter(); import siteplan; "
        "spent = time.perf_counter() - start; "
        "heavy = {'pandas', 'geopandas', 'shapely', 'folium', 'pyproj'} & set(sys.modules); "
        "print(spent, *heavy)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    spent, *heavy = done.stdout.split()

    assert float(spent) < 1
    assert heavy == []


def test_help_answers_without_the_heavy_libraries():
    code = (
        "import sys\ntry:\n    from siteplan.cli import main; main(['--help'])\nexcept SystemExit: pass\n"
        "sys.exit(len({'pandas', 'geopandas', 'folium'} & set(sys.modules)))"
    )

    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 0


def test_the_demo_compiles_nothing(tmp_path: Path):
    """A first run in a fresh installation would wait 15 s for numba."""
    code = (
        "import sys\ntry:\n    from siteplan.cli import main; main(['demo', '--out', sys.argv[1]])\n"
        "except SystemExit as done: assert not done.code\nsys.exit('numba' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert (tmp_path / "map.html").exists()
