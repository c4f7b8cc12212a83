"""One question to the solver, and its answer: a row that the send-time evaluator has confirmed, none, or undecided."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from policies.facts import Fact
from policies.verify.engine import TIMEOUT_MS, z3
from policies.verify.formula import Formula, Row, Space


@dataclass(frozen=True, slots=True)
class Answer:
    """`yes` with a confirmed row of facts, `no` when proved impossible, `undecided` with the reason."""

    kind: Literal["yes", "no", "undecided"]
    witness: Row | None = None
    why: str = ""


def ask(space: Space, wanted: Formula, confirm: Callable[[Row], bool], plain: bool = False) -> Answer:
    """Whether facts with `wanted` exist; a row is only shown when `confirm` (another evaluator) agrees with it.

    With `plain` the row has as few nulls as possible and otherwise the plainest values: zero, false, the first word.
    """
    solver = fresh(space)
    solver.add(wanted)
    found = solver.check()
    if found == z3().unsat:
        return Answer("no")
    if found != z3().sat:
        return Answer("undecided", why=f"the solver gave up: {solver.reason_unknown()}")
    row = _plainest(space, solver) if plain else space.row(solver.model())
    if confirm(row):
        return Answer("yes", row)
    reasons = "; ".join(dict.fromkeys(space.inexact.values())) or "a fraction lies between two that a computer can hold"
    return Answer("undecided", why=reasons)


def fresh(space: Space) -> Any:
    """A solver that knows the ranges of the facts declared so far and nothing else."""
    solver = z3().Solver()
    solver.set("timeout", TIMEOUT_MS)
    solver.add(*space.domain)
    return solver


def _plainest(space: Space, solver: Any) -> Row:
    model = solver.model()
    for name, fact in space.facts.items():
        model = _prefer(solver, space.known(name), model)
        for choice in _plain(space.values[name], fact):
            before = model
            model = _prefer(solver, choice, model)
            if model is not before:
                break
    return space.row(model)


def _prefer(solver: Any, choice: Formula, model: Any) -> Any:
    """The model with the choice kept, or the one given when the choice is impossible."""
    solver.push()
    solver.add(choice)
    if solver.check() == z3().sat:
        return solver.model()
    solver.pop()
    return model


def _plain(variable: Formula, fact: Fact) -> list[Formula]:
    if fact.kind == "bool":
        return [z3().Not(variable), variable]
    if fact.kind == "str":
        return [variable == 0]
    zero = fact.low if fact.low > 0 else 0
    return [variable == zero, variable == zero + 1 if fact.kind == "int" else variable == fact.high]
