"""Charts of a result: figures of matplotlib for a notebook, and SVG for a page."""

from siteplan.charts.bars import contributions, tornado
from siteplan.charts.curve import value_function
from siteplan.charts.drawing import svg, write_charts
from siteplan.charts.places import acceptability

__all__ = ["acceptability", "contributions", "svg", "tornado", "value_function", "write_charts"]
