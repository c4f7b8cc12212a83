"""Finished messages judged by the brand before they leave, each distinct rendering of a day once."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Mapping
from datetime import UTC, datetime

from campaigns.plan import Plan
from delivery.channels.outgoing import Text
from policies.brand.file import Brand
from policies.brand.rendered import Sent, SentFinding, lint_rendered

LINK = "unsubscribe_url"
"""The slot that differs in every message, though no judgement does: its value is made by the program."""
NO_BRAND = SentFinding(
    "brand", "there is no brand file to judge it by", "messages that a brand file has judged", "add a brand file to the packs"
)  # fmt: skip
_Signature = tuple[int, int, bool, tuple[tuple[str, str], ...]]
_KEPT = 100_000
"""Judgements kept; beyond it they are made again, so that memory stays bounded."""


class Judge:
    """What the brand says against a plan's finished messages; without a brand file it is against all of them."""

    def __init__(self, plan: Plan, brand: Brand | None, lists: Mapping[str, tuple[str, ...]]) -> None:
        self._creatives = plan.creatives
        self._offers = tuple(plan.offer(creative.offer_id) for creative in plan.creatives)
        self._brand = brand
        self._lists = lists
        self._known: dict[_Signature, tuple[SentFinding, ...]] = {}

    def same(self, brand: Brand | None, lists: Mapping[str, tuple[str, ...]]) -> bool:
        """Whether judging by these would find the same."""
        return (self._brand, dict(self._lists)) == (brand, dict(lists))

    def findings(
        self, action: int, values: Mapping[str, str], link: str, at: int, text: Text, written: bytes
    ) -> tuple[SentFinding, ...]:
        """Every complaint about one message; empty when it may leave.

        `values` are its slots' values, `link` the one-click address that the program made for it, `at` the instant
        (epoch seconds), `written` the bytes that the channel made of `text`.
        """
        own = values.get(LINK) == link
        told = tuple((name, value) for name, value in values.items() if name != LINK)
        signature = (action, at // 86_400, own, told)
        found = self._known.get(signature)
        if found is None:
            found = self._judged(action, values, link, at, text, written)
            if len(self._known) >= _KEPT:
                self._known.clear()
            self._known[signature] = found
        return found

    def _judged(
        self, action: int, values: Mapping[str, str], link: str, at: int, text: Text, written: bytes
    ) -> tuple[SentFinding, ...]:
        if self._brand is None:
            return (NO_BRAND,)
        offer, channel = self._offers[action], self._creatives[action].channel
        sent = Sent(
            channel=channel,
            headers=_headers(written) if channel == "email" else {},
            subject=text.subject,
            text=text.text,
            html=text.html,
            slots={**values, LINK: link},
            with_offer=offer is not None,
            offer_words=() if offer is None else (offer.title,),
        )
        return lint_rendered(sent, self._brand, datetime.fromtimestamp(at, UTC).date(), self._lists)


def _headers(written: bytes) -> dict[str, str]:
    head = email.message_from_bytes(written.partition(b"\r\n\r\n")[0] + b"\r\n\r\n", policy=email.policy.default)
    return {name: str(value) for name, value in head.items()}
