"""The score of a set of rules: every rule broken in every small way, and whether its cases notice."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from policies.evaluators.closure import closure
from policies.facts import SCOPES, Fact
from policies.language.syntax import Node, Read, text, walk
from policies.mutation.cases import Row, cases
from policies.mutation.score import Outcome, Score
from policies.mutation.trees import Mutant, mutants
from policies.rule import PolicySet, Rule
from policies.verify.engine import installed, z3


def score_rules(policies: PolicySet, progress: Callable[[str], None] = lambda _line: None) -> Score:
    """What becomes of every mutant of every rule.

    Cases are the rule's edges (`cases.cases`) as the original judges them. A mutant that no case tells apart is given
    to the solver, when it is installed: proved to be the same rule it does not count, otherwise it survived, and the
    row that tells the two apart is its hint.
    """
    found: list[Outcome] = []
    for rule in policies.rules:
        progress(f"rule {rule.id}")
        found += _score(rule)
    return Score(tuple(found))


def _score(rule: Rule) -> list[Outcome]:
    made = list(mutants(rule.tree, SCOPES[rule.scope].facts))
    rows = cases(rule.tree, rule.facts)
    expected = _verdicts(rule.tree, rows)
    found: list[Outcome] = []
    for mutant in made:
        read = _facts(mutant.tree)
        further = [fact for name, fact in read.items() if name not in rule.facts]
        wider = _wider(rows, further) if further else rows
        wanted = _verdicts(rule.tree, wider) if further else expected
        if _verdicts(mutant.tree, wider) != wanted:
            found.append(Outcome(rule.id, mutant.name, "killed"))
        else:
            found.append(_undetected(rule, mutant))
    return found


def _verdicts(tree: Node, rows: list[Row]) -> list[int]:
    decide = closure([tree])
    return [decide(row) for row in rows]


def _facts(tree: Node) -> dict[str, Fact]:
    return {node.fact.name: node.fact for node in walk(tree) if isinstance(node, Read)}


def _wider(rows: list[Row], further: list[Fact]) -> list[Row]:
    """The rows with the facts that only the mutant reads, absent in one half and at their lowest in the other."""
    lowest = {fact.name: fact.low for fact in further}
    return [*rows, *({**row, **lowest} for row in rows)]


def _undetected(rule: Rule, mutant: Mutant) -> Outcome:
    if not installed():
        return Outcome(rule.id, mutant.name, "survived", "the extra verify is not installed, so nothing was proved")
    row = _difference(rule.tree, mutant.tree)
    if row is None:
        return Outcome(rule.id, mutant.name, "equivalent")
    return Outcome(rule.id, mutant.name, "survived", row)


def _difference(tree: Node, other: Node) -> str | None:
    """A row on which two trees differ, in words; None when it is proved that there is none."""
    from policies.verify.ask import ask
    from policies.verify.formula import Space

    space = Space()
    unlike = z3().Xor(space.holds(tree), space.holds(other))
    first, second = closure([tree]), closure([other])
    answer = ask(space, unlike, lambda row: first(row) != second(row), plain=True)
    if answer.kind == "no":
        return None
    if answer.witness is None:
        return f"not decided: {answer.why}"
    return f"{text(tree)} and {text(other)} differ on {described(answer.witness)}"


def described(row: Mapping[str, object]) -> str:
    """Facts for a reader: `sends_7d = 5, consent = null`."""
    return ", ".join(f"{name} = {'null' if value is None else value}" for name, value in row.items())
