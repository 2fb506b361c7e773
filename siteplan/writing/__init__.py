"""Files out: whole or not at all, and the same bytes for the same content.

`atomic` puts files in their place, `layers` writes one table in any format, `quarantine` the records
that were set aside, `scorecards` a result with all its files.
"""

from siteplan.writing.atomic import atomic_bytes, atomic_text
from siteplan.writing.layers import write_layer
from siteplan.writing.quarantine import write_report
from siteplan.writing.scorecards import MAP, PASSPORTS, WORKBOOK, check_output, write_scorecard

__all__ = [
    "MAP",
    "PASSPORTS",
    "WORKBOOK",
    "atomic_bytes",
    "atomic_text",
    "check_output",
    "write_layer",
    "write_report",
    "write_scorecard",
]
