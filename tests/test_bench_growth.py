"""The drawing of how a batch grows: the same bytes for the same rows."""

from __future__ import annotations

from bench import growth, timing


def row(size: int, seconds: float, **peers: float) -> dict[str, object]:
    return timing.row(f"batch-{size}", "", seconds, peers, goal=None, peak=800.0)


ROWS = [row(100_000, 14, geopandas=360), row(10_000, 8), row(1_000_000, 65)]


def test_the_same_rows_are_the_same_bytes(tmp_path):
    for name in ("one.svg", "two.svg"):
        assert growth.draw(ROWS, tmp_path / name)

    first = (tmp_path / "one.svg").read_text()
    assert first == (tmp_path / "two.svg").read_text()
    for word in ("geopandas", "proportional", "peak memory, MiB"):
        assert word in first


def test_one_size_is_no_growth(tmp_path):
    assert not growth.draw([ROWS[0], timing.row("batch-dask", "", 1, {}, goal=None)], tmp_path / "none.svg")
    assert not (tmp_path / "none.svg").exists()
