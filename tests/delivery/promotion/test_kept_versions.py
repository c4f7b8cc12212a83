"""A campaign decides only by versions that a change on record put in force, and by none after it has ended."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
import pytest

import delivery.promotion
from campaigns.errors import BadInput, Refused
from campaigns.ledger import Ledger
from campaigns.store import Store
from delivery.audit import audit
from delivery.decision_log import counted, place_of
from delivery.decision_policy import versions
from delivery.live import launch
from delivery.off_policy.decided_by import PolicyScored
from delivery.outbox.reading import OutboxReader
from delivery.why import why
from tests.delivery.launchable import WORLD
from tests.delivery.promotion.running import CALM, CALM_FILE, Run, ask, command, now_of

FORGED = """
INSERT INTO part (plan_id, revision, name, body)
SELECT plan_id, 3, name, replace(body, '"version":2', '"version":3') FROM part
WHERE name = 'decision policy'
"""


def promoted(run: Run) -> None:
    for name in ("Ada", "Ben", "Cem"):
        ask(run, name)


@pytest.mark.parametrize(
    ("sabotage", "number"),
    [
        ("DELETE FROM part WHERE name = 'decision policy'", 2),
        ("DELETE FROM change", 2),
        ("UPDATE change SET progress = 'withdrawn'", 2),
        ("UPDATE change SET body = replace(body, '\"asked_by\":\"Ada\"', '\"asked_by\":\"Eve\"')", 2),
        ("UPDATE part SET body = replace(body, '\"change_id\":\"c-', '\"change_id\":\"d-') WHERE name = 'decision policy'", 2),
        (FORGED, 3),
    ],
    ids=["row gone", "change gone", "change withdrawn", "asked by another", "of another change", "row without change"],
)  # fmt: skip
def test_a_version_without_its_change_and_a_change_without_its_version_stop_everything(
    run: Run, sabotage: str, number: int
) -> None:
    ws, made, _ = run
    promoted(run)
    with ws.engine.begin() as connection:
        connection.exec_driver_sql(sabotage)

    with pytest.raises(Refused, match=f"decision policy {number} of plan p-0123456789 is missing or was changed"):
        versions(ws, made)
    with pytest.raises(Refused, match="is missing or was changed"):
        launch(ws, made, WORLD, "Ada", resume=True)


def test_neither_who_asked_for_the_goal_nor_who_owns_the_plan_approves_a_promotion(run: Run) -> None:
    ws, made, roster = run
    owned = made.model_copy(update={"owner": "Otto", "goal": made.goal.model_copy(update={"owner": "Greta"})})
    ask((ws, owned, roster), "Ada")

    for owner in ("Otto", "Greta"):
        with pytest.raises(Refused, match="approval_not_by_author"):
            ask((ws, owned, roster), owner)


def test_a_promotion_counts_from_the_instant_that_the_campaign_has_reached(run: Run) -> None:
    ws, made, roster = run
    reached = OutboxReader(ws, made, roster.size).account().until

    promoted(run)

    assert now_of(ws) < reached
    assert versions(ws, made)[-1].at == reached
    assert [one.finished for one in Ledger(ws).changes()] == [reached]


def test_a_campaign_that_ends_while_a_policy_is_scored_promotes_nothing(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    ws, made, _ = run
    ask(run, "Ada"), ask(run, "Ben")
    score = delivery.promotion.score_policy

    def slowly(*given: object) -> PolicyScored:
        found = score(*given)  # type: ignore[arg-type]
        Store(ws).move(made.plan_id, "stopped", "Zoe", now_of(ws))
        return found

    monkeypatch.setattr(delivery.promotion, "score_policy", slowly)

    with pytest.raises(Refused, match="is stopped and decides nothing any more"):
        ask(run, "Cem")
    assert len(versions(ws, made)) == 1
    assert Ledger(ws).changes() == ()


def test_what_a_dead_process_did_not_commit_was_not_decided(run: Run) -> None:
    ws, made, roster = run
    last = sorted(place_of(ws, made.plan_id).glob("*.parquet"))[-1]
    first = pl.read_parquet(last).row(0, named=True)

    said = why(ws, made, roster, roster.person_id[first["row"]], datetime.fromtimestamp(first["at"], UTC))

    assert (said.decided, said.chosen) == (False, None)
    assert counted(ws, made.plan_id) == {one.version: one.decisions for one in audit(ws, made).decided_by}


@pytest.mark.parametrize("by", ["", "Ada\x1b[31m", "Ada\nBen", "Ada\udcff", "\u202eadA"])
def test_a_name_that_cannot_be_kept_is_refused_before_anything_is_scored(
    run: Run, by: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(delivery.promotion, "score_policy")

    with pytest.raises(BadInput, match="The name"):
        ask(run, by)


@pytest.mark.parametrize("note", ["it \udcff", "it \x1b[2J"])
def test_a_note_that_cannot_be_kept_is_refused(run: Run, note: str) -> None:
    file = run[0].root / "calm.toml"
    file.write_text(CALM_FILE, encoding="utf-8")

    done = command(run, "promote", run[1].plan_id, "--policy", str(file), "--by", "Ada", "--note", note)

    assert done.exit_code == 2
    assert "The note has control characters" in " ".join(done.stderr.split())


def test_the_more_policies_are_scored_on_the_same_decisions_the_surer_each_must_be(run: Run) -> None:
    alone = ask(run, "Ada", dry_run=True).scored
    same = ask(run, "Ada", CALM.model_copy(update={"name": "as-calm"}), dry_run=True).scored
    other = ask(run, "Ada", CALM.model_copy(update={"boldness": 2.0}), dry_run=True).scored
    again = ask(run, "Ada", dry_run=True).scored

    levels = [one.score.level for one in (alone, same, other, again) if one.score]
    assert levels == pytest.approx([0.95, 0.95, 0.975, 0.975])
    narrow, wide = (one.score.gain for one in (alone, again) if one.score)
    assert wide.low < narrow.low < narrow.high < wide.high
    assert "97.5% interval" in again.leave.reasons[0]
    assert again.leave.reasons[-1] == "The interval allows for the 2 policies that were scored on these decisions."
