"""What the language means: precedence, literals, and the words that explain a violation."""

from __future__ import annotations

import pytest

from policies.evaluators.closure import closure
from policies.evaluators.reason import explain
from policies.facts import Fact
from policies.language.bind import bind
from policies.language.parse import parse
from policies.language.syntax import reads, text

FACTS = {
    "a": Fact("a", "bool", ""),
    "b": Fact("b", "bool", ""),
    "n": Fact("n", "int", "", "messages", 0, 100),
    "cap": Fact("cap", "int", "", "messages", 0, 100),
    "share": Fact("share", "float", "", "share", 0.0, 1.0),
    "kind": Fact("kind", "str", "", values=("email", "push")),
}


@pytest.mark.parametrize(
    ("written", "means"),
    [
        ("a || b && a", "(a || (b && a))"),
        ("!a && b", "(!(a) && b)"),
        ("n + 2 * n - 1 < cap", "(((n + (2 * n)) - 1) < cap)"),
        ("n - 1 - 2 == 3", "(((n - 1) - 2) == 3)"),
        ("a ? b : a ? b : a", "(a ? b : (a ? b : a))"),
        ("a || b ? a : b", "((a || b) ? a : b)"),
        ("-n < -(cap)", "(-(n) < -(cap))"),
        ("kind in ['email', \"push\"]", '(kind in ["email", "push"])'),
        ("n in [1,\n -2]", "(n in [1, -2])"),
        ("share >= 1e-2", "(share >= 0.01)"),
        ("kind == 'it\\'s'", '(kind == "it\'s")'),
    ],
)
def test_precedence_is_that_of_cel(written: str, means: str) -> None:
    assert text(parse(written)) == means


def test_parameters_become_constants() -> None:
    tree = bind(parse("n < params.most && kind in params.ways"), FACTS, {"most": 3, "ways": ("push",)})
    assert text(tree) == '((n < 3) && (kind in ["push"]))'
    assert reads(tree) == ("n", "kind")


@pytest.mark.parametrize(
    ("rule", "facts", "parts", "seen"),
    [
        ("n < cap && a", {"n": 2, "cap": 2, "a": True}, ("n < cap",), {"n": 2, "cap": 2}),
        ("n < cap && a", {"n": 2, "cap": 2, "a": False}, ("n < cap", "a"), {"n": 2, "cap": 2, "a": False}),
        ("a || n == 1", {"a": False, "n": 2}, ("a", "n == 1"), {"a": False, "n": 2}),
        ("a ? n < 1 : n < 2", {"a": False, "n": 2}, ("n < 2",), {"n": 2}),
        ("!a", {"a": True}, ("!(a)",), {"a": True}),
        ("n < cap", {"n": 101, "cap": None}, ("n is not known", "cap is not known"), {"n": None, "cap": None}),
    ],
)
def test_an_explanation_names_the_failing_parts_and_what_was_seen(
    rule: str, facts: dict[str, object], parts: tuple[str, ...], seen: dict[str, object]
) -> None:
    violation = explain(bind(parse(rule), FACTS, {}), facts)
    assert violation is not None
    assert violation.parts == parts
    assert dict(violation.seen) == seen


def test_a_rule_without_facts_can_still_be_asked() -> None:
    decide = closure([bind(parse("1 < 2"), FACTS, {}), bind(parse("false"), FACTS, {})])
    assert decide({}) == 0b10


def test_a_fact_cannot_smuggle_code_into_the_generated_function() -> None:
    hostile = Fact("kind", "str", "", values=("'] or True or ['",))
    tree = bind(parse("kind == \"'] or True or ['\""), {"kind": hostile}, {})
    assert closure([tree])({"kind": "x"}) == 1
