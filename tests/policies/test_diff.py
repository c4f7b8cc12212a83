"""Whom a changed policy reaches, counted in columns and again one message at a time."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from campaigns.contact import ContactBatch
from delivery.books_columns import ColumnBooks
from delivery.engine import Engine
from delivery.impact import Onlooker, _FirstOpen, _Nowhere, verdicts
from delivery.roster import Roster
from delivery.schedule import ticks
from delivery.values import Values
from policies.check import audience_facts
from policies.diff import NOT_DUE, Verdicts, audience_change, finding_change, message_change
from policies.evaluators.closure import closure
from policies.facts import row_of
from policies.guard import Guard
from policies.load import SHIPPED, load_policies
from policies.rule import PolicySet
from tests.builders import NOW, plan, snapshot

Edit = tuple[str, str]


@pytest.fixture
def edited(tmp_path: Path) -> Callable[..., PolicySet]:
    """The shipped packs with words of the contact pack replaced."""

    def make(*edits: Edit, file: str = "contact.yaml") -> PolicySet:
        packs = Path(shutil.copytree(SHIPPED, tmp_path / f"packs{len(list(tmp_path.iterdir()))}"))
        path = packs / file
        for old, new in edits:
            assert old in path.read_text()
            path.write_text(path.read_text().replace(old, new))
        return load_policies(packs)

    return make


class OneByOne(Onlooker):
    """Judges every contact by itself with the send-time evaluator and notes who was allowed what, as plain pairs."""

    def __init__(self, policies: PolicySet) -> None:
        super().__init__(policies, 0, 0)
        self.allowed: set[tuple[int, int]] = set()
        self.refused: dict[tuple[int, int], int] = {}
        self._one = closure([rule.tree for rule in policies.scope("contact")])

    def permit(self, plan_hash: str, batch: ContactBatch, facts: Any, ttl_seconds: int = 3600) -> Any:
        masks = [self._one(row_of(facts, place)) for place in range(len(batch))]
        for row, slot, mask in zip(batch.row.tolist(), batch.slot.tolist(), masks, strict=True):
            if mask:
                self.refused[row, slot] = mask
            else:
                self.allowed.add((row, slot))
        return None, np.array(masks, np.int64)


def recount(policies: PolicySet, people: int) -> OneByOne:
    made = plan(people)
    roster, judge = Roster.build(made, snapshot(people)), OneByOne(policies)
    engine = Engine(made, roster, cast(Guard, judge), Values.build(made, roster), made.seed, _FirstOpen(), False)
    world, books = _Nowhere(), ColumnBooks(roster, made)
    for tick in ticks(made, roster.zones, NOW):
        world.at = tick.at
        engine.tick(world, books, tick)
    return judge


@pytest.mark.parametrize(
    "edits",
    [
        [("max_per_week: 4", "max_per_week: 1")],
        [("opens_minute: 480", "opens_minute: 700")],
        [("max_per_week: 4", "max_per_week: 1"), ("must: arm == 0", "must: arm <= 1")],
        [("must: consent\n", "must: consent && sends_7d == 0\n")],
    ],
)
def test_the_count_of_what_changes_is_that_of_a_recount(edits: list[Edit], edited: Callable[..., PolicySet]) -> None:
    people, old, new = 90, load_policies(), edited(*edits)
    roster = Roster.build(plan(people), snapshot(people))

    found = message_change(*(verdicts(plan(people), roster, policies, NOW) for policies in (old, new)))

    before, after = recount(old, people), recount(new, people)
    denied, opened = before.allowed - after.allowed, after.allowed - before.allowed
    assert found.newly_denied == len(denied)
    assert found.newly_allowed == len(opened)
    assert found.loses == len({row for row, _ in denied})
    assert found.gains == len({row for row, _ in opened})
    assert found.people.tolist() == sorted({row for row, _ in denied | opened})
    assert found.allowed_before == len(before.allowed)
    assert found.allowed_after == len(after.allowed)
    rules = [rule.id for rule in new.scope("contact")]
    again = {name: sum(after.refused[pair] >> bit & 1 for pair in denied) for bit, name in enumerate(rules)}
    assert found.denied_by == {name: count for name, count in again.items() if count}
    assert found.newly_denied > 0


def test_the_same_policies_change_nothing(edited: Callable[..., PolicySet]) -> None:
    roster = Roster.build(plan(60), snapshot(60))
    first, second = (verdicts(plan(60), roster, policies, NOW) for policies in (load_policies(), edited()))

    found = message_change(first, second)

    assert (found.newly_allowed, found.newly_denied, len(found.people)) == (0, 0, 0)
    assert found.allowed_before > 0


def test_a_loosened_cap_opens_messages_and_says_which_rule_kept_them(edited: Callable[..., PolicySet]) -> None:
    roster = Roster.build(plan(60), snapshot(60))
    tight, loose = edited(("max_per_week: 4", "max_per_week: 1")), load_policies()

    found = message_change(*(verdicts(plan(60), roster, policies, NOW) for policies in (tight, loose)))

    assert found.newly_allowed > 0
    assert found.newly_denied == 0
    assert set(found.was_denied_by) == {"weekly_cap"}


def test_verdicts_are_compared_message_by_message() -> None:
    old = Verdicts(("a", "b"), np.array([[0, 1, NOT_DUE], [0, 0, 3]]))
    new = Verdicts(("a", "b"), np.array([[2, 0, NOT_DUE], [0, 3, NOT_DUE]]))

    found = message_change(old, new)

    assert (found.messages, found.newly_allowed, found.newly_denied) == (5, 1, 2)
    assert (found.gains, found.loses, found.people.tolist()) == (1, 2, [0, 1])
    assert found.denied_by == {"a": 1, "b": 2}
    assert found.was_denied_by == {"a": 1}


def test_people_of_the_audience_are_compared_by_row(edited: Callable[..., PolicySet]) -> None:
    new = edited(
        ("must: consent_any", "must: consent_any && (!in_market || !zone_known || in_market != zone_known)"),
        file="house.yaml",
    )
    frame, made = snapshot(40), plan(40)

    gains, loses = audience_change(made, frame, load_policies(), new)

    one = closure([rule.tree for rule in new.scope("audience") if rule.severity == "deny"])
    rows = audience_facts(made, frame).to_dicts()
    assert loses.tolist() == [place for place, row in enumerate(rows) if one(row)]
    assert gains.tolist() == []
    assert len(loses) == 40


def test_findings_that_come_and_go_are_told_apart(edited: Callable[..., PolicySet]) -> None:
    from policies.check import check

    new = edited(("min_people: 50", "min_people: 500"), file="house.yaml")
    made, frame = plan(80), snapshot(80)
    before, after = (
        check(made.model_copy(update={"policy_hash": one.hash}), frame, one, NOW) for one in (load_policies(), new)
    )

    found = finding_change(before, after)

    assert [finding.rule for finding in found.added] == ["audience_minimum"]
    assert found.removed == ()
