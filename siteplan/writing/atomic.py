"""One file out: at any moment the old one or the whole new one is there."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, GeometryError

from siteplan.errors import OutputError

try:
    import fcntl
except ImportError:  # Windows has none; there two runs into one folder are not kept apart
    fcntl = None  # type: ignore[assignment]

DRAFT = ".siteplan-"
"""Begins the name of every file, and of every folder of files, before they are moved to their place."""

# A GeoPackage stamps the moment it was written into itself; a fixed one keeps its bytes the same.
_STAMP = "2000-01-01T00:00:00.000Z"


def atomic_text(path: Path, text: str) -> None:
    """Write a text file so that at any moment the old file or the whole new one is there.

    Raises
    ------
    OutputError
        If it cannot be written; the old file stays.
    """
    with saying(path):
        atomic_bytes(path, text.encode("utf-8"))


def atomic_bytes(path: Path, content: bytes) -> None:
    """Write a file as `atomic_text` does."""
    with saying(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(prefix=f"{DRAFT}{path.name[:80]}.", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            publish(Path(draft), path)
        except BaseException:
            Path(draft).unlink(missing_ok=True)
            raise


def publish(draft: Path, path: Path) -> None:
    """Move a finished file to its place; the bytes are on the disk before the name is."""
    with draft.open("rb") as file:
        os.fsync(file.fileno())
    mask = os.umask(0)
    os.umask(mask)
    draft.chmod(0o666 & ~mask)
    draft.replace(path)


@contextmanager
def alone(out: Path, *, wait: float = 0.0) -> Iterator[None]:
    """Hold a folder against other runs, and clear what a killed one left in it.

    Parameters
    ----------
    out
        The folder.
    wait
        How long to wait for another run, seconds.

    Raises
    ------
    OutputError
        If another run still holds the folder then.
    """
    handle = os.open(out, os.O_RDONLY) if fcntl else None
    try:
        if handle is not None:
            _hold(handle, out, time.monotonic() + wait)
        for left in out.glob(f"{DRAFT}*"):
            shutil.rmtree(left, ignore_errors=True)
        yield
    finally:
        if handle is not None:
            os.close(handle)


def _hold(handle: int, out: Path, deadline: float) -> None:
    """Lock an open folder, asking again until the deadline."""
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise OutputError(
                    f"{out}: another run is writing there; wait for it, or give another folder"
                ) from None
            time.sleep(0.05)
        else:
            return


@contextmanager
def saying(path: Path) -> Iterator[None]:
    """Turn what the system refuses into words that name the place."""
    try:
        yield
    except (OSError, ValueError, DataSourceError, DataLayerError, FeatureError, GeometryError) as wrong:
        reason = wrong.strerror if isinstance(wrong, OSError) and wrong.strerror else str(wrong)
        raise OutputError(f"{path}: cannot be written: {reason}") from None


@contextmanager
def stamped() -> Iterator[None]:
    """Let GDAL write a fixed moment into its files in place of now."""
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": _STAMP})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})
