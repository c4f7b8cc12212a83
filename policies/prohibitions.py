"""What a brief forbids in words, sorted by who can check it: offers, channels, wording, or only a person."""

from __future__ import annotations

import re
from dataclasses import dataclass

from campaigns.brief import Channel
from policies.text import normalise

_OFFERS = re.compile(
    r"\b(?:discount|coupon|voucher|offer|promotion|promo|rebate|price (?:cut|reduction)|money off|markdown|sale price|incentive)s?\b"
)
_CHANNELS: tuple[tuple[Channel, re.Pattern[str]], ...] = (
    ("email", re.compile(r"\be ?mails?\b")),
    ("push", re.compile(r"\bpush(?: notifications?| messages?)?\b")),
    ("sms", re.compile(r"\b(?:sms|text messages?|texting)\b")),
    ("onsite", re.compile(r"\b(?:onsite|on site|website banners?)\b")),
    ("ads", re.compile(r"\b(?:ads?|adverts?|advertising|advertisements?)\b")),
)
_NOT = r"(?:please )?(?:no|never|not|without|avoid|do not|dont|must not|exclude)"
_SAYING = re.compile(
    rf"^{_NOT} (?:to )?(?:use (?:of )?the words?|the words?|mention(?:ing|s)?(?: of)?|say(?:ing)?|write|claim(?:ing)?(?: that)?|talk about|refer to|promise)\s+(?P<term>.+)$"
)
_JOINED = re.compile(r"\b(?:or|and)\b")
"""What is joined to a discount or a channel may be anything, so a person reads it too."""
_PLAIN = re.compile(rf"^{_NOT} (?:any |use |the )?(?P<term>\w+(?: \w+){{0,2}})$")


@dataclass(frozen=True, slots=True)
class Prohibitions:
    """`terms` must not occur in a message, `channels` not in the plan, offers not at all; `unread` needs a person."""

    offers: bool
    channels: frozenset[Channel]
    terms: tuple[str, ...]
    unread: tuple[str, ...]


def read_prohibitions(texts: tuple[str, ...]) -> Prohibitions:
    """The prohibitions sorted. A short one like "no alcohol" becomes a term and is still left for a person to read."""
    offers = False
    channels: set[Channel] = set()
    terms: list[str] = []
    unread: list[str] = []
    for text in texts:
        words = normalise(text)
        saying = _SAYING.match(words)
        if saying:
            terms.append(saying["term"])
            continue
        named = [channel for channel, pattern in _CHANNELS if pattern.search(words)]
        forbids_offers = bool(_OFFERS.search(words))
        offers |= forbids_offers
        channels.update(named)
        if (forbids_offers or named) and not _JOINED.search(words):
            continue
        plain = _PLAIN.match(words)
        if plain and not (forbids_offers or named):
            terms += [term.strip() for term in _JOINED.split(plain["term"])]
        unread.append(text)
    return Prohibitions(offers, frozenset(channels), tuple(dict.fromkeys(terms)), tuple(unread))
