"""All parts put together: the ranking of every plot, and the summary of the run.

Of ten million plots their identifiers and scores are held, and nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from siteplan import safe, scoring
from siteplan.batch import parts
from siteplan.batch.journal import PARTS, Entry, Header
from siteplan.errors import DataError
from siteplan.findings import Finding
from siteplan.plan import Plan
from siteplan.writing.atomic import DRAFT, atomic_text, publish, saying

RANKING = "ranking.parquet"
SUMMARY = "summary.json"

BEST = 100
"""Plots that the summary names."""

_SLICE = 500_000
_FINDINGS = 1_000
_ROWS = 20
_SHOWN = 5


@dataclass(frozen=True, eq=False)
class Every:
    """All plots of a result, in the order of their source.

    Attributes
    ----------
    plot
        Identifiers.
    score, score_high
        Of each; NaN for an excluded one.
    part
        Number of each one's part.
    unknown
        How many are ranked with an amount that nobody knows.
    """

    plot: pa.Array
    score: NDArray[np.float64]
    score_high: NDArray[np.float64]
    part: NDArray[np.int32]
    unknown: int

    @classmethod
    def of(cls, out: Path, entries: Sequence[Entry]) -> Every:
        """Read what ranks from all parts of a folder."""
        many = sum(entry.rows for entry in entries)
        names, unknown, start = _Names(many), 0, 0
        score, high, part = np.empty(many), np.empty(many), np.empty(many, dtype=np.int32)
        for entry in entries:
            if not entry.rows:
                continue
            table = parts.read(out / PARTS / entry.file, ["plot", "score", "score_high", "completeness"])
            here = slice(start, start + len(table))
            names.add(table.column("plot"))
            score[here], high[here] = (table.column(name).to_numpy() for name in ("score", "score_high"))
            part[here] = entry.number
            unknown += int(((table.column("completeness").to_numpy() < 1) & ~np.isnan(score[here])).sum())
            start = here.stop
        return cls(names.array(), score, high, part, unknown)

    def __len__(self) -> int:
        return len(self.score)

    def ranks(self) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
        """Return positions from best to worst, the excluded last, and the rank of each place; 0 is none."""
        rounded = scoring.rounded(pd.Series(self.score)).to_numpy(copy=True)
        order = np.argsort(np.negative(rounded, out=rounded), kind="stable")
        rounded = rounded[order]
        first = np.ones(len(order), dtype=bool)
        first[1:] = rounded[1:] != rounded[:-1]
        excluded = np.isnan(rounded)
        del rounded
        rank = np.arange(1, len(order) + 1)
        rank[~first] = 0
        np.maximum.accumulate(rank, out=rank)
        rank[excluded] = 0
        return order, rank

    def refuse_repeated(self) -> None:
        """Refuse identifiers that stand more than once.

        Raises
        ------
        DataError
            If there are any.
        """
        hashed = np.empty(len(self), dtype=np.uint64)
        for start in range(0, len(self), _SLICE):
            some = self.plot.slice(start, _SLICE).to_pandas()
            hashed[start : start + len(some)] = parts.hashes(some)
        ordered = np.sort(hashed)
        suspects = ordered[1:][ordered[1:] == ordered[:-1]]
        del ordered
        if not len(suspects):
            return
        places = np.flatnonzero(np.isin(hashed, suspects))
        texts = self.plot.take(pa.array(places)).to_pandas()
        twice = texts[texts.duplicated()].drop_duplicates().tolist()
        if twice:
            shown = ", ".join(twice[:_SHOWN]) + (
                f" and {len(twice) - _SHOWN} more" if len(twice) > _SHOWN else ""
            )
            raise DataError(
                "these plots cannot be ranked",
                [f"plots: {len(twice)} identifiers stand more than once: {shown}; each must be unique"],
            )


class _Names:
    """Texts put together as they are read; Arrow, which joins pieces, would hold them twice."""

    def __init__(self, many: int) -> None:
        self.ends, self.data, self.many = np.zeros(many + 1, dtype=np.int64), bytearray(), 0

    def add(self, column: pa.ChunkedArray) -> None:
        """Append the texts of a part."""
        for texts in column.cast(pa.large_string()).chunks:
            _, ends, data = texts.buffers()
            there = np.frombuffer(ends, dtype=np.int64)[texts.offset : texts.offset + len(texts) + 1]
            here = slice(self.many, self.many + len(there))
            self.ends[here] = there + (len(self.data) - there[0])
            self.data += memoryview(data)[there[0] : there[-1]]
            self.many += len(texts)

    def array(self) -> pa.Array:
        """Return all of them."""
        buffers = pa.py_buffer(self.ends), pa.py_buffer(self.data)
        return pa.LargeStringArray.from_buffers(self.many, *buffers)


def write_ranking(every: Every, out: Path) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
    """Write every plot from best to worst: `rank` (missing when excluded), `plot`, scores and `part`.

    Equal scores share the better rank; among them the order is that of the source.

    Returns
    -------
    order, rank
        As `Every.ranks`.
    """
    order, rank = every.ranks()
    draft, path = out / f"{DRAFT}{RANKING}", out / RANKING
    schema = pa.schema(
        {
            "rank": pa.int64(),
            "plot": pa.large_string(),
            "score": pa.float64(),
            "score_high": pa.float64(),
            "part": pa.int32(),
        }
    )
    with saying(path):
        with pq.ParquetWriter(draft, schema, compression="zstd") as file:
            for start in range(0, max(len(order), 1), _SLICE):
                some, place = order[start : start + _SLICE], rank[start : start + _SLICE]
                none = place == 0
                columns = [
                    pa.array(place, mask=none),
                    every.plot.take(pa.array(some)),
                    pa.array(every.score[some], mask=none),
                    pa.array(every.score_high[some], mask=none),
                    pa.array(every.part[some]),
                ]
                file.write_table(pa.table(columns, schema=schema))
        publish(draft, path)
    return order, rank


def summary(
    every: Every,
    ranks: tuple[NDArray[np.intp], NDArray[np.int64]],
    header: Header,
    plan: Plan,
    entries: Sequence[Entry],
    findings: Sequence[Finding],
) -> dict[str, Any]:
    """Return what came out as plain data: counts, a sentence, the best plots, and what it follows from."""
    order, rank = ranks
    ranked = int((rank > 0).sum())
    counts = {
        "plots": len(every),
        "ranked": ranked,
        "with_unknown_amounts": every.unknown,
        "excluded": len(every) - ranked,
        **{key: sum(entry.counts[key] for entry in entries) for key in ("read", "repaired", "quarantined")},
    }
    best = order[: min(BEST, ranked)]
    names = every.plot.take(pa.array(best)).to_pylist()
    rows = zip(rank[: len(best)], names, every.score[best], every.score_high[best], strict=True)
    first = f"; first is {safe.visible(names[0])}" if names else ""
    return {
        "kind": "siteplan batch",
        "sentence": f"{counts['plots']} plots: {ranked} ranked ({every.unknown} with unknown amounts), "
        f"{counts['excluded']} excluded{first}. {counts['read']} records read, "
        f"{counts['quarantined']} quarantined.",
        "counts": counts,
        "best": [
            {"rank": int(place), "plot": name, "score": float(low), "score_high": float(high)}
            for place, name, low, high in rows
        ],
        "findings": [asdict(one) for one in _bounded(findings, entries)],
        "follows_from": {key: told for key, told in asdict(header).items() if key not in ("rows", "source")},
        "plan": plan.to_dict(),
        "parts": {entry.file: entry.sha256 for entry in entries if entry.rows},
    }


def _bounded(findings: Sequence[Finding], entries: Sequence[Entry]) -> list[Finding]:
    """Every finding once, with some of its rows; of very many the first."""
    told = [Finding(**{**one, "rows": tuple(one["rows"])}) for entry in entries for one in entry.findings]
    once = list(dict.fromkeys([*(short(one) for one in findings), *told]))
    if len(once) <= _FINDINGS:
        return once
    more = Finding("note", "batch", f"{len(once) - _FINDINGS} more findings are in {PARTS} only")
    return [*once[:_FINDINGS], more]


def short(finding: Finding) -> Finding:
    """Return a finding with the first of its rows; how many there are stands in its message."""
    rows = finding.rows[:_ROWS]
    return Finding(finding.level, finding.where, finding.message, finding.remedy, rows)


def write_summary(told: Mapping[str, Any], out: Path) -> None:
    """Write the summary; it comes last, so a folder without it holds no finished result."""
    atomic_text(out / SUMMARY, json.dumps(told, ensure_ascii=False, indent=1, allow_nan=False) + "\n")
