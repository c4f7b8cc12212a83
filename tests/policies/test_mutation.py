"""Mutants of rules and evaluators: that they are made, that the shipped packs kill them, and that a blind spot shows."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from policies.evaluators import __file__ as evaluators_file
from policies.evaluators.closure import closure
from policies.facts import SCOPES, Fact
from policies.language.bind import bind
from policies.language.parse import parse
from policies.language.syntax import text
from policies.mutation import evaluators, rules
from policies.mutation.cases import cases, edges
from policies.mutation.corpus import constructs
from policies.mutation.equivalent import EQUIVALENT
from policies.mutation.evaluators import score_evaluators
from policies.mutation.question import question
from policies.mutation.rules import score_rules
from policies.mutation.score import LEAST, Outcome, Score
from policies.mutation.source import source_mutants
from policies.mutation.trees import mutants
from policies.rule import PolicySet

FOLDER = Path(evaluators_file).parent
FACTS = {
    "yes": Fact("yes", "bool", ""),
    "n": Fact("n", "int", "", "messages", 0, 9),
    "m": Fact("m", "int", "", "messages", 0, 9),
    "kind": Fact("kind", "str", "", values=("email", "push")),
}


def test_a_rule_is_broken_in_every_small_way() -> None:
    tree = bind(parse("yes && n < 3"), FACTS, {})

    found = {text(mutant.tree) for mutant in mutants(tree, FACTS)}

    assert found == {
        "true", "!((yes && (n < 3)))", "(yes || (n < 3))", "yes", "(n < 3)", "(!(yes) && (n < 3))",
        "(yes && (n <= 3))", "(yes && (n > 3))", "(yes && (m < 3))", "(yes && (n < 2))", "(yes && (n < 4))",
    }  # fmt: skip


def test_cases_stand_on_both_sides_of_every_limit() -> None:
    tree = bind(parse("yes && n < 3"), FACTS, {})

    found = edges(FACTS["n"], tree)

    assert {2, 3, 4, 0, 9, None} <= set(found)
    assert {closure([tree])(row) for row in cases(tree, {"yes": FACTS["yes"], "n": FACTS["n"]})} == {0, 1}


def test_every_shipped_rule_is_noticed_when_it_is_broken(policies: PolicySet) -> None:
    score = score_rules(policies)

    assert score.share >= LEAST
    assert all(one.enough for one in score.by_subject().values())
    assert set(score.by_subject()) == {rule.id for rule in policies.rules}


def test_every_evaluator_is_noticed_when_it_is_broken(policies: PolicySet) -> None:
    few = PolicySet(policies.scope("contact")[:9], {}, policies.hash)

    score = score_evaluators(few)

    survivors = [f"{outcome.subject}: {outcome.mutant}" for outcome in score.survivors()]
    assert all(one.enough for one in score.by_subject().values()), survivors
    assert set(score.by_subject()) == {path.stem for path in FOLDER.glob("*.py")} - {"__init__"}


def test_a_mutant_is_left_out_only_for_a_written_reason_that_no_case_refutes(policies: PolicySet) -> None:
    excluded = set(EQUIVALENT)
    questions = [question(exhibit) for exhibit in constructs()]
    for module, examine, _ in evaluators.EXAMINERS:
        name = module.__name__.rsplit(".", 1)[-1]
        for mutant in (
            source_mutants(Path(str(module.__file__)).read_text()) if name in {e for e, _ in excluded} else ()
        ):
            if (name, mutant.place) in excluded:
                changed = evaluators._loaded(module, mutant, {})
                assert changed is not None
                assert not evaluators._killed(changed, examine, questions), mutant.name
                excluded.remove((name, mutant.place))

    assert not excluded
    assert all(len(reason) > 20 for reason in EQUIVALENT.values())


def test_without_cases_a_mutant_survives_with_the_row_that_would_kill_it(
    policies: PolicySet, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("z3")
    monkeypatch.setattr(rules, "cases", lambda tree, facts: [])

    found = rules._score(policies.rule("daily_cap"))

    killed = [outcome for outcome in found if outcome.fate == "killed"]
    survived = {outcome.mutant: outcome.hint for outcome in found if outcome.fate == "survived"}
    assert killed == []
    assert "differ on sends_1d = 1" in survived["1 becomes 2"]
    assert not Score(tuple(found)).enough


def test_an_equivalent_mutant_does_not_count(policies: PolicySet, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("z3")
    score = score_rules(PolicySet((policies.rule("budget_ceiling"),), {}, "0" * 64))

    equivalent = [outcome for outcome in score.outcomes if outcome.fate == "equivalent"]
    assert score.counted == len(score.outcomes) - len(equivalent)
    assert score.share == 1.0


def test_an_evaluator_that_disagrees_has_no_score(policies: PolicySet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluators, "EXAMINERS", ((evaluators.closure, lambda module, question: False, 1),))

    with pytest.raises(AssertionError, match="closure does not agree"):
        score_evaluators(policies)


def test_a_program_is_broken_where_it_computes_and_nowhere_else() -> None:
    source = (
        '"""A text with < and and."""\n'
        "def f(x: int | str, zs=None):\n"
        "    if x < 3 and not zs:\n"
        "        raise ValueError('x == 3')\n"
        "    return x + 1\n"
    )

    names = [mutant.name for mutant in source_mutants(source)]

    assert len(names) == len(set(names)) == 9
    assert all(ast.unparse(mutant.tree) != ast.unparse(ast.parse(source)) for mutant in source_mutants(source))
    assert not any("==" in name or "|" in name for name in names)


def test_a_score_counts_killed_over_counted() -> None:
    score = Score((Outcome("a", "1", "killed"), Outcome("a", "2", "survived"), Outcome("b", "3", "equivalent")))

    assert (score.counted, score.share, score.enough) == (2, 0.5, False)
    assert score.by_subject()["b"].share == 1.0


def test_every_scope_of_the_packs_has_facts(policies: PolicySet) -> None:
    assert {rule.scope for rule in policies.rules} <= set(SCOPES)
