"""The plan: everything that is checked, rehearsed, approved and run, bound by one hash."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from campaigns.allocation import Allocation
from campaigns.audience import Audience
from campaigns.border import Border, digest
from campaigns.brief import Brief, Goal
from campaigns.creative import Creative, Offer
from campaigns.experiment import Experiment

AutonomyLevel = Literal["suggest", "approve_each", "bounded"]


class SendSlot(Border):
    """A weekly moment in the person's own zone: ISO weekday (1 = Monday) and minute of the local day (0-1439)."""

    weekday: Annotated[int, Field(ge=1, le=7)]
    local_minute: Annotated[int, Field(ge=0, lt=1440)]


class Plan(Border):
    """Whom to contact, with what, when, at what cost, proven how; who owns it and until when it holds.

    `margin_rate` is the share of revenue left after the cost of goods (a fraction), `slots` the weekly send moments.
    `postal_address` and the goal's brand are the sender that every message names; `recipients_digest` is
    `tools.audience.recipients.recipients_digest` over the addresses that were known of the audience.
    """

    plan_id: Annotated[str, Field(pattern=r"^p-[0-9a-f]{10}$")]
    goal: Goal
    brief: Brief
    audience: Audience
    offers: tuple[Offer, ...]
    creatives: tuple[Creative, ...]
    experiment: Experiment
    allocation: Allocation
    slots: tuple[SendSlot, ...]
    owner: str
    created_at: AwareDatetime
    expires_at: AwareDatetime
    exit_condition: str
    autonomy: AutonomyLevel
    margin_rate: Annotated[float, Field(gt=0, lt=1)]
    postal_address: str
    data_version: str
    recipients_digest: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
    policy_hash: str
    seed: int
    assumptions: tuple[str, ...]
    revision: Annotated[int, Field(ge=0)] = 0

    @property
    def hash(self) -> str:
        """SHA-256 (64 hex digits) over the canonical bytes of every field; one changed byte changes it."""
        return digest(self.plain())

    @property
    def brand(self) -> str:
        """The sender's name, as it was when the goal was said."""
        return self.goal.brand

    def offer(self, offer_id: str | None) -> Offer | None:
        """The offer with this id, or None for a creative without one; KeyError if the plan has no such offer."""
        if offer_id is None:
            return None
        return {offer.offer_id: offer for offer in self.offers}[offer_id]

    def expired(self, now: datetime) -> bool:
        """Whether the plan may no longer be used at this instant."""
        return now >= self.expires_at
