"""Waiting for what a page does by itself; playwright's own way would need eval, which the page forbids."""

from __future__ import annotations

from typing import Any

_UNTIL = """(async () => { const done = () => %s;
  for (let n = 0; n < 250 && !done(); n += 1) await new Promise((go) => setTimeout(go, 20));
  return Boolean(done()); })()"""


def until(page: Any, expression: str) -> None:
    """Wait five seconds at most until an expression is true in a page."""
    assert page.evaluate(_UNTIL.replace("%s", f"({expression})")), f"never {expression}"
