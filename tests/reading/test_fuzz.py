"""Files spoiled by chance: refused or read whole, never a crash, a hang, or fewer records in silence.

SITEPLAN_FUZZ=long spoils more than two thousand files; by default a few of each format.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import world

LONG = os.environ.get("SITEPLAN_FUZZ") == "long"
FORMATS = (*world.FORMATS, *world.MORE, "dxf")
CASES = 130 if LONG else 6
RECORDS = 4


def spoil(content: bytes, random: np.random.Generator) -> bytes:
    """Cut the end off, or turn over one byte or some."""
    if random.random() < 0.4:
        return content[: int(len(content) * random.random())]
    data = np.frombuffer(content, dtype=np.uint8).copy()
    places = random.integers(0, len(data), size=int(random.choice([1, 1, 3, max(1, len(data) // 500)])))
    data[places] ^= random.integers(1, 256, size=len(places), dtype=np.uint8)
    return data.tobytes()


def spoiled_files(folder: Path) -> int:
    """Write every spoiled data set into a folder of its own; return how many there are."""
    random = np.random.default_rng(2026)
    cases = folder / "cases"
    number = 0
    for ending in FORMATS:
        good = folder / f"good_{ending}"
        good.mkdir()
        name = world.write(world.plots(), good, "plots", ending)
        for inner in good.glob("inner_*"):
            shutil.rmtree(inner)
        parts = sorted(path.relative_to(good) for path in good.rglob("*") if path.is_file())
        for _ in range(CASES):
            case = cases / f"{number:05}-{ending}"
            shutil.copytree(good, case)
            (case / "main.txt").write_text(name)
            part = case / parts[random.integers(0, len(parts))]
            part.write_bytes(spoil(part.read_bytes(), random))
            number += 1
    return number


def may_be_short(ending: str) -> bool:
    """A CSV does not say how many rows it has: cut at the end of a line it is a whole CSV."""
    return ending == "csv"


def test_spoiled_files_are_refused_or_read_whole(tmp_path: Path):
    number = spoiled_files(tmp_path)
    worker = Path(__file__).with_name("spoiled.py")
    done = subprocess.run(
        [sys.executable, str(worker), str(tmp_path / "cases")], capture_output=True, text=True, check=False
    )
    lines = [line.split(maxsplit=2) for line in done.stdout.splitlines() if line.startswith(("begin", "end"))]
    begun = [line[1] for line in lines if line[0] == "begin"]
    ends = [line for line in lines if line[0] == "end"]

    assert done.returncode == 0, f"{begun[-1]} ended the process: {done.stderr[-2000:]}"
    assert len(begun) == len(ends) == number
    assert not [(case, end) for case, end in zip(begun, ends, strict=True) if end[1] == "traceback"]
    silent = []
    for case, end in zip(begun, ends, strict=True):
        if end[1] == "refused":
            continue
        read, broken, findings = map(int, end[2].split())
        if read + broken != RECORDS and not findings and not may_be_short(case.rpartition("-")[2]):
            silent.append((case, read, broken))
    assert not silent
    assert sum(end[1] == "read" for end in ends) < number / 2
