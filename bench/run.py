"""`make bench`: every part in a process of its own, its rows in out/bench.json, a table of all.

A part is a module of this folder with `measure() -> list[dict]`, rows as `timing.row` makes them.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

PARTS = ("nearest", "terrain", "network", "land", "robustness", "map", "batch")
KEYS = {"id", "what", "ours_s", "peers", "ratio", "goal", "ours_peak_mib"}
HERE = Path(__file__).parent


def main(arguments: list[str] | None = None) -> int:
    """Run parts and show what came out; 0 also where a goal is missed: times depend on the machine."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--only", default="", help="parts, separated by commas; all if not given")
    parser.add_argument("--out", type=Path, default=Path("out/bench.json"))
    parser.add_argument("--measure", metavar="PART", help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.measure:
        given.out.write_text(json.dumps(import_module(f"bench.{given.measure}").measure()), encoding="utf-8")
        return 0
    asked = [part for part in given.only.split(",") if part] or [*PARTS]
    given.out.parent.mkdir(parents=True, exist_ok=True)
    rows = read(given.out) if given.out.exists() else []
    failed = [part for part in asked if not (HERE / f"{part}.py").exists()]
    for part in failed:
        print(f"bench/{part}.py: there is no such part")
    for part in [part for part in asked if part not in failed]:
        print(f"{part} ...", flush=True)
        found = measured(part, given.out)
        if found is None:
            failed.append(part)
            continue
        rows = [row for row in rows if not belongs(row, part)] + found
        given.out.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(table(rows))
    if failed:
        print(f"not measured: {', '.join(failed)}")
    return 1 if failed else 0


def measured(part: str, out: Path) -> list[dict[str, Any]] | None:
    """Rows of one part, measured in a process of its own; None where that failed."""
    beside = out.with_name(f".{part}.json")
    command = [sys.executable, "-m", "bench.run", "--measure", part, "--out", str(beside)]
    try:
        if subprocess.run(command, cwd=HERE.parent, check=False).returncode:
            return None
        return checked(json.loads(beside.read_text(encoding="utf-8")), part)
    finally:
        beside.unlink(missing_ok=True)


def checked(rows: list[dict[str, Any]], part: str) -> list[dict[str, Any]]:
    """The rows, or an error that names what is not as it must be."""
    for row in rows:
        if row.keys() != KEYS:
            raise ValueError(f"bench/{part}.py: a row has {sorted(row)}, not {sorted(KEYS)}")
        if not belongs(row, part):
            raise ValueError(f"bench/{part}.py: the id {row['id']!r} does not start with '{part}-'")
    return rows


def belongs(row: dict[str, Any], part: str) -> bool:
    """Whether a row is one of a part's."""
    return str(row["id"]).startswith(f"{part}-")


def read(path: Path) -> list[dict[str, Any]]:
    """Rows that were measured before."""
    rows: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return rows


def verdict(row: dict[str, Any]) -> str:
    """Whether a row reaches its goal, in a word."""
    if row["ratio"] is None:
        return "no peer"
    if row["goal"] is None:
        return "no goal"
    return "pass" if row["ratio"] >= row["goal"] else "MISSED"


def table(rows: list[dict[str, Any]]) -> str:
    """Everything measured as text, with a last line that counts the goals."""
    head = ("id", "ours s", "peers s", "ratio", "goal", "", "peak MiB")
    body = [
        (
            row["id"],
            f"{row['ours_s']:.3g}",
            ", ".join(f"{name} {spent:.3g}" for name, spent in row["peers"].items()) or "-",
            "-" if row["ratio"] is None else f"{row['ratio']:.3g}",
            "-" if row["goal"] is None else f"{row['goal']:.3g}",
            verdict(row),
            "-" if row["ours_peak_mib"] is None else str(row["ours_peak_mib"]),
        )
        for row in rows
    ]
    widths = [max(map(len, column)) for column in zip(head, *body, strict=True)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in (head, *body)
    ]
    verdicts = [verdict(row) for row in rows]
    reached = f"{verdicts.count('pass')} goals reached, {verdicts.count('MISSED')} missed on this machine"
    return "\n".join([*lines, reached])


if __name__ == "__main__":
    sys.exit(main())
