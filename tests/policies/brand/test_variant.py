"""A whole variant and a finished message: what must be shown is shown, and the plan's check says so."""

from __future__ import annotations

import email
import email.policy
import re
from datetime import UTC, date, datetime

import polars as pl
import pytest

from campaigns.creative import Creative
from campaigns.plan import Plan
from campaigns.workspace import Settings
from delivery.channels.email import EmailChannel
from delivery.channels.outgoing import Outgoing
from delivery.channels.unsubscribe import unsubscribe_url
from policies.brand.file import load_brand
from policies.brand.rendered import Sent, lint_rendered
from policies.brand.shown import link_targets, visible
from policies.brand.variant import Reviewed, review
from policies.check import check
from policies.copy import read_copy
from policies.rule import PolicySet
from tools.creative.library import creative
from tools.creative.render import Renderer
from tools.creative.slots import campaign_slots

BRAND = load_brand()
TODAY = date(2026, 11, 22)
KEY = "00000000000000aa"


def reviewed(variant: Creative, **changes: object) -> Reviewed:
    changed = variant.model_copy(update=changes)
    return review(changed, read_copy(changed), BRAND, TODAY)


@pytest.fixture
def shipped(plan: Plan) -> Creative:
    return creative("email", "category", "helpful", plan.offers[0])


def test_the_shipped_copy_shows_all_it_must(shipped: Creative) -> None:
    seen = reviewed(shipped)
    assert seen.words("price", "claim", "comparison", "banned", "pressure", "shouting", "sensitive", "hidden") == ()
    assert (seen.missing, seen.foreign, seen.judged, seen.one_click) == ((), (), True, True)
    assert seen.grade is not None
    assert seen.grade <= BRAND.reading_grade


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        ("body", "You get this e-mail because", "You are on our list because"),
        ("html", "You get this e-mail because", "Sent because"),
        ("html", "You get this e-mail because", "<!-- You get this e-mail because -->"),
        ("html", "You get this e-mail because you agreed to hear from {{ brand }}.", '<p style="display:none">You get this e-mail because you agreed to hear from {{ brand }}.</p>'),
        ("html", "You get this e-mail because you agreed to hear from {{ brand }}.", '<p style="font-size:0">You get this e-mail because you agreed to hear from {{ brand }}.</p>'),
        ("html", "You get this e-mail because you agreed to hear from {{ brand }}.", '<p style="color:#fff;background-color:#FFF">You get this e-mail because you agreed to hear from {{ brand }}.</p>'),
        ("body", "{{ offer_until }}", "soon"),
    ],
)  # fmt: skip
def test_a_disclosure_must_be_seen_in_every_body(part: str, old: str, new: str, shipped: Creative) -> None:
    assert old in getattr(shipped, part)
    missing = reviewed(shipped, **{part: getattr(shipped, part).replace(old, new)}).missing
    assert missing is not None
    assert len(missing) == 1


def test_offer_terms_are_asked_only_of_variants_with_an_offer(shipped: Creative) -> None:
    plain = creative("push", "category", "short", None)
    assert reviewed(plain).missing == ()
    assert reviewed(plain, offer_id="save-1").missing == ("offer_until",)


def test_a_template_that_computes_is_not_rendered_and_so_not_told(shipped: Creative) -> None:
    seen = reviewed(shipped, body=shipped.body + "{{ 'a' * 10 ** 9 }}")
    assert (seen.missing, seen.one_click) == (None, None)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('href="{{ unsubscribe_url }}"', 'href="{{ shop_url }}"'),
        ('href="{{ unsubscribe_url }}" style="', 'href="{{ unsubscribe_url }}" style="display:none;'),
    ],
)
def test_one_click_needs_a_visible_link(old: str, new: str, shipped: Creative) -> None:
    assert old in shipped.html
    assert reviewed(shipped, html=shipped.html.replace(old, new)).one_click is False


def test_another_language_cannot_be_judged_and_asks_a_person(
    plan: Plan, snapshot: pl.DataFrame, policies: PolicySet, now: datetime
) -> None:
    spanish = plan.creatives[1].model_copy(
        update={"body": "Hay pescado fresco en nuestra tienda de la plaza mayor, {{ category }}, {{ brand }}."}
    )
    changed = plan.model_copy(update={"creatives": (plan.creatives[0], spanish)})
    assert [(f.rule, f.severity) for f in check(changed, snapshot, policies, now)] == [
        ("language_judged", "require_approval"),
        ("reading_level", "require_approval"),
    ]


