from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from app.cli import build
from campaigns.contact import FloatArray
from campaigns.plan import Plan
from campaigns.workspace import Workspace
from delivery.decision_log import place_of
from delivery.live import launch
from delivery.off_policy import BadLogs, may_act
from delivery.off_policy.contacts import ContactLog, contacts_of, score_contacts
from delivery.off_policy.messages import messages_of
from delivery.off_policy.targets import target_of
from delivery.outbox.reading import OutboxReader
from delivery.roster import Roster
from tests.delivery.launchable import WORLD, launchable
from tools.audience.snapshot import load

PEOPLE, SLOTS = 1_500, 4
RATE = np.array([0.0, 0.06, 0.10])
"""Chance that a message of each action is bought from, no contact first."""
WORTH, PRICE, SHARE = 5.0, 0.05, 0.6
"""Credited margin of a purchase and price of a message in whole currency, and what of the margin is incremental."""


def sent(seed: int, error: float = 0.0) -> ContactLog:
    """Messages of a plan whose decisions for no message are lost, as in the outbox."""
    rng = np.random.default_rng(seed)
    p = np.tile(rng.dirichlet((4.0, 3.0, 3.0), (PEOPLE, 1)), (1, SLOTS, 1)) * 0.85 + 0.05
    column = (rng.random((PEOPLE, SLOTS, 1)) > np.cumsum(p, axis=2)).sum(axis=2).clip(0, 2)
    person, slot = np.nonzero(column > 0)
    action = column[person, slot] - 1
    bought = rng.random(len(person)) < RATE[action + 1]
    return ContactLog(
        person, action, p[person, slot, action + 1], bought * WORTH, np.full(len(person), PRICE), PEOPLE, 2,
        SHARE + error * rng.standard_normal(), error,
    )  # fmt: skip


@pytest.mark.parametrize("error", [0.0, 0.2])
def test_intervals_hold_the_value_of_a_target_though_the_decisions_for_no_message_are_lost(error: float) -> None:
    target = np.tile([0.5, 0.0, 0.5], (PEOPLE, 1))
    truth = SLOTS * 0.5 * (SHARE * RATE[2] * WORTH - PRICE)

    said = [one for seed in range(150) if not (one := score_contacts(sent(seed, error), target)).short]

    assert len(said) > 140
    held = np.mean([one.estimates["ips"].low <= truth <= one.estimates["ips"].high for one in said])  # type: ignore[operator]
    each = np.mean([one.estimates["snips"].value for one in said])
    assert 0.90 <= held <= 0.99
    assert each == pytest.approx(SHARE * RATE[2] * WORTH - PRICE, abs=0.02)


def test_the_logged_policy_gains_nothing_over_itself() -> None:
    log = sent(1)
    said = score_contacts(log, np.tile([0.0, 0.0, 1.0], (PEOPLE, 1)))
    assert said.gain.value == pytest.approx(said.estimates["ips"].value - said.logged.value)  # type: ignore[union-attr]
    assert said.per == "treated person"


def test_a_message_that_was_never_sent_cannot_be_told_of() -> None:
    log = sent(1)
    kept = log.action == 0
    first = ContactLog(
        log.person[kept], log.action[kept], log.propensity[kept], log.margin[kept], log.cost[kept], PEOPLE, 2, SHARE, 0.0
    )  # fmt: skip

    said = score_contacts(first, np.tile([0.0, 0.5, 0.5], (PEOPLE, 1)))

    assert not may_act(said).allowed
    assert "1500 people a message that the plan never sent" in said.short[0]


@pytest.mark.parametrize(("value", "words"), [(-0.1, "outside 0 to 1"), (1.2, "outside 0 to 1"), (0.0, "no propensity"), (np.nan, "no propensity")])  # fmt: skip
def test_propensities_that_cannot_be_are_refused(value: float, words: str) -> None:
    log = sent(1)
    wrong = np.where(np.arange(len(log.person)) == 5, value, log.propensity)
    with pytest.raises(BadLogs, match=words):
        score_contacts(
            ContactLog(log.person, log.action, wrong, log.margin, log.cost, PEOPLE, 2, SHARE, 0.0),
            np.full((PEOPLE, 3), 1 / 3),
        )


@pytest.fixture(scope="module")
def over(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Plan]:
    """A small plan that was launched and is over; not to be changed."""
    ws, made = launchable(tmp_path_factory.mktemp("scored") / "ws", 200)
    launch(ws, made, WORLD, "Ada")
    return ws, made


def roster_of(ws: Workspace, made: Plan) -> Roster:
    return Roster.build(made, load(ws, made.audience.snapshot_id))


