"""Columns as the rows of the outbox's tables: contacts, outcomes, ended consents, and keys as the tables hold them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

from campaigns.contact import OUTCOME_KINDS, ContactBatch, KeyArray, OutcomeBatch
from delivery.outbox.records import EVERY_CHANNEL

Row: TypeAlias = tuple[object, ...]
"""What one row binds, in the statement's order."""


def contact_rows(plan_id: str, batch: ContactBatch, person_id: Sequence[str], channel_of: Sequence[str]) -> list[Row]:
    """The rows of claimed contacts; `person_id` names the roster's rows, `channel_of` the channel of each action."""
    return [
        (key, plan_id, row, person_id[row], slot, batch.at, channel_of[action], action, cell,
         propensity, cost, liability, liability, place)
        for key, row, slot, action, cell, propensity, cost, liability, place in zip(
            signed(batch.key), batch.row.tolist(), batch.slot.tolist(), batch.action.tolist(),
            batch.cell.tolist(), batch.propensity.tolist(), batch.cost_micros.tolist(),
            batch.liability_micros.tolist(), range(len(batch)), strict=True,
        )
    ]  # fmt: skip


def outcome_rows(plan_id: str, outcomes: OutcomeBatch) -> list[Row]:
    """The rows of outcomes, in their order."""
    return [
        (plan_id, OUTCOME_KINDS[kind], row, at, key, revenue, margin, cost)
        for kind, row, at, key, revenue, margin, cost in zip(
            outcomes.kind.tolist(), outcomes.row.tolist(), outcomes.at.tolist(), signed(outcomes.key),
            outcomes.revenue_micros.tolist(), outcomes.margin_micros.tolist(), outcomes.cost_micros.tolist(),
            strict=True,
        )
    ]  # fmt: skip


def withdrawal_rows(plan_id: str, ended: OutcomeBatch, person_id: Sequence[str]) -> list[Row]:
    """The rows of outcomes that end a person's consent on every channel."""
    return [
        (person_id[row], EVERY_CHANNEL, at, OUTCOME_KINDS[kind], plan_id)
        for row, at, kind in zip(ended.row.tolist(), ended.at.tolist(), ended.kind.tolist(), strict=True)
    ]


def signed(keys: KeyArray) -> list[int]:
    """Contact keys as the signed 64-bit numbers that the tables hold."""
    return np.ascontiguousarray(keys, np.uint64).view(np.int64).tolist()  # type: ignore[no-any-return]


def unsigned(keys: list[int]) -> KeyArray:
    """The contact keys of the signed numbers that the tables hold."""
    return np.array(keys, np.int64).view(np.uint64)
