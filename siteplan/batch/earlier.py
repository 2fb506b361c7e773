"""Rows of an earlier result that are still true: taken over, and some of them computed again as proof."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from siteplan.batch import parts

EVERY = 1_000
LEAST = 10


@dataclass(frozen=True, eq=False)
class Earlier:
    """Rows of earlier parts by what they were computed from.

    Attributes
    ----------
    files
        Parts that the same engine wrote.
    key, file, row
        Fingerprints of their rows in ascending order, and where each row lies.
    """

    files: tuple[Path, ...]
    key: NDArray[np.uint64]
    file: NDArray[np.int32]
    row: NDArray[np.int32]

    @classmethod
    def of(cls, folders: Sequence[Path], engine: str) -> Earlier:
        """Look through folders for parts that follow from the same plan and layers."""
        paths = [path for folder in folders for path in sorted(folder.glob("part-*.parquet"))]
        files = tuple(path for path in paths if parts.engine_of(path) == engine)
        keys = [parts.read(path, [parts.INPUT]).column(0).to_numpy() for path in files]
        if not keys:
            none = np.empty(0, dtype=np.int32)
            return cls((), np.empty(0, dtype=np.uint64), none, none)
        key = np.concatenate(keys)
        file = np.repeat(np.arange(len(keys), dtype=np.int32), [len(one) for one in keys])
        row = np.concatenate([np.arange(len(one), dtype=np.int32) for one in keys])
        order = np.argsort(key, kind="stable")
        return cls(files, key[order], file[order], row[order])

    def __len__(self) -> int:
        return len(self.key)

    def found(self, keys: NDArray[np.uint64]) -> NDArray[np.intp]:
        """Return where each fingerprint stands, -1 where it does not."""
        if not len(self):
            return np.full(len(keys), -1, dtype=np.intp)
        place = np.minimum(np.searchsorted(self.key, keys), len(self) - 1)
        return np.where(self.key[place] == keys, place, -1)

    def rows(self, places: NDArray[np.intp]) -> pa.Table:
        """Return rows at some places, in the order of the places."""
        files, tables, order = self.file[places], [], []
        for one in np.unique(files):
            mine = np.flatnonzero(files == one)
            table = parts.read(self.files[one])
            tables.append(table.take(pa.array(self.row[places[mine]])))
            order.append(mine)
        back = np.argsort(np.concatenate(order), kind="stable")
        return pa.concat_tables(tables).take(pa.array(back)) if tables else None


def sample(rows: int) -> NDArray[np.intp]:
    """Return which of the rows taken over are computed again: every 1000th, and ten at least.

    Examples
    --------
    >>> sample(3).tolist(), len(sample(50_000))
    ([0, 1, 2], 50)
    """
    return np.unique(np.linspace(0, rows - 1, min(rows, max(LEAST, rows // EVERY))).astype(np.intp))
