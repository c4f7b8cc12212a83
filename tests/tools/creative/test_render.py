"""Messages hold exactly the values given: escaped in html, never compiled, never a second header."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from campaigns.creative import Creative, Offer
from campaigns.money import Money
from campaigns.workspace import Settings
from tools.creative.errors import BadSlot, BadTemplate
from tools.creative.library import creative
from tools.creative.lint import lint
from tools.creative.render import Renderer

OFFER = Offer(
    offer_id="save-1", title="$1.00 off", face_value=Money(amount_micros=1_000_000, currency="USD"), valid_days=14
)
SETTINGS = Settings()
EMAIL, PUSH = creative("email", "category", "helpful", OFFER), creative("push", "category", "short", None)
RENDERER = Renderer((EMAIL, PUSH), SETTINGS)
SLOTS = {
    "category": "SEAFOOD - FROZEN",
    "offer_title": "$1.00 off",
    "offer_until": "November 30, 2017",
    "unsubscribe_url": "https://mail.invalid/u?k=1&t=2",
}
CLEAN = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=60)


class _Seen(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str | None] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def _seen(html: str) -> _Seen:
    seen = _Seen()
    seen.feed(html)
    return seen


def test_an_email_says_the_same_in_text_and_html_with_category_in_plain_words() -> None:
    message = RENDERER.message(0, SLOTS)
    assert message.subject == "For this week's list: $1.00 off frozen seafood"
    words = " ".join(" ".join(_seen(message.html).text).split())
    for part in ("$1.00 off frozen seafood", "November 30, 2017", SETTINGS.brand, SETTINGS.postal_address):
        assert part in message.text
        assert part in words
    assert SLOTS["unsubscribe_url"] in message.text
    assert SLOTS["unsubscribe_url"] in _seen(message.html).links
    assert "{{" not in message.subject + message.text + message.html


def test_a_push_has_a_title_a_sentence_and_no_html() -> None:
    message = RENDERER.message(1, SLOTS)
    assert (message.html, message.text) == ("", f"Add frozen seafood, at {SETTINGS.brand}.")


def test_an_email_loads_nothing_from_elsewhere() -> None:
    seen = _seen(RENDERER.message(0, SLOTS).html)
    assert not {"img", "script", "link", "iframe", "object"} & set(seen.tags)
    assert set(seen.links) == {SLOTS["unsubscribe_url"], "https://corner-grocer.invalid/"}


@settings(max_examples=60, deadline=None)
@given(CLEAN)
def test_a_value_changes_the_words_and_never_the_markup(value: str) -> None:
    plain, given_ = RENDERER.message(0, SLOTS), RENDERER.message(0, {**SLOTS, "first_greeting": value})
    assert _seen(given_.html).tags == _seen(plain.html).tags
    assert given_.text == plain.text.replace("Hello,", f"{value},", 1)


def test_markup_in_a_value_is_shown_as_words() -> None:
    value = """<script>alert("x")</script> & 'more'"""
    message = RENDERER.message(0, {**SLOTS, "first_greeting": value})
    assert "script" not in _seen(message.html).tags
    assert value in " ".join(_seen(message.html).text)
    assert value in message.text


@pytest.mark.parametrize(
    "value", ["{{ 7*7 }}", "{% for x in range(9**9) %}", "{{ ''.__class__ }}", "{{ brand }}", "{#"]
)
def test_template_text_in_a_value_is_shown_as_it_is(value: str) -> None:
    message = RENDERER.message(0, {**SLOTS, "first_greeting": value})
    assert value in message.text
    assert "49" not in message.text.replace("$1.00", "")


@pytest.mark.parametrize(
    ("slot", "value"),
    [
        ("category", "fish\r\nBcc: everybody@shop.invalid"),
        ("offer_title", "$1.00 off\nX-Header: 1"),
        ("offer_title", "$1.00 off\u2028Bcc: x"),
        ("category", "fish\x00"),
        ("first_greeting", Markup("<b>Hi</b>")),
        ("first_greeting", 7),
        ("first_greeting", "x" * 5000),
        ("unsubscribe_url", "javascript:alert(1)"),
        ("unsubscribe_url", "http://mail.invalid/"),
        ("unsubscribe_url", 'https://mail.invalid/" onclick="x'),
        ("shop_url", "//elsewhere.invalid"),
    ],
)
def test_values_that_would_change_more_than_words_are_refused(slot: str, value: object) -> None:
    with pytest.raises(BadSlot):
        RENDERER.message(0, {**SLOTS, slot: value})


def test_a_slot_without_a_value_is_named() -> None:
    with pytest.raises(BadSlot, match="offer_until"):
        RENDERER.message(0, {name: value for name, value in SLOTS.items() if name != "offer_until"})


def test_an_action_that_is_no_contact_has_no_message() -> None:
    with pytest.raises(IndexError):
        RENDERER.message(-1, SLOTS)


def _changed(**changes: object) -> Creative:
    return Creative.model_validate({**EMAIL.model_dump(), **changes})


def _html(old: str, new: str) -> str:
    assert old in EMAIL.html
    return EMAIL.html.replace(old, new)


@pytest.mark.parametrize(
    "variant",
    [
        {"body": EMAIL.body + "{{ password }}"},
        {"body": EMAIL.body + "{{ brand.__class__ }}"},
        {"body": EMAIL.body + "{{ brand|upper }}"},
        {"body": EMAIL.body + "{{ 'a' * 10**9 }}"},
        {"body": EMAIL.body + "{% include 'x' %}"},
        {"body": EMAIL.body + "{% set brand = 1 %}"},
        {"body": EMAIL.body + "{{"},
        {"body": EMAIL.body + "cl\u200binically"},
        {"body": EMAIL.body.replace("{{ unsubscribe_url }}", "")},
        {"subject": "One\nBcc: everybody"},
        {"subject": "Go to {{ shop_url }}"},
        {"slots": EMAIL.slots[1:]},
        {"html": _html("{{ unsubscribe_url }}", "https://elsewhere.invalid/")},
        {"html": _html("</mj-body>", "<mj-raw><script>x</script></mj-raw></mj-body>")},
        {"html": _html("</mj-body>", "<mj-include path='/etc/passwd' /></mj-body>")},
        {"html": _html("</mj-column>", "<mj-image src='x.png' /></mj-column>")},
        {"html": _html('align="center"', 'align="{{ brand }}"')},
        {"html": _html("<br />", "<br onclick='x' />")},
        {"html": _html("<br />", "<!-- {{ brand }} -->")},
        {"html": _html("<br />", "<br>")},
        {"html": "<!DOCTYPE x [<!ENTITY a 'aaaa'>]>" + EMAIL.html},
        {"html": _html("{{ postal_address }}", "somewhere")},
    ],
)
def test_templates_that_compute_fetch_or_hide_are_refused(variant: dict) -> None:
    with pytest.raises(BadTemplate):
        Renderer((_changed(**variant),), SETTINGS)


def test_the_unchanged_variant_passes_the_same_lint() -> None:
    lint(_changed())


def test_a_brand_with_a_line_break_is_refused_when_compiled() -> None:
    with pytest.raises(BadSlot):
        Renderer((EMAIL,), Settings(brand="Shop\r\nBcc: x"))
