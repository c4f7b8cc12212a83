"""Batches that cross the World and Books ports: contacts, permits, receipts and outcomes, as columns.

A `row` is a person's position in the plan's snapshot; `action` a position in `plan.creatives`. Instants are
seconds since 1970-01-01 UTC (int64). A contact's key is a deterministic 64-bit number of plan, person and slot, so
that a repeated decision cannot become a second message.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Self

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]
SmallArray = npt.NDArray[np.int16]
FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
KeyArray = npt.NDArray[np.uint64]

OUTCOME_KINDS = ("open", "click", "conversion", "redemption", "unsubscribe", "complaint", "consent_withdrawn")
"""Outcome names; their positions are the codes in `OutcomeBatch.kind`."""
OPEN, CLICK, CONVERSION, REDEMPTION, UNSUBSCRIBE, COMPLAINT, CONSENT_WITHDRAWN = range(len(OUTCOME_KINDS))
ENDS_CONSENT = UNSUBSCRIBE
"""This kind of outcome and those after it end consent."""


@dataclass(frozen=True, slots=True)
class ContactBatch:
    """Messages to be sent at one instant: one per row of each column, all columns of one length.

    `slot` numbers the send occurrence, `cell` the allocation cell, `propensity` is the probability (0-1] with which
    the decision chose this action, `cost_micros` the price of the message, `liability_micros` the offer value to be
    reserved with it (0 when none, or when the person already holds the offer).
    """

    at: int
    key: KeyArray
    row: IntArray
    action: SmallArray
    slot: IntArray
    cell: SmallArray
    propensity: FloatArray
    cost_micros: IntArray
    liability_micros: IntArray

    def __len__(self) -> int:
        return len(self.key)

    def where(self, keep: BoolArray) -> Self:
        """The contacts whose place in `keep` is true, order kept; this batch itself when all are."""
        if np.count_nonzero(keep) == len(self.key):
            return self
        return type(self)(self.at, *(getattr(self, name)[keep] for name in _CONTACT_COLUMNS))


@dataclass(frozen=True, slots=True)
class Permit:
    """The guard's leave to send the contacts in `keys`, and no others, until `expires` (epoch seconds, UTC).

    Only `policies.guard.Guard` can compute `tag`, a keyed SHA-256 over every other field.
    """

    plan_hash: str
    policy_hash: str
    expires: int
    keys: KeyArray
    tag: bytes


@dataclass(frozen=True, slots=True)
class Receipts:
    """What became of a delivered batch: `accepted` is parallel to `key`; a refused contact costs nothing.

    `breaches` names, by contact key, the rules that a finished message broke and was therefore not sent.
    """

    key: KeyArray
    accepted: BoolArray
    breaches: Mapping[int, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OutcomeBatch:
    """What people did, one event per row, in order of `at`; `key` is 0 where no message led to it.

    `revenue_micros` is what was paid for a conversion, `margin_micros` what is left of it before contact and offer
    cost; a `redemption` carries the offer's cost in `cost_micros`.
    """

    kind: SmallArray
    row: IntArray
    at: IntArray
    key: KeyArray
    revenue_micros: IntArray
    margin_micros: IntArray
    cost_micros: IntArray

    def __len__(self) -> int:
        return len(self.kind)

    def where(self, keep: BoolArray) -> Self:
        """The outcomes whose place in `keep` is true, order kept."""
        return type(self)(*(getattr(self, name)[keep] for name in _OUTCOME_COLUMNS))

    def take(self, places: IntArray) -> Self:
        """The outcomes at these places, in their order."""
        return type(self)(*(getattr(self, name)[places] for name in _OUTCOME_COLUMNS))

    @classmethod
    def empty(cls) -> Self:
        """A batch without outcomes."""
        none = np.zeros(0, np.int64)
        return cls(np.zeros(0, np.int16), none, none, np.zeros(0, np.uint64), none, none, none)


_CONTACT_COLUMNS = tuple(field.name for field in fields(ContactBatch) if field.name != "at")
_OUTCOME_COLUMNS = tuple(field.name for field in fields(OutcomeBatch))
