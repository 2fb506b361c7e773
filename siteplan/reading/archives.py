"""One data set out of a folder or an archive: the only one there is, or the one that is named.

Nothing is unpacked under a name of the archive's choosing, and nothing beyond the limits: the bytes
are counted as they come out, since what an archive says about itself may be a lie.
"""

from __future__ import annotations

import lzma
import shutil
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path, PurePosixPath

from siteplan.errors import SourceError
from siteplan.limits import Limits
from siteplan.models import near
from siteplan.reading.opened import Hints
from siteplan.reading.sniff import ARCHIVES, SNIFFERS, regular

_SPARED = 10_000_000
_BLOCK = 1 << 20
# GDAL writes beside these when it reads them, or looks for settings there.
_COPIED = (".gml", ".kml")
_UNREADABLE = (
    zipfile.BadZipFile,  # no archive, or a member that is not what its checksum says
    zlib.error,  # a deflated stream that is none
    lzma.LZMAError,  # the same of LZMA; of bzip2 it is an OSError, as is whatever else cannot be read
    EOFError,  # cut off
    ValueError,  # a place that lies before the file, a name that is no text
    RuntimeError,  # encrypted, or (NotImplementedError) packed in a way that zipfile does not know
)
"""What zipfile raises for archives that others broke; `_unpacked` raises none of them itself."""


@contextmanager
def at_hand(path: Path, layer: str | None, hints: Hints) -> Iterator[tuple[Path, str | None]]:
    """Give the file to open and the layer to ask it for; what was unpacked is gone afterwards.

    Parameters
    ----------
    path
        A file, a folder that holds one, a .zip or a .kmz.
    layer
        A layer of the file; or which file of several, by its path or its name, with or without
        ending, followed by `/layer` where that file holds several.

    Raises
    ------
    SourceError
        If nothing readable is there, or several things and none is named; or the archive is unsafe.
        Whatever goes wrong inside is told with the archive's path, not with that of its copy.
    """
    if path.is_dir() and path.suffix.lower() != ".gdb":
        chosen, inner = choose(path, _in_folder(path, hints.limits), layer, "folder")
        with at_hand(path / chosen, inner, hints) as found:
            yield found
        return
    if not path.exists() or path.is_dir() or path.suffix.lower() not in (*ARCHIVES, *_COPIED):
        yield path, layer
        return
    regular(path, hints)
    with tempfile.TemporaryDirectory(prefix="siteplan-") as name:
        private = Path(name)
        try:
            if path.suffix.lower() in _COPIED:
                yield Path(shutil.copyfile(path, private / path.name)), layer
            else:
                yield _unpacked(path, layer, hints.limits, private)
        except SourceError as wrong:
            said = wrong.message.replace(f"{private}/{path.name}", str(path)).replace(str(private), str(path))
            raise SourceError(said, wrong.problems) from None
        except OSError as wrong:
            raise SourceError(f"{path}: cannot be read: {wrong.strerror or wrong}") from None


def _in_folder(path: Path, limits: Limits) -> list[str]:
    """What lies in a folder and below it, hidden things left out."""
    found = list(islice((entry for entry in path.rglob("*") if not entry.is_symlink()), limits.members + 1))
    if len(found) > limits.members:
        raise SourceError(f"{path}: the folder holds more than {limits.says('members')}; give a file in it")
    return [entry.relative_to(path).as_posix() for entry in sorted(found)]


def choose(path: Path, names: Iterable[str], layer: str | None, what: str) -> tuple[str, str | None]:
    """Return the data set to read and what is left to ask it for.

    Raises
    ------
    SourceError
        If there is none, or several and none of them is named: they are listed, never guessed.
    """
    sets = _sets(names, (*SNIFFERS, ".zip", ".kmz") if what == "folder" else tuple(SNIFFERS))
    for name in sets:
        if layer and layer.startswith(f"{name}/"):
            return name, layer[len(name) + 1 :]
    named = [name for name in sets if layer in _names(name)]
    if len(named) == 1:
        return named[0], None
    if len(sets) == 1:
        return sets[0], layer
    if not sets:
        known = ", ".join(SNIFFERS)
        raise SourceError(f"{path}: the {what} holds nothing that siteplan reads; it reads {known}")
    wanted = "say which layer"
    if layer and not named:
        wanted = f"there is no layer {layer!r}{near(layer, [PurePosixPath(name).stem for name in sets])}"
    raise SourceError(f"{path}: {wanted}; the {what} holds {', '.join(sets)}")


