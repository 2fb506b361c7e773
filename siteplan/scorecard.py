"""The ranking with its reasons: check, project, measure, score."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

import geopandas as gpd
import pandas as pd

from siteplan import assessment, crs, measures, provenance, safe, scoring
from siteplan.amounts import Landed as OnLand
from siteplan.amounts import Measure, Plain
from siteplan.checks import usable
from siteplan.connect import table as connecting
from siteplan.connect.table import Connections
from siteplan.errors import DataError
from siteplan.explanation import Explanation
from siteplan.findings import Finding
from siteplan.land import table as landing
from siteplan.land.table import Landed
from siteplan.models import near
from siteplan.plan import Plan
from siteplan.provenance import Provenance
from siteplan.rasters import Raster
from siteplan.robustness import Robustness
from siteplan.valuing import relative_findings
from siteplan.words import Sayings, Words

_SHOWN = 10

Table = TypeVar("Table", bound=pd.DataFrame)


@dataclass(frozen=True)
class Scorecard:
    """A ranking with its reasons.

    Attributes
    ----------
    plots
        Indexed by `plot`, in the order and the CRS given: `name`, `rank` (missing when excluded),
        `score` (0-1, unknown amounts count 0), `score_high` (unknown amounts count 1),
        `completeness` (share of the weights whose amount is known), `excluded_by` and `unchecked`
        (constraints violated, and not decidable), `area_ha`, geometry.
    contributions
        One row per plot and criterion: `amount` in the plan's `unit` (or `category`), the `feature` it was
        measured to, `value`, `weight`, `contribution`, and the tie-in point in degrees. A score
        is the sum of its contributions.
    plan
        What the planner decided.
    provenance
        What the result follows from.
    connections
        One row per plot and connection of the plan, its connection passport (the columns are
        those of `siteplan.connect.passport.passports`), with the route in degrees.
    land
        One row per plot where the plan has land, indexed by `plot` (the columns are those of
        `siteplan.land.table.none`): gross and net areas, parts, the largest rectangle, and the net
        land in degrees.
    losses
        One row per plot and cause: what a zone takes when its turn comes (`taken_ha`) and by
        itself (`alone_ha`), by which act, with the patch in degrees.
    overrides
        One row per plot and patch on which a planner decided otherwise: who, when, why, and by
        how much the net land changes with consents given and refused (of a patch held back its
        whole area, also where zones had taken some of it).
    findings
        What was found about weights, networks, surfaces and zones.
    robustness
        How sure every rank is, where the plan has `robustness`.
    sayings
        How the sentences in these tables (`excluded_by`, `reason`, `missing` and others) are said in
        other languages.
    """

    plots: gpd.GeoDataFrame
    contributions: pd.DataFrame
    plan: Plan
    provenance: Provenance
    connections: gpd.GeoDataFrame = field(default_factory=connecting.none)
    land: gpd.GeoDataFrame = field(default_factory=landing.none)
    losses: gpd.GeoDataFrame = field(default_factory=landing.no_losses)
    overrides: gpd.GeoDataFrame = field(default_factory=landing.no_overrides)
    findings: tuple[Finding, ...] = ()
    robustness: Robustness | None = None
    sayings: Sayings = field(default_factory=Sayings)

    @property
    def ranked(self) -> gpd.GeoDataFrame:
        """The plots from best to worst, equal ranks in the order given; the excluded last."""
        return self.plots.sort_values("rank", kind="stable", na_position="last")

    @property
    def sentence(self) -> str:
        """What came out, in one sentence."""
        excluded = int((self.plots["excluded_by"] != "").sum())
        open_ = int(((self.plots["completeness"] < 1) & (self.plots["excluded_by"] == "")).sum())
        best = self.ranked.index[0] if self.plots["rank"].notna().any() else None
        first = f"; first is {safe.visible(best)}" if best is not None else ""
        return (
            f"{len(self.plots)} plots: {len(self.plots) - excluded} ranked ({open_} with unknown amounts), "
            f"{excluded} excluded{first}.{self._assumed}"
        )

    @property
    def _assumed(self) -> str:
        """What siteplan had to decide because nobody did."""
        made, words = self.provenance, ""
        if made.metric_crs_estimated:
            words += f" Measured in {made.metric_crs}, estimated; state metric_crs in the plan to keep it."
        if made.units_assumed:
            words += f" Taken to be in the plan's units: {', '.join(map(safe.visible, made.units_assumed))}."
        return words

    def explain(self, plot: str, words: Words | None = None) -> Explanation:
        """Return the reasons for one plot's score; how sure it is in a language, if one is given.

        Raises
        ------
        DataError
            If there is no such plot.
        """
        plot = str(plot)
        if plot not in self.plots.index:
            raise DataError(f"there is no plot {plot!r}{near(plot, map(str, self.plots.index))}")
        rows = self.contributions[self.contributions["plot"] == plot]
        total = {str(key): cell for key, cell in self.plots.drop(columns="geometry").loc[plot].items()}
        passports = self.connections[self.connections["plot"] == plot]
        lost, decided = (table[table["plot"] == plot] for table in (self.losses, self.overrides))
        areas = self.land[self.land.index == plot].drop(columns="geometry")
        land = {str(key): cell for row in areas.to_dict("records") for key, cell in row.items()}
        ranked, prices = int(self.plots["rank"].notna().sum()), self.plan.prices
        said = prices.sentence if prices else ""
        sure = self.robustness.sentences(plot, words) if self.robustness else ()
        weighed = self.plan.weights.words if self.plan.weights else ""
        return Explanation(plot, total, rows, ranked, passports, land, lost, decided, said, sure, weighed)

    def __repr__(self) -> str:
        return self.text(_SHOWN)

    def text(self, most: int) -> str:
        """Return the ranking as text, `most` plots at the most."""
        table = self._table(most).to_string(index=False)
        title = safe.visible(self.plan.title or self.plan.name)
        return f"{title}: {self.sentence}\n{table}{self._more(most)}"

    def _repr_html_(self) -> str:
        table = self._table(_SHOWN)
        return (
            f"<p><b>{safe.entities(self.plan.title or self.plan.name)}</b>: "
            f"{safe.entities(self.sentence)}</p>"
            f"{safe.html_table(table.columns, table.to_numpy())}{self._more(_SHOWN)}"
        )

    def _more(self, most: int) -> str:
        more = len(self.plots) - most
        return f"\n... and {more} more in .ranked" if more > 0 else ""

    def _table(self, most: int) -> pd.DataFrame:
        """The first rows as text: rank, plot, score with its interval, and what is open."""
        best = self.ranked.head(most)
        return pd.DataFrame(
            {
                "rank": [str(rank) if pd.notna(rank) else "-" for rank in best["rank"]],
                "plot": [safe.visible(plot) for plot in best.index],
                "score": [
                    score_text(low, high) for low, high in zip(best["score"], best["score_high"], strict=True)
                ],
                "known": [f"{share:.0%}" for share in best["completeness"]],
                "area_ha": [f"{area:.2f}" for area in best["area_ha"]],
                "excluded_by": [safe.visible(text) for text in best["excluded_by"]],
            }
        )


def score_text(low: float, high: float) -> str:
    """Return a score in words: one number, an interval, or "excluded".

    Examples
    --------
    >>> score_text(0.5, 0.5), score_text(0.5, 0.75), score_text(float("nan"), float("nan"))
    ('0.500', '0.500-0.750', 'excluded')
    """
    if math.isnan(low):
        return "excluded"
    return f"{low:.3f}" if high - low < 5e-4 else f"{low:.3f}-{high:.3f}"


def score(
    plots: gpd.GeoDataFrame,
    layers: Mapping[str, gpd.GeoDataFrame],
    plan: Plan,
    *,
    rasters: Mapping[str, Raster] | None = None,
) -> Scorecard:
    """Score and rank plots by a plan, with every reason.

    Parameters
    ----------
    plots
        Polygons with a CRS, indexed by identifier (or with a column `plot`), with the columns
        that the plan's attributes name: in the units that `plots.attrs["units"]` gives, else in the
        plan's.
    layers
        Points, lines or polygons by name, each with a CRS; more than the plan uses is fine.
    plan
        What counts, what it is worth, and how much it weighs.
    rasters
        Elevation models by name, for the surfaces that name one.

    Returns
    -------
    scorecard
        On the plots' index, in their order. The tables given are not changed.

    Raises
    ------
    DataError
        If a table is not usable: every problem of every table at once.
    PlanError
        If the plan names a layer or column that is not there.
    CrsError
        If the plan's metric CRS cannot measure, is made for another place, or coordinates do not
        fit it.
    """
    plots, layers = usable(plots, layers, plan)
    metric = crs.for_measuring(plan.metric_crs) if plan.metric_crs else crs.estimate(plots)
    crs.refuse_distortion(plots, metric)
    in_metres = crs.project(plots, metric)
    around = {name: crs.project(layers[name], metric) for name in plan.layers}
    connected = _connected(in_metres, around, plan, rasters or {})
    landed = _landed(in_metres, around, plan, rasters or {})
    # One measure that serves a criterion and a constraint is taken once.
    measured: dict[Measure, pd.DataFrame] = {
        what: measures.measure(in_metres, around, what)
        for what in dict.fromkeys(one.measure for one in plan.judged)
        if isinstance(what, Plain)
    }
    measured |= {**connected.measured, **landed.measured}
    verdicts = [scoring.verdict(measured[bound.measure], bound) for bound in plan.bounds]
    for_criteria = {criterion.name: measured[criterion.measure] for criterion in plan.criteria}
    admitted = scoring.admitted(verdicts, plots.index)
    contributions = scoring.contributions(for_criteria, plan, admitted)
    totals = scoring.totals(contributions, verdicts, plots.index)
    totals.insert(0, "name", plots["name"])
    totals["area_ha"] = measures.area(in_metres)
    totals, sayings = _told(totals, scoring.SAID)
    passports, of_connections = _told(connected.passports, connecting.SAID)
    land, of_land = _told(landed.plots, landing.TEXTS)
    return Scorecard(
        gpd.GeoDataFrame(totals, geometry=plots.geometry, crs=plots.crs),
        _with_tie_ins(contributions, for_criteria, metric),
        plan,
        provenance.of(plots, layers, plan, metric_crs=provenance.crs_name(metric), rasters=rasters),
        passports,
        land,
        landed.losses,
        landed.overrides,
        (
            *plan.findings,
            *relative_findings(contributions, plan.criteria, admitted),
            *connected.findings,
            *landed.findings,
        ),
        assessment.assess(contributions, totals, plan) if plan.robustness else None,
        Sayings({**sayings, **of_connections, **of_land}),
    )


def _told(table: Table, columns: Iterable[str]) -> tuple[Table, Sayings]:
    """A table with its sayings as plain text, and what they are made of."""
    plain = table.astype(dict.fromkeys(columns, "str"))
    return plain, Sayings.among(*(table[name] for name in columns))


def _connected(
    plots: gpd.GeoDataFrame,
    layers: Mapping[str, gpd.GeoDataFrame],
    plan: Plan,
    rasters: Mapping[str, Raster],
) -> Connections:
    """What the plan's connections and networks come to; most plans have none."""
    if not plan.connections and not plan.networks:
        return Connections()
    # Graphs and grids bring scipy and rasterio, which no other plan should wait for.
    from siteplan.connect.together import connect  # noqa: PLC0415

    return connect(plots, layers, plan, rasters)


def _landed(
    plots: gpd.GeoDataFrame,
    layers: Mapping[str, gpd.GeoDataFrame],
    plan: Plan,
    rasters: Mapping[str, Raster],
) -> Landed:
    """What is left of the plots' land, where the plan asks."""
    if plan.land is None and not any(isinstance(one.measure, OnLand) for one in plan.judged):
        return Landed()
    from siteplan.land.together import landed  # noqa: PLC0415

    return landed(plots, layers, plan, rasters)


def _with_tie_ins(
    contributions: pd.DataFrame, measured: Mapping[str, pd.DataFrame], metric: crs.CRS
) -> pd.DataFrame:
    """The contributions, each with its tie-in point in degrees."""
    points = pd.concat(
        [
            table[["tie_in_x", "tie_in_y"]].reset_index().assign(criterion=name)
            for name, table in measured.items()
        ]
    )
    lon, lat = crs.points_to_degrees(points["tie_in_x"].to_numpy(), points["tie_in_y"].to_numpy(), metric)
    tie_ins = points[["plot", "criterion"]].assign(tie_in_lon=lon, tie_in_lat=lat)
    return contributions.merge(tie_ins, on=["plot", "criterion"], how="left", validate="one_to_one")
