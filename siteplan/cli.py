"""The command line: arguments in, exit code out.

It holds no arithmetic: read, call, write. Exit codes: 0 done, 1 the data or the plan were
refused (or a result no longer follows), 2 the command was mistyped.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from siteplan import batching, lookups, printing, terminal
from siteplan.errors import SiteplanError, SourceError

if TYPE_CHECKING:
    from siteplan.findings import Report
    from siteplan.scorecard import Scorecard
    from siteplan.tables import Park

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Score the plots of an industrial park, explain every score, and draw the investor's map.",
    epilog="Exit codes: 0 done, 1 the data or the plan were refused, 2 the command was mistyped.",
)

app.add_typer(lookups.app)
app.add_typer(printing.app)
app.add_typer(batching.app)

# A longer ranking is read in scores.csv, not on a terminal.
_MOST = 50
_WARNINGS = 10

AsJson = lookups.AsJson
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")]
ParkFile = Annotated[
    Path | None, typer.Option("--park", help="The park's catalogue, where it is not in the recorded place.")
]
Out = Annotated[Path, typer.Option("--out", "-o", help="Folder for the results; made when missing.")]
Result = Annotated[Path, typer.Argument(help="Folder that `siteplan score` wrote.")]


@app.command()
def check(
    source: Annotated[Path, typer.Argument(help="A park.toml, a plan.toml, or a single layer file.")],
    layer: Annotated[str | None, typer.Option(help="The layer of a file that holds several.")] = None,
    crs: Annotated[str | None, typer.Option(help="CRS of a file that names none, such as EPSG:4326.")] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Folder for report.json and quarantine.gpkg.")
    ] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Check a park, a plan or a single layer: every problem at once."""
    with terminal.working("reading and checking"):
        report = _report(source, layer, crs)
        if out is not None:
            from siteplan.writing import write_report

            write_report(report, out)
    if as_json:
        terminal.print_json(report.to_dict())
    elif not quiet:
        terminal.say(str(report))
    if report.of("error"):
        if quiet:
            terminal.complain("\n".join(str(error) for error in report.of("error")))
        raise typer.Exit(1)


def _report(source: Path, layer: str | None, crs: str | None) -> Report:
    from siteplan.reading.documents import check_plan, holds_plan
    from siteplan.reading.parks import check_park
    from siteplan.reading.single import check_layer

    if source.suffix.lower() == ".toml" or (source.is_dir() and (source / "park.toml").exists()):
        if layer or crs:
            raise typer.BadParameter(
                "--layer and --crs are for a single layer file; a park's catalogue states them"
            )
        return check_plan(source) if holds_plan(source) else check_park(source).report
    return check_layer(source, layer=layer, crs=crs)[1]


