"""A budget is moved once enough other people asked for the same, and by nobody alone."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.cli import build
from campaigns.errors import BadInput, Refused
from campaigns.ledger import Ledger
from campaigns.plan import Plan
from campaigns.store import Store
from campaigns.workspace import Workspace
from delivery.outbox.books_sql import SqlBooks
from delivery.outbox.budget_change import BudgetAsked, ask_budget
from delivery.roster import Roster
from policies.load import load_policies
from tests.builders import NOW, plan, snapshot
from tests.delivery.launchable import launchable

PEOPLE = 30
USD = 1_000_000


def running(root: Path, units: int) -> tuple[Workspace, Plan, SqlBooks]:
    """A workspace with an open account of this budget."""
    ws, made = launchable(root / "ws", PEOPLE, allocation=plan(PEOPLE, budget_micros=units * USD).allocation, brief=plan(PEOPLE, budget_micros=units * USD).brief)  # fmt: skip
    books = SqlBooks(ws, Roster.build(made, snapshot(PEOPLE)), made)
    books.begin(NOW, ("consent",))
    return ws, made, books


def ask(ws: Workspace, made: Plan, units: float, by: str, dry_run: bool = False) -> BudgetAsked:
    return ask_budget(ws, made, round(units * USD), by, load_policies(), NOW, "it sells", dry_run)


def test_one_asks_another_approves_and_it_is_moved(tmp_path: Path) -> None:
    ws, made, books = running(tmp_path, 500)

    first = ask(ws, made, 530, "Ada")
    before = books.account().budget
    second = ask(ws, made, 530, "Ben")

    assert (first.moved, first.people_missing, before) == (False, 1, 500 * USD)
    assert (second.moved, second.approved_by) == (True, ("Ben",))
    assert second.change.asked_by == "Ada"
    assert second.change.why == "it sells"
    assert books.account().budget == 530 * USD
    (recorded,) = Ledger(ws).changes()
    assert (recorded.progress, recorded.change.after) == ("done", 530 * USD)


@pytest.mark.parametrize("spelled", ["Ada", " ada ", "ÁDA"])
def test_nobody_approves_what_they_asked_for(tmp_path: Path, spelled: str) -> None:
    ws, made, books = running(tmp_path, 500)
    ask(ws, made, 530, "Ada")

    with pytest.raises(Refused, match="somebody else must approve"):
        ask(ws, made, 530, spelled)
    assert books.account().budget == 500 * USD


def test_the_plans_owner_does_not_approve_it(tmp_path: Path) -> None:
    ws, made, books = running(tmp_path, 500)
    ask(ws, made, 530, "Ada")

    with pytest.raises(Refused, match="approval_not_by_author"):
        ask(ws, made, 530, made.goal.owner)
    assert books.account().budget == 500 * USD


def test_who_owns_the_plan_does_not_approve_it_for_somebody_elses_goal(tmp_path: Path) -> None:
    ws, made, _ = running(tmp_path, 500)
    owned = made.model_copy(update={"owner": "Otto"})
    ask(ws, owned, 530, "Ada")

    with pytest.raises(Refused, match="approval_not_by_author"):
        ask(ws, owned, 530, "Otto")


def test_a_move_counts_from_the_instant_that_the_campaign_has_reached(tmp_path: Path) -> None:
    ws, made, _ = running(tmp_path, 500)
    reached = NOW + timedelta(days=9)
    with ws.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE account SET seen_until = ?", (int(reached.timestamp()),))

    for name in ("Ada", "Ben"):
        ask(ws, made, 530, name)

    (recorded,) = Ledger(ws).changes()
    assert (recorded.change.at, recorded.finished) == (reached, reached)


def test_another_amount_is_another_request_and_a_moved_budget_has_to_be_asked_for_anew(tmp_path: Path) -> None:
    ws, made, books = running(tmp_path, 500)

    assert not ask(ws, made, 510, "Ada").moved
    assert not ask(ws, made, 520, "Ben").moved
    assert ask(ws, made, 510, "Ben").moved
    assert not ask(ws, made, 500, "Ada").moved
    assert ask(ws, made, 500, "Ben").moved
    again = ask(ws, made, 510, "Cem")

    assert not again.moved
    assert books.account().budget == 500 * USD


def test_a_dry_run_says_who_is_missing_and_keeps_nothing(tmp_path: Path) -> None:
    ws, made, books = running(tmp_path, 500)

    told = ask(ws, made, 530, "Ada", dry_run=True)

    assert (told.moved, told.people_missing) == (False, 1)
    assert Ledger(ws).decisions(told.change.change_id) == ()
    assert not ask(ws, made, 530, "Ben").moved
    assert ask(ws, made, 530, "Cem", dry_run=True).people_missing == 0
    assert books.account().budget == 500 * USD


def test_a_large_step_needs_two_others(tmp_path: Path) -> None:
    ws, made, books = running(tmp_path, 150_000)

    missing = [ask(ws, made, 162_000, name).people_missing for name in ("Ada", "Ben", "Cem")]

    assert missing == [2, 1, 0]
    assert books.account().budget == 162_000 * USD


@pytest.mark.parametrize(
    ("units", "error", "words"),
    [
        (5_000, Refused, "change_limit"),
        (50, Refused, "change_limit"),
        (500, BadInput, "already"),
        (0, BadInput, "zero"),
    ],
)
def test_a_slip_and_no_change_are_refused_when_they_are_asked_for(
    tmp_path: Path, units: float, error: type[Exception], words: str
) -> None:
    ws, made, books = running(tmp_path, 500)

    with pytest.raises(error, match=words):
        ask(ws, made, units, "Ada")
    assert books.account().budget == 500 * USD


@pytest.mark.parametrize("given", [("--by", ""), ("--by", "Ada\x1b[31m"), ("--by", "Ada", "--note", "\udcff")])
def test_the_command_refuses_a_name_or_note_that_cannot_be_kept(tmp_path: Path, given: tuple[str, ...]) -> None:
    ws, made, _ = running(tmp_path, 500)
    Store(ws).set_clock(NOW)

    done = run(ws, made.plan_id, "530", *given)

    assert (done.exit_code, done.stdout) == (2, "")
    assert "\x1b[31m" not in done.stderr


def run(ws: Workspace, *arguments: str) -> Result:
    return CliRunner().invoke(build(), ["--workspace", str(ws.root), "budget", "move", *arguments])


def test_the_command_asks_approves_and_says_what_is_next(tmp_path: Path) -> None:
    ws, made, books = running(tmp_path, 500)
    Store(ws).set_clock(NOW)

    dry = run(ws, made.plan_id, "530", "--by", "Ada", "--dry-run")
    first = run(ws, made.plan_id, "530", "--by", "Ada", "--note", "it sells")
    second = run(ws, made.plan_id, "530", "--by", "Ben", "--json")

    assert [done.exit_code for done in (dry, first, second)] == [0, 0, 0]
    assert "one more person must approve it. Nothing was kept." in " ".join(dry.stdout.split())
    assert f"Next: twinpilot budget move {made.plan_id} 530 --by SOMEBODY-ELSE" in first.stdout
    found = json.loads(second.stdout)
    assert (found["moved"], found["approved_by"], found["change"]["after"]) == (True, ["Ben"], 530 * USD)
    assert books.account().budget == 530 * USD


@pytest.mark.parametrize(
    ("amount", "words"),
    [("lots", "'lots' is not an amount"), ("-5", "above zero"), ("5000", "change_limit"), ("500", "already")],
)
def test_the_command_refuses_bad_amounts_in_one_sentence(tmp_path: Path, amount: str, words: str) -> None:
    ws, made, _ = running(tmp_path, 500)

    done = run(ws, "--by", "Ada", "--", made.plan_id, amount)

    assert done.exit_code == 2
    assert words in " ".join(done.stderr.split())
    assert done.stdout == ""
