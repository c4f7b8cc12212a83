"""Approving and rejecting: the decision resumes the graph for one hash, or is refused and changes nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from agents.session import resume_with_decision
from campaigns.errors import BadInput, Refused
from campaigns.rehearsal import Rehearsal
from campaigns.store import Store
from campaigns.workspace import Workspace
from tests.agents.conftest import Planned
from tests.agents.shop import NOW

NOTE = "the shop wants to learn, and the most that can be lost is small"


class Killed(BaseException):
    """Stands for the end of the process."""


def plan_id(planned: Planned) -> str:
    return planned.outcome.plan_id


def with_verdict(workspace: Workspace, planned: Planned, verdict: str) -> None:
    assert planned.outcome.rehearsal is not None
    changed = Rehearsal.model_validate(planned.outcome.rehearsal.model_copy(update={"verdict": verdict}))
    Store(workspace).save_rehearsal(plan_id(planned), changed)


def test_an_approval_binds_to_the_hash_and_ends_with_the_plan_or_after_two_weeks(
    proposed: Workspace, planned: Planned
) -> None:
    decided = resume_with_decision(proposed, plan_id(planned), "approve", " Ana ", NOTE)

    assert decided.state == "approved"
    assert decided.approval.plan_hash == decided.plan.hash
    assert decided.approval.by == "Ana"
    assert decided.approval.note == NOTE
    assert decided.approval.until == min(decided.plan.expires_at, NOW + timedelta(days=14))
    assert Store(proposed).life(plan_id(planned))[-1].by == "Ana"


def test_a_rejection_ends_the_plan(proposed: Workspace, planned: Planned) -> None:
    decided = resume_with_decision(proposed, plan_id(planned), "reject", "Ana")

    assert decided.state == "rejected"
    assert Store(proposed).approval(plan_id(planned)) == decided.approval


@pytest.mark.parametrize(
    ("verdict", "arguments", "message"),
    [
        ("go", {"by": "  "}, "needs a name"),
        ("go", {"plan_hash": "0" * 64}, "is for hash 000000000000"),
        ("stop", {}, "says stop"),
        ("cannot_tell", {"note": "  "}, "--note"),
    ],
)
def test_a_decision_that_cannot_be_accepted_changes_nothing(
    proposed: Workspace, planned: Planned, verdict: str, arguments: dict[str, str], message: str
) -> None:
    with_verdict(proposed, planned, verdict)
    given = {"by": "Ana", "note": ""} | arguments

    with pytest.raises(BadInput, match=message):
        resume_with_decision(proposed, plan_id(planned), "approve", **given)

    store = Store(proposed)
    assert store.record(plan_id(planned)).state == "proposed"
    assert store.approval(plan_id(planned)) is None
    with_verdict(proposed, planned, "go")
    assert resume_with_decision(proposed, plan_id(planned), "approve", "Ana").state == "approved"


def test_a_go_needs_no_note(proposed: Workspace, planned: Planned) -> None:
    with_verdict(proposed, planned, "go")

    assert resume_with_decision(proposed, plan_id(planned), "approve", "Ana").state == "approved"


def test_a_second_decision_is_refused(proposed: Workspace, planned: Planned) -> None:
    resume_with_decision(proposed, plan_id(planned), "reject", "Ana")

    with pytest.raises(Refused, match="is rejected"):
        resume_with_decision(proposed, plan_id(planned), "approve", "Ben", NOTE)


def test_changed_bytes_are_refused(proposed: Workspace, planned: Planned) -> None:
    from campaigns.records import PlanRecord

    with proposed.session() as session:
        record = session.get(PlanRecord, plan_id(planned))
        assert record is not None
        record.body = record.body.replace('"seed":2017', '"seed":2018')
        session.add(record)

    with pytest.raises(Refused, match="bytes were changed"):
        resume_with_decision(proposed, plan_id(planned), "approve", "Ana", NOTE)


def test_an_unknown_plan_is_named_and_locks_nothing(proposed: Workspace) -> None:
    with pytest.raises(BadInput, match="no plan"):
        resume_with_decision(proposed, "../../p-x", "approve", "Ana")


def test_an_expired_plan_cannot_be_approved(
    proposed: Workspace, planned: Planned, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert planned.outcome.plan is not None
    monkeypatch.setattr(Store, "now", lambda _: planned.outcome.plan.expires_at)  # type: ignore[union-attr]

    with pytest.raises(Refused, match="expired"):
        resume_with_decision(proposed, plan_id(planned), "approve", "Ana", NOTE)


@pytest.mark.parametrize("step", ["save_approval", "move"])
def test_a_decision_cut_off_while_recording_is_completed_by_giving_it_again(
    proposed: Workspace, planned: Planned, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    real = getattr(Store, step)

    def dies_afterwards(*args: object, **kwargs: object) -> None:
        real(*args, **kwargs)
        raise Killed

    monkeypatch.setattr(Store, step, dies_afterwards)
    with pytest.raises(Killed):
        resume_with_decision(proposed, plan_id(planned), "approve", "Ana", NOTE)
    monkeypatch.setattr(Store, step, real)

    with pytest.raises(Refused, match="Ana decided to approve"):
        resume_with_decision(proposed, plan_id(planned), "reject", "Ben")
    decided = resume_with_decision(proposed, plan_id(planned), "approve", "Ana", NOTE)

    assert decided.state == "approved"
    assert [life.state for life in Store(proposed).life(plan_id(planned))].count("approved") == 1


def test_the_graph_itself_asks_again_when_it_is_resumed_past_the_session(proposed: Workspace, planned: Planned) -> None:
    from langgraph.types import Command

    from agents.checkpoints import saver
    from agents.context import RunContext
    from agents.supervisor import build_graph

    with_verdict(proposed, planned, "stop")
    forged = {"plan_hash": "0" * 64, "decision": "approve", "by": "Eve", "at": NOW.isoformat(), "note": ""}
    with saver(proposed) as keeper:
        graph = build_graph(keeper)
        config = {"configurable": {"thread_id": plan_id(planned)}}
        asked = graph.get_state(config).interrupts[0].id
        out = graph.invoke(Command(resume={asked: forged}), config, context=RunContext(proposed), version="v2")

    assert "is for hash 000000000000" in out.interrupts[0].value["refusal"]
    assert Store(proposed).record(plan_id(planned)).state == "proposed"


def test_an_approval_is_withdrawn_with_a_note_and_the_plan_can_no_longer_launch(
    proposed: Workspace, planned: Planned
) -> None:
    resume_with_decision(proposed, plan_id(planned), "approve", "Ana", NOTE)
    store = Store(proposed)

    with pytest.raises(BadInput, match="--note"):
        resume_with_decision(proposed, plan_id(planned), "reject", "Ana")
    withdrawn = resume_with_decision(proposed, plan_id(planned), "reject", "Ana", "the offer ran out")

    assert withdrawn.state == "rejected"
    assert (store.life(plan_id(planned))[-1].by, store.life(plan_id(planned))[-1].note) == ("Ana", "the offer ran out")
    with pytest.raises(Refused, match="cannot become live"):
        store.use_approval(store.plan(plan_id(planned)), NOW, "Eve")


def test_the_plan_binds_its_sender_and_its_recipients(proposed: Workspace, planned: Planned) -> None:
    from tools.audience import snapshot
    from tools.audience.recipients import recipients_digest

    plan = Store(proposed).plan(plan_id(planned))
    people = snapshot.load(proposed, plan.audience.snapshot_id)["person_id"].to_list()

    assert (plan.brand, plan.postal_address) == (proposed.settings.brand, proposed.settings.postal_address)
    assert plan.recipients_digest == recipients_digest(proposed, people)
