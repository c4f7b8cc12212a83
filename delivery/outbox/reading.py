"""What the outbox holds of one plan, read for its measurement: per person, per arm and day, per creative."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
from sqlalchemy import Connection, text

from campaigns.contact import IntArray
from campaigns.plan import Plan
from campaigns.workspace import Workspace
from delivery.errors import NotLaunched

_ACCOUNT = "SELECT * FROM account WHERE plan_id = :plan"
_OUTCOMES = """
SELECT "row", COUNT(CASE WHEN kind = 'conversion' THEN 1 END), CAST(SUM(revenue_micros) AS BIGINT),
    CAST(SUM(margin_micros) AS BIGINT), CAST(SUM(cost_micros) AS BIGINT)
FROM outcome WHERE plan_id = :plan AND at < :until GROUP BY "row"
"""
_MESSAGES = """
SELECT "row", CAST(SUM(cost_micros) AS BIGINT), COUNT(*)
FROM contact WHERE plan_id = :plan AND state = 'accepted' AND at < :until GROUP BY "row"
"""
_EVER = 2**62
_CONVERSIONS = """SELECT "row", at FROM outcome WHERE plan_id = :plan AND kind = 'conversion' ORDER BY id"""
_EVENTS = (
    """SELECT kind, "row", COUNT(*) FROM outcome WHERE plan_id = :plan GROUP BY kind, "row" ORDER BY kind, "row" """
)
_REFUSALS = "SELECT mask, COUNT(*) FROM refusal WHERE plan_id = :plan GROUP BY mask ORDER BY mask"
_STATES = "SELECT state, COUNT(*) FROM contact WHERE plan_id = :plan GROUP BY state ORDER BY state"
_SENDS = """
SELECT action, COUNT(*), AVG(propensity) FROM contact WHERE plan_id = :plan AND state = 'accepted' GROUP BY action ORDER BY action
"""
_ANSWERS = """
SELECT contact.action, outcome.kind, COUNT(*) FROM outcome JOIN contact USING (key)
WHERE outcome.plan_id = :plan AND contact.plan_id = outcome.plan_id GROUP BY 1, 2 ORDER BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class LedgerAccount:
    """A plan's account as it stands: money in micros, the guard's rules in bit order, instants aware in UTC."""

    budget: int
    spent: int
    reserved: int
    rules: tuple[str, ...]
    started: datetime
    until: datetime
    halted: datetime | None
    closed: bool


@dataclass(frozen=True, slots=True)
class PersonTotals:
    """Columns over the roster's rows: what each person did and cost from the start until now (money in micros)."""

    conversions: IntArray
    revenue: IntArray
    margin: IntArray
    offer_cost: IntArray
    message_cost: IntArray
    messages: IntArray


class OutboxReader:
    """Reads one plan's contacts, outcomes, refusals and money; every method is one query."""

    def __init__(self, ws: Workspace, plan: Plan, size: int) -> None:
        self._ws = ws
        self._plan_id = plan.plan_id
        self._size = size

    def account(self) -> LedgerAccount:
        """The plan's account; NotLaunched when it was never opened."""
        with self._ws.engine.connect() as connection:
            row = connection.execute(text(_ACCOUNT), {"plan": self._plan_id}).one_or_none()
        if row is None:
            raise NotLaunched(
                f"Plan {self._plan_id} was not launched, so there is nothing to report; run `twinpilot launch {self._plan_id}`."
            )
        return LedgerAccount(
            budget=row.budget_micros,
            spent=row.spent_micros,
            reserved=row.reserved_micros,
            rules=tuple(json.loads(row.rules)),
            started=datetime.fromtimestamp(row.started_at, UTC),
            until=datetime.fromtimestamp(row.seen_until, UTC),
            halted=None if row.halted_at is None else datetime.fromtimestamp(row.halted_at, UTC),
            closed=row.closed_at is not None,
        )

    def totals(self, until: datetime | None = None) -> PersonTotals:
        """What every person of the roster did and cost, before the instant `until` where one is given."""
        before = _EVER if until is None else int(until.timestamp())
        with self._ws.engine.connect() as connection:
            did = self._columns(connection, _OUTCOMES, 4, before)
            got = self._columns(connection, _MESSAGES, 2, before)
        return PersonTotals(*did, *got)

    def conversions(self) -> tuple[IntArray, IntArray]:
        """Row and instant (epoch seconds) of every conversion."""
        pairs = self._all(_CONVERSIONS)
        return np.array([row for row, _ in pairs], np.int64), np.array([at for _, at in pairs], np.int64)

    def events(self) -> dict[str, IntArray]:
        """How often each person did each kind of thing: one column over the roster's rows per outcome kind seen."""
        columns: dict[str, IntArray] = {}
        for kind, row, count in self._all(_EVENTS):
            columns.setdefault(kind, np.zeros(self._size, np.int64))[row] = count
        return dict(sorted(columns.items()))

    def refusals(self) -> list[tuple[int, int]]:
        """Masks of violated rules with the number of contacts that each kept back."""
        return [(mask, count) for mask, count in self._all(_REFUSALS)]

    def states(self) -> dict[str, int]:
        """Number of contacts per state."""
        return dict(self._all(_STATES))

    def sends(self) -> dict[int, tuple[int, float]]:
        """Messages accepted and their mean propensity, per action."""
        return {action: (count, mean) for action, count, mean in self._all(_SENDS)}

    def answers(self) -> dict[tuple[int, str], int]:
        """Outcomes that a message led to, per action and kind."""
        return {(action, kind): count for action, kind, count in self._all(_ANSWERS)}

    def _all(self, query: str) -> list[tuple[Any, ...]]:
        with self._ws.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query), {"plan": self._plan_id})]

    def _columns(self, connection: Connection, query: str, width: int, until: int) -> IntArray:
        columns = np.zeros((width, self._size), np.int64)
        for row, *values in connection.execute(text(query), {"plan": self._plan_id, "until": until}):
            columns[:, row] = values
        return columns
