"""How rule texts are filled in and how facts are written for a reader."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import cast

from campaigns.money import MICROS
from policies.evaluators.validity import is_valid, plain
from policies.facts import Fact, Value
from policies.language.bind import Param
from policies.rule import Rule

PLACEHOLDER = re.compile(r"\{([A-Za-z_][A-Za-z_0-9.]*)\}")


def shown(fact: Fact, value: object, currency: str = "") -> str:
    """A fact's value for a reader: money with two decimals, minutes of the day as a clock, shares as they are."""
    value = plain(value)
    if not is_valid(fact, value):
        return "not known"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if fact.unit == "micros" and isinstance(value, int):
        return _money(value, currency)
    if fact.unit == "local_minute" and isinstance(value, int):
        return clock(value)
    # A negative zero reads as the zero that it equals.
    return f"{value:,}" if isinstance(value, int) else str(value + 0.0 if isinstance(value, float) else value)


def all_shown(fact: Fact, values: Sequence[Value | None], currency: str = "") -> list[str]:
    """`shown` of many values of a fact that are all known; money, of which most values differ, the quick way."""
    if fact.unit == "micros" and fact.kind == "int":
        return [_money(value, currency) for value in cast(Sequence[int], values)]
    words = {value: shown(fact, value, currency) for value in set(values)}
    return [words[value] for value in values]


def _money(micros: int, currency: str) -> str:
    return f"{currency} {micros / MICROS:,.2f}".strip()


def clock(minute: int) -> str:
    """A minute of the day as HH:MM."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def fill(template: str, rule: Rule, words: Mapping[str, str]) -> str:
    """The template with every `{...}` replaced by a word given or a parameter; a word not given reads `not known`."""

    def found(match: re.Match[str]) -> str:
        name = match[1]
        if not name.startswith("params."):
            return words.get(name, "not known")
        return _param(name.removeprefix("params."), rule.params[name.removeprefix("params.")])

    return PLACEHOLDER.sub(found, template)


def filled(template: str, rule: Rule, words: Mapping[str, Sequence[str]], size: int) -> list[str]:
    """`fill` of one template for `size` rows; `words` has a text per row for every word given."""
    given = [name for name in dict.fromkeys(PLACEHOLDER.findall(template)) if name in words]
    if not given:
        return [fill(template, rule, {})] * size
    # Everything else is filled in once; a marker that no pack can hold keeps the gaps apart from the text.
    pieces = fill(template, rule, {name: f"\0{name}\0" for name in given}).split("\0")
    columns = [words[piece] if place % 2 else [piece] * size for place, piece in enumerate(pieces)]
    return ["".join(row) for row in zip(*columns, strict=True)]


def _param(name: str, value: Param) -> str:
    if isinstance(value, tuple):
        return ", ".join(str(item) for item in value)
    if name.endswith("_minute") and isinstance(value, int):
        return clock(value)
    if name.endswith("_micros") and isinstance(value, int):
        return f"{value / MICROS:,.2f}"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
