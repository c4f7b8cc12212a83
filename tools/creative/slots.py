"""The slots that templates may use, and the values of those that are the same for a whole campaign."""

from __future__ import annotations

import re
from datetime import date
from typing import Protocol

from campaigns.creative import Offer
from tools.creative.brand import humanise

SLOTS = {
    "brand": "the brand's name",
    "category": "the product category in plain words",
    "first_greeting": "how the message opens, without a comma",
    "offer_title": "the offer as the offer table words it",
    "offer_until": "the last day of the offer, as a date in words",
    "postal_address": "the sender's postal address",
    "shop_url": "where a click leads",
    "unsubscribe_url": "where one click ends the consent",
}
"""Every slot that a template may name, and what stands there."""
URLS = ("shop_url", "unsubscribe_url")
PER_MESSAGE = ("first_greeting", "offer_until", "shop_url", "unsubscribe_url")
"""Slots whose value may differ from message to message."""
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


class Sender(Protocol):
    """Who a message is from: a plan, which froze it, or the settings that a plan is made from."""

    @property
    def brand(self) -> str:
        """The name that people see."""

    @property
    def postal_address(self) -> str:
        """Where the sender is reached by letter."""


def sender_slots(sender: Sender) -> dict[str, str]:
    """Values that every message of a sender shares; a message's own values replace them.

    The shop's address is under `.invalid`, which never resolves, until a workspace sends for real.
    """
    host = re.sub(r"[^a-z0-9]+", "-", sender.brand.casefold()).strip("-") or "shop"
    return {
        "brand": sender.brand,
        "first_greeting": "Hello",
        "postal_address": sender.postal_address,
        "shop_url": f"https://{host}.invalid/",
    }


def campaign_slots(sender: Sender, category: str | None, offer: Offer | None, until: date | None) -> dict[str, str]:
    """Values of one campaign: those of its sender, the category in plain words, and the offer with its last day.

    `category` is the name in the data or None; `until` the offer's last day in the person's own zone.
    """
    values = sender_slots(sender)
    if category is not None:
        values["category"] = humanise(category)
    if offer is not None:
        values["offer_title"] = offer.title
    if until is not None:
        values["offer_until"] = in_words(until)
    return values


def in_words(day: date) -> str:
    """A date as an American customer reads it: "November 30, 2017"."""
    return f"{_MONTHS[day.month - 1]} {day.day}, {day.year}"
