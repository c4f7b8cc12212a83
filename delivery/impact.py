"""What a set of policies would let a plan send: the engine walked over every due instant, with nothing leaving.

Everybody who is due is offered the first variant on a channel they consented to, nobody answers, and every allowed
message counts in the caps of the later ones. So two sets of policies can be compared message by message.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from campaigns.contact import (
    ContactBatch,
    IntArray,
    OutcomeBatch,
    Permit,
    Receipts,
)
from campaigns.plan import Plan
from delivery.books_columns import ColumnBooks
from delivery.decide import Asked, Choice, Unlearning
from delivery.engine import Engine
from delivery.roster import Roster
from delivery.schedule import occurrences, ticks
from delivery.values import Values
from policies.diff import NOT_DUE, Verdicts
from policies.evaluators.columns import columns
from policies.guard import Guard
from policies.rule import PolicySet


def verdicts(plan: Plan, roster: Roster, policies: PolicySet, start: datetime) -> Verdicts:
    """The verdict of the contact rules over every person and send occurrence of the plan from `start` on.

    The same plan, roster, policies and instant give the same verdicts. No permit is made.
    """
    onlooker = Onlooker(policies, roster.size, len(occurrences(plan)))
    # The engine asks its guard for masks and lists; an onlooker gives both and can make no permit.
    engine = Engine(
        plan, roster, cast(Guard, onlooker), Values.build(plan, roster), plan.seed, _FirstOpen(), stops_on_harm=False
    )
    world, books = _Nowhere(), ColumnBooks(roster, plan)
    for tick in ticks(plan, roster.zones, start):
        world.at = tick.at
        engine.tick(world, books, tick)
    return Verdicts(onlooker.contact_rules, onlooker.masks)


class Onlooker:
    """Judges contacts as the guard does and keeps the masks, by person and occurrence; permits nothing."""

    def __init__(self, policies: PolicySet, people: int, slots: int) -> None:
        rules = policies.scope("contact")
        self.contact_rules = tuple(rule.id for rule in rules)
        self.policy_hash = policies.hash
        self.lists = policies.lists
        self.masks = np.full((people, slots), NOT_DUE, np.int64)
        self._judge = columns([rule.tree for rule in rules])

    def permit(
        self, plan_hash: str, batch: ContactBatch, facts: Mapping[str, npt.NDArray[Any]], ttl_seconds: int = 3600
    ) -> tuple[None, IntArray]:
        """No permit, and the masks of the batch."""
        masks = self._judge(facts, len(batch))
        self.masks[batch.row, batch.slot] = masks
        return None, masks


class _FirstOpen(Unlearning):
    """Chooses the first variant of the plan that is open to a person."""

    def choose(self, asked: Asked) -> Choice:
        """The first allowed action for everybody; all are worth the same."""
        one = np.ones(len(asked.rows))
        return Choice(action=asked.allowed.argmax(axis=1).astype(np.int16), propensity=one, value=one)


class _Nowhere:
    """A world that takes every message and in which nothing happens."""

    at = 0

    def now(self) -> datetime:
        """The instant of the tick."""
        return datetime.fromtimestamp(self.at, UTC)

    def deliver(self, batch: ContactBatch, permit: Permit) -> Receipts:
        """Everything counts as accepted; nothing is written anywhere."""
        return Receipts(batch.key, np.ones(len(batch), bool))

    def outcomes(self, since: datetime) -> OutcomeBatch:
        """Nothing."""
        return OutcomeBatch.empty()
