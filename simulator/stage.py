"""What all runs of one plan share: its people, its actions as columns, its first and last instant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from campaigns.contact import BoolArray, IntArray, KeyArray, SmallArray
from campaigns.creative import Creative
from campaigns.keys import key_of
from campaigns.plan import Plan
from delivery.roster import Roster


@dataclass(frozen=True, slots=True)
class Stage:
    """People (`roster`), actions (columns parallel to `plan.creatives`) and time (epoch seconds, UTC).

    `quality_key` is equal for creatives of one channel, language, tone and offer: the twin reads no words, so a
    change of wording changes nothing in it.
    `tone_key` is equal for creatives of one tone, `personalised` counts the variables of a creative that say something
    about its reader (links do not). `has_offer` says which actions bring an offer, `valid_days` for how long it holds,
    `face_value_micros` what it is worth.
    """

    plan_hash: str
    roster: Roster
    channels: tuple[str, ...]
    channel: SmallArray
    quality_key: KeyArray
    tone_key: KeyArray
    personalised: IntArray
    has_offer: BoolArray
    valid_days: IntArray
    face_value_micros: IntArray
    margin_rate: float
    start: int
    end: int

    @classmethod
    def build(cls, plan: Plan, roster: Roster, start: datetime, end: datetime) -> Stage:
        """The stage of a plan between two instants."""
        offers = [plan.offer(creative.offer_id) for creative in plan.creatives]
        return cls(
            plan_hash=plan.hash,
            roster=roster,
            channels=roster.channels,
            channel=np.array([roster.channels.index(creative.channel) for creative in plan.creatives], np.int16),
            quality_key=np.array(
                [key_of("\x1f".join((c.channel, c.language, c.tone, c.offer_id or ""))) for c in plan.creatives],
                np.uint64,
            ),
            tone_key=np.array([key_of(creative.tone) for creative in plan.creatives], np.uint64),
            personalised=np.array([precise(creative) for creative in plan.creatives], np.int64),
            has_offer=np.array([offer is not None for offer in offers], bool),
            valid_days=np.array([offer.valid_days if offer else 0 for offer in offers], np.int64),
            face_value_micros=np.array([offer.face_value.amount_micros if offer else 0 for offer in offers], np.int64),
            margin_rate=plan.margin_rate,
            start=int(start.timestamp()),
            end=int(end.timestamp()),
        )


def precise(creative: Creative) -> int:
    """How many variables of a creative say something about its reader: all that differ between people but links."""
    return sum(not name.endswith("_url") for name in creative.personalised)