def _sets(names: Iterable[str], endings: tuple[str, ...]) -> list[str]:
    """The main files among names; a geodatabase is one set, whatever it is made of."""
    found: dict[str, None] = {}
    for name in names:
        steps = PurePosixPath(name).parts
        if any(step.startswith((".", "__MACOSX")) for step in steps):
            continue
        folder = next((at for at, step in enumerate(steps) if step.lower().endswith(".gdb")), None)
        if folder is not None:
            found["/".join(steps[: folder + 1])] = None
        elif name.lower().endswith(endings) and not name.endswith("/"):
            found[name] = None
    return sorted(found)


def _names(name: str) -> tuple[str, ...]:
    """Under what a data set may be asked for."""
    step = PurePosixPath(name)
    return name, str(step.with_suffix("")), step.name, step.stem


def _unpacked(path: Path, layer: str | None, limits: Limits, private: Path) -> tuple[Path, str | None]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = safe_members(path, archive, limits)
            chosen, inner = choose(path, members, layer, "archive")
            return _extracted(path, archive, members, chosen, limits, private), inner
    except _UNREADABLE as wrong:
        raise SourceError(f"{path}: not a readable zip archive: {wrong}") from None


def safe_members(path: Path, archive: zipfile.ZipFile, limits: Limits) -> dict[str, zipfile.ZipInfo]:
    """Return an archive's members by name.

    Raises
    ------
    SourceError
        If the archive is larger than the limits, or has members that climb out of it, links, two
        members of one name, archives in it, or a password.
    """
    entries = archive.infolist()
    if len(entries) > limits.members:
        raise SourceError(f"{path}: {len(entries)} members, more than {limits.says('members')}")
    for entry in entries:
        steps = PurePosixPath(entry.filename.replace("\\", "/"))
        if ".." in steps.parts or steps.is_absolute() or ":" in steps.parts[0]:
            raise SourceError(f"{path}: member {entry.filename!r} climbs out of the archive; pack it anew")
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise SourceError(f"{path}: member {entry.filename!r} is a link to another file; pack the file")
        if entry.flag_bits & 1:
            raise SourceError(f"{path}: needs a password, which cannot be given; unpack it yourself")
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    _bounded(path, unpacked, packed, limits)
    members = {_name(entry): entry for entry in entries}
    if len({name.lower() for name in members}) < len(entries):
        raise SourceError(f"{path}: two members have the same name; pack it anew")
    if nested := [name for name in members if name.lower().endswith(ARCHIVES)]:
        raise SourceError(
            f"{path}: holds another archive, {nested[0]!r}, which is not entered; unpack it yourself"
        )
    return members


def _name(entry: zipfile.ZipInfo) -> str:
    """A member's name; without the UTF-8 mark, Russian archivers wrote it in cp866."""
    if entry.flag_bits & 0x800 or entry.filename.isascii():
        return entry.filename
    raw = entry.filename.encode("cp437")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp866")


def _bounded(path: Path, unpacked: int, packed: int, limits: Limits) -> None:
    """Refuse an archive that unpacks to more than a layer can honestly hold."""
    for broken, name in (
        (unpacked > limits.unpacked_bytes, "unpacked_bytes"),
        (unpacked > max(limits.ratio * packed, _SPARED), "ratio"),
    ):
        if broken:
            raise SourceError(
                f"{path}: unpacks to {unpacked} bytes from {packed}; more than {limits.says(name)} is taken "
                "for a zip bomb; raise the limit if it is none"
            )


def _extracted(
    path: Path,
    archive: zipfile.ZipFile,
    members: dict[str, zipfile.ZipInfo],
    chosen: str,
    limits: Limits,
    private: Path,
) -> Path:
    """Unpack one data set with its parts into a folder of ours, under bare names."""
    within = f"{chosen}/" if chosen.lower().endswith(".gdb") else f"{chosen.rpartition('.')[0]}."
    total = 0
    for name, entry in members.items():
        if not name.lower().startswith(within.lower()) or entry.is_dir() or "/" in name[len(within) :]:
            continue
        place = private.joinpath(*PurePosixPath(name).parts[-2 if within.endswith("/") else -1 :])
        place.parent.mkdir(exist_ok=True)
        with archive.open(entry) as packed, place.open("wb") as out:
            while block := packed.read(_BLOCK):
                total += len(block)
                _bounded(path, total, path.stat().st_size, limits)
                out.write(block)
    return private / PurePosixPath(chosen).name
