"""Rules and rows on which the evaluators are compared: every construct of the language, every edge, every kind of null."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from policies.facts import Fact, Value
from policies.language.bind import bind
from policies.language.parse import parse
from policies.language.syntax import Node
from policies.mutation.cases import cases
from policies.rule import PolicySet

Row = Mapping[str, object]

FACTS: Mapping[str, Fact] = {
    "yes": Fact("yes", "bool", ""),
    "also": Fact("also", "bool", ""),
    "n": Fact("n", "int", "", "", -5, 5),
    "m": Fact("m", "int", "", "", 0, 10**12),
    "x": Fact("x", "float", "", "", -1.0, 1.0),
    "y": Fact("y", "float", "", "", 0.0, 2.0),
    "word": Fact("word", "str", ""),
    "kind": Fact("kind", "str", "", values=("email", "push")),
}
SOURCES = (
    "yes", "!yes", "!!yes", "yes && also", "yes || also", "yes == also", "yes != also", "!(yes && also) || yes",
    "yes ? also : !also", "(yes || also) && !(yes && also)", "yes || true", "yes && true", "yes == yes",
    "n < 2", "n <= 2", "n > 2", "n >= 2", "n == 2", "n != 2", "2 > n", "-n < 2", "n + m > 3", "n - m > -3", "n * 2 < 5",
    "n * n == 4", "n in [1, -2, 3]", "n in [2]", "!(n in [1, 2])", "n in [0, 1] || m in [7]", "-n in [2]",
    "m - n >= 1000000", "m > 1000000 && n < 0", "(yes ? n : m) > 1", "(yes ? 1 : n) == 1", "n == n", "m <= m",
    "x < 0.5", "x <= 0.5", "x > 0.5", "x >= 0.5", "x == 0.5", "x != 0.5", "-x < 0.25", "x + y > 1.0", "x - y > -0.5",
    "x * y < 0.25", "(yes ? x : y) >= 0.5", "x == x", "x == -0.0",
    "word == 'a'", "word != 'a'", "word in ['a', 'b']", "!(word in ['a'])", "word == kind", "kind == 'push'",
    "kind != 'push'", "kind in ['email']", "kind in ['email', 'push']", "(yes ? word : kind) == 'email'",
    "yes && n > 0 && x < 0.5 && kind == 'email'", "yes || n > 0 || x < 0.5 || kind == 'email'",
)  # fmt: skip
"""Conditions over `FACTS`; each stands alone and all stand together."""

_STRANGE: Mapping[str, tuple[object, ...]] = {
    "bool": (None, 1, 0, "true", 1.0, np.int8(1), np.True_, np.False_, float("nan")),
    "int": (None, True, 2.0, "2", np.int64(2), np.int8(2), np.int64(99), 99, -99, 10**13, float("nan")),
    "float": (None, 1, True, "0.5", np.float64(0.25), np.float32(0.25), 1.5, -1.5, 2.5, float("nan"), float("inf")),
    "str": (None, 3, True, "", "sms", "é", np.str_("a"), b"a"),
}


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A few trees, the facts they read, and rows to ask them about."""

    trees: tuple[Node, ...]
    facts: Mapping[str, Fact]
    rows: tuple[Row, ...]


def exhibits(policies: PolicySet, per_rule: int = 40) -> Iterator[Exhibit]:
    """The language's constructs first, then every rule in force with rows at its edges."""
    yield from constructs()
    for rule in policies.rules:
        rows = cases(rule.tree, rule.facts)
        step = max(1, len(rows) // per_rule)
        yield Exhibit((rule.tree,), rule.facts, tuple(rows[::step]))


@cache
def constructs() -> tuple[Exhibit, ...]:
    """Every construct with rows of known values, nulls, absent facts, other kinds and values out of range."""
    trees = [bind(parse(source), FACTS, {}) for source in SOURCES]
    known, strange = _rows()
    groups = [tuple(trees[at : at + 30]) for at in range(0, len(trees), 30)]
    nothing_read = Exhibit((bind(parse("1 < 2"), {}, {}), bind(parse("2 < 1"), {}, {})), {}, ({}, {"n": None}))
    return (*(Exhibit(group, FACTS, (*known, *strange)) for group in groups), nothing_read)


def _rows() -> tuple[list[Row], list[Row]]:
    pools: dict[str, list[Value]] = {
        "yes": [True, False], "also": [True, False], "n": [-5, -3, -2, -1, 0, 1, 2, 3, 5],
        "m": [0, 1, 2, 3, 4, 7, 999_998, 1_000_000, 1_000_001, 10**12],
        "x": [-1.0, -0.25, -0.0, 0.0, 0.25, 0.5, 0.75, 1.0], "y": [0.0, 0.25, 0.5, 1.0, 2.0],
        "word": ["a", "b", "email", "push", ""], "kind": ["email", "push"],
    }  # fmt: skip
    rng = np.random.default_rng(2017)
    known: list[Row] = [
        {name: pool[int(at * len(pool))] for (name, pool), at in zip(pools.items(), places, strict=True)}
        for places in rng.random((160, len(pools))).tolist()
    ]
    strange: list[Row] = []
    for name, fact in FACTS.items():
        for value in _STRANGE[fact.kind]:
            strange += ({**known[at], name: value} for at in (0, 1))
        strange.append({key: value for key, value in known[2].items() if key != name})
        strange += ({**row, name: edge} for row in known[3:5] for edge in _ends(fact))
    strange.append({})
    return known, strange


def _ends(fact: Fact) -> tuple[object, ...]:
    if fact.kind == "int":
        return (int(fact.low), int(fact.high), int(fact.low) - 1, int(fact.high) + 1)
    if fact.kind == "float":
        return (fact.low, fact.high, np.nextafter(fact.low, -9), np.nextafter(fact.high, 9).item())
    return ()
