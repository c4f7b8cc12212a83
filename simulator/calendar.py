"""Outcomes that will become visible later: a calendar of packed columns; outside it, an event is a column of integers."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from campaigns.contact import CONVERSION, REDEMPTION, IntArray, KeyArray, OutcomeBatch

AT, KIND, ROW, KEY, REVENUE, MARGIN, COST = range(7)
Events = npt.NDArray[np.int64]
"""Shape (7, events): instant, kind, row, key (its 64 bits), revenue, margin, cost."""
_LIGHT = [("shown", "<i8"), ("kind", "i1"), ("row", "<i4"), ("key", "<i8")]
_FULL = [*_LIGHT, ("late", "<i4"), ("revenue", "<i8"), ("margin", "<i8"), ("cost", "<i8")]
_MONEY = ("revenue", "margin", "cost")
_ROW_BITS, _KIND_BITS, _INSTANT_BITS = 31, 3, 29
"""Together 63: rows are 32-bit signed integers, kinds are seven, and 2^29 seconds are seventeen years."""
Packed = npt.NDArray[Any]
"""Events as records of 21 bytes, or of 49 with money; `late` is by how many seconds `shown` is after the event."""


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
    if not block.shape[1]:
        return block
    since = block[AT] - block[AT].min()
    if int(since.max()) >= 1 << _INSTANT_BITS:
        return block[:, np.lexsort((block[ROW], block[KIND], block[AT]))]
    # All three in one integer: a single sort, and a short one where own purchases stand in order already.
    since <<= _KIND_BITS
    since |= block[KIND]
    since <<= _ROW_BITS
    since |= block[ROW]
    order = np.argsort(since, kind="stable")
    del since
    return block.take(order, axis=1)


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
    """Events waiting to become visible, and those that were seen; those without money are kept apart and small.

    Only conversions and redemptions carry money, and only they can become visible late. Without `keeps_all` the
    others are forgotten once they were seen.
    """

    def __init__(self, end: int, keeps_all: bool = True) -> None:
        self._end = end
        self._keeps = (keeps_all, True)
        self._waiting: list[list[Packed]] = [[], []]
        self._seen: list[list[Packed]] = [[], []]
        self._seen_until = -1

    def push(self, block: Events, late: IntArray | int = 0) -> None:
        """Add events; those with money become visible `late` seconds after they happen (0 or more).

        Those after the end of the world are dropped, one that would be visible in the past is a ValueError.
        """
        inside = block[AT] <= self._end
        if not inside.all():
            block = block[:, inside]
            late = late[inside] if isinstance(late, np.ndarray) else late
        if not block.shape[1]:
            return
        kind = block[KIND]
        money = bool(((kind == CONVERSION) | (kind == REDEMPTION)).any())
        packed = np.empty(block.shape[1], _FULL if money else _LIGHT)
        packed["shown"], packed["kind"], packed["row"], packed["key"] = block[AT], block[KIND], block[ROW], block[KEY]
        if money:
            packed["late"] = late
            packed["shown"] += late
            for place, name in enumerate(_MONEY):
                packed[name] = block[REVENUE + place]
        if int(packed["shown"].min()) <= self._seen_until:
            raise ValueError("an outcome cannot become visible at an instant that was looked at already")
        self._waiting[money].append(packed)

    def between(self, since: int, until: int) -> Events:
        """Events shown with since < instant <= until, unordered; looking again at the past gives the same events."""
        new, earlier, anew = until > self._seen_until, since < self._seen_until, since == self._seen_until
        self._seen_until = max(until, self._seen_until)
        found = []
        for waiting, seen, keeps in zip(self._waiting, self._seen, self._keeps, strict=True):
            if new and not keeps:
                seen.clear()
            if new and waiting:
                packed = np.concatenate(waiting)
                due = packed["shown"] <= until
                waiting[:] = [packed[~due]]
                seen.append(packed[due])
            elif new:
                seen.append(np.zeros(0, _LIGHT))
            if new and anew:
                found.append(_unpacked(seen[-1]))
            else:
                found += [
                    _unpacked(part[(part["shown"] > since) & (part["shown"] <= until)])
                    for part in (seen if earlier else seen[-1:])
                ]
        return np.concatenate(found, axis=1) if found else np.zeros((7, 0), np.int64)

    def everything(self, money: bool = False) -> Events:
        """Every event pushed so far that happens before the end, shown or not, in order; or only those with money."""
        parts = [part for place in ((1,) if money else (0, 1)) for part in (*self._seen[place], *self._waiting[place])]
        return in_order(np.concatenate([np.zeros((7, 0), np.int64), *map(_unpacked, parts)], axis=1))


def _unpacked(packed: Packed) -> Events:
    block = np.zeros((7, len(packed)), np.int64)
    block[AT], block[KIND], block[ROW], block[KEY] = packed["shown"], packed["kind"], packed["row"], packed["key"]
    if len(packed.dtype) > len(_LIGHT):
        block[AT] -= packed["late"]
        for place, name in enumerate(_MONEY):
            block[REVENUE + place] = packed[name]
    return block
