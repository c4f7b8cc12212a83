"""Messages that reached people, kept back until there are enough of them to be answered as columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from campaigns.contact import ContactBatch, IntArray, KeyArray, SmallArray

BLOCK = 1 << 15
"""Messages answered at a time: their columns fit the processor's cache."""


@dataclass(frozen=True, slots=True)
class Reached:
    """Messages by the instants (epoch seconds) at which they reached people, one per place, nobody twice.

    `moments` are the instants, `moment` is the place in them of each message.
    """

    moments: tuple[int, ...]
    moment: IntArray
    at: IntArray
    row: IntArray
    key: KeyArray
    action: SmallArray
    slot: IntArray
    liability_micros: IntArray

    @classmethod
    def of(cls, batches: Sequence[ContactBatch]) -> Reached:
        """The messages of one batch or more, in which nobody occurs twice."""
        moments = tuple(batch.at for batch in batches)
        moment = np.repeat(np.arange(len(batches)), [len(batch) for batch in batches])
        names = ("row", "key", "action", "slot", "liability_micros")
        return cls(
            moments,
            moment,
            np.array(moments, np.int64)[moment],
            *(
                getattr(batches[0], name) if len(batches) == 1 else np.concatenate([getattr(b, name) for b in batches])
                for name in names
            ),
        )

    def part(self, places: slice) -> Reached:
        """The messages in these places."""
        columns = (self.moment, self.at, self.row, self.key, self.action, self.slot, self.liability_micros)
        return Reached(self.moments, *(column[places] for column in columns))


class Backlog:
    """Batches that nobody has answered yet, in order of time; nobody occurs twice.

    People answer by what earlier messages left in them and in them alone, so it makes no difference how long a message
    stays here, as long as nobody looks at what came of it.
    """

    def __init__(self, people: int) -> None:
        self._batches: list[ContactBatch] = []
        self._waits = np.zeros(people, bool)
        self._size = 0

    @property
    def full(self) -> bool:
        """Whether there are enough messages to answer them: a block, or a batch that is large enough by itself."""
        return self._size >= BLOCK or (bool(self._batches) and len(self._batches[-1]) >= BLOCK // 2)

    def fits(self, batch: ContactBatch) -> bool:
        """Whether nobody in this batch has a message here."""
        return not self._batches or not self._waits[batch.row].any()

    def add(self, batch: ContactBatch) -> None:
        """Keep a batch that `fits`, unless it is full here; nobody may occur twice in it."""
        self._batches.append(batch)
        self._size += len(batch)
        if not self.full:
            self._waits[batch.row] = True

    def take(self) -> Iterator[Reached]:
        """All messages in order, in blocks that differ by one in size at most; none is here afterwards."""
        if not self._batches:
            return
        reached = Reached.of(self._batches)
        if len(self._batches[0]) < BLOCK // 2:
            self._waits[reached.row] = False
        size, self._batches, self._size = self._size, [], 0
        blocks = max(1, size // BLOCK)
        for place in range(blocks):
            yield reached.part(slice(size * place // blocks, size * (place + 1) // blocks))
