"""Everything but the plots made ready once, to score any number of plots piece by piece.

A plot's row depends on nothing but the plot: not on its piece, nor on the other plots. So pieces may
be scored in any order, anywhere, and taken over from an earlier result.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version

import geopandas as gpd
import pandas as pd
import shapely

from siteplan import checks, crs, measures, provenance, scoring
from siteplan.amounts import Attribute, Connected, Hall, Measure, Status, Travelled
from siteplan.batch import lanes
from siteplan.batch.lanes import Ready
from siteplan.errors import PlanError
from siteplan.findings import Finding
from siteplan.nearest import WORTH_COMPILING, Way
from siteplan.plan import Plan
from siteplan.rasters import Raster
from siteplan.valuing import value

FORMAT = 1
"""Version of the columns of a scored piece."""

_MADE_FOR_ALL = "its grid is laid around all plots at once, so no piece of them can be scored by itself"


@dataclass(frozen=True)
class Scored:
    """Some plots with their scores.

    Attributes
    ----------
    plots
        Indexed by `plot`, in the order and the CRS given: `name`, `score`, `score_high`,
        `completeness`, `excluded_by`, `unchecked` and `area_ha` as in a scorecard, and for every
        criterion, where there is such a thing, `<criterion>.amount` in the plan's unit,
        `<criterion>.category`, `<criterion>.feature` and `<criterion>.contribution`.
    findings
        What was found about these plots.
    """

    plots: gpd.GeoDataFrame
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, eq=False)
class Engine:
    """A plan and what lies around the plots, made ready once; it can be pickled.

    Attributes
    ----------
    plan
        With those of its connections only that criteria and constraints ask for.
    metric_crs
        Where everything is measured.
    ready
        Layers in that CRS, indexed.
    tables
        What the layers and elevation models were, as in a provenance.
    findings
        What was found about the plan and the layers.
    """

    plan: Plan
    metric_crs: str
    ready: Ready
    tables: tuple[provenance.Table, ...]
    findings: tuple[Finding, ...]

    @classmethod
    def of(
        cls,
        layers: Mapping[str, gpd.GeoDataFrame],
        plan: Plan,
        *,
        region: tuple[float, float, float, float],
        rasters: Mapping[str, Raster] | None = None,
        way: Way = "compiled",
    ) -> Engine:
        """Make a plan and layers ready.

        Parameters
        ----------
        layers, plan, rasters
            As for `siteplan.score`.
        region
            West, south, east, north in degrees, from which the metric CRS is estimated where the
            plan states none.
        way
            "compiled", or "plain" for so few plots that compiling is not worth it. Amounts agree to
            rounding.

        Raises
        ------
        PlanError
            If a plan cannot be scored piece by piece, or names layers that are not there.
        DataError, CrsError
            As for `siteplan.score`.
        """
        _refuse_what_wants_all(plan)
        asked = _asked(plan)
        used = checks.usable_layers(layers, asked)
        box = gpd.GeoDataFrame(geometry=[shapely.box(*region)], crs=crs.DEGREES)
        metric = crs.for_measuring(plan.metric_crs) if plan.metric_crs else crs.estimate(box)
        name = provenance.crs_name(metric)
        around = {name: crs.project(layer, metric) for name, layer in used.items()}
        made = Ready.of(around, asked, dict(rasters or {}), way)
        tables = provenance.around(used, asked, rasters or {})
        findings = (*plan.findings, *made.findings, *_left_out(plan, name))
        return cls(asked, name, made, tables, findings)

    def scored(self, plots: gpd.GeoDataFrame) -> Scored:
        """Score some plots, as `siteplan.score` would, but for the rank.

        Parameters
        ----------
        plots
            As for `siteplan.score`.

        Raises
        ------
        PlanError, DataError, CrsError
            As for `siteplan.score`.
        """
        plan = self.plan
        plots = checks.usable_plots(plots, self.ready.layers, plan)
        metric = crs.for_measuring(self.metric_crs)
        crs.refuse_distortion(plots, metric)
        in_metres = crs.project(plots, metric)
        measured, findings = self.ready.measured(in_metres)
        verdicts = [scoring.verdict(measured[bound.measure], bound) for bound in plan.bounds]
        scoring.refuse_unlisted({one.name: measured[one.measure] for one in plan.criteria}, plan)
        told, judged = self._judged(measured)
        totals = scoring.summed(judged, verdicts, plots.index)
        totals = totals.astype(dict.fromkeys(scoring.SAID, "str"))
        totals.insert(0, "name", plots["name"])
        totals["area_ha"] = measures.area(in_metres)
        table = pd.concat([totals, pd.DataFrame(told, index=plots.index)], axis=1)
        return Scored(gpd.GeoDataFrame(table, geometry=plots.geometry, crs=plots.crs), tuple(findings))

    def _judged(
        self, measured: Mapping[Measure, pd.DataFrame]
    ) -> tuple[dict[str, pd.Series], dict[str, tuple[pd.Series, pd.Series]]]:
        """The columns of every criterion, and contributions with weights."""
        told: dict[str, pd.Series] = {}
        judged: dict[str, tuple[pd.Series, pd.Series]] = {}
        shares = self.plan.shares
        for one in self.plan.criteria:
            amounts = scoring.in_plan_unit(measured[one.measure], one)
            weight = shares[one.name]
            contribution = value(amounts, one) * weight
            judged[one.name] = contribution, pd.Series(weight, index=contribution.index)
            told |= {f"{one.name}.{column}": amounts[column] for column in _columns(one.measure)}
            told[f"{one.name}.contribution"] = contribution
        return told, judged

    @property
    def fingerprint(self) -> str:
        """SHA-256 of everything but the plots that the scores follow from, versions included."""
        facts = {
            "format": FORMAT,
            "siteplan": version("siteplan"),
            "libraries": provenance.libraries(),
            "plan": provenance.plan_digest(self.plan),
            "metric_crs": self.metric_crs,
            "way": self.ready.way,
            "tables": {table.name: table.fingerprint for table in self.tables},
        }
        return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def way_for(rows: int) -> Way:
    """Return the way to measure pieces of so many rows; it never depends on how many plots there are."""
    return "compiled" if rows >= WORTH_COMPILING else "plain"


def _columns(measure: Measure) -> list[str]:
    """Which measured columns say something."""
    columns = [] if isinstance(measure, Hall | Status) else ["amount"]
    if isinstance(measure, Attribute | Connected | Travelled | Hall):
        columns.append("category")
    if measure.kind == "distance" or isinstance(measure, Connected | Travelled):
        columns.append("feature")
    return columns


def _asked(plan: Plan) -> Plan:
    """The plan with those connections only that something is asked of: there are no passports in a batch."""
    wanted = {one.measure.connection for one in plan.judged if isinstance(one.measure, Connected)}
    kept = tuple(one for one in plan.connections if one.name in wanted)
    over = {one.surface for one in kept}
    surfaces = {name: ground for name, ground in plan.surfaces.items() if name in over}
    travelled = {one.measure.network for one in plan.judged if isinstance(one.measure, Travelled)}
    roads = travelled | {one.network for one in kept}
    networks = {name: network for name, network in plan.networks.items() if name in roads}
    changes: dict[str, object] = {"connections": kept, "surfaces": surfaces, "networks": networks}
    if not lanes.on_net(plan):
        changes["land"] = None
    return plan.model_copy(update=changes)


def _refuse_what_wants_all(plan: Plan) -> None:
    """Refuse what cannot be told of a plot by itself."""
    problems = [
        f"criterion {one.name!r}: its worth is relative to the other plots, of which a batch never has "
        "all at hand; give reference amounts, as of linear"
        for one in plan.criteria
        if one.value.shape == "relative"
    ]
    problems += [
        f"connection {one.name!r} runs over surface {one.surface!r}: {_MADE_FOR_ALL}; give a network, or none"
        for one in _asked(plan).connections
        if one.surface is not None
    ]
    if problems:
        raise PlanError(f"plan {plan.name!r} cannot be scored piece by piece", problems)


def _left_out(plan: Plan, metric: str) -> list[Finding]:
    """What a batch does not make, said."""
    found = []
    if plan.metric_crs is None:
        message = f"measured in {metric}, estimated from the region of the catalogue"
        found.append(Finding("note", "plan", message, "state metric_crs in the plan to keep it"))
    made = [
        name
        for name, asked in (
            ("robustness", plan.robustness),
            ("connection passports", plan.connections),
            ("land by cause", plan.land),
        )
        if asked
    ]
    if made:
        message = f"a batch makes no {', '.join(made)}; scores are not changed by that"
        found.append(Finding("note", "plan", message, "score the best plots with siteplan score"))
    message = "whether plots lie on each other is not looked for in a batch"
    return [*found, Finding("note", "plots", message, "siteplan check looks for it")]
