"""Facts at the edges of a rule: around each limit, at the ends of each range, every word of a closed set, and null."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations, islice, product
from math import nextafter, prod

import numpy as np

from policies.evaluators.closure import closure
from policies.evaluators.validity import is_valid
from policies.facts import Fact, Value
from policies.language.syntax import Constant, Listing, Node, walk

Row = dict[str, Value | None]
MOST_PRODUCT = 3_000
"""Up to so many combinations all are tried; beyond, one and two facts at a time are moved from rows that pass."""
_SEARCHED = 20_000
_BORDERED = 200


def cases(tree: Node, facts: Mapping[str, Fact], seed: int = 2017) -> list[Row]:
    """Rows of these facts at the edges of the bound tree, those that pass and those that do not; the same every time."""
    pools = {name: edges(fact, tree) for name, fact in facts.items()}
    if prod(len(pool) for pool in pools.values()) <= MOST_PRODUCT:
        whole: list[Row] = [dict(zip(pools, row, strict=True)) for row in product(*pools.values())]
        return [*whole, *_along_borders(tree, pools, whole)]
    rows: list[Row] = []
    for base in _passing(tree, pools, seed):
        rows.append(base)
        for name, pool in pools.items():
            rows += ({**base, name: value} for value in pool)
        for first, second in combinations(pools, 2):
            rows += ({**base, first: a, second: b} for a in pools[first] for b in pools[second])
    return [*rows, *_along_borders(tree, pools, rows)]


def _along_borders(tree: Node, pools: Mapping[str, list[Value | None]], rows: list[Row]) -> Iterator[Row]:
    """Pairs of rows on both sides of a border between passing and not, found by halving one number's way across it.

    Where two facts are weighed against each other, no limit is written in the rule; the border itself is the case.
    """
    decide = closure([tree])
    numbers = [name for name, pool in pools.items() if any(type(value) is int for value in pool)]
    for base in [row for row in rows if decide(row) == 0][:_BORDERED]:
        for name in numbers:
            for end in (value for value in pools[name] if value is not None):
                low, high = base[name], end
                if type(low) is not int or type(high) is not int or decide({**base, name: high}) == 0:
                    continue
                while abs(high - low) > 1:
                    middle = (low + high) // 2
                    low, high = (middle, high) if decide({**base, name: middle}) == 0 else (low, middle)
                yield {**base, name: low}
                yield {**base, name: high}


def edges(fact: Fact, tree: Node) -> list[Value | None]:
    """Values of a fact that tell limits apart, null among them, ordered and each once."""
    if fact.kind == "bool":
        return [True, False, None]
    written = [constant.value for constant in _constants(tree) if constant.kind == fact.kind]
    if fact.kind == "str":
        return [*dict.fromkeys((*fact.values, *written, *(() if fact.values else ("another text",)))), None]
    near: set[Value] = {fact.low, fact.high, type(fact.low)(0) if fact.kind == "int" else 0.0}
    for value in written:
        if fact.kind == "int" and isinstance(value, int):
            near |= {value - 1, value, value + 1}
        elif isinstance(value, float):
            near |= {nextafter(value, -2e308), value, nextafter(value, 2e308), value - 0.005, value + 0.005}
    if fact.kind == "int":
        near |= {int(fact.low) + 1, 1, 2}
    return [*sorted(value for value in near if is_valid(fact, value)), None]


def _constants(tree: Node) -> Iterator[Constant]:
    for node in walk(tree):
        if isinstance(node, Constant):
            yield node
        elif isinstance(node, Listing):
            yield from node.items


def _passing(tree: Node, pools: Mapping[str, list[Value | None]], seed: int) -> list[Row]:
    """Up to twelve rows that pass, found by trying combinations at random; one row that fails when none was found."""
    rng, decide = np.random.default_rng(seed), closure([tree])
    known = {name: [value for value in pool if value is not None] for name, pool in pools.items()}
    tried: Iterator[Row] = (
        {name: pool[int(place * len(pool))] for (name, pool), place in zip(known.items(), places, strict=True)}
        for places in rng.random((_SEARCHED, len(known))).tolist()
    )
    found: list[Row] = list(islice((row for row in tried if decide(row) == 0), 12))
    return found or [{name: pool[0] for name, pool in known.items()}]
