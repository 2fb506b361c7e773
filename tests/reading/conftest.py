"""The world by eye in a database."""

from __future__ import annotations

from pathlib import Path

import pytest
import world
from database import Server


@pytest.fixture(scope="module")
def loaded(server: Server) -> Server:
    """The world by eye as tables, in WGS 84."""
    for name, frame in {"plots": world.plots(), **world.layers()}.items():
        server.put(frame.to_crs(4326), name, srid=4326)
    return server


@pytest.fixture
def park(loaded: Server, address: Server, tmp_path: Path) -> Path:
    """A catalogue that reads the whole world from the database."""
    data = world.catalogue()
    for name, source in {"plots": data["plots"], **data["layers"]}.items():
        del source["file"]
        source["database"] = {"table": name}
    path = tmp_path / "park.toml"
    path.write_text(world.toml(data), encoding="utf-8")
    return path
