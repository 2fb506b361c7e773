"""Other people's text, made harmless: the one place where names reach HTML, tables or a terminal.

Names of plots, owners and layers are typed by strangers. They are kept as they are in the data
and made safe here, once, at the moment they leave for a place that could obey them.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from typing import Any

# Characters that mean something to HTML, to a JavaScript back-quote string, or to a Jinja template
# (folium and branca render attribute text through all three).
_SPECIAL = re.compile(r"[^\w\s.,;:!?()/+*=|~^№°²³·–—-]|[\x00-\x08\x0b\x0c\x0e-\x1f]")

# What ends a script element, opens a comment, or breaks a line inside a JavaScript string.
_IN_SCRIPT = {character: f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}

_SURROGATE = re.compile("[\ud800-\udfff]")
# Where a spreadsheet may begin a cell: at the start, and after what it may take for a separator.
_FORMULA = re.compile(r"(^|[;\t])(\s*[=+\-@|＝＋－＠])")
_NUMBER = re.compile(r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$")


def entities(text: object) -> str:
    """Return text as HTML in which every character with a meaning is a numeric entity.

    Survives HTML, attribute values, JavaScript back-quote strings and Jinja templates, which a
    plain HTML escape does not.

    Examples
    --------
    >>> entities("A{{7*7}}`<b>")
    'A&#123;&#123;7*7&#125;&#125;&#96;&#60;b&#62;'
    """
    return _SPECIAL.sub(lambda match: f"&#{ord(match[0])};", visible(text))


def script_json(data: Any) -> str:
    r"""Return JSON that can stand inside a script element and contains no template syntax.

    Raises
    ------
    ValueError
        If a number is NaN or infinite; JSON has neither.

    Examples
    --------
    >>> script_json({"name": "</script>"})
    '{"name":"\\u003c/script\\u003e"}'
    """
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for character, escape in _IN_SCRIPT.items():
        text = text.replace(character, escape)
    return _SURROGATE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def cell(text: object) -> str:
    """Return text for a CSV or spreadsheet cell that no spreadsheet takes for a formula.

    Plain numbers stay as they are.

    Examples
    --------
    >>> cell("=HYPERLINK(1)"), cell("-5.2"), cell("Plot 7;=1+1")
    ("'=HYPERLINK(1)", '-5.2', "Plot 7;'=1+1")
    """
    plain = visible(text)
    return plain if _NUMBER.match(plain) else _FORMULA.sub(r"\1'\2", plain)


def visible(text: object) -> str:
    r"""Return text with its invisible control and direction characters spelled out.

    Keeps a terminal from obeying escape codes and a reader from seeing another name than the
    one that stands there.

    Examples
    --------
    >>> visible("A\x1b[31m\u202eB")
    'A\\x1b[31m\\u202eB'
    """
    words = str(text)
    if words.isprintable():
        return words
    return "".join(
        character
        if unicodedata.category(character) not in ("Cc", "Cf", "Cs")
        else character.encode("unicode_escape").decode()
        for character in words
    )


def html_table(head: Iterable[object], rows: Iterable[Iterable[object]]) -> str:
    """Return an HTML table of texts, every one of them made safe.

    Examples
    --------
    >>> "&#60;b&#62;" in html_table(["plot"], [["<b>"]])
    True
    """
    titles = "".join(f"<th>{entities(title)}</th>" for title in head)
    body = "".join(
        "<tr>" + "".join(f"<td style='text-align:left'>{entities(cell)}</td>" for cell in row) + "</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{titles}</tr></thead><tbody>{body}</tbody></table>"


def file_name(text: object) -> str:
    """Return text as one path component that any file system takes and no path escapes.

    Examples
    --------
    >>> file_name("28:21:999999:7"), file_name("../etc")
    ('28_21_999999_7', 'etc')
    """
    plain = re.sub(r"[^\w.-]+", "_", unicodedata.normalize("NFC", str(text))).strip("._")
    return plain[:100] or "unnamed"
