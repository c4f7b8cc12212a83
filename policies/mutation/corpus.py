"""Rules and rows on which the evaluators are compared: every construct of the language, every edge, every kind of null."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from policies.facts import CLOCK_MINUTE, CLOCK_WEEKDAY, SCOPES, Fact, Value
from policies.language.bind import bind
from policies.language.parse import parse
from policies.language.syntax import Node, reads
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

SEVERAL = (
    "b < a - b && b > a", "a == b && b == 3 && yes", "a + b == 7 && a - b == 1", "b > a && a > 7",
    "word == 'a' && b > 2 && a == b", "kind == word && yes", "a * b == 6", "a == 8 && b == -8 && a + c == 0 && !yes",
    "(yes ? a * a : b) > 7", "!(a in [3])", "!(a in [-9])", "yes && also && a == 7 && b == 7 && c == 7",
    "b > a - b && b < a", "b > 2 * a - b && b < a && also",
)  # fmt: skip
"""Conditions that one change seldom mends, over few rows, because trying several is dear."""
CLOCK = (
    "local_minute >= 480 && local_minute < 1260", "local_minute == 150", "local_minute == 90 && yes",
    "local_weekday < 6 && local_minute >= 540", "local_weekday == 7 ? local_minute >= 720 : local_minute >= 1200",
    "local_weekday == 7 && local_minute == 150 && word == 'a'", "local_minute == 0 && n < 2",
)  # fmt: skip
"""Conditions about local time, some of which hold for one minute of a week that a change of the clock may skip."""
_LONG = tuple(" || ".join(["yes", "also"] * 30 + ["x > 0.75", "m == 5"] + ["also"] * more) for more in (0, 1))
"""As many parts as fit a mask, and one more."""

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
    """Every rule in force with rows at its edges."""
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
    wide = tuple(Exhibit(group, FACTS, (*known, *strange)) for group in groups)
    return (*wide, nothing_read, *_narrow(known))


def _narrow(known: list[Row]) -> Iterator[Exhibit]:
    """Conditions that only some evaluators find hard, each alone and with few rows."""
    minutes = [dict(row, local_minute=at * 97 % 1440, local_weekday=at % 7 + 1) for at, row in enumerate(known[:6])]
    unknown: list[Row] = [{**minutes[0], "local_minute": None}, {**minutes[1], "yes": None, "word": None, "n": None}]
    numbers = ((0, 0), (3, -4), (8, 8), (-9, 9), (1, 2), (9, 3))
    several: list[Row] = [dict(known[at], a=a, b=b, c=at) for at, (a, b) in enumerate(numbers)]
    small = {name: Fact(name, "int", "", "", -9, 9) for name in ("a", "b", "c")}
    clock = {name: SCOPES["contact"].facts[name] for name in (CLOCK_MINUTE, CLOCK_WEEKDAY)}
    for sources, facts, rows in (
        (SEVERAL, small, several), (CLOCK, clock, [*minutes, *unknown]), (_LONG, {}, known)
    ):  # fmt: skip
        for source in sources:
            tree = bind(parse(source), {**FACTS, **facts}, {})
            yield Exhibit((tree,), {name: {**FACTS, **facts}[name] for name in reads(tree)}, tuple(rows))


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