def test_the_log_holds_every_message_and_all_that_was_credited_to_messages(over: tuple[Workspace, Plan]) -> None:
    ws, made = over
    roster, reader = roster_of(ws, made), OutboxReader(ws, made, 200)

    log = contacts_of(messages_of(ws, made, roster), roster, len(made.creatives))

    with ws.engine.connect() as connection:
        margin, cost = connection.exec_driver_sql(
            "SELECT SUM(margin_micros), SUM(cost_micros) FROM outcome WHERE plan_id = ? AND key <> 0", (made.plan_id,)
        ).one()
    assert len(log.person) == reader.states()["accepted"]
    assert log.people == len(roster.treated)
    assert log.margin.sum() == pytest.approx(margin / 1e6)
    assert log.cost.sum() == pytest.approx((cost + reader.totals().message_cost.sum()) / 1e6)
    assert ((log.propensity > 0) & (log.propensity <= 1)).all()


def shares(target: FloatArray) -> FloatArray:
    assert target.sum(axis=1) == pytest.approx(1.0)
    return target


def test_targets_propose_only_what_is_open(over: tuple[Workspace, Plan], tmp_path: Path) -> None:
    ws, made = over
    roster = roster_of(ws, made)
    push = roster.consent[roster.treated, roster.channels.index("push")] == 1

    greedy, even = shares(target_of(made, roster, "greedy")), shares(target_of(made, roster, "uniform"))
    plain = shares(target_of(made, roster, "push-plain"))

    assert set(np.unique(greedy)) <= {0.0, 1.0}
    assert not greedy[~push, 3:].any()
    assert even[push] == pytest.approx(0.2)
    assert even[~push][:, :3] == pytest.approx(1 / 3)
    assert (plain[:, 3] == push).all()
    assert (plain[:, 0] == ~push).all()

    who = roster.person_id[roster.treated[0]]
    path = tmp_path / "target.csv"
    path.write_text(f"person_id,creative_id,probability\n{who},email-plain,0.25\n{who},email-offer,0.5\n")
    assert target_of(made, roster, str(path))[0] == pytest.approx([0.25, 0.25, 0.5, 0, 0])
    assert (target_of(made, roster, str(path))[1:, 0] == 1).all()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("person_id,creative_id\nh1,email-plain\n", "cannot be read as a target"),
        ("person_id,creative_id,probability\nh1,letter,0.5\n", "'letter'"),
        ("person_id,creative_id,probability\nh1,email-plain,-0.5\n", "1 probabilities"),
        ("person_id,creative_id,probability\nnobody,email-plain,0.5\n", "Nobody in"),
    ],
)
def test_a_target_file_that_cannot_be_used_is_refused(
    over: tuple[Workspace, Plan], tmp_path: Path, text: str, words: str
) -> None:
    ws, made = over
    path = tmp_path / "target.csv"
    path.write_text(text)
    with pytest.raises(BadLogs, match=words):
        target_of(made, roster_of(ws, made), str(path))


def run(ws: Workspace, *arguments: str) -> Result:
    return CliRunner().invoke(build(), ["--workspace", str(ws.root), "decide", "score", *arguments])


def test_the_command_says_whether_the_target_may_act_and_why(over: tuple[Workspace, Plan]) -> None:
    ws, made = over

    asked = (made.plan_id, "--target", "uniform")
    shown, told = run(ws, *asked), run(ws, *asked, "--json")

    found = json.loads(told.stdout)
    assert shown.exit_code == told.exit_code == 0
    assert "May not act." in shown.stdout
    assert found["may_act"] is False
    assert found["label"] == "cannot tell"
    assert found["reasons"][0].startswith("Cannot tell")
    assert (found["basis"], found["unit"]) == ("decisions", "USD per decision")
    assert found["logged_rows"] > OutboxReader(ws, made, 200).states()["accepted"]


def test_the_command_falls_back_to_messages_where_decisions_are_not_kept_and_says_so(
    over: tuple[Workspace, Plan], tmp_path: Path
) -> None:
    ws, made = over
    place_of(ws, made.plan_id).rename(tmp_path / "away")

    shown, told = run(ws, made.plan_id), run(ws, made.plan_id, "--json")
    (tmp_path / "away").rename(place_of(ws, made.plan_id))

    found = json.loads(told.stdout)
    assert shown.exit_code == told.exit_code == 0
    assert "Only its messages are scored, by IPS and SNIPS." in " ".join(shown.stderr.split())
    assert found["basis"] == "messages"
    assert found["fallback"].startswith(f"No decisions of plan {made.plan_id} are kept")
    assert found["logged_rows"] == OutboxReader(ws, made, 200).states()["accepted"]


def test_the_command_refuses_a_target_or_a_plan_it_does_not_know(over: tuple[Workspace, Plan], tmp_path: Path) -> None:
    ws, made = over
    unlaunched, other = launchable(tmp_path / "ws", 30)
    for done, words in (
        (run(ws, made.plan_id, "--target", "best"), "'best' is no target"),
        (run(ws, "p-0000000000"), "p-0000000000"),
        (run(unlaunched, other.plan_id), "was not launched"),
    ):
        assert done.exit_code == 2
        assert words in " ".join(done.stderr.split())
        assert done.stdout == ""
