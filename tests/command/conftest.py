from __future__ import annotations

from pathlib import Path

import pytest
import world
from commands import Place, Run


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return Run(capsys)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    world.write_park(tmp_path, "geojson")
    world.write_plan(tmp_path)
    return Place(tmp_path)
