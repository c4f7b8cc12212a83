"""The decider of a plan: its arms and moments, and what is believed of them before the first message."""

from __future__ import annotations

import numpy as np

from campaigns.plan import Plan
from delivery.decide.beliefs import Arms, Beliefs
from delivery.decide.decider import Decider
from delivery.schedule import instant_of, occurrences
from delivery.values import Values


def decider_of(
    plan: Plan, zones: tuple[str, ...], values: Values, seed: int, beliefs: Beliefs | None = None
) -> Decider:
    """The engine's own chooser for people in these zones; `beliefs` are the response priors' when None."""
    moments = occurrences(plan)
    arms = Arms.of(plan, [(slot.weekday, slot.local_minute) for _, slot in moments])
    slot_at = [min(instant_of(day, slot.local_minute, zone) for zone in zones) for day, slot in moments]
    return Decider(
        values,
        arms,
        np.array(slot_at, np.int64),
        beliefs or Beliefs.prior(plan, arms),
        plan.allocation.exploration_share,
        seed,
    )
