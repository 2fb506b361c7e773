"""What there is to say about a network that was built: what was left out, joined, or lies apart."""

from __future__ import annotations

import numpy as np
import pandas as pd

from siteplan.connect.junctions import Drawn, Rows
from siteplan.findings import Finding


def lengthless(rows: Rows, ids: pd.Index, table: str) -> list[Finding]:
    """Warn of lines without length."""
    if not len(rows):
        return []
    message = f"{len(rows)} lines have no length and were left out"
    return [Finding("warning", table, message, "mend them in the source", tuple(ids[rows]))]


def joined(tips: Rows, ids: pd.Index, table: str, snap: float) -> list[Finding]:
    """Tell which lines' ends were joined to another line; `tips` are positions in `ids`."""
    if not len(tips):
        return []
    many = "1 end of a line lies" if len(tips) == 1 else f"{len(tips)} ends of lines lie"
    message = f"{many} within {snap:g} m of another line without a vertex there and was joined to it"
    if len(tips) > 1:
        message = message.replace("was joined", "were joined")
    return [Finding("note", table, message, "", tuple(ids[np.unique(tips)]))]


def doubled(doubles: int, table: str) -> list[Finding]:
    """Tell how many edges were left out for a faster one beside them."""
    if not doubles:
        return []
    message = f"{doubles} edges lie between two nodes that another edge joins; the fastest counts"
    return [Finding("note", table, message)]


def apart(roads: Drawn, part: Rows, parts: pd.DataFrame, ids: pd.Index, table: str) -> list[Finding]:
    """Warn of parts that do not hang together with the longest."""
    if len(parts) < 2:
        return []
    apart = np.unique(roads.feature[part[roads.ends[:, 0]] > 0])
    lost, whole = parts["metres"].iloc[1:].sum() / 1000, parts["metres"].sum() / 1000
    message = (
        f"the roads fall into {len(parts)} parts that are not joined; "
        f"{lost:.3g} of {whole:.3g} km are not joined to the longest"
    )
    remedy = "look for missing junctions: share a vertex there, or raise snap"
    return [Finding("warning", table, message, remedy, tuple(ids[apart]))]
