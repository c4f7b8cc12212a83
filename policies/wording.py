"""How rule texts are filled in and how facts are written for a reader."""

from __future__ import annotations

import re
from collections.abc import Mapping

from campaigns.money import MICROS
from policies.evaluators.validity import is_valid, plain
from policies.facts import Fact
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
        return f"{currency} {value / MICROS:,.2f}".strip()
    if fact.unit == "local_minute" and isinstance(value, int):
        return clock(value)
    return f"{value:,}" if isinstance(value, int) else str(value)


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


def _param(name: str, value: Param) -> str:
    if isinstance(value, tuple):
        return ", ".join(str(item) for item in value)
    if name.endswith("_minute") and isinstance(value, int):
        return clock(value)
    if name.endswith("_micros") and isinstance(value, int):
        return f"{value / MICROS:,.2f}"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
