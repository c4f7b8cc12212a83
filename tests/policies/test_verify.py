"""What is proved about rules: contradictions, rules without effect, and the direction of a change, with confirmed rows."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping
from itertools import product
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.errors import BadPolicy
from policies.evaluators.closure import closure
from policies.facts import Fact, Scope
from policies.language.bind import bind
from policies.language.parse import parse
from policies.language.syntax import reads
from policies.load import SHIPPED, load_policies
from policies.rule import PolicySet, Rule
from policies.verify import engine
from policies.verify.change import compare
from policies.verify.questions import contradiction, effects, passing
from policies.verify.soundness import consistent

pytest.importorskip("z3")

FACTS: Mapping[str, Fact] = {
    "yes": Fact("yes", "bool", ""),
    "n": Fact("n", "int", "", "", 0, 5),
    "m": Fact("m", "int", "", "", -2, 3),
    "kind": Fact("kind", "str", "", values=("email", "push")),
    "x": Fact("x", "float", "", "", 0.0, 1.0),
    "word": Fact("word", "str", ""),
}
VALUES = {
    "yes": (True, False, None),
    "n": (*range(6), None),
    "m": (*range(-2, 4), None),
    "kind": ("email", "push", None),
}
_number = st.sampled_from(["n", "m", "0", "2", "n + m", "n * m", "-m", "(yes ? n : m)"])
_leaf = st.one_of(
    st.tuples(_number, st.sampled_from(["<", "<=", "==", "!=", ">", ">="]), _number).map(" ".join),
    st.sampled_from(["yes", "!yes", "kind == 'email'", "kind != 'push'", "n in [1, 3]", "!(n in [2])"]),
)
_condition = st.recursive(
    _leaf,
    lambda inner: st.tuples(inner, st.sampled_from(["&&", "||", "=="]), inner).map(
        lambda t: f"({t[0]}) {t[1]} ({t[2]})"
    ),
    max_leaves=4,
)


def rule(rule_id: str, must: str, severity: str = "deny") -> Rule:
    tree = bind(parse(must), FACTS, {})
    read = {name: FACTS[name] for name in reads(tree)}
    return Rule(rule_id, "tests", "contact", severity, must, tree, read, "m", "l", "r", {})  # type: ignore[arg-type]


def policies(*rules: Rule, lists: Mapping[str, tuple[str, ...]] | None = None) -> PolicySet:
    return PolicySet(rules, lists or {}, "0" * 64)


@pytest.fixture
def packs(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "packs"))


@settings(max_examples=60, deadline=None)
@given(_condition, _condition)
def test_the_answer_is_that_of_trying_every_row(first: str, second: str) -> None:
    rules = [rule("a", first), rule("b", second)]
    decide = closure([one.tree for one in rules])
    rows = [dict(zip(VALUES, values, strict=True)) for values in product(*VALUES.values())]
    masks = {decide(row) for row in rows}

    answer = passing(rules)
    change = compare(policies(rules[0]), policies(rules[1]))

    assert answer.kind == ("yes" if 0 in masks else "no")
    expected = {
        (False, False): "neither",
        (True, False): "loosening",
        (False, True): "tightening",
        (True, True): "both",
    }
    assert change.direction == expected[1 in masks, 2 in masks]
    for shift in change.shifts:
        assert decide(shift.witness) == (1 if shift.kind == "newly allowed" else 2)


def test_something_passes_every_shipped_scope_and_a_rule_without_effect_is_known(policies: PolicySet) -> None:
    consistent(policies)
    decides = {scope: closure([rule.tree for rule in policies.scope(scope)]) for scope in get_args(Scope)}

    found = [effect for scope in get_args(Scope) for effect in effects(policies.scope(scope))]

    alone = [effect for effect in found if effect.kind == "alone"]
    for effect in alone:
        names = [rule.id for rule in policies.scope(effect.scope)]  # type: ignore[arg-type]
        assert decides[effect.scope](effect.witness or {}) >> names.index(effect.rule) & 1  # type: ignore[index]
    assert len(alone) > 0.75 * len(found)
    assert not [effect for effect in found if effect.kind == "undecided"]
    assert not [effect for effect in found if effect.kind == "dead"]
    # Every class of change there is stands in its list; it refuses the first that does not.
    (latent,) = (effect for effect in found if effect.kind == "new words only")
    assert latent.rule == "change_class_permitted"
    assert latent.witness is not None
    assert latent.witness["subject"] not in policies.rule(latent.rule).params["permitted"]  # type: ignore[operator]


@pytest.mark.parametrize(
    ("musts", "named"),
    [
        (("n > 3", "n < 2", "yes"), ("a", "b")),
        (("yes", "n > 3 && n < 2"), ("b",)),
        (("n > 4 || yes", "n < 2", "!yes"), ("a", "b", "c")),
        (("n < m", "yes", "m < n"), ("a", "c")),
        (("word == 'a'", "word == 'b'"), ("a", "b")),
        (("x < 0.5", "x >= 0.5"), ("a", "b")),
        (("n > 3", "yes"), None),
        (("word != 'a'", "word != 'b'"), None),
    ],
)
def test_a_contradiction_names_the_fewest_rules(musts: tuple[str, ...], named: tuple[str, ...] | None) -> None:
    found = contradiction([rule(name, must) for name, must in zip("abc", musts, strict=False)])

    assert (None if found is None else found.rules) == named


def test_a_rule_that_others_imply_is_redundant_and_one_that_nothing_violates_is_dead() -> None:
    found = effects([rule("tight", "n < 3"), rule("wide", "n < 5"), rule("always", "n >= 0"), rule("own", "yes")])

    assert [(effect.rule, effect.kind, effect.because) for effect in found] == [
        ("tight", "alone", ()), ("wide", "redundant", ("tight",)), ("always", "dead", ()), ("own", "alone", ()),
    ]  # fmt: skip


def test_a_rule_that_only_asks_for_a_value_is_told_from_one_without_effect() -> None:
    found = effects([rule("given", "m in [-2, -1, 0, 1, 2, 3]"), rule("own", "yes")])

    assert [effect.kind for effect in found] == ["unknown only", "alone"]
    assert found[0].witness is not None
    assert found[0].witness["m"] is None


def test_a_list_of_every_word_there_is_refuses_the_next_one_unless_another_rule_does() -> None:
    every = rule("every", "kind in ['email', 'push']")

    assert next(effect.kind for effect in effects([every, rule("other", "yes || kind != 'push'")])) == "new words only"
    assert next(effect.kind for effect in effects([every, rule("other", "kind == 'push'")])) == "dead"


def test_a_deny_rule_is_not_made_redundant_by_a_warning() -> None:
    found = effects([rule("warned", "n < 3", "warn"), rule("denied", "n < 3")])

    assert [effect.kind for effect in found] == ["redundant", "alone"]


def test_a_null_alone_can_make_the_difference() -> None:
    change = compare(policies(rule("a", "yes || n >= 0")), policies(rule("a", "yes || !yes")))

    assert change.direction == "loosening"
    assert change.shifts[0].witness["n"] is None


def test_a_deny_turned_into_a_question_loosens() -> None:
    change = compare(policies(rule("a", "n < 3")), policies(rule("a", "n < 3", "require_approval")))

    assert change.direction == "loosening"
    assert change.shifts[0].level == "without a denial"


def test_what_cannot_be_said_exactly_is_undecided_and_counts_as_a_loosening() -> None:
    change = compare(policies(rule("a", "x + x < 0.5")), policies(rule("a", "x + x + x < 0.5")))

    assert change.direction == "undecided"
    assert change.loosens
    assert "rounded" in change.undecided[0]


def test_equal_inexact_parts_do_not_hide_an_exact_change() -> None:
    change = compare(policies(rule("a", "x + x < 0.5 && n < 3")), policies(rule("a", "x + x < 0.5 && n < 4")))

    assert "loosening" not in (change.direction,) or change.loosens
    assert change.loosens


def test_word_lists_count_by_their_words() -> None:
    same = rule("a", "yes")
    longer = compare(
        policies(same, lists={"banned_claims": ("a",)}), policies(same, lists={"banned_claims": ("a", "b")})
    )
    shorter = compare(
        policies(same, lists={"banned_claims": ("a", "b")}), policies(same, lists={"banned_claims": ("a",)})
    )
    other = compare(policies(same, lists={"places": ("a",)}), policies(same, lists={"places": ("b",)}))

    assert (longer.direction, shorter.direction, other.direction) == ("tightening", "loosening", "undecided")


def test_a_shipped_cap_raised_is_a_loosening_with_a_row(packs: Path) -> None:
    path = packs / "contact.yaml"
    path.write_text(path.read_text().replace("max_per_day: 1", "max_per_day: 2"))

    change = compare(load_policies(), load_policies(packs))

    assert change.direction == "loosening"
    assert change.shifts[0].witness["sends_1d"] == 1
    assert compare(load_policies(packs), load_policies()).direction == "tightening"


def test_a_contradiction_that_loading_cannot_see_is_refused_with_places(packs: Path) -> None:
    path = packs / "contact.yaml"
    old = 'must: "!suppressed"'
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, 'must: "!suppressed && (sends_1d >= 3 || local_minute >= 1400)"', 1))
    example = "    examples: {passes: [{suppressed: false}], blocked: [{suppressed: true}]}\n"
    assert example in path.read_text()
    path.write_text(path.read_text().replace(example, ""))

    with pytest.raises(BadPolicy, match=r"contact\.yaml:\d+.* exclude each other.*mend"):
        consistent(load_policies(packs), packs)


def test_without_z3_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    engine.z3.cache_clear()
    monkeypatch.setitem(sys.modules, "z3", None)

    with pytest.raises(ImportError, match=r"twinpilot\[verify\]"):
        passing([rule("a", "yes")])
    assert not engine.installed()
    engine.z3.cache_clear()
