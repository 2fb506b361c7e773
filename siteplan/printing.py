"""Commands that put a result on paper: the workbook and the passports."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from siteplan import lookups, terminal
from siteplan.errors import OutputError

if TYPE_CHECKING:
    from siteplan.reports.passport import Passport
    from siteplan.scorecard import Scorecard
    from siteplan.tables import Park

app = typer.Typer()


class Language(StrEnum):
    """The languages that siteplan speaks."""

    en = "en"
    ru = "ru"
    zh = "zh"


Result = Annotated[Path, typer.Argument(help="Folder that `siteplan score` wrote.")]
ParkFile = Annotated[
    Path | None, typer.Option("--park", help="The park's catalogue, where it is not in the recorded place.")
]
Spoken = Annotated[
    Language,
    typer.Option("--language", "-l", help="Of siteplan's words, and of the park's where it is translated."),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")]


@app.command()
def workbook(
    out: Result,
    to: Annotated[Path | None, typer.Option(help="The file; OUT/scores.xlsx if not given.")] = None,
    language: Spoken = Language.en,
    park: ParkFile = None,
    as_json: lookups.AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Write a workbook whose ranking follows its weights: OUT/scores.xlsx."""
    card, read = opened(out, park)
    with terminal.working("writing the workbook"):
        from siteplan.reports.workbook import write_workbook
        from siteplan.writing import WORKBOOK

        path = write_workbook(card, to or out / WORKBOOK, park=read, language=language.value)
    if as_json:
        terminal.print_json({"workbook": str(path)})
    elif not quiet:
        terminal.say(f"workbook: {path}")


@app.command()
def passport(  # noqa: PLR0913, PLR0917 (a command has as many options as it has)
    out: Result,
    plots: Annotated[
        list[str] | None, typer.Argument(metavar="[PLOT]...", help="Identifiers such as 28:21:999999:7.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="The passports of all plots.")] = False,
    to: Annotated[
        Path | None, typer.Option(help="The file of one plot, or the folder of several; OUT/passports.")
    ] = None,
    language: Spoken = Language.en,
    address: Annotated[
        str, typer.Option(help="Where the map can be opened; {plot} in it is replaced. Adds a QR code.")
    ] = "",
    fonts: Annotated[
        list[Path] | None, typer.Option(help="A folder with fonts, where the machine's do not suffice.")
    ] = None,
    park: ParkFile = None,
    as_json: lookups.AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Print plots' passports as PDFs: map, score as a sum, connections, land, what is not known."""
    if bool(plots) == every:
        raise typer.BadParameter("name plots, or give --all")
    card, read = opened(out, park)
    with terminal.working("printing passports"):
        from siteplan.reports.passport import passports

        made = passports(
            card, read, plots, language.value, address=address, fonts=[str(folder) for folder in fonts or ()]
        )
        written = [_write(one, _place(one, card, out, to, single=len(plots or ()) == 1)) for one in made]
    warnings = [warning for _, warning in written if warning]
    if as_json:
        terminal.print_json({"passports": [str(path) for path, _ in written], "warnings": warnings})
        return
    for warning in warnings:
        terminal.complain(f"warning: {warning}")
    if not quiet:
        for path, _ in written[:1] if every else written:
            terminal.say(f"passport: {path}" + (f" and {len(written) - 1} more" if every else ""))


def _write(one: Passport, path: Path) -> tuple[Path, str]:
    from siteplan.writing import atomic_bytes

    atomic_bytes(path, one.pdf)
    return path, one.warning


def _place(one: Passport, card: Scorecard, out: Path, to: Path | None, *, single: bool) -> Path:
    """Where a passport lies: the file that was named, or a name of its own in a folder."""
    from siteplan.reports.passport import file_names
    from siteplan.writing import PASSPORTS

    if to is not None and single and to.suffix.lower() == ".pdf":
        return to
    return (to or out / PASSPORTS) / file_names(card)[one.plot]


def opened(out: Path, park: Path | None) -> tuple[Scorecard, Park]:
    """A result and the park it still follows from."""
    with terminal.working("reading the result and its park"):
        from siteplan.reading.parks import read_park

        written = lookups.intact(out)
        source = park or written.park
        if source is None:
            raise OutputError(f"{out}: the result does not say which park it came from; give it with --park")
        read = read_park(source)
        _refuse_changed(written.card, read, out)
    return written.card, read


def _refuse_changed(card: Scorecard, park: Park, out: Path) -> None:
    """Refuse a result that no longer follows from its park."""
    from siteplan.provenance import changed

    names = changed(card.provenance, park.plots, park.layers, card.plan, park.rasters)
    if names:
        raise OutputError(
            f"{out}: the result no longer follows from its inputs, {', '.join(names)} changed; score again"
        )
