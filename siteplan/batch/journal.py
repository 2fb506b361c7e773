"""What of a batch is done: one line for each finished part, on the disk before the next begins.

The first line says what the run follows from. A line that was torn by a crash is ignored, and so is
one whose part is not on the disk as it was written.
"""

from __future__ import annotations

import glob
import hashlib
import json
import os
from collections.abc import Container, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from siteplan.errors import OutputError
from siteplan.writing.atomic import atomic_text, saying

try:
    import fcntl
except ImportError:  # Windows has none; there two runs into one folder are not kept apart
    fcntl = None  # type: ignore[assignment]

NAME = "journal.jsonl"
LOCK = "run.lock"
PARTS = "parts"

_PARTS_OF = {
    ".shp": (".shx", ".dbf", ".prj", ".cpg"),
    ".tab": (".dat", ".map", ".id", ".ind"),
    ".mif": (".mid",),
    ".gpkg": (".gpkg-wal",),
}
"""Endings of what belongs to a file, by its own."""


@dataclass(frozen=True)
class Header:
    """What a run follows from.

    Attributes
    ----------
    siteplan, plan, layers, metric_crs, way, libraries
        Everything but the plots; all of it is in `engine`, one SHA-256.
    source, digest
        Where the plots lie, and the SHA-256 of that file and what belongs to it; empty for a database.
    catalogue
        SHA-256 of all that the catalogue says of the plots, and of the regimes.
    rows
        Most plots in a part.
    """

    siteplan: str
    plan: str
    layers: Mapping[str, str]
    metric_crs: str
    way: str
    libraries: Mapping[str, str]
    engine: str
    source: str
    digest: str
    catalogue: str
    rows: int

    def changed(self, now: Header) -> list[str]:
        """Name what another run follows from that this one does not, besides the plots."""
        one, other = asdict(self), asdict(now)
        names = ("siteplan", "plan", "metric_crs", "way")
        found = [f"{name} ({one[name]} -> {other[name]})" for name in names if one[name] != other[name]]
        for table, word in (("layers", "layer"), ("libraries", "library")):
            keys = sorted({*one[table], *other[table]})
            found += [f"{word} {key}" for key in keys if one[table].get(key) != other[table].get(key)]
        return found


@dataclass(frozen=True)
class Entry:
    """A finished part.

    Attributes
    ----------
    number, rows, sha256
        Of the part, from 0; its rows; the digest of its file, which is not there where there are no rows.
    input
        SHA-256 of the fingerprints of its rows, and of what was set aside.
    counts
        Records of its piece that were read, used, repaired and quarantined.
    findings
        What was found in it, as plain data.
    """

    number: int
    rows: int
    sha256: str
    input: str
    counts: Mapping[str, int]
    findings: tuple[Mapping[str, Any], ...] = field(default=())

    @property
    def file(self) -> str:
        """Name of the part's file."""
        return part_name(self.number)


def part_name(number: int) -> str:
    """Return the name of a part's file.

    Examples
    --------
    >>> part_name(7)
    'part-00007.parquet'
    """
    return f"part-{number:05d}.parquet"


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def digest_of_source(path: Path) -> str:
    """Return the SHA-256 of a file of plots and of the files beside it that are part of it.

    A Shapefile keeps its columns in another file, MapInfo its shapes too, and a GeoPackage that is
    being written its last changes.
    """
    endings = _PARTS_OF.get(path.suffix.lower())
    if endings is None:
        return digest_of(path)
    beside = {one for one in path.parent.glob(f"{glob.escape(path.stem)}.*") if one.suffix.lower() in endings}
    files = sorted({path, *beside})
    return hashlib.sha256("".join(digest_of(one) for one in files).encode()).hexdigest()


class Journal:
    """The journal of a folder, to be read and added to.

    Parameters
    ----------
    out
        The folder of the result.
    """

    def __init__(self, out: Path) -> None:
        self.out = out
        self.path = out / NAME

    def read(self) -> tuple[Header | None, dict[int, Entry]]:
        """Return what the folder's journal says, as far as it is whole, by number of the part."""
        if not self.path.exists():
            return None, {}
        header, entries = None, {}
        for place, line in enumerate(self.path.read_bytes().split(b"\n")):
            try:
                told = json.loads(line)
                if place == 0:
                    header = Header(**told)
                else:
                    entry = Entry(**{**told, "findings": tuple(told["findings"])})
                    entries[entry.number] = entry
            except (ValueError, TypeError, KeyError):
                continue
        return header, entries

    def whole(self, entries: Mapping[int, Entry]) -> dict[int, Entry]:
        """Return those entries whose parts, where they have rows, are on the disk as they were written."""
        return {number: entry for number, entry in entries.items() if self._whole(entry)}

    def _whole(self, entry: Entry) -> bool:
        path = self.out / PARTS / entry.file
        return not entry.rows or (path.is_file() and digest_of(path) == entry.sha256)

    def begin(self, header: Header, entries: Mapping[int, Entry] | None = None) -> None:
        """Write a journal anew, whole or not at all, with the entries that are kept."""
        lines = [asdict(header), *(asdict(entry) for entry in (entries or {}).values())]
        atomic_text(self.path, "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))

    def forget(self, numbers: Container[int]) -> None:
        """Write the journal anew without some parts."""
        header, entries = self.read()
        if header is not None:
            self.begin(header, {number: one for number, one in entries.items() if number not in numbers})

    def add(self, entry: Entry) -> None:
        """Add a finished part; it is on the disk when this returns."""
        line = json.dumps(asdict(entry), ensure_ascii=False) + "\n"
        with saying(self.path), self.path.open("ab") as file:
            file.write(line.encode())
            file.flush()
            os.fsync(file.fileno())


@contextmanager
def held(out: Path) -> Iterator[None]:
    """Hold a folder against other runs; its lock names the process that holds it.

    Raises
    ------
    OutputError
        If another run holds it.
    """
    with saying(out):
        out.mkdir(parents=True, exist_ok=True)
        handle = os.open(out / LOCK, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        if fcntl is not None:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                pid = os.read(handle, 32).decode(errors="replace").strip() or "unknown"
                raise OutputError(
                    f"{out}: another run (process {pid}) is writing there; "
                    "wait for it, or give another folder"
                ) from None
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(handle)
