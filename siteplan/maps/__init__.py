"""Scorecard in, folium map out: the only room that knows folium and HTML.

Plots, owners and layers carry names typed by strangers, and folium obeys text: it renders what it
is given as a template a second time and writes it into scripts. So no name ever passes through
folium here. The page's data travel as JSON that no parser can mistake for markup, are inserted
after folium has rendered, and reach the page as plain text.

::

    payload.py    scorecard and park as plain data        offer.py     the plots' part of it, in columns
    sums.py       what each score is the sum of           values.py    cells as text and numbers
    classes.py    colours and rounded sums                wording.py   words and names in each language
    sentences.py  what is said of each plot, in each language
    outlines.py   geometry as nested lists                rings.py     outlines of many plots as numbers
    columns.py    the offer as columns of the page        packing.py   columns as one compressed block
    lines.py      straight lines from which worths are told apart
    connections.py, land.py   what the card says of utilities and of land, and what it draws on demand
    table.py      the ranked table as HTML
    document.py   one HTML file from its parts            assets.py    Leaflet and jQuery from their packages
    investor.py   the folium.Map that saves that file     overlay.py   our plots on somebody else's map
    page/         the page itself: our own HTML, CSS, JavaScript and words
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from siteplan.words import LANGUAGES

if TYPE_CHECKING:
    import folium

    from siteplan.scorecard import Scorecard
    from siteplan.tables import Park

__all__ = ["draw_map"]


def draw_map(
    card: Scorecard,
    park: Park,
    *,
    m: folium.Map | None = None,
    languages: Sequence[str] = LANGUAGES,
    language: str | None = None,
) -> folium.Map:
    """Draw a scorecard as a map that opens without a network.

    Parameters
    ----------
    card
        What was scored.
    park
        What surrounds the plots; its catalogue says what is real, how old and whose it is.
    m
        A folium map to add the plots to. Without it a whole page is drawn.
    languages
        The languages between which a reader can switch. Sentences about connections, land and ranks
        are in the file once for each, which tells with thousands of plots that have some.
    language
        The one that it opens in. If not given, the reader's own as the browser names it; where the map
        has not that, and without scripts, the first.

    Returns
    -------
    map
        `m` with one more layer, or an `InvestorMap`, whose `save` writes one HTML file that asks
        nobody for anything. Both take further folium layers.

    Raises
    ------
    OutputError
        If a plot's contributions do not add up to its score, or a language is asked for that the map
        has not or siteplan does not speak.

    Notes
    -----
    Names that a caller hands to folium itself (`folium.Marker(popup=name)`) are not protected:
    folium runs them. Pass them through `siteplan.safe.entities` first.
    """
    # Here and not above: folium takes half a second to import, and most callers only score.
    from siteplan.maps.investor import InvestorMap  # noqa: PLC0415
    from siteplan.maps.overlay import add_plots  # noqa: PLC0415
    from siteplan.maps.payload import payload  # noqa: PLC0415

    data = payload(card, park, languages, language)
    return InvestorMap(data) if m is None else add_plots(data, m)
