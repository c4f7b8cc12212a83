"""The arms of a plan: every creative at every kind of send moment, and when each occurrence begins."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from campaigns.contact import FloatArray, IntArray
from campaigns.plan import Plan
from delivery.decide.beliefs import Arm
from delivery.schedule import instant_of, occurrences


@dataclass(frozen=True, slots=True)
class Arms:
    """Arm `action * moments + moment`. `moment_of` and `slot_at` give each occurrence's kind of moment and the first
    instant (epoch seconds) at which it is due anywhere; `each` says what every arm shares with others."""

    actions: int
    moments: int
    moment_of: IntArray
    slot_at: IntArray
    each: tuple[Arm, ...]

    @classmethod
    def of(cls, plan: Plan, zones: tuple[str, ...]) -> Arms:
        """The arms of a plan for people in these zones. A kind of moment is a weekday with a local minute."""
        due = occurrences(plan)
        kinds = sorted({(slot.weekday, slot.local_minute) for _, slot in due}) or [(1, 0)]
        each = tuple(
            Arm(creative.channel, creative.offer_id or "", f"{creative.creative_id} {creative.tone}", f"{kind}")
            for creative in plan.creatives
            for kind in kinds
        )
        return cls(
            actions=len(plan.creatives),
            moments=len(kinds),
            moment_of=np.array([kinds.index((slot.weekday, slot.local_minute)) for _, slot in due], np.int64),
            slot_at=np.array(
                [min(instant_of(day, slot.local_minute, z) for z in zones) for day, slot in due], np.int64
            ),
            each=each,
        )

    def at(self, moment: int) -> IntArray:
        """The arms of one kind of moment, one per action."""
        return np.arange(self.actions, dtype=np.int64) * self.moments + moment

    def by_arm(self, tables: FloatArray) -> FloatArray:
        """Sums per arm of tables (..., occurrences, actions), shape (..., arms)."""
        total = np.zeros((*tables.shape[:-2], self.moments, self.actions))
        for moment in range(self.moments):
            total[..., moment, :] = tables[..., self.moment_of == moment, :].sum(axis=-2)
        return np.asarray(np.swapaxes(total, -1, -2).reshape(*tables.shape[:-2], -1))
