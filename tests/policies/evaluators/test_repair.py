"""The smallest change that passes: tried, nearest, and named for every kind of condition."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.evaluators.closure import closure
from policies.evaluators.repair import Change, Repairer
from policies.facts import Fact
from policies.language.bind import bind
from policies.language.parse import parse

FACTS = {
    "yes": Fact("yes", "bool", ""),
    "also": Fact("also", "bool", ""),
    "n": Fact("n", "int", "", "", -9, 9),
    "m": Fact("m", "int", "", "", -9, 9),
    "money": Fact("money", "int", "", "micros", -(10**18), 10**18),
    "x": Fact("x", "float", "", "share", 0.0, 1.0),
    "kind": Fact("kind", "str", "", values=("suggest", "bounded", "bound")),
    "word": Fact("word", "str", ""),
}
CASES = [
    ("n < 4", {"n": 7}, [("n", 3)]),
    ("n > 4", {"n": -2}, [("n", 5)]),
    ("n != 3", {"n": 3}, [("n", 2)]),
    ("n < m", {"n": 5, "m": 2}, [("n", 1)]),
    ("2 * n - 3 <= m", {"n": 9, "m": 4}, [("n", 3)]),
    ("n >= 2 && n < 5", {"n": 8}, [("n", 4)]),
    ("n in [1, 6]", {"n": 4}, [("n", 6)]),
    ("money <= 999999999999999999", {"money": 10**18}, [("money", 999_999_999_999_999_999)]),
    ("yes", {"yes": False}, [("yes", True)]),
    ("!yes || also", {"yes": True, "also": False}, [("yes", False)]),
    ("yes && n < 2 && !also", {"yes": False, "n": 5, "also": True}, [("yes", True), ("n", 1), ("also", False)]),
    ("x >= 0.05", {"x": 0.01}, [("x", 0.05)]),
    ("kind != 'bounded'", {"kind": "bounded"}, [("kind", "bound")]),
    ("kind in ['suggest', 'bound']", {"kind": "bounded"}, [("kind", "bound")]),
    ("word == 'a'", {"word": "b"}, [("word", "a")]),
    ("word != 'a'", {"word": "a"}, [("word", "ax")]),
    ("yes ? n < 2 : n < 1", {"yes": False, "n": 1}, [("yes", True)]),
]


@pytest.mark.parametrize(("rule", "facts", "wanted"), CASES, ids=[case[0] for case in CASES])
def test_the_nearest_change_is_found(rule: str, facts: dict[str, object], wanted: list[tuple[str, object]]) -> None:
    tree = bind(parse(rule), FACTS, {})
    changes = Repairer(tree).repair(facts)
    assert [(change.fact, change.to) for change in changes] == wanted
    assert [change.seen for change in changes] == [facts[change.fact] for change in changes]
    assert closure([tree])({**facts, **dict(wanted)}) == 0


def test_what_is_not_known_has_to_become_known_first() -> None:
    found = Repairer(bind(parse("yes && n < 2"), FACTS, {})).repair({"n": 90, "yes": False})
    assert found == (Change("n", None, None),)


def test_a_rule_that_holds_or_that_nothing_satisfies_has_no_change() -> None:
    assert Repairer(bind(parse("n < 2"), FACTS, {})).repair({"n": 1}) == ()
    assert Repairer(bind(parse("n < 2 && n > 5"), FACTS, {})).repair({"n": 1}) == ()


_sum = st.sampled_from(["n", "m", "n + m", "n - m", "2 * n", "3 - m", "-n", "5", "0"])
_condition = st.recursive(
    st.one_of(
        st.tuples(_sum, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), _sum).map(" ".join),
        st.sampled_from(["yes", "also", "n in [1, -4]"]),
    ),
    lambda inner: st.one_of(
        inner.map(lambda t: f"!({t})"),
        st.tuples(inner, st.sampled_from(["&&", "||"]), inner).map(lambda t: f"({t[0]}) {t[1]} ({t[2]})"),
    ),
    max_leaves=4,
)


@settings(max_examples=150, deadline=None)
@given(_condition, st.booleans(), st.booleans(), st.integers(-9, 9), st.integers(-9, 9))
def test_every_change_passes_and_no_single_fact_passes_nearer(rule: str, yes: bool, also: bool, n: int, m: int) -> None:
    tree = bind(parse(rule), FACTS, {})
    facts = {"yes": yes, "also": also, "n": n, "m": m}
    violated = closure([tree])
    changes = Repairer(tree).repair(facts)
    if not violated(facts):
        assert changes == ()
        return
    alone = {
        name: [to for to in values if not violated({**facts, name: to})]
        for name, values in {"yes": [not yes], "also": [not also], "n": range(-9, 10), "m": range(-9, 10)}.items()
    }
    if changes:
        assert not violated({**facts, **{change.fact: change.to for change in changes}})
    if any(alone.values()):
        (change,) = changes
        if change.fact in ("n", "m"):
            seen = facts[change.fact]
            assert abs(change.to - seen) == min(abs(to - seen) for to in alone[change.fact])  # type: ignore[operator]
    elif not changes:
        everything = product((True, False), (True, False), range(-9, 10), range(-9, 10))
        assert all(violated(dict(zip(facts, values, strict=True))) for values in everything)


def test_numbers_that_have_to_move_together_are_found() -> None:
    tree = bind(parse("m < n - m && m > n"), FACTS, {})

    changes = Repairer(tree).repair({"m": 0, "n": 0})

    assert len(changes) == 2
    assert not closure([tree])({change.fact: change.to for change in changes})
