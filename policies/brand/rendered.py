"""One finished message against the brand: what must be shown is shown, the headers are there, links lead home."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from campaigns.brief import Channel
from policies.brand.file import Brand
from policies.brand.lint import leads_home
from policies.brand.shown import fill, link_targets, visible
from policies.text import normalise

_DOMAIN = re.compile(r"https?://([^/?#:\s>]+)")
_HEADER_LINK = re.compile(r"<(https://[^>\s]+)>")
ONE_CLICK = "List-Unsubscribe=One-Click"


@dataclass(frozen=True, slots=True)
class Sent:
    """A message as it leaves: headers by name, text, HTML ("" when it has none), and the slot values it was made with."""

    channel: Channel
    headers: Mapping[str, str]
    subject: str
    text: str
    html: str
    slots: Mapping[str, str]
    with_offer: bool


@dataclass(frozen=True, slots=True)
class SentFinding:
    """What a finished message lacks: `rule`, what was seen, what is allowed, what to do."""

    rule: str
    observed: str
    limit: str
    remedy: str


def lint_rendered(sent: Sent, brand: Brand) -> tuple[SentFinding, ...]:
    """Every complaint about a finished message; empty when it may leave as far as the brand goes.

    E-mails need the headers of one-click unsubscribe (RFC 8058), the same link and the postal address where a reader
    sees them, in the text and in the HTML. Every message needs its disclosures, and links only to the brand's domains.
    """
    bodies = [sent.text if sent.channel == "email" else f"{sent.subject} {sent.text}"]
    bodies += [visible(sent.html)] if sent.html else []
    found = [*_disclosures(sent, brand, bodies)]
    if sent.channel == "email":
        found += [*_unsubscribe(sent, brand), *_address(sent, brand, bodies)]
    return (*found, *_links(sent, brand))


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
    targets = [*link_targets(sent.html), *re.findall(r"https?://[^\s\"'<>]+", sent.text)]
    domains = [match[1].casefold() for target in targets if (match := _DOMAIN.match(target))]
    away = list(dict.fromkeys(domain for domain in domains if not leads_home(domain, brand)))
    limit = f"links only to {', '.join(brand.links.domains)}"
    return [SentFinding("link", domain, limit, "lead the link through a slot of the brand") for domain in away]
