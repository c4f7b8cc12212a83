"""Outcomes that will become visible later: a calendar of columns, each event a column of one integer matrix."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from campaigns.contact import IntArray, KeyArray, OutcomeBatch

AT, KIND, ROW, KEY, REVENUE, MARGIN, COST = range(7)
Events = npt.NDArray[np.int64]
"""Shape (7, events): instant, kind, row, key (its 64 bits), revenue, margin, cost."""


def events(
    at: IntArray,
    kind: int | IntArray,
    row: IntArray,
    key: KeyArray | None = None,
    revenue: IntArray | None = None,
    margin: IntArray | None = None,
    cost: IntArray | None = None,
) -> Events:
    """Events as columns, of one kind or of a kind each; what is not given is 0."""
    block = np.zeros((7, len(at)), np.int64)
    block[AT], block[KIND], block[ROW] = at, kind, row
    if key is not None:
        block[KEY] = key.view(np.int64)
    for place, column in ((REVENUE, revenue), (MARGIN, margin), (COST, cost)):
        if column is not None:
            block[place] = column
    return block


def in_order(block: Events) -> Events:
    """The events by instant, then kind, then person: an order that does not depend on how they came about."""
    return block[:, np.lexsort((block[ROW], block[KIND], block[AT]))]


def as_outcomes(block: Events) -> OutcomeBatch:
    """The batch that crosses the World port."""
    return OutcomeBatch(
        kind=block[KIND].astype(np.int16),
        row=block[ROW],
        at=block[AT],
        key=np.ascontiguousarray(block[KEY]).view(np.uint64),
        revenue_micros=block[REVENUE],
        margin_micros=block[MARGIN],
        cost_micros=block[COST],
    )


class Calendar:
    """Events waiting for their instant, and those that were seen."""

    def __init__(self, end: int) -> None:
        self._end = end
        self._waiting: list[Events] = []
        self._seen: list[Events] = []
        self._seen_until = -1

    def push(self, block: Events) -> None:
        """Add events; those after the end of the world are dropped, those already in the past are a ValueError."""
        block = block[:, block[AT] <= self._end]
        if block.shape[1]:
            if int(block[AT].min()) <= self._seen_until:
                raise ValueError("an outcome cannot become visible at an instant that was looked at already")
            self._waiting.append(block)

    def between(self, since: int, until: int) -> Events:
        """Events with since < at <= until, unordered; looking again at the past gives the same events."""
        if until > self._seen_until and self._waiting:
            block = np.concatenate(self._waiting, axis=1) if len(self._waiting) > 1 else self._waiting[0]
            due = block[AT] <= until
            self._waiting = [block[:, ~due]]
            self._seen.append(block[:, due])
        earlier = since < self._seen_until
        self._seen_until = max(until, self._seen_until)
        if not self._seen:
            return np.zeros((7, 0), np.int64)
        block = np.concatenate(self._seen, axis=1) if earlier else self._seen[-1]
        return block[:, (block[AT] > since) & (block[AT] <= until)]

    def everything(self) -> Events:
        """Every event pushed so far that happens before the end, seen or waiting, in order."""
        return in_order(np.concatenate([np.zeros((7, 0), np.int64), *self._seen, *self._waiting], axis=1))
