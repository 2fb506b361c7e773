"""Charts of a result: figures of matplotlib for a notebook, and SVG for a page."""

from siteplan.charts.bars import contributions, tornado
from siteplan.charts.curve import value_function
from siteplan.charts.drawing import svg, write_charts
from siteplan.charts.places import acceptability
from siteplan.charts.strips import acceptability_strips

__all__ = [
    "acceptability",
    "acceptability_strips",
    "contributions",
    "svg",
    "tornado",
    "value_function",
    "write_charts",
]
