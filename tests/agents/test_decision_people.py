"""How many people it takes, and who they may be: no way from proposed to approved without enough different others."""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import mkdtemp

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.session import plan_goal, resume_with_decision
from campaigns.approval import Approval
from campaigns.errors import BadInput, Refused
from campaigns.money import Money
from campaigns.plan import Plan
from campaigns.records import ApprovalRecord
from campaigns.rehearsal import Rehearsal
from campaigns.store import Store
from campaigns.workspace import Workspace
from delivery.policy_change import approve_policy
from policies.activation import propose
from policies.authority import person
from policies.load import SHIPPED, load_policies
from tests.agents.conftest import Planned
from tests.agents.shop import GOAL
from tests.agents.test_decision import NOTE, plan_id

ANA_AGAIN = ["Ana", " ana ", "ANA", "Аna", "Ana\u200b", "A n a", "Ána"]


@pytest.fixture
def planned(planned_large: Planned) -> Planned:
    """Here every plan takes two people."""
    return planned_large


def made(planned: Planned) -> Plan:
    assert planned.outcome.plan is not None
    return planned.outcome.plan


def test_the_first_of_two_leaves_the_plan_proposed_and_says_why(proposed: Workspace, planned: Planned) -> None:
    first = resume_with_decision(proposed, plan_id(planned), "approve", "Ana", NOTE)

    assert (first.state, first.people_missing) == ("proposed", 1)
    assert first.approval.people_needed == 2
    assert first.approval.policy_hash == load_policies().hash
    assert any(reason.startswith("four_eyes_spend") for reason in first.why)

    second = resume_with_decision(proposed, plan_id(planned), "approve", "Ben", NOTE)

    assert (second.state, second.people_missing, second.why) == ("approved", 0, ())
    assert [one.by for one in Store(proposed).approvals(made(planned), second.approval.at)] == ["Ana", "Ben"]


@pytest.mark.parametrize("name", ANA_AGAIN)
def test_the_same_person_twice_is_refused_however_spelt(proposed: Workspace, planned: Planned, name: str) -> None:
    resume_with_decision(proposed, plan_id(planned), "approve", "Ana", NOTE)

    with pytest.raises(Refused, match="before"):
        resume_with_decision(proposed, plan_id(planned), "approve", name, NOTE)

    assert Store(proposed).record(plan_id(planned)).state == "proposed"
    assert resume_with_decision(proposed, plan_id(planned), "approve", "Ben", NOTE).state == "approved"


@pytest.mark.parametrize("name", ["marketing", " Marketing", "MARKETING", "mаrketing", "marke\u200bting"])
def test_the_author_cannot_approve_and_can_reject(proposed: Workspace, planned: Planned, name: str) -> None:
    with pytest.raises(Refused, match="nobody approves what is their own"):
        resume_with_decision(proposed, plan_id(planned), "approve", name, NOTE)

    assert Store(proposed).approval(plan_id(planned)) is None
    assert resume_with_decision(proposed, plan_id(planned), "reject", name, "not needed any more").state == "rejected"


def test_a_name_without_a_letter_is_refused(proposed: Workspace, planned: Planned) -> None:
    with pytest.raises(BadInput, match="no letter"):
        resume_with_decision(proposed, plan_id(planned), "approve", "\u200b-\u200b", NOTE)


def test_one_person_can_still_reject_after_the_first_approval(proposed: Workspace, planned: Planned) -> None:
    resume_with_decision(proposed, plan_id(planned), "approve", "Ana", NOTE)

    assert resume_with_decision(proposed, plan_id(planned), "reject", "Ana", "second thoughts").state == "rejected"
    assert Store(proposed).approvals(made(planned), made(planned).created_at) == ()


def test_who_asked_owns_the_goal_and_neither_they_nor_the_owner_approves(
    shop: Workspace, planned: Planned, monkeypatch: pytest.MonkeyPatch
) -> None:
    from agents import steps

    def same(_workspace: Workspace, plan: Plan, *_: object, **__: object) -> Rehearsal:
        assert planned.outcome.rehearsal is not None
        return planned.outcome.rehearsal.model_copy(update={"plan_hash": plan.hash})

    monkeypatch.setattr(steps, "rehearse_plan", same)
    outcome = plan_goal(shop, GOAL, by=" Cleo ")

    assert outcome.plan is not None
    assert (outcome.plan.goal.owner, outcome.plan.owner) == ("Cleo", "marketing")
    assert outcome.plan_id != planned.outcome.plan_id
    for name in ("cleo", "Marketing"):
        with pytest.raises(Refused, match="their own"):
            resume_with_decision(shop, outcome.plan_id, "approve", name, NOTE)


