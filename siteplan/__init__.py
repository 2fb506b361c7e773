"""Plan industrial parks: which plot, with how much of everything, and how sure are you.

The floors, from the ground up; a module imports only from floors below its own:

    errors, letters           what is refused; letters that look alike
    safe, units, rounding     text made harmless; units and their spellings; sums that add up as printed
    words                     what siteplan says to people, in every language it speaks
    models, findings, cells   typed-in documents; what was found while reading; one cell of a table
    limits                    how much of a stranger's file is taken in
    database                  where a table lies in PostGIS
    sources, rasters          where a table or a grid lies; a grid of heights
    spans, buildable, norms,  classes of objects; what takes land; zone rules, building densities,
    densities, requirements   what a park must have
    amounts, worth, prices,   what can be measured; what an amount is worth; unit costs;
    surfaces, connections,    what terrain costs; what a plot wants of a utility;
    criteria                  what is judged by degree or by a bound
    glossary, plan, park,     a park's texts in other languages; what the planner decides; what there is;
    quantities                numbers as people write them
    kernels                   compiled loops: nearest, least cost; arrays in, arrays out
    crs, shapes, columns      metres; geometry as files bring it; attributes as files bring them
    segments, plainly,        shapes taken apart; from every plot to the nearest point of a layer,
    nearest                   through shapely or compiled
    placing, tables, regimes  where coordinates lie; what a table must be; support by zone
    measures                  shapes in, amounts out
    weights, uncertainty,     weights out of judgements; how far an amount may be off; pairs compared, and
    judgements, weighing      how else a planner comes to weights
    methods, weightings,      other ways to rank; weights drawn at random; how sure a rank is, in words;
    robustness, valuing       amounts in, worth out
    places, scoring,          who takes which place, counted; worth in, contributions out;
    looseness, tipping,       worths that are drawn; where a rank tips;
    assessment                robustness computed
    connect, land             how a plot reaches a utility: tie-in, route, headroom, money;
                              what can be built on a plot, and what takes the rest
    passports, losses,        connection passports and lost land in words; tables with shapes;
    details, evidence         what the tables say of a requirement
    checks, explanation,      whether a plan fits its tables; why a plot has its score;
    provenance, compliance    what a result follows from; a park against requirements
    scorecard                 score(): check, project, measure, score
    opinions, reweighing      what other methods say; the same worths under other weights
    postgres                  connections to a database, without a password in any message
    reading, writing,         files and databases in; files out, atomically;
    publishing                results into a database
    maps, charts,             Scorecard in, folium.Map out; Scorecard in, figures out;
    reports, verification,    passports and a workbook; does a result still follow?
    batch                     millions of plots, piece by piece
    terminal, lookups,        what a command says;
    printing, batching, cli   arguments in, exit code out

The public names below are loaded when first used, so that `import siteplan` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from siteplan.compliance import Compliance, check_requirements
    from siteplan.connections import Resident
    from siteplan.errors import (
        CatalogueError,
        CrsError,
        DataError,
        OutputError,
        PlanError,
        SiteplanError,
        SourceError,
    )
    from siteplan.explanation import Explanation
    from siteplan.findings import Report
    from siteplan.land.frontage import frontage
    from siteplan.land.rectangles import hall, largest_rectangle
    from siteplan.land.remaining import net_area
    from siteplan.land.zones import zones
    from siteplan.maps import draw_map
    from siteplan.measures import distance
    from siteplan.norms import Norms
    from siteplan.opinions import Opinions, second_opinions
    from siteplan.park import Catalogue
    from siteplan.plan import Plan
    from siteplan.prices import Prices
    from siteplan.publishing import write_database
    from siteplan.rasters import Raster
    from siteplan.reading.documents import (
        read_densities,
        read_norms,
        read_plan,
        read_prices,
        read_requirements,
        read_resident,
    )
    from siteplan.reading.layers import read_layer
    from siteplan.reading.parks import read_park
    from siteplan.reading.rasters import read_raster
    from siteplan.reading.scorecards import read_scorecard
    from siteplan.reports.passport import Passport, passport
    from siteplan.reports.workbook import write_workbook
    from siteplan.reweighing import Reweighing
    from siteplan.robustness import Robustness
    from siteplan.scorecard import Scorecard, score
    from siteplan.tables import Park
    from siteplan.verification import verify
    from siteplan.writing import write_layer, write_report, write_scorecard

_HOMES = {
    "errors": (
        "CatalogueError",
        "CrsError",
        "DataError",
        "OutputError",
        "PlanError",
        "SiteplanError",
        "SourceError",
    ),
    "compliance": ("Compliance", "check_requirements"),
    "connections": ("Resident",),
    "explanation": ("Explanation",),
    "findings": ("Report",),
    "land.frontage": ("frontage",),
    "land.rectangles": ("hall", "largest_rectangle"),
    "land.remaining": ("net_area",),
    "land.zones": ("zones",),
    "maps": ("draw_map",),
    "measures": ("distance",),
    "norms": ("Norms",),
    "opinions": ("Opinions", "second_opinions"),
    "park": ("Catalogue",),
    "plan": ("Plan",),
    "prices": ("Prices",),
    "publishing": ("write_database",),
    "rasters": ("Raster",),
    "reading.documents": (
        "read_densities",
        "read_norms",
        "read_plan",
        "read_prices",
        "read_requirements",
        "read_resident",
    ),
    "reading.layers": ("read_layer",),
    "reading.parks": ("read_park",),
    "reading.rasters": ("read_raster",),
    "reading.scorecards": ("read_scorecard",),
    "reports.passport": ("Passport", "passport"),
    "reports.workbook": ("write_workbook",),
    "reweighing": ("Reweighing",),
    "robustness": ("Robustness",),
    "scorecard": ("Scorecard", "score"),
    "tables": ("Park",),
    "verification": ("verify",),
    "writing": ("write_layer", "write_report", "write_scorecard"),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "Catalogue",
    "CatalogueError",
    "Compliance",
    "CrsError",
    "DataError",
    "Explanation",
    "Norms",
    "Opinions",
    "OutputError",
    "Park",
    "Passport",
    "Plan",
    "PlanError",
    "Prices",
    "Raster",
    "Report",
    "Resident",
    "Reweighing",
    "Robustness",
    "Scorecard",
    "SiteplanError",
    "SourceError",
    "check_requirements",
    "distance",
    "draw_map",
    "frontage",
    "hall",
    "largest_rectangle",
    "net_area",
    "passport",
    "read_densities",
    "read_layer",
    "read_norms",
    "read_park",
    "read_plan",
    "read_prices",
    "read_raster",
    "read_requirements",
    "read_resident",
    "read_scorecard",
    "score",
    "second_opinions",
    "verify",
    "write_database",
    "write_layer",
    "write_report",
    "write_scorecard",
    "write_workbook",
    "zones",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'siteplan' has no attribute {name!r}")
    return getattr(import_module(f"siteplan.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return __all__
