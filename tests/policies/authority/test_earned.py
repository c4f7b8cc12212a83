"""Autonomy rises only on campaigns that came out as forecast, without a broken promise, and falls at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from campaigns.change import ActionClass, Evidence
from campaigns.ledger import Ledger
from campaigns.workspace import Workspace
from policies.authority import Ladder, earned, ladders
from policies.authority.earned import LEVELS
from policies.errors import BadPolicy
from policies.load import load_policies
from policies.rule import PolicySet

FIRST = datetime(2026, 1, 1, tzinfo=UTC)
LADDER = Ladder(campaigns=3, ceiling="bounded", metrics=("margin", "spend"))
KINDS = {
    "good": ({"margin": True, "spend": True}, True, ()),
    "outside": ({"margin": False, "spend": True}, True, ()),
    "half": ({"margin": True}, True, ()),
    "unknown": ({}, True, ()),
    "running": ({}, False, ()),
    "broken": ({"margin": True, "spend": True}, True, ("in_quiet_hours",)),
    "broken while running": ({}, False, ("over_budget",)),
}


def history(*kinds: str) -> tuple[Evidence, ...]:
    made = []
    for number, kind in enumerate(kinds):
        inside, final, broken = KINDS[kind]
        at = FIRST + timedelta(days=number)
        made.append(Evidence(plan_id=f"p-{number:010x}", at=at, final=final, inside=inside, broken=broken))
    return tuple(made)


def level(*kinds: str, ladder: Ladder = LADDER) -> int:
    return LEVELS.index(earned("budget", history(*kinds), ladder).level)


@pytest.mark.parametrize(
    ("kinds", "wanted"),
    [
        ((), "suggest"),
        (("good",) * 2, "suggest"),
        (("good",) * 3, "approve_each"),
        (("good",) * 5, "approve_each"),
        (("good",) * 6, "bounded"),
        (("good",) * 20, "bounded"),
        (("good", "outside", "good", "good"), "suggest"),
        (("good", "half", "unknown", "running", "good", "good"), "approve_each"),
        (("good",) * 6 + ("outside",), "approve_each"),
        (("good",) * 6 + ("broken",), "suggest"),
        (("good",) * 6 + ("broken while running",), "suggest"),
        (("good",) * 6 + ("broken", "good", "good"), "suggest"),
        (("good",) * 6 + ("broken", "good", "good", "good"), "approve_each"),
    ],
)
def test_a_history_gives_its_level(kinds: tuple[str, ...], wanted: str) -> None:
    assert earned("budget", history(*kinds), LADDER).level == wanted


SEQUENCES = st.lists(st.sampled_from(sorted(KINDS)), max_size=14)


@given(SEQUENCES, st.sampled_from(sorted(KINDS)))
def test_only_a_good_campaign_raises_and_by_one_step(before: list[str], last: str) -> None:
    rise = level(*before, last) - level(*before)

    assert rise <= (1 if last == "good" else 0)


@given(SEQUENCES, st.sampled_from(["broken", "broken while running"]))
def test_a_broken_promise_drops_to_the_lowest_level_at_once(before: list[str], last: str) -> None:
    assert level(*before, last) == 0


@given(SEQUENCES)
def test_an_outcome_outside_its_forecast_takes_a_step(before: list[str]) -> None:
    assert level(*before, "outside") == max(0, level(*before) - 1)


@given(SEQUENCES)
def test_every_level_has_its_campaigns_in_a_row_behind_it(kinds: list[str]) -> None:
    counting = [kind for kind in kinds if kind in ("good", "outside") or kind.startswith("broken")]
    if level(*kinds) > 0:
        assert any(counting[i : i + 3] == ["good"] * 3 for i in range(len(counting) - 2))


@given(SEQUENCES, st.randoms(use_true_random=False))
def test_the_order_in_which_evidence_is_read_makes_no_difference(kinds: list[str], random: object) -> None:
    mixed = list(history(*kinds))
    random.shuffle(mixed)  # type: ignore[attr-defined]

    assert earned("budget", mixed, LADDER) == earned("budget", history(*kinds), LADDER)


@given(SEQUENCES)
def test_no_history_passes_the_ceiling(kinds: list[str]) -> None:
    assert level(*kinds, ladder=Ladder(1, "approve_each", ("margin",))) <= 1


def test_the_shipped_ladders_never_let_the_program_change_policy_audience_or_copy_by_itself() -> None:
    shipped = ladders(load_policies())

    assert set(shipped) == set(get_args(ActionClass))
    assert shipped["policy"].ceiling == "suggest"
    assert {shipped[action].ceiling for action in ("audience", "creative")} == {"approve_each"}


def test_packs_without_a_ladder_are_refused() -> None:
    with pytest.raises(BadPolicy, match="no autonomy can be earned"):
        ladders(PolicySet((), {}, "0" * 64))


def test_a_running_campaign_has_no_outcome() -> None:
    with pytest.raises(ValidationError, match="when the campaign is over"):
        Evidence(plan_id="p-1", at=FIRST, final=False, inside={"margin": True})


def test_a_promise_once_broken_stays_broken_in_the_ledger(tmp_path: Path) -> None:
    ledger = Ledger(Workspace.create(tmp_path / "ws"))
    broken = Evidence(plan_id="p-1", at=FIRST, final=False, inside={}, broken=("over_budget",))
    mended = Evidence(plan_id="p-1", at=FIRST, final=True, inside={"margin": True, "spend": True})

    for evidence in (broken, mended):
        ledger.learn(evidence, lambda history: (earned("budget", history, LADDER),))

    assert ledger.evidence()[0].broken == ("over_budget",)
    assert ledger.standings()["budget"].level == "suggest"
    assert "over_budget" in ledger.standings()["budget"].because