def test_an_approval_binds_to_the_policies_it_was_given_under(
    proposed: Workspace, planned: Planned, tmp_path: Path
) -> None:
    resume_with_decision(proposed, plan_id(planned), "approve", "Ana", NOTE)
    packs = tmp_path / "packs"
    shutil.copytree(SHIPPED, packs)
    authority = packs / "authority.yaml"
    authority.write_text(authority.read_text().replace("people: 2", "people: 1"))
    waits = propose(proposed, packs, "Grace", Store(proposed).now())
    assert not waits.applied
    for name in ("Ana", "Bo"):
        approve_policy(proposed, waits.proposal.hash, name, Store(proposed).now())

    with pytest.raises(Refused, match="are in force; plan the goal again"):
        resume_with_decision(proposed, plan_id(planned), "approve", "Ben", NOTE)
    assert Store(proposed).record(plan_id(planned)).state == "proposed"


@pytest.mark.parametrize(
    "forged",
    [
        {"people_needed": 1},
        {"by": "Ben", "policy_hash": "f" * 64},
        {"by": "ana"},
        {"by": "Ben", "plan_hash": "f" * 64},
        {"by": "Ben", "decision": "reject"},
    ],
)
def test_rows_written_past_the_program_do_not_make_two_people(
    proposed: Workspace, planned: Planned, forged: dict[str, object]
) -> None:
    store, plan = Store(proposed), made(planned)
    first = resume_with_decision(proposed, plan_id(planned), "approve", "Ana", NOTE).approval
    one = Approval(**{**dict(first), **forged})  # type: ignore[arg-type]
    with proposed.session() as session:
        if one.by == first.by:
            session.delete(session.get_one(ApprovalRecord, 1))
            session.flush()
        session.add(ApprovalRecord(plan_id=one.plan_id, plan_hash=plan.hash, by=one.by, body=one.model_dump_json()))
    store.move(plan.plan_id, "approved", "nobody", first.at)

    with pytest.raises(Refused):
        store.use_approval(plan, first.at, "Ana", 2, person)
    assert store.record(plan.plan_id).state == "approved"


def test_the_first_of_two_cut_off_while_recording_is_completed_by_giving_it_again(
    proposed: Workspace, planned: Planned, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.agents.test_decision import Killed

    real = Store.save_approval

    def dies_afterwards(self: Store, approval: Approval) -> None:
        real(self, approval)
        raise Killed

    monkeypatch.setattr(Store, "save_approval", dies_afterwards)
    with pytest.raises(Killed):
        resume_with_decision(proposed, plan_id(planned), "approve", "Ana", NOTE)
    monkeypatch.setattr(Store, "save_approval", real)

    assert resume_with_decision(proposed, plan_id(planned), "approve", "Ana", NOTE).people_missing == 1
    assert resume_with_decision(proposed, plan_id(planned), "approve", "Ben", NOTE).state == "approved"


NAMES = st.sampled_from([*ANA_AGAIN, "Ben", "ben", "Веn", "marketing", "Marketing", "Zoë"])


def test_no_sequence_of_names_approves_without_two_different_people_who_are_no_authors(
    planned: Planned, tmp_path: Path
) -> None:
    @settings(max_examples=6, deadline=None)
    @given(st.lists(NAMES, max_size=4))
    def holds(names: list[str]) -> None:
        root = Path(mkdtemp(dir=tmp_path)) / "workspace"
        shutil.copytree(planned.root, root)
        workspace = Workspace.open(root)
        people: set[str] = set()
        for name in names:
            may = len(people) < 2 and person(name) not in {"marketing", *people}
            try:
                state = resume_with_decision(workspace, plan_id(planned), "approve", name, NOTE).state
            except Refused:
                assert not may
                continue
            assert may
            people.add(person(name))
            assert (state == "approved") == (len(people) == 2)
        assert (Store(workspace).record(plan_id(planned)).state == "approved") == (len(people) == 2)
        workspace.engine.dispose()

    holds()


def test_little_money_takes_one_person(proposed: Workspace, planned: Planned) -> None:
    from agents.decision import people_to_launch

    store, large = Store(proposed), made(planned)
    rehearsal = store.rehearsal(large.hash)
    assert rehearsal is not None
    small = large.model_copy(
        update={"brief": large.brief.model_copy(update={"budget": Money(amount_micros=500_000_000, currency="USD")})}
    )
    store.save_rehearsal(small.plan_id, rehearsal.model_copy(update={"plan_hash": small.hash}))

    assert people_to_launch(store, small) == 1
    assert people_to_launch(store, large) == 2
