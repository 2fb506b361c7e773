"""Commands beside the main job: norms, what a park must have, second opinions, charts."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from siteplan import terminal

if TYPE_CHECKING:
    from siteplan.norms import Norms, Rule
    from siteplan.reading.scorecards import Written

app = typer.Typer()

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")]


@app.command()
def norms(
    files: Annotated[
        list[Path] | None,
        typer.Argument(help="Tables of rules; those of later files replace earlier ones of their name."),
    ] = None,
    thing: Annotated[str | None, typer.Option("--object", help="Only the rules of one object.")] = None,
    as_json: AsJson = False,
) -> None:
    """List protection-zone rules: how wide, how strict, by which act, how sure."""
    from siteplan.errors import PlanError
    from siteplan.models import near
    from siteplan.reading.documents import read_norms

    table = read_norms(*(files or [_shipped("russia.toml")]))
    rules = table.of(thing) if thing else table.rules
    if not rules:
        known = dict.fromkeys(rule.object for rule in table.rules)
        raise PlanError(f"no rule is about {thing!r}{near(str(thing), known)}; objects: {', '.join(known)}")
    if as_json:
        head = {"title": table.title, "notice": table.notice}
        terminal.print_json({**head, "rules": [rule.to_dict() for rule in rules]})
    else:
        terminal.say(_listing(table, rules))


def _shipped(name: str) -> Path:
    return Path(str(resources.files("siteplan.geodata"))) / "norms" / name


def _listing(table: Norms, rules: tuple[Rule, ...]) -> str:
    lines = [table.title, ""]
    for rule in rules:
        act = ", ".join(filter(None, (rule.act, rule.clause)))
        lines += [
            f"{rule.name}: {rule.title} ({rule.object}, {rule.zone})",
            f"  {rule.severity}; {_widths(rule)} from the {rule.measured_from.replace('_', ' ')}",
            f"  {act}; {rule.status}, {rule.confidence}, {rule.as_of.isoformat()}: {rule.source}",
            *([f"  {rule.note}"] if rule.note else []),
        ]
    return "\n".join([*lines, "", table.notice])


def _widths(rule: Rule) -> str:
    if rule.classes:
        unclassed = "the widest" if rule.without_class == "widest" else "unknown"
        classes = "; ".join(f"{width.words}: {width.metres:g} m" for width in rule.widths)
        in_units = ", ".join(f"{name} in {unit}" for name, unit in rule.units.items())
        return f"{classes}{f' ({in_units})' if in_units else ''}; without a class {unclassed},"
    return f"{rule.widths[0].metres:g} m"


@app.command()
def requirements(
    park: Annotated[Path, typer.Argument(help="The park.toml: what there is.")],
    table: Annotated[
        Path | None, typer.Option("--table", help="What a park must have; the shipped table unless given.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Hold a whole park against what an industrial park must have: met, not met, unknown."""
    from siteplan.compliance import check_requirements
    from siteplan.explanation import plain
    from siteplan.reading.documents import read_requirements
    from siteplan.reading.parks import read_park

    asked = read_requirements(table or _shipped("industrial-park.toml"))
    with terminal.working("reading and checking"):
        found = check_requirements(read_park(park), asked)
    if as_json:
        rows = [
            {str(key): plain(cell) for key, cell in row.items()} for row in found.answers.to_dict("records")
        ]
        said = {"answers": rows, "findings": [str(finding) for finding in found.findings]}
        terminal.print_json({"sentence": found.sentence, "notice": asked.notice, **said})
    else:
        terminal.say(str(found))


@app.command()
def opinions(
    result: Annotated[Path, typer.Argument(help="Folder that `siteplan score` wrote.")],
    as_json: AsJson = False,
) -> None:
    """Rank the plots of a result by other methods, too, and say where they part."""
    from siteplan.opinions import second_opinions

    found = second_opinions(intact(result).card)
    if as_json:
        terminal.print_json(found.to_dict())
    else:
        terminal.say(str(found))


@app.command()
def charts(
    result: Annotated[Path, typer.Argument(help="Folder that `siteplan score` wrote.")],
    as_json: AsJson = False,
) -> None:
    """Draw a result as SVG, into its folder charts: sums, places, what one weight changes, values."""
    from siteplan.charts import write_charts
    from siteplan.writing.scorecards import CHARTS

    written = intact(result)
    with terminal.working("drawing"):
        paths = write_charts(written.card, result / CHARTS)
    if as_json:
        terminal.print_json({"charts": [str(path) for path in paths]})
    else:
        terminal.say("\n".join(str(path) for path in paths))


def intact(out: Path) -> Written:
    """Return a written result, refused where a file of it has changed since."""
    from siteplan.errors import OutputError
    from siteplan.reading.scorecards import read_scorecard

    written = read_scorecard(out)
    if written.altered:
        raise OutputError(
            f"{out}: {', '.join(written.altered)} changed since the result was written; score again"
        )
    return written
