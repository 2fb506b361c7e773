from __future__ import annotations

from pathlib import Path

import pytest
import world

from siteplan.errors import CatalogueError, PlanError, SourceError
from siteplan.reading.documents import read_plan, read_toml


def test_a_plan_in_a_file_is_the_plan(tmp_path: Path):
    assert read_plan(world.write_plan(tmp_path)) == world.plan()
    assert read_plan(str(world.write_plan(tmp_path))) == world.plan()


def test_a_byte_order_mark_does_no_harm(tmp_path: Path):
    path = world.write_plan(tmp_path)
    path.write_text("\ufeff" + path.read_text(encoding="utf-8"), encoding="utf-8")

    assert read_plan(path) == world.plan()


@pytest.mark.parametrize("text", ['name = "x', "name = ", "[a\n", "a = 1\na = 2", "= 1", "{}"])
def test_broken_toml_names_file_line_and_column(text: str, tmp_path: Path):
    path = tmp_path / "plan.toml"
    path.write_text(f"# first line\n{text}")

    with pytest.raises(PlanError, match=r"plan\.toml: not valid TOML: .*(line \d|end of document)"):
        read_plan(path)
    with pytest.raises(CatalogueError, match="not valid TOML"):
        read_toml(path, error=CatalogueError)


def test_files_that_cannot_be_read(tmp_path: Path):
    world.write_plan(tmp_path)
    (tmp_path / "latin.toml").write_bytes('title = "Участок"'.encode("cp1251"))
    (tmp_path / "folder.toml").mkdir()

    with pytest.raises(SourceError, match=r"plna\.toml: there is no such file; .* holds .*plan\.toml"):
        read_plan(tmp_path / "plna.toml")
    with pytest.raises(SourceError, match=r"there is no folder .*nowhere"):
        read_plan(tmp_path / "nowhere" / "plan.toml")
    with pytest.raises(SourceError, match=r"latin\.toml: not UTF-8 text \(byte 9\)"):
        read_plan(tmp_path / "latin.toml")
    with pytest.raises(SourceError, match="is a folder"):
        read_plan(tmp_path / "folder.toml")
    with pytest.raises(SourceError):
        read_plan(tmp_path / ("x" * 300 + ".toml"))
    with pytest.raises(SourceError):
        read_plan(tmp_path / "nul\0.toml")


def test_every_mistake_carries_file_and_key(tmp_path: Path):
    path = world.write_plan(
        tmp_path, criteria=[{**world.PLAN["criteria"][0], "weight": float("nan")}], author=5
    )

    with pytest.raises(PlanError) as error:
        read_plan(path)
    assert "plan.toml: refused, 2 mistakes" in str(error.value)
    assert "criteria[1] 'gas'.weight: must be a finite number, not nan" in str(error.value)
    assert "author: must be text in quotes, not 5" in str(error.value)
