"""What all runs of one plan share: its people, its actions as columns, its first and last instant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from campaigns.contact import BoolArray, IntArray, KeyArray, SmallArray
from campaigns.keys import key_of
from campaigns.plan import Plan
from delivery.roster import Roster


@dataclass(frozen=True, slots=True)
class Stage:
    """People (`roster`), actions (columns parallel to `plan.creatives`) and time (epoch seconds, UTC).

    `quality_key` is equal for creatives of one channel, language, tone and offer: the twin reads no words, so a
    change of wording changes nothing in it.
    `has_offer` says which actions bring an offer, `valid_days` for how long it holds.
    """

    plan_hash: str
    roster: Roster
    channels: tuple[str, ...]
    channel: SmallArray
    quality_key: KeyArray
    has_offer: BoolArray
    valid_days: IntArray
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
            has_offer=np.array([offer is not None for offer in offers], bool),
            valid_days=np.array([offer.valid_days if offer else 0 for offer in offers], np.int64),
            margin_rate=plan.margin_rate,
            start=int(start.timestamp()),
            end=int(end.timestamp()),
        )
