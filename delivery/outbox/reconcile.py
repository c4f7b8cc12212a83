"""What a process that died left claimed: its channel says what became of each message, and nothing is sent again."""

from __future__ import annotations

from collections.abc import Callable

from campaigns.contact import BoolArray, KeyArray, Receipts
from delivery.outbox.books_sql import SqlBooks

Asked = Callable[[KeyArray], BoolArray]
"""Which of these contact keys the channel has taken, in their order."""


def reconcile(books: SqlBooks, asked: Asked) -> Receipts:
    """Settle every claim of the plan that nobody settled by what the channel says, and give back what was settled.

    Call it while no process runs the plan (`delivery.lease`): a living one may be about to send what it has claimed.
    """
    with books.transaction():
        keys = books.unsettled()
        receipts = Receipts(keys, asked(keys))
        if len(keys):
            books.settle(receipts)
        return receipts
