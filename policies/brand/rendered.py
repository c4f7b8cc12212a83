"""One finished message against the brand: what must be shown is shown, the headers are there, links lead home, and no
slot's value brought in a price, a claim or letters in disguise."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from campaigns.brief import Channel
from policies.brand.file import Brand
from policies.brand.lint import LintRule, leads_home, lint, of
from policies.brand.shown import fill, link_targets, visible
from policies.text import normalise

_HOME = re.compile(r"https?://([a-z0-9.-]+)(?:[/?#]\S*)?", re.IGNORECASE)
"""An address whose host can be read in one way only: no name, port, backslash or other letters before the path."""
_WRITTEN = re.compile(r"(?:https?|ftp)://[^\s\"'<>]+", re.IGNORECASE)
_HEADER_LINK = re.compile(r"<(https://[^>\s]+)>")
_NUMBER = re.compile(r'"\d{1,6}[a-z]?"')
_CATALOGUE = "category"
"""The slot that holds a name of the retailer's own catalogue ("organics"), which says what a shelf is, not what it does."""
_NAME = re.compile(r'"[a-z][a-z-]*"', re.IGNORECASE)
"""One word as a finding shows it: a name's part. More words, digits or a disguise are no name."""
_SHOWN = 80
"""Characters of an address that a finding shows."""
ONE_CLICK = "List-Unsubscribe=One-Click"
_SAID: tuple[LintRule, ...] = ("price", "claim", "comparison", "banned", "pressure", "sensitive", "hidden")
"""What a value may not bring into a text; tone of a whole text and its language are judged with the template."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A message as it leaves: headers by name, text, HTML ("" when it has none), and the slot values it was made with.

    `offer_words` are the words of the offer table, the only prices that may stand in it.
    """

    channel: Channel
    headers: Mapping[str, str]
    subject: str
    text: str
    html: str
    slots: Mapping[str, str]
    with_offer: bool
    offer_words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SentFinding:
    """What a finished message lacks: `rule`, what was seen, what is allowed, what to do."""

    rule: str
    observed: str
    limit: str
    remedy: str


def lint_rendered(
    sent: Sent, brand: Brand, today: date, lists: Mapping[str, Sequence[str]] | None = None
) -> tuple[SentFinding, ...]:
    """Every complaint about a finished message on a day; empty when it may leave as far as the brand goes.

    `lists` are the policy set's word lists (see `policies.brand.lint.lint`).
    E-mails need the headers of one-click unsubscribe (RFC 8058), the same link and the postal address where a reader
    sees them, in the text and in the HTML. Every message needs its disclosures, and links only to the brand's domains.
    """
    bodies = [sent.text if sent.channel == "email" else f"{sent.subject} {sent.text}"]
    bodies += [visible(sent.html)] if sent.html else []
    found = [*_disclosures(sent, brand, bodies)]
    if sent.channel == "email":
        found += [*_unsubscribe(sent, brand), *_address(sent, brand, bodies)]
    return (*found, *_links(sent, brand), *_copy(sent, brand, today, lists))


def _disclosures(sent: Sent, brand: Brand, bodies: list[str]) -> list[SentFinding]:
    found = []
    for one in brand.disclosures:
        if sent.channel not in one.channels or (one.when == "offer" and not sent.with_offer):
            continue
        asked = (
            [fill(one.text, sent.slots, markup=False) or one.text]
            if one.text
            else [sent.slots.get(s, "") for s in one.slots]
        )
        wanted = [normalise(text) for text in asked]
        if not all(text and f" {text} " in f" {normalise(body)} " for text in wanted for body in bodies):
            limit = f"disclosure {one.id} in every body"
            found.append(
                SentFinding(
                    "disclosure",
                    f"a body does not show {', '.join(asked)!r}",
                    limit,
                    f"add {one.text or ', '.join(one.slots)!r}",
                )
            )
    return found


def _unsubscribe(sent: Sent, brand: Brand) -> list[SentFinding]:
    headers = {name.casefold(): " ".join(value.split()) for name, value in sent.headers.items()}
    header = _HEADER_LINK.search(headers.get("list-unsubscribe", ""))
    link = sent.slots.get(brand.unsubscribe_slot, "")
    shown = bool(link) and link in sent.text and (not sent.html or link in link_targets(sent.html))
    found = []
    if header is None or headers.get("list-unsubscribe-post") != ONE_CLICK:
        limit = "List-Unsubscribe with an https address, and List-Unsubscribe-Post (RFC 8058)"
        found.append(
            SentFinding("unsubscribe_header", "no one-click unsubscribe in the headers", limit, "set both headers")
        )
    if not shown or (header is not None and header[1] != link):
        limit = "the header's link in the text, and as a visible link in the HTML"
        found.append(
            SentFinding("unsubscribe_link", "a body lacks the link", limit, f"write the slot {brand.unsubscribe_slot}")
        )
    return found


def _address(sent: Sent, brand: Brand, bodies: list[str]) -> list[SentFinding]:
    address = normalise(sent.slots.get(brand.address_slot, ""))
    if address and all(f" {address} " in f" {normalise(body)} " for body in bodies):
        return []
    limit = "the sender's postal address where a reader sees it, in every body"
    return [
        SentFinding("postal_address", "a body lacks the postal address", limit, f"write the slot {brand.address_slot}")
    ]


def _links(sent: Sent, brand: Brand) -> list[SentFinding]:
    written = [*_WRITTEN.findall(sent.subject), *_WRITTEN.findall(sent.text)]
    away = []
    for target in (*link_targets(sent.html), *written):
        home = _HOME.fullmatch(target)
        if home is None or not leads_home(home[1].casefold(), brand):
            away.append(target)
    limit = f"links only to {', '.join(brand.links.domains)}"
    found = dict.fromkeys(target[:_SHOWN] for target in away)
    return [SentFinding("link", target, limit, "lead the link through a slot of the brand") for target in found]


def _copy(sent: Sent, brand: Brand, today: date, lists: Mapping[str, Sequence[str]] | None) -> list[SentFinding]:
    address, category = sent.slots.get(brand.address_slot, ""), sent.slots.get(_CATALOGUE, "")
    found: dict[tuple[str, str], SentFinding] = {}
    for body in (sent.subject, sent.text, visible(sent.html), address):
        read = body if body is address else _as_template(body, sent, brand)
        for one in of(lint(read, brand, today, sent.channel, lists), *_SAID):
            # A postal address has house numbers and postcodes, which are prices nowhere else.
            if not (body is address and one.rule == "price" and _NUMBER.fullmatch(one.observed)):
                found.setdefault(
                    (one.rule, one.observed),
                    SentFinding(one.rule, one.observed, one.limit, "correct the slot's value"),
                )
    for one in of(lint(category, brand, today, sent.channel, lists), *_SAID):
        if one.rule not in ("price", "claim") or not _NAME.fullmatch(one.observed):
            said = SentFinding(one.rule, one.observed, one.limit, "correct the slot's value")
            found.setdefault((one.rule, one.observed), said)
    return list(found.values())


def _as_template(body: str, sent: Sent, brand: Brand) -> str:
    """The body with the program's link, the address and the category, which are read by themselves, and the offer's words
    taken for slots."""
    own = (sent.slots.get(name, "") for name in (brand.unsubscribe_slot, brand.address_slot))
    for words in (*own, *sent.offer_words):
        if words:
            body = body.replace(words, "{{ filled }}")
    category = sent.slots.get(_CATALOGUE, "").strip()
    named = rf"(?<!\w){re.escape(category)}(?!\w)"
    return re.sub(named, "{{ filled }}", body, flags=re.IGNORECASE) if category else body
