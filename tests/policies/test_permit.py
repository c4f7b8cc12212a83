"""Only the guard's own, unaltered, unexpired permit lets exactly its contacts through."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.contact import ContactBatch, Permit
from policies.errors import BadFacts, BadPolicy, NoPermit
from policies.facts import NULL_BOOL, NULL_INT, SCOPES
from policies.guard import Guard
from policies.rule import PolicySet
from tests.builders import STANDING

KEY = b"a key of the guard's own, 32 byte"
PLAN = "a" * 64
AT = 1_508_200_000
SIZE = 8


def batch(size: int = SIZE) -> ContactBatch:
    zero = np.zeros(size, np.int64)
    return ContactBatch(
        at=AT,
        key=np.array([2**64 - 1 - 97 * i for i in range(size)], np.uint64),
        row=np.arange(size),
        action=zero.astype(np.int16),
        slot=zero,
        cell=zero.astype(np.int16),
        propensity=np.ones(size),
        cost_micros=zero + 2_000,
        liability_micros=zero,
    )


def columns_of(facts: dict[str, object], size: int = SIZE) -> dict[str, np.ndarray]:
    kinds = {name: np.int8 if fact.kind == "bool" else np.int64 for name, fact in SCOPES["contact"].facts.items()}
    return {name: np.full(size, value, kinds[name]) for name, value in facts.items()}


@pytest.fixture(scope="module")
def guard(policies: PolicySet) -> Guard:
    return Guard(policies, KEY)


@pytest.fixture
def permit(guard: Guard, facts: dict[str, object]) -> Permit:
    made, masks = guard.permit(PLAN, batch(), columns_of(facts))
    assert not masks.any()
    return made


def test_a_permit_lets_its_contacts_through_until_it_ends(guard: Guard, permit: Permit) -> None:
    keys = batch().key
    guard.verify(permit, keys, AT)
    guard.verify(permit, keys[::-1][:3], AT + 3599, plan_hash=PLAN)
    guard.verify(permit, keys[:0], AT)
    with pytest.raises(NoPermit, match="ended 0 s ago"):
        guard.verify(permit, keys, AT + 3600)


def test_a_refused_contact_is_not_covered(guard: Guard, facts: dict[str, object]) -> None:
    columns = columns_of(facts)
    columns["consent"][2] = 0
    columns["suppressed"][5] = 1
    permit, masks = guard.permit(PLAN, batch(), columns)
    assert [guard.rules_in(int(mask)) for mask in masks[[0, 2, 5]]] == [(), ("consent_required",), ("suppression",)]
    guard.verify(permit, batch().key[masks == 0], AT)
    for place in (2, 5):
        with pytest.raises(NoPermit, match="1 of 1 messages are not covered"):
            guard.verify(permit, batch().key[place : place + 1], AT)


def test_a_permit_for_nobody_covers_nobody(guard: Guard, facts: dict[str, object]) -> None:
    permit, masks = guard.permit(PLAN, batch(), columns_of(facts | {"arm": 1}))
    assert (masks != 0).all()
    assert len(permit.keys) == 0
    with pytest.raises(NoPermit):
        guard.verify(permit, batch().key, AT)


def flipped(tag: bytes) -> bytes:
    return bytes([tag[0] ^ 1]) + tag[1:]


ALTERED = {
    "another plan": lambda p: replace(p, plan_hash="b" * 64),
    "no plan": lambda p: replace(p, plan_hash=None),
    "other policies": lambda p: replace(p, policy_hash="b" * 64),
    "a later end": lambda p: replace(p, expires=p.expires + 1),
    "an end that only looks equal": lambda p: replace(p, expires=float(p.expires)),
    "one key more": lambda p: replace(p, keys=np.sort(np.append(p.keys, np.uint64(7)))),
    "one key less": lambda p: replace(p, keys=p.keys[1:]),
    "one key changed": lambda p: replace(p, keys=np.append(p.keys[:-1], p.keys[-1] - np.uint64(1))),
    "keys in another order": lambda p: replace(p, keys=p.keys[::-1]),
    "keys of another type": lambda p: replace(p, keys=p.keys.astype(np.int64)),
    "keys in two dimensions": lambda p: replace(p, keys=p.keys.reshape(2, -1)),
    "keys in a list": lambda p: replace(p, keys=list(p.keys)),
    "a flipped bit": lambda p: replace(p, tag=flipped(p.tag)),
    "a shorter tag": lambda p: replace(p, tag=p.tag[:-1]),
    "no tag": lambda p: replace(p, tag=b""),
    "a tag in text": lambda p: replace(p, tag=p.tag.hex()),
    "plan and policies moved together": lambda p: replace(p, plan_hash=p.plan_hash + p.policy_hash, policy_hash=""),
    "nothing at all": lambda p: None,
}


@pytest.mark.parametrize("case", ALTERED)
def test_an_altered_permit_lets_nothing_through(case: str, guard: Guard, permit: Permit) -> None:
    with pytest.raises(NoPermit, match="not made by this guard or was altered"):
        guard.verify(ALTERED[case](permit), batch().key[:1], AT)


def test_a_permit_made_elsewhere_lets_nothing_through(
    guard: Guard, policies: PolicySet, facts: dict[str, object]
) -> None:
    forged, _ = Guard(policies, b"some other key of thirty-two byte").permit(PLAN, batch(), columns_of(facts))
    with pytest.raises(NoPermit, match="not made by this guard"):
        guard.verify(forged, batch().key, AT)


def test_a_permit_of_other_policies_or_for_another_plan_is_refused(
    guard: Guard, policies: PolicySet, permit: Permit
) -> None:
    newer = Guard(PolicySet(policies.rules, policies.lists, "c" * 64), KEY)
    with pytest.raises(NoPermit, match="are in force"):
        newer.verify(permit, batch().key, AT)
    with pytest.raises(NoPermit, match="for plan hash"):
        guard.verify(permit, batch().key, AT, plan_hash="b" * 64)


def test_a_missing_or_repeated_key_is_refused(guard: Guard, permit: Permit) -> None:
    keys = batch().key
    for sent in (np.append(keys, np.uint64(1)), np.append(keys, keys[0]), np.array([3], np.uint64)):
        with pytest.raises(NoPermit, match="not covered by the permit or occur twice"):
            guard.verify(permit, sent, AT)


def test_a_key_twice_in_a_batch_gets_no_permit(guard: Guard, facts: dict[str, object]) -> None:
    twice = replace(batch(), key=np.full(SIZE, 5, np.uint64))
    with pytest.raises(NoPermit, match="occurs twice"):
        guard.permit(PLAN, twice, columns_of(facts))


def test_the_keys_of_a_permit_cannot_be_written(permit: Permit) -> None:
    with pytest.raises(ValueError, match="read-only"):
        permit.keys[0] = 1


@pytest.mark.parametrize("name", SCOPES["contact"].facts)
def test_a_missing_or_null_column_refuses_everybody(name: str, guard: Guard, facts: dict[str, object]) -> None:
    full = columns_of(facts)
    absent = {key: column for key, column in full.items() if key != name}
    null = NULL_BOOL if SCOPES["contact"].facts[name].kind == "bool" else NULL_INT
    nulled = full | {name: np.full(SIZE, null, full[name].dtype)}
    for columns in (absent, nulled, full | {name: np.array(null)}, full | {name: np.array([None] * SIZE, object)}):
        permit, masks = guard.permit(PLAN, batch(), columns)
        assert (masks != 0).all()
        assert len(permit.keys) == 0


def test_no_facts_at_all_violate_every_rule(guard: Guard) -> None:
    _, masks = guard.permit(PLAN, batch(), {})
    assert (masks == 2 ** len(guard.contact_rules) - 1).all()
    assert guard.judge({}) == 2 ** len(guard.contact_rules) - 1


def test_a_fact_shared_by_all_may_be_given_once(guard: Guard, facts: dict[str, object]) -> None:
    _, masks = guard.permit(PLAN, batch(), columns_of(facts) | {"cap_7d": np.array(1)})
    assert guard.rules_in(int(masks[0])) == ("weekly_cap",)


@pytest.mark.parametrize("size", [SIZE - 1, SIZE + 1, 1, 0])
def test_a_column_of_another_length_is_refused(size: int, guard: Guard, facts: dict[str, object]) -> None:
    with pytest.raises(BadFacts, match="The fact consent has shape"):
        guard.permit(PLAN, batch(), columns_of(facts) | {"consent": np.ones(size, np.int8)})


@pytest.mark.parametrize("ttl", [0, -1, 86_401])
def test_a_permit_lasts_a_second_to_a_day(ttl: int, guard: Guard, facts: dict[str, object]) -> None:
    with pytest.raises(NoPermit, match="cannot last"):
        guard.permit(PLAN, batch(), columns_of(facts), ttl)


def test_a_short_key_makes_no_guard_and_no_text_shows_it(policies: PolicySet, guard: Guard) -> None:
    with pytest.raises(BadPolicy, match="has 15 bytes"):
        Guard(policies, bytes(15))
    assert "key" not in repr(guard)


def test_an_empty_batch_gets_an_empty_permit(guard: Guard, facts: dict[str, object]) -> None:
    permit, masks = guard.permit(PLAN, batch(0), columns_of(facts, 0))
    assert len(masks) == len(permit.keys) == 0
    guard.verify(permit, batch(0).key, AT)


@settings(max_examples=60, deadline=None)
@given(st.sets(st.integers(0, 2**64 - 1), max_size=12), st.lists(st.integers(0, 2**64 - 1), max_size=6))
def test_exactly_the_subsets_of_the_allowed_keys_pass(
    policies: PolicySet, allowed: set[int], others: list[int]
) -> None:
    guard = Guard(policies, KEY)
    facts = {"consent": True, "suppressed": False, "arm": 0, "sends_1d": 0, "sends_7d": 0, "cap_7d": 2}
    facts |= {
        "local_minute": 600,
        "cost_micros": 1,
        "budget_left_micros": 9,
        "plan_expired": False,
        "channel_allowed": True,
        **STANDING,
    }
    made = replace(batch(len(allowed)), key=np.array(sorted(allowed, reverse=True), np.uint64))
    permit, _ = guard.permit(PLAN, made, columns_of(facts, len(allowed)))
    wanted = np.array([*sorted(allowed)[::2], *others], np.uint64)
    if set(wanted.tolist()) <= allowed and len(set(wanted.tolist())) == len(wanted):
        guard.verify(permit, wanted, AT)
    else:
        with pytest.raises(NoPermit):
            guard.verify(permit, wanted, AT)
