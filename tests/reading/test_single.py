"""A layer by itself, without a catalogue."""

from __future__ import annotations

from pathlib import Path

import world

from siteplan.reading.single import check_layer


def test_a_single_layer_can_be_checked_without_a_catalogue(tmp_path: Path):
    name = world.write(world.layers()["gas"], tmp_path, "gas", "gpkg")
    frame, report = check_layer(tmp_path / name)

    assert len(frame) == 4
    assert "4 Point; WGS 84" in str(report)
    assert "columns: id, name" in str(report)
    frame, report = check_layer(tmp_path / "none.gpkg")
    assert frame is None
    assert "there is no such file" in report.of("error")[0].message
