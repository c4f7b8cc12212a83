"""One contract for all books: the same ticks give the same claims, facts and money in columns, SQLite and PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.contact import (
    COMPLAINT,
    CONSENT_WITHDRAWN,
    CONVERSION,
    REDEMPTION,
    UNSUBSCRIBE,
    ContactBatch,
    OutcomeBatch,
    Receipts,
)
from campaigns.keys import contact_keys, key_of
from campaigns.plan import Plan
from campaigns.ports import Books
from campaigns.workspace import Workspace
from delivery.books_columns import ColumnBooks
from delivery.outbox.books_sql import SqlBooks
from delivery.roster import Roster
from tests.builders import NOW, brief, figure, plan, snapshot
from tests.servers import Database

PEOPLE, DAY = 12, 86_400
START = int(NOW.timestamp())
FACE = 1_000_000


def the_plan(budget: int, ceiling: int) -> Plan:
    made = plan(PEOPLE, brief(max_contacts_per_week=14), budget_micros=budget)
    cells = tuple(cell.model_copy(update={"ceiling": figure(ceiling, "micros:USD")}) for cell in made.allocation.cells)
    return made.model_copy(update={"allocation": made.allocation.model_copy(update={"cells": cells})})


BOOKS = ("columns", "sqlite", "postgresql")
OUTBOX = ("contact", "outcome", "refusal", "tick", "account", "withdrawal")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Workspace.create(tmp_path_factory.mktemp("books") / "ws").root


@pytest.fixture(scope="module")
def on_server(template: Path, database: Database) -> Iterator[Workspace]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TWINPILOT_STATE_URL", database())
        ws = Workspace.open(template)
    yield ws
    ws.engine.dispose()


@contextmanager
def opened(which: str, request: pytest.FixtureRequest, made: Plan) -> Iterator[tuple[Roster, Books]]:
    """The roster and empty books of a plan."""
    roster = Roster.build(made, snapshot(PEOPLE))
    if which == "columns":
        yield roster, ColumnBooks(roster, made)
        return
    with TemporaryDirectory() as folder:
        if which == "sqlite":
            template = request.getfixturevalue("template")
            ws = Workspace.open(Path(shutil.copytree(template, Path(folder) / "ws")))
        else:
            ws = request.getfixturevalue("on_server")
            with ws.engine.begin() as connection:
                for table in OUTBOX:
                    connection.exec_driver_sql(f"DELETE FROM {table}")
        books = SqlBooks(ws, roster, made)
        books.begin(NOW, ("consent",))
        yield roster, books
        if which == "sqlite":
            ws.engine.dispose()


person = st.tuples(
    st.integers(0, PEOPLE - 1), st.integers(0, 3), st.integers(0, 5), st.sampled_from((500, 2_000)), st.booleans()
)
answer = st.tuples(
    st.integers(0, PEOPLE - 1),
    st.sampled_from((CONVERSION, REDEMPTION, UNSUBSCRIBE, COMPLAINT, CONSENT_WITHDRAWN)),
    st.integers(1, FACE),
)
a_tick = st.tuples(st.lists(person, max_size=14), st.lists(answer, max_size=4), st.booleans())


def batch_of(roster: Roster, books: Books, people: list[tuple[int, int, int, int, bool]], slot: int) -> ContactBatch:
    at = START + slot * DAY // 2
    row = np.array([person[0] for person in people], np.int64)
    action = np.array([person[1] for person in people], np.int16)
    held = books.facts(row, datetime.fromtimestamp(at, UTC)).holds_offer
    seen: set[int] = set()
    first = np.array([not (number in seen or seen.add(number)) for number in row.tolist()], bool)  # type: ignore[func-returns-value]
    return ContactBatch(
        at=at,
        key=contact_keys(key_of("p-0123456789"), roster.person_key[row], slot),
        row=row,
        action=action,
        slot=np.full(len(row), slot, np.int64),
        cell=np.array([person[2] for person in people], np.int16),
        propensity=np.full(len(row), 0.5),
        cost_micros=np.array([person[3] for person in people], np.int64),
        liability_micros=np.where((action % 2 == 1) & ~held & first, FACE, 0),
    )


def outcomes_of(answers: list[tuple[int, int, int]], at: int) -> OutcomeBatch:
    kind = np.array([kind for _, kind, _ in answers], np.int16)
    cost = np.array([micros for *_, micros in answers], np.int64)
    none = np.zeros(len(answers), np.int64)
    return OutcomeBatch(
        kind=kind,
        row=np.array([row for row, *_ in answers], np.int64),
        at=np.full(len(answers), at, np.int64),
        key=np.zeros(len(answers), np.uint64),
        revenue_micros=none,
        margin_micros=none,
        cost_micros=np.where(kind == REDEMPTION, cost, 0),
    )


def possible(
    answers: list[tuple[int, int, int]], books: Books, redeemed: set[int], at: int
) -> list[tuple[int, int, int]]:
    """Only who holds the offer redeems it, and only once."""
    holds = books.facts(np.arange(PEOPLE), datetime.fromtimestamp(at, UTC)).holds_offer
    told = []
    for row, kind, cost in answers:
        if kind == REDEMPTION:
            if not holds[row] or row in redeemed:
                continue
            redeemed.add(row)
        told.append((row, kind, cost))
    return told


def check_equal(columns: ColumnBooks, database: SqlBooks, at: int) -> None:
    one, two = columns.account(), database.account()
    assert (one.budget, one.spent, one.reserved, one.cell_used.tolist()) == (
        two.budget,
        two.spent,
        two.reserved,
        two.cell_used.tolist(),
    )
    rows, now = np.arange(PEOPLE), datetime.fromtimestamp(at, UTC)
    left, right = columns.facts(rows, now), database.facts(rows, now)
    for name in ("consent", "suppressed", "sends_1d", "sends_7d", "sends_local_day", "holds_offer"):
        assert getattr(left, name).tolist() == getattr(right, name).tolist(), name


@pytest.mark.parametrize("which", ["sqlite", "postgresql"])
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    ticks=st.lists(a_tick, min_size=1, max_size=5),
    budget=st.integers(0, 12_000_000),
    ceiling=st.integers(0, 4_000_000),
)
def test_both_books_agree_and_never_pass_budget_ceiling_key_or_slot(
    request: pytest.FixtureRequest, which: str, ticks: list[tuple[list, list, bool]], budget: int, ceiling: int
) -> None:
    made = the_plan(budget, ceiling)
    with opened(which, request, made) as (roster, database):
        assert isinstance(database, SqlBooks)
        columns = ColumnBooks(roster, made)
        keys: list[int] = []
        slots: list[tuple[int, int]] = []
        redeemed: set[int] = set()
        for slot, (people, answers, accepted) in enumerate(ticks):
            batch = batch_of(roster, columns, people, slot)
            with database.tick(batch.at, slot):
                claims = [books.claim(batch) for books in (columns, database)]
                assert claims[0].tolist() == claims[1].tolist()
                taken = batch.where(claims[0])
                account = database.account()
                assert account.spent + account.reserved <= budget
                assert (account.cell_used <= ceiling).all()
                receipts = Receipts(taken.key, (np.arange(len(taken)) % 3 > 0) | accepted)
                for books in (columns, database):
                    books.settle(receipts)
                    books.refuse(NOW, batch.row[~claims[0]], np.ones(int((~claims[0]).sum()), np.int64))
                told = possible(answers, columns, redeemed, batch.at)
                for books in (columns, database):
                    books.record(outcomes_of(told, batch.at))
            keys += taken.key.tolist()
            slots += list(zip(taken.row.tolist(), taken.slot.tolist(), strict=True))
            check_equal(columns, database, batch.at + 3_600)
        assert len(set(keys)) == len(keys)
        assert len(set(slots)) == len(slots)
        columns.close()
        database.close()
        check_equal(columns, database, START + 9 * DAY)
        assert database.account().reserved == 0


@pytest.mark.parametrize("which", BOOKS)
def test_a_key_is_claimed_once_however_often_it_is_tried(request: pytest.FixtureRequest, which: str) -> None:
    with opened(which, request, the_plan(10**9, 10**9)) as (roster, chosen):
        batch = batch_of(roster, chosen, [(1, 0, 0, 2_000, False), (2, 0, 0, 2_000, False)], 0)

        assert chosen.claim(batch).tolist() == [True, True]
        assert chosen.claim(batch).tolist() == [False, False]
        assert chosen.account().reserved == 4_000


@pytest.mark.parametrize("which", BOOKS)
def test_what_does_not_fit_is_passed_over_and_leaves_room_for_what_does(
    request: pytest.FixtureRequest, which: str
) -> None:
    with opened(which, request, the_plan(3_000, 10**9)) as (roster, chosen):
        batch = batch_of(roster, chosen, [(1, 0, 0, 2_000, False), (2, 0, 0, 2_000, False), (3, 2, 1, 500, False)], 0)

        assert chosen.claim(batch).tolist() == [True, False, True]
        assert chosen.account().left == 500


@pytest.mark.parametrize("which", BOOKS)
@pytest.mark.parametrize("cost", [FACE - 1, FACE, FACE + 5])
def test_a_redemption_is_paid_from_its_reservation_as_far_as_that_goes(
    request: pytest.FixtureRequest, which: str, cost: int
) -> None:
    with opened(which, request, the_plan(10**9, 10**9)) as (roster, chosen):
        taken = batch_of(roster, chosen, [(1, 1, 0, 2_000, False)], 0)
        chosen.claim(taken)
        chosen.settle(Receipts(taken.key, np.ones(1, bool)))

        chosen.record(outcomes_of([(1, REDEMPTION, cost)], taken.at))

        assert chosen.account().spent == 2_000 + cost
        assert chosen.account().reserved == max(0, FACE - cost)
        chosen.close()
        assert chosen.account().reserved == 0
