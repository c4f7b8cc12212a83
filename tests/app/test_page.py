"""The report's page stands alone, names every source, escapes what it prints, and is the same for the same story."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from app.report.page import render
from tests.app.stories import story


@pytest.fixture(scope="module")
def page() -> str:
    """The page of a launched plan."""
    return render(story())


def test_the_page_fetches_nothing(page: str) -> None:
    fetched = re.findall(r"""(?:src|href)=["'](?!#)[^"']*["']|url\((?!#)[^)]*\)|@import|<script|<link""", page)

    assert fetched == []


def test_the_page_says_at_the_top_who_answered(page: str) -> None:
    assert page.index("The answers came from the sandbox.") < page.index('id="results"')


def test_every_section_is_there(page: str) -> None:
    for anchor in (
        "results",
        "contamination",
        "credit",
        "retention",
        "variables",
        "forecast",
        "guardrails",
        "money",
        "messages",
        "plan",
        "audience",
        "allocation",
        "experiment",
        "rehearsal",
        "assumptions",
        "sources",
    ):
        assert f'id="{anchor}"' in page


def test_the_rehearsal_says_what_it_hangs_on_and_which_placebo_failed(page: str) -> None:
    for words in ("no data here identify", "would change the verdict", "3 of 40 runs differ.", "911 messages"):
        assert words in page


def test_every_footnote_leads_to_a_listed_source(page: str) -> None:
    used = set(re.findall(r'href="#source-(\d+)"', page))
    listed = set(re.findall(r'<tr id="source-(\d+)"', page))

    assert used
    assert used == listed


def test_every_picture_is_drawn_twice_and_says_what_it_shows(page: str) -> None:
    figures = re.findall(r"<figure role=\"img\" aria-label=\"([^\"]+)\">", page)

    assert len(figures) == 5
    assert page.count("<svg") == 10
    assert all(len(caption) > 20 for caption in figures)


def test_the_words_of_a_goal_cannot_become_markup() -> None:
    told = story()
    hostile = told.plan.model_copy(
        update={"goal": told.plan.goal.model_copy(update={"words": "<script>alert(1)</script>"})}
    )

    page = render(replace(told, plan=hostile))

    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_the_page_is_well_formed(page: str) -> None:
    parser = _Balance()
    parser.feed(page)

    assert parser.open == []


def test_the_same_story_gives_the_same_bytes(page: str) -> None:
    assert render(story()) == page


def test_no_two_drawings_share_an_id(page: str) -> None:
    ids = re.findall(r'\bid="([^"]+)"', page)

    assert len(ids) == len(set(ids))


def test_a_plan_that_waits_has_a_page_without_results() -> None:
    page = render(story(launched=False))

    assert "Not launched yet" in page
    assert 'id="results"' not in page


class _Balance(HTMLParser):
    """Remembers which elements are open; void ones never are."""

    VOID = ("meta", "br", "img", "link", "input", "hr")

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A closed element opens nothing."""

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