def test_without_a_brand_nothing_about_copy_is_known_and_so_it_is_denied(
    plan: Plan, snapshot: pl.DataFrame, policies: PolicySet, now: datetime
) -> None:
    bare = PolicySet(policies.rules, policies.lists, policies.hash, policies.packs)
    found = {finding.rule for finding in check(plan, snapshot, bare, now)}
    assert {"claims_supported", "disclosures_present", "one_click_unsubscribe", "language_judged"} <= found


def test_a_finding_says_what_was_seen_through_the_disguise(
    plan: Plan, snapshot: pl.DataFrame, policies: PolicySet, now: datetime
) -> None:
    changed = plan.creatives[1].model_copy(update={"body": plan.creatives[1].body + " A c t   n o w, please."})
    (finding,) = check(plan.model_copy(update={"creatives": (plan.creatives[0], changed)}), snapshot, policies, now)
    assert (finding.rule, finding.severity) == ("calm_tone", "deny")
    assert (
        '"A c t n o w" (letters set apart)' in finding.observed or '"Act now" (letters set apart)' in finding.observed
    )


def sent(shipped: Creative, plan: Plan) -> Sent:
    settings = Settings()
    slots = campaign_slots(settings, "SEAFOOD - FROZEN", plan.offers[0], date(2017, 11, 30))
    slots["unsubscribe_url"] = unsubscribe_url(KEY)
    message = Renderer((shipped,), settings).message(0, slots)
    envelope = Outgoing(key=KEY, to="a@example.invalid", at=datetime(2017, 11, 1, tzinfo=UTC), token=KEY)
    raw = EmailChannel(settings.brand).write(envelope, message)
    parsed = email.message_from_bytes(raw, policy=email.policy.default)
    headers = {name: str(value) for name, value in parsed.items()}
    return Sent("email", headers, message.subject, message.text, message.html, slots, True, (plan.offers[0].title,))


def test_a_message_as_it_leaves_passes_and_without_a_part_it_does_not(shipped: Creative, plan: Plan) -> None:
    whole = sent(shipped, plan)
    assert lint_rendered(whole, BRAND, TODAY) == ()
    address = whole.slots["postal_address"]
    cases = {
        "unsubscribe_header": {"headers": {k: v for k, v in whole.headers.items() if k != "List-Unsubscribe-Post"}},
        "unsubscribe_link": {"text": whole.text.replace(whole.slots["unsubscribe_url"], "")},
        "postal_address": {"text": whole.text.replace(address, "")},
        "disclosure": {"text": whole.text.replace("You get this e-mail", "This came")},
        "link": {"text": whole.text + " https://evil.example/x"},
    }
    fields = {name: getattr(whole, name) for name in Sent.__dataclass_fields__}
    for rule, change in cases.items():
        assert [finding.rule for finding in lint_rendered(Sent(**{**fields, **change}), BRAND, TODAY)] == [rule]


def test_only_what_is_shown_counts() -> None:
    page = '<head><title>a</title></head>b<!-- c --><p hidden>d<b>e</b></p><img alt="f"><br>g &amp; h<a href="x" style="visibility: hidden">i</a><a href="y">j</a>'
    assert visible(page) == "b g & h j"
    assert link_targets(page) == ("y",)


def test_a_name_of_the_catalogue_may_stand_in_its_slot_but_brings_nothing_else_in(
    shipped: Creative, plan: Plan
) -> None:
    whole = sent(shipped, plan)
    fields = {name: getattr(whole, name) for name in Sent.__dataclass_fields__}
    own = whole.slots["category"]

    def named(category: str) -> list[str]:
        text, html, subject = (
            re.sub(re.escape(own), category, part, flags=re.IGNORECASE)
            for part in (whole.text, whole.html, whole.subject)
        )
        changed = {"text": text, "html": html, "subject": subject, "slots": {**whole.slots, "category": category}}
        return [finding.rule for finding in lint_rendered(Sent(**{**fields, **changed}), BRAND, TODAY)]

    assert named("organics fruit") == named("coupon items") == []
    assert named("soup that cures colds") == ["claim"]
    assert "price" in named("soup at 50% off")
    assert "pressure" in named("last chance soup")
