"""`make bench-table`: the README's table of benchmarks, written from out/bench.json.

The table lies between two comments, which are looked for and never added. The machine named is the
one that this runs on; the date is that of the measurements. How a batch grows is drawn beside the rows,
into `growth.NAME`.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import growth
from bench.run import read

START, END = "<!-- bench: written by make bench-table -->", "<!-- /bench -->"


def main(arguments: list[str] | None = None) -> int:
    """Write the table into a file that has the two comments; 1 where it has not or nothing was measured."""
    parser = argparse.ArgumentParser(prog="make bench-table", description=__doc__)
    parser.add_argument("--rows", type=Path, default=Path("out/bench.json"))
    parser.add_argument("--readme", type=Path, default=Path("README.md"))
    given = parser.parse_args(arguments)
    if not given.rows.exists():
        print(f"{given.rows} is not there; run make bench first")
        return 1
    text = given.readme.read_text(encoding="utf-8")
    if text.count(START) != 1 or text.count(END) != 1 or text.index(START) > text.index(END):
        print(f"{given.readme}: the table goes between these two lines, once each:\n{START}\n{END}")
        return 1
    day = datetime.fromtimestamp(given.rows.stat().st_mtime, tz=UTC).date().isoformat()
    before, after = text.split(START)[0], text.split(END)[1]
    table = f"{markdown(read(given.rows))}\n\nMeasured on {day}: {machine()}.\n"
    growth.draw(read(given.rows), given.rows.with_name(growth.NAME))
    given.readme.write_text(f"{before}{START}\n\n{table}\n{END}{after}", encoding="utf-8")
    return 0


def markdown(rows: list[dict[str, Any]]) -> str:
    """The rows as a table; ratio and goal say how many times as long the fastest peer takes."""
    lines = [
        "| what | siteplan, s | peers, s | times faster | goal | peak, MiB |",
        "|---|---|---|---|---|---|",
    ]
    for row in rows:
        absent = "not installed" if row["goal"] else ""
        peers = ", ".join(f"{name} {spent:.3g}" for name, spent in row["peers"].items()) or absent
        cells = (row["what"], f"{row['ours_s']:.3g}", peers, *map(_number, (row["ratio"], row["goal"])))
        shown = [str(cell).replace("|", "\\|") for cell in (*cells, _number(row["ours_peak_mib"]))]
        lines.append(f"| {' | '.join(shown)} |")
    return "\n".join(lines)


def _number(number: float | None) -> str:
    return "" if number is None else f"{number:.3g}" if number < 1000 else f"{number:.0f}"


def machine() -> str:
    """Return the machine in a few words: processor, cores, memory, Python."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{_processor()}, {os.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()}"


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text(encoding="utf-8").splitlines() if cpuinfo.exists() else []
    named = (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    return next(named, "") or platform.processor() or platform.machine()


if __name__ == "__main__":
    sys.exit(main())
