"""What of a text is English, where another language is spoken: Latin letters but for what is named here."""

from __future__ import annotations

import re
from collections.abc import Iterable

SAID = """(place) => { const found = [], walk = (node) => {
  if (node.nodeType === 3) { if (node.textContent.trim()) found.push(node.textContent.trim()); return; }
  if (node.hidden || node.matches && node.matches("script, style, noscript, .languages, canvas")) return;
  for (const name of ["aria-label", "aria-valuetext", "placeholder", "title"]) {
    if (node.getAttribute && node.getAttribute(name)) found.push(node.getAttribute(name));
  }
  node.childNodes.forEach(walk); };
  walk(document.querySelector(place || "body")); found.push(document.title); return found; }"""
"""A script: every text that a page, or a place in it, shows or tells to those who do not see it."""

_FINE = (
    # credits that licences want in their own words, and the licences
    r"Made with Natural Earth", r"Natural Earth", r"GeoNames", r"airportsdata( \d+)?", r"OpenStreetMap",
    r"World Resources Institute", r"WRI", r"Global Power Plant Database", r"Global Energy Monitor",
    r"CC[- ]BY[- ]4\.0", r"CC0-1\.0", r"ODbL(-1\.0)?", r"MIT",
    # addresses and files
    r"[a-z\d.]+\.(ru|com|org|net)[\w/-]*", r"\w+\.csv",
    # programs, formats, systems of coordinates, a result's digest, places to be filled
    r"siteplan", r"\b[\da-f]{12}\b", r"\{\w+\}", r"CSV", r"GeoJSON", r"EPSG(:\d+)?", r"WGS 84",
    # units that Chinese writes as they are, and numbers of acts and of devices
    r"(?<![a-zA-Z])(kV|MW|MVA|MPa|kPa|Gcal|km)(?![a-zA-Z])",
    r"(RTP|TP|SP|SanPiN)(?=[-\d ])|(?<=\d-)FZ",
    r"\b[IVX]+\b",
)  # fmt: skip
_WORD = re.compile(r"[A-Za-z]{2,}")


def english(texts: Iterable[str]) -> set[str]:
    """Return the texts in which a word is left that only English has."""
    fine = re.compile("|".join(_FINE))
    return {text for text in texts if _WORD.search(fine.sub(" ", text))}
