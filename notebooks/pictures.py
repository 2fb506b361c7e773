"""Take the README's pictures of the investor's map: the whole, and how one plot is connected.

python notebooks/pictures.py out/map.html
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

HERE = Path(__file__).parent
SIZE = {"width": 1440, "height": 900}
PLOT = "25"
"""The one with the longest way to power."""


def main() -> None:
    """Open the map in a browser and take both pictures."""
    file = Path(sys.argv[1]).resolve()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport=SIZE, reduced_motion="reduce")
        page.goto(file.as_uri())
        page.screenshot(path=HERE / "investors-map.png")
        choose(page, PLOT)
        page.screenshot(path=HERE / "connections.png")
        browser.close()


def choose(page: Page, plot: str) -> None:
    """Open a plot's card where its connections stand, and show its routes."""
    page.evaluate(
        "async (short) => { await siteplan.ready; await siteplan.open(siteplan.store.find(short)); }", plot
    )
    page.click("#card .connections button")
    page.evaluate("document.querySelector('#card .connections').scrollIntoView()")


if __name__ == "__main__":
    main()
