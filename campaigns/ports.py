"""The two ports of the engine: `World` between it and reality, `Books` between it and memory."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from campaigns.contact import (
    BoolArray,
    ContactBatch,
    IntArray,
    OutcomeBatch,
    Permit,
    Receipts,
    SmallArray,
)


class World(Protocol):
    """Where messages go and outcomes come from: the live channels, the sandbox or the twin."""

    def now(self) -> datetime:
        """The world's instant, aware, in UTC."""

    def deliver(self, batch: ContactBatch, permit: Permit) -> Receipts:
        """Hand the contacts over once; policies.errors.NoPermit unless the permit covers every key of the batch."""

    def outcomes(self, since: datetime) -> OutcomeBatch:
        """The outcomes that became visible after `since`, up to and including `now()`."""


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """What memory knows of some people at an instant, fresh; columns parallel to the rows asked for.

    `consent` is (people, channels): 1 granted, 0 withdrawn or refused, -1 not known. `sends_1d` and `sends_7d` count
    messages of every campaign in the last 24 and 168 hours, in flight included, and `sends_local_day` those
    of the person's local calendar day. `holds_offer` says whether an offer
    of this plan is reserved for or was redeemed by the person.
    """

    consent: SmallArray
    suppressed: BoolArray
    sends_1d: IntArray
    sends_7d: IntArray
    sends_local_day: IntArray
    holds_offer: BoolArray

    def take(self, places: IntArray) -> PersonFacts:
        """The facts of the people at these places, in their order."""
        return PersonFacts(
            consent=self.consent[places],
            suppressed=self.suppressed[places],
            sends_1d=self.sends_1d[places],
            sends_7d=self.sends_7d[places],
            sends_local_day=self.sends_local_day[places],
            holds_offer=self.holds_offer[places],
        )


@dataclass(frozen=True, slots=True)
class Account:
    """A plan's money in micros: `reserved` is promised and not settled yet; it counts as spent.

    `cell_used` is spent plus reserved per allocation cell.
    """

    budget: int
    spent: int
    reserved: int
    cell_used: IntArray

    @property
    def left(self) -> int:
        """What can still be reserved."""
        return self.budget - self.spent - self.reserved


class Books(Protocol):
    """Claims, reservations, contact history, consents and money of one plan."""

    def facts(self, rows: IntArray, now: datetime) -> PersonFacts:
        """Fresh facts of these people at this instant."""

    def account(self) -> Account:
        """The money of the plan now."""

    def claim(self, batch: ContactBatch) -> BoolArray:
        """Which contacts were claimed: reserved with their cost and liability, in the batch's order, each key once.

        A contact is not claimed when its key was claimed before, when its person holds a claim for the same slot, or
        when its cost and liability do not fit into what is left of the plan's budget or its cell's ceiling.
        """

    def settle(self, receipts: Receipts) -> None:
        """Turn reservations of accepted contacts into spend and release the others."""

    def record(self, outcomes: OutcomeBatch) -> None:
        """Take in outcomes: redemptions settle liabilities, unsubscribes, complaints and withdrawals end consent."""

    def refuse(self, now: datetime, rows: IntArray, masks: IntArray) -> None:
        """Note which policy rules (bits of `masks`, in the guard's rule order) kept which people from a contact."""

    def close(self) -> None:
        """Release every open liability; called once, when the plan has ended."""
