"""The report's page as a browser shows it: nothing fetched, nothing cut off, on a wide screen and on a telephone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from app.report.page import write_page
from tests.app.stories import story

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CHROMIUM = Path("/usr/bin/chromium")
pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="the page tests need Debian's chromium: apt-get install chromium"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A running chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield started
        started.close()


@pytest.mark.parametrize("width", [1280, 768, 360])
def test_the_page_fits_and_fetches_nothing(browser: Browser, tmp_path: Path, width: int) -> None:
    path = write_page(story(), tmp_path / "report.html")
    page = browser.new_page(viewport={"width": width, "height": 900})
    fetched: list[str] = []
    faults: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.on("console", lambda message: faults.append(message.text))

    page.goto(path.as_uri())
    shown = page.evaluate(
        "[...document.querySelectorAll('figure svg')].filter(s => s.getBoundingClientRect().width > 200).length"
    )
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    smallest = page.evaluate(
        "Math.min(...[...document.querySelectorAll('figure svg')].filter(s => s.getBoundingClientRect().width > 0).map(s => s.getScreenCTM().a))"
    )
    page.close()

    assert fetched == [path.as_uri()]
    assert faults == []
    assert shown == 5
    assert overflow <= 0
    assert smallest > 0.75, "the words in a picture are too small to read"
