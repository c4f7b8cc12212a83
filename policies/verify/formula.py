"""Rules as formulas: one variable per fact with a separate bit for null, the fact's range, and the same syntax tree.

Whole numbers are integers without bounds (binding has shown that no evaluator overflows), fractions are reals, which
is exact for comparisons and not for arithmetic, texts are codes of the words that occur. What cannot be said exactly
stands as an unknown of its own, the same for equal texts, and is named in `Space.inexact`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from policies.facts import Fact, Value
from policies.language.syntax import Binary, Choice, Constant, Listing, Node, Read, Unary, reads, text
from policies.verify.engine import z3

Row = dict[str, Value | None]
Formula = Any
"""A Z3 expression; the library has no types."""


class Inexact(Exception):
    """A construct whose meaning the solver would only approximate."""


class Space:
    """The variables of one question, made as facts are read; `domain` bounds them.

    With `further_words` a text may also be a word that its closed set does not have yet.
    """

    def __init__(self, further_words: bool = False) -> None:
        self._further_words = further_words
        self.values: dict[str, Formula] = {}
        self.nulls: dict[str, Formula] = {}
        self.facts: dict[str, Fact] = {}
        self.domain: list[Formula] = []
        self.inexact: dict[str, str] = {}
        self._codes: dict[str, int] = {}

    def holds(self, tree: Node) -> Formula:
        """True where the bound tree holds: every fact it reads is known, and its condition is true."""
        known = [self.known(name) for name in self._declare(tree)]
        return z3().And(*known, self.condition(tree))

    def condition(self, tree: Node) -> Formula:
        """The condition alone, for facts that are known."""
        self._declare(tree)
        try:
            return self._visit(tree)
        except Inexact as reason:
            written = text(tree)
            self.inexact[written] = str(reason)
            return z3().Bool(f"opaque:{written}")

    def known(self, name: str) -> Formula:
        """True where the fact is not null."""
        return z3().Not(self.nulls[name])

    def row(self, model: Any) -> Row:
        """The facts of a model as plain values, None for null."""
        return {name: self._value(model, name) for name in self.facts}

    def _declare(self, tree: Node) -> tuple[str, ...]:
        for node in _nodes(tree):
            if isinstance(node, Read) and node.fact.name not in self.facts:
                self._variable(node.fact)
        return reads(tree)

    def _variable(self, fact: Fact) -> None:
        lib = z3()
        made = {"bool": lib.Bool, "int": lib.Int, "float": lib.Real, "str": lib.Int}[fact.kind](fact.name)
        self.facts[fact.name] = fact
        self.values[fact.name] = made
        self.nulls[fact.name] = lib.Bool(f"null:{fact.name}")
        if fact.kind in ("int", "float"):
            self.domain.append(lib.And(made >= _number(fact.low), made <= _number(fact.high)))
        elif fact.kind == "str" and fact.values and not self._further_words:
            self.domain.append(lib.Or(*(made == self._code(word) for word in fact.values)))
        elif fact.kind == "str":
            self.domain.append(made >= 0)

    def _code(self, word: str) -> int:
        return self._codes.setdefault(word, len(self._codes))

    def _value(self, model: Any, name: str) -> Value | None:
        lib, fact = z3(), self.facts[name]
        if lib.is_true(model.eval(self.nulls[name], model_completion=True)):
            return None
        found = model.eval(self.values[name], model_completion=True)
        if fact.kind == "bool":
            return bool(lib.is_true(found))
        if fact.kind == "float":
            return float(Fraction(found.numerator_as_long(), found.denominator_as_long()))
        number = int(found.as_long())
        if fact.kind == "int":
            return number
        words = {code: word for word, code in self._codes.items()}
        return words.get(number, f"another text {number}")

    def _visit(self, node: Node) -> Formula:
        lib = z3()
        match node:
            case Constant(value, kind):
                if kind == "str":
                    return lib.IntVal(self._code(str(value)))
                return lib.BoolVal(value) if isinstance(value, bool) else _number(value)
            case Read(fact):
                return self.values[fact.name]
            case Unary("!", operand):
                return lib.Not(self._visit(operand))
            case Unary(_, operand):
                return -self._visit(operand)
            case Binary("in", left, Listing(items)):
                asked = self._visit(left)
                return lib.Or(*(asked == self._visit(item) for item in items))
            case Binary("+" | "-" | "*"):
                return self._arithmetic(node)
            case Binary():
                return _joined(node.op, self._visit(node.left), self._visit(node.right))
            case Choice(condition, then, other):
                return lib.If(self._visit(condition), self._visit(then), self._visit(other))
            case _:
                raise Inexact(f"{type(node).__name__} is not known to the solver")

    def _arithmetic(self, node: Binary) -> Formula:
        left, right = self._visit(node.left), self._visit(node.right)
        if z3().is_real(left) or z3().is_real(right):
            raise Inexact(f"`{node.op}` of fractions is rounded, and the solver does not round")
        return left + right if node.op == "+" else left - right if node.op == "-" else left * right


def _nodes(tree: Node) -> list[Node]:
    from policies.language.syntax import walk

    return list(walk(tree))


def _number(value: Value) -> Formula:
    lib = z3()
    if isinstance(value, float):
        exact = Fraction(value) if math.isfinite(value) else Fraction(0)
        return lib.RealVal(f"{exact.numerator}/{exact.denominator}")
    return lib.IntVal(int(value))


def _joined(op: str, left: Formula, right: Formula) -> Formula:
    lib = z3()
    joined: Mapping[str, Formula] = {
        "&&": lambda: lib.And(left, right), "||": lambda: lib.Or(left, right),
        "==": lambda: left == right, "!=": lambda: left != right,
        "<": lambda: left < right, "<=": lambda: left <= right,
        ">": lambda: left > right, ">=": lambda: left >= right,
    }  # fmt: skip
    if op not in joined:
        raise Inexact(f"`{op}` is not known to the solver")
    return joined[op]()
