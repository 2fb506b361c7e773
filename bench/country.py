"""Ten million plots: whether a batch of a whole country keeps to the memory that is promised.

Not a part of `make bench`, for it takes minutes and gigabytes of disk: `python -m bench.run --only country`.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from bench import batch, timing

PLOTS = 10_000_000


def measure() -> list[dict[str, Any]]:
    """One row: seconds, and the most memory."""
    with tempfile.TemporaryDirectory(prefix="siteplan-bench-") as name:
        folder = Path(name)
        batch.write_around(folder)
        for count in (1_000, PLOTS):  # the few let kernels be compiled
            batch.write_plots(folder / f"plots-{count}.parquet", count)
            spent, peak = batch.alone(folder, count)
    what = f"{PLOTS:,} plots: read, ten distances, net area, sum, rank, write"
    return [timing.row(f"country-{PLOTS}", what, spent, {}, goal=None, peak=peak)]
