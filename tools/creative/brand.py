"""How the brand speaks: product categories in plain words, and what a brief forbids to say or to give."""

from __future__ import annotations

import re

from campaigns.creative import Creative
from tools.audience.categories import ABBREVIATIONS

_SPELLED = ABBREVIATIONS | {
    "hbc": "health and beauty care", "mw": "microwave", "mixs": "mixes", "disposible": "disposable",
    "suppplies": "supplies", "sweetners": "sweeteners", "memorablilia": "memorabilia", "accesories": "accessories",
}  # fmt: skip
_BEFORE = {"frozen", "fresh", "refrigerated", "packaged", "shelf stable", "canned", "dried", "imported", "domestic"}
"""What English puts before the noun, where a shop's catalogue puts it behind a dash."""
_DROPPED = {"misc", "misc.", "miscellaneous", "other", "others", "all", "all others", "rw", "retail pk", "grocery"}
_PARTS = re.compile(rf"\s-\s|-\s|\s-|[()]|(?<=[a-z])-(?={'|'.join(sorted(_BEFORE))}|all\b|accessories)")
_LONGEST_NAME = 60
_UNSPEAKABLE = re.compile(
    r"[%$€£¥₹<>{}@\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]|://|\bwww\.|\bpercent\b", re.IGNORECASE
)
"""What no category is called, but an order, a price or an address hidden in one is."""
_PASSES = 4
"""Readings of a name until nothing changes; odd ones with stray separators need more than one."""
_OFFERS = re.compile(
    r"\b(discount|coupon|voucher|offer|promotion|promo|rebate|price[ -]?(cut|reduction)|money[ -]?off|markdown|sale price)s?\b"
)
_NEGATION = re.compile(
    r"^\s*(please\s+)?(no|never|not|without|avoid|do not|don'?t|exclude)\b[\s:]*(use|mention|say|send|give|offer any|any|the)?\b\s*"
)


def humanise(category: str) -> str:
    """A category in words fit for a customer: "SEAFOOD - FROZEN" -> "frozen seafood"; a second pass changes nothing."""
    words = category
    for _ in range(_PASSES):
        words = _ordered(words)
    return words


def speakable(category: str) -> bool:
    """Whether a category's name may stand in copy: short, and without prices, addresses or markup.

    Names come from data, and data may hold anything; copy about the shop is used where a name may not be said.
    """
    return len(category) <= _LONGEST_NAME and _UNSPEAKABLE.search(category) is None


def _ordered(category: str) -> str:
    """The parts of a name spelled out, what was behind a dash put before the noun where English wants it there."""
    text = re.sub(r"\s+", " ", re.sub(r"(?<=[a-z])\.(?=[a-z])", " ", category.casefold())).strip(" -/&:.")
    parts = [part.strip(" -/&:.") for part in _PARTS.split(text)]
    head, *tail = [part for part in parts if part and part not in _DROPPED] or [text]
    before = [part.replace(" ", "-") for part in tail if part in _BEFORE]
    after = [part for part in tail if part not in _BEFORE]
    return " ".join([*before, _listed(head), *(_listed(part) for part in after)]).strip()


def forbids_offers(prohibitions: tuple[str, ...]) -> bool:
    """Whether one of a brief's prohibitions rules out discounts of any kind ("no discounts", "without coupons")."""
    return any(_OFFERS.search(text.casefold()) for text in prohibitions)


def breaks(creative: Creative, prohibitions: tuple[str, ...]) -> str | None:
    """The first prohibition that a variant breaks, or None.

    A prohibition of discounts is broken by any variant with an offer; any other one by copy that contains the
    words after its "no", "never" or "do not mention".
    """
    copy = " ".join((creative.subject, creative.body)).casefold()
    for text in prohibitions:
        if creative.offer_id is not None and forbids_offers((text,)):
            return text
        banned = _NEGATION.sub("", text.casefold()).strip(" .!'\"“”")
        if banned and re.search(rf"\b{re.escape(banned)}\b", copy):
            return text
    return None


def _listed(part: str) -> str:
    """One part spelled out, its slashes and ampersands as an English list: "buns/rolls/bread" -> "buns, rolls and bread"."""
    items = [_spelled(item) for item in re.split(r"[/&:]", part)]
    items = [item for item in items if item]
    if len(items) < 2:
        return items[0] if items else part
    return f"{', '.join(items[:-1])} and {items[-1]}"


def _spelled(item: str) -> str:
    words = [word.strip("-.") for word in item.split() if word not in _DROPPED]
    return " ".join(_SPELLED.get(word, word) for word in words if word)
