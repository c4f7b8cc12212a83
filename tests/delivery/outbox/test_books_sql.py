from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import text

from campaigns.contact import CONVERSION, UNSUBSCRIBE, ContactBatch, OutcomeBatch, Receipts
from campaigns.plan import Plan
from campaigns.workspace import Workspace
from delivery.outbox import statements
from delivery.outbox.books_sql import SqlBooks
from delivery.outbox.rows import signed, unsigned
from delivery.roster import Roster
from tests.builders import NOW, plan, snapshot
from tests.delivery.launchable import letters

PEOPLE = 30
AT = int(NOW.timestamp()) + 36_000


@pytest.fixture
def ws(tmp_path: Path) -> Workspace:
    return Workspace.create(tmp_path / "ws")


def opened(ws: Workspace, made: Plan) -> SqlBooks:
    books = SqlBooks(ws, Roster.build(made, snapshot(PEOPLE)), made)
    books.begin(NOW, ("consent", "quiet_hours"))
    return books


def sent(books: SqlBooks, batch: ContactBatch) -> None:
    claimed = batch.where(books.claim(batch))
    books.settle(Receipts(claimed.key, np.ones(len(claimed), bool)))


def one_outcome(kind: int, row: int, at: int) -> OutcomeBatch:
    number = np.array([0], np.int64)
    return OutcomeBatch(
        np.array([kind], np.int16),
        np.array([row]),
        np.array([at]),
        np.array([0], np.uint64),
        number,
        number,
        number,
    )


def count(ws: Workspace, table: str) -> int:
    with ws.session() as session:
        return int(session.connection().execute(text(f"SELECT COUNT(*) FROM {table}")).scalar_one())


def test_a_tick_that_fails_half_way_leaves_nothing_of_it(ws: Workspace) -> None:
    made = plan(PEOPLE)
    books = opened(ws, made)

    def half_a_tick() -> None:
        with books.tick(AT, 0):
            sent(books, letters(made, [1, 2]))
            books.record(one_outcome(UNSUBSCRIBE, 3, AT))
            books.refuse(NOW, np.array([4]), np.array([1]))
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        half_a_tick()

    assert [count(ws, table) for table in ("contact", "outcome", "refusal", "tick", "withdrawal")] == [0, 0, 0, 0, 0]
    assert (books.account().spent, books.account().reserved) == (0, 0)


def test_a_tick_is_committed_once_only(ws: Workspace) -> None:
    made = plan(PEOPLE)
    books = opened(ws, made)
    with books.tick(AT, 0):
        sent(books, letters(made, [1, 2]))

    with pytest.raises(Exception, match="UNIQUE"), books.tick(AT, 0):
        pass

    assert count(ws, "tick") == 1


def test_messages_of_other_plans_count_for_the_same_person_for_a_week(ws: Workspace) -> None:
    first, second = plan(PEOPLE), plan(PEOPLE, plan_id="p-aaaaaaaaaa")
    sent(opened(ws, first), letters(first, [5, 6]))
    books = opened(ws, second)
    sent(books, letters(second, [6], at=AT + 3_600))

    def history(after: timedelta) -> list[list[int]]:
        facts = books.facts(np.array([5, 6, 7]), datetime.fromtimestamp(AT, UTC) + after)
        return [facts.sends_1d.tolist(), facts.sends_7d.tolist()]

    assert history(timedelta(hours=2)) == [[1, 2, 0], [1, 2, 0]]
    assert history(timedelta(hours=24)) == [[0, 1, 0], [1, 2, 0]]
    assert history(timedelta(days=7)) == [[0, 0, 0], [0, 1, 0]]
    assert history(timedelta(hours=-2)) == [[1, 2, 0], [1, 2, 0]]


def test_a_withdrawal_under_one_plan_is_known_to_every_later_one(ws: Workspace) -> None:
    first, second = plan(PEOPLE), plan(PEOPLE, plan_id="p-aaaaaaaaaa")
    opened(ws, first).record(one_outcome(UNSUBSCRIBE, 7, AT))
    books = opened(ws, second)
    books.end_consent(np.array([9]), "push", NOW, "recorded in the data")
    books.end_consent(np.array([9]), "push", NOW, "recorded in the data")

    consent = books.facts(np.array([7, 9, 11]), NOW).consent

    assert consent.tolist() == [[0, 0], [1, 0], [1, 1]]
    assert count(ws, "withdrawal") == 2


def test_outcomes_that_pass_by_again_in_a_replay_are_not_recorded_twice(ws: Workspace) -> None:
    books = opened(ws, plan(PEOPLE))
    books.record(one_outcome(CONVERSION, 1, AT))

    with books.replaying():
        books.record(one_outcome(CONVERSION, 1, AT))

    assert count(ws, "outcome") == 1


def test_a_receipt_for_a_contact_that_was_not_claimed_is_an_error(ws: Workspace) -> None:
    made = plan(PEOPLE)
    books = opened(ws, made)
    batch = letters(made, [1])

    with pytest.raises(ValueError, match="claimed and not settled"):
        books.settle(Receipts(batch.key, np.ones(1, bool)))


def test_keys_survive_the_signed_columns_of_the_tables() -> None:
    keys = np.array([1, 2**63 - 1, 2**63, 2**64 - 1], np.uint64)

    assert unsigned(signed(keys)).tolist() == keys.tolist()
    assert min(signed(keys)) < 0


@pytest.mark.parametrize("name", ["KNOWN_KEYS", "HELD_SLOTS", "RESERVED", "CONTACTS_NEAR", "CONTACTS_OF_TICK"])
def test_what_runs_every_tick_never_reads_all_contacts_of_a_plan(ws: Workspace, name: str) -> None:
    with ws.engine.connect() as connection:
        query = str(statements.said(connection, getattr(statements, name)))
        binds = dict.fromkeys(re.findall(r":(\w+)", query))
        steps = connection.execute(text(f"EXPLAIN QUERY PLAN {query}"), binds).all()

    of_contacts = [step[3] for step in steps if "contact" in step[3]]
    assert len(of_contacts) == 1
    assert any(bound in of_contacts[0] for bound in ("key=?", "slot=?", "at=?", "at>?"))