@app.command()
def score(
    plan: Annotated[Path, typer.Argument(help="The plan.toml: what counts, and how much.")],
    park: Annotated[Path, typer.Option("--park", help="The park.toml: what there is.")],
    out: Out = Path("out"),
    resident: Annotated[
        Path | None, typer.Option(help="A resident's sheet: its demands take the place of the plan's.")
    ] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Score and rank the plots of a park by a plan."""
    card, read = _scored(plan, park, out, resident)
    _tell(card, read, out, as_json=as_json, quiet=quiet)


@app.command()
def explain(
    out: Result,
    plot: Annotated[str, typer.Argument(help="The plot's identifier, such as 28:21:999999:7.")],
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Explain one plot's score: amounts, features, values, weights, contributions."""
    explanation = lookups.intact(out).card.explain(plot)
    if as_json:
        terminal.print_json(explanation.to_dict())
    elif not quiet:
        terminal.say(str(explanation))


@app.command("map")
def draw(
    out: Result,
    park: ParkFile = None,
    language: Annotated[
        printing.Language | None,
        typer.Option("--language", "-l", help="In which the page opens; else the reader's own."),
    ] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Draw the investor's map of a result: OUT/map.html, which opens with no internet."""
    card, read = printing.opened(out, park)
    path = _map(card, read, out, language.value if language else None)
    if as_json:
        terminal.print_json({"map": str(path)})
    elif not quiet:
        terminal.say(f"map: {path}")


@app.command()
def verify(out: Result, park: ParkFile = None, as_json: AsJson = False, quiet: Quiet = False) -> None:
    """Compute a result again and say whether it still follows from its inputs."""
    from siteplan.verification import verify as verified

    with terminal.working("computing the result again"):
        verification = verified(out, park=park)
    if as_json:
        terminal.print_json(
            {"follows": not verification.differences, "differences": list(verification.differences)}
        )
    elif verification.differences:
        terminal.complain(str(verification))
    elif not quiet:
        terminal.say(str(verification))
    if verification.differences:
        raise typer.Exit(1)


@app.command()
def demo(out: Out = Path("out"), as_json: AsJson = False, quiet: Quiet = False) -> None:
    """Run the main job on the study area that comes with siteplan: check, score, explain, map."""
    folder = _study_area()
    card, read = _scored(folder / "plans" / "polymer-processing.toml", folder / "park.toml", out)
    path = _map(card, read, out)
    _tell(card, read, out, as_json=as_json, quiet=quiet, drawn=path)
    if not (quiet or as_json):
        best = str(card.ranked.index[0])
        terminal.say(
            f"\n{card.explain(best)}\n\n{read.catalogue.notice}\n\nmap: {path} (open it in a browser)"
        )


def _study_area() -> Path:
    folder = Path(str(resources.files("siteplan.geodata"))) / "svobodny"
    if not (folder / "park.toml").is_file():
        raise SourceError(f"{folder}: the study area is not there; install siteplan again")
    return folder


def _scored(plan: Path, park: Path, out: Path, resident: Path | None = None) -> tuple[Scorecard, Park]:
    """Score a park and write the result; a folder that cannot take it is refused first."""
    catalogue = park / "park.toml" if park.is_dir() else park
    with terminal.working("reading and checking"):
        from siteplan.reading.documents import read_plan, read_resident
        from siteplan.reading.parks import input_files, read_park
        from siteplan.writing import check_output, write_scorecard

        wanted, read = read_plan(plan), read_park(catalogue)
        if resident is not None:
            wanted = wanted.for_resident(read_resident(resident))
        check_output(out, [plan, *([resident] if resident else []), *input_files(catalogue, read.catalogue)])
    with terminal.working("measuring and scoring"):
        from siteplan.scorecard import score as scored

        card = scored(read.plots, read.layers, wanted, rasters=read.rasters)
    with terminal.working("writing"):
        from siteplan.findings import Report

        report = Report.merge([read.report, Report(card.findings)])
        write_scorecard(card, out, park=catalogue, plan=plan, resident=resident, report=report)
    return card, read


def _map(card: Scorecard, park: Park, out: Path, language: str | None = None) -> Path:
    with terminal.working("drawing the map"):
        from siteplan.maps import draw_map
        from siteplan.writing import MAP

        path = out / MAP
        draw_map(card, park, language=language).save(path)
    return path


def _tell(
    card: Scorecard, park: Park, out: Path, *, as_json: bool, quiet: bool, drawn: Path | None = None
) -> None:
    """Print the ranking, or the same as JSON."""
    from siteplan.explanation import plain
    from siteplan.findings import Report

    if as_json:
        rows = card.ranked.drop(columns="geometry").reset_index().to_dict("records")
        ranking = [{str(key): plain(cell) for key, cell in row.items()} for row in rows]
        places = {"out": str(out), "map": str(drawn) if drawn else None}
        report = Report.merge([park.report, Report(card.findings)]).to_dict()
        terminal.print_json({**places, "sentence": card.sentence, "report": report, "plots": ranking})
    elif not quiet:
        terminal.say(f"{park.report.sentence}\n\n{card.text(_MOST)}\n{_warnings(card)}\nresults: {out}")


def _warnings(card: Scorecard) -> str:
    """What was found while plots were connected and asks for a look; all of it is in report.json."""
    found = [str(one) for one in card.findings if one.level == "warning"]
    more = [f"and {len(found) - _WARNINGS} more in report.json"] if len(found) > _WARNINGS else []
    return "".join(f"warning: {line}\n" for line in found[:_WARNINGS]) + "".join(f"{line}\n" for line in more)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and leave with its exit code."""
    run: Callable[..., Any] = app
    given = sys.argv[1:] if arguments is None else arguments
    try:
        run(arguments)
    except BrokenPipeError:
        sys.exit(0)
    except (SiteplanError, OSError) as refused:
        if "--json" in given:
            problems = list(refused.problems) if isinstance(refused, SiteplanError) else []
            message = refused.message if isinstance(refused, SiteplanError) else str(refused)
            terminal.print_json({"error": message, "problems": problems})
        terminal.complain(f"error: {refused}")
        sys.exit(1)
