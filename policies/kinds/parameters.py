"""What parameters of kinds may look like in a pack: clock times, money with its currency, fractions, counts."""

from __future__ import annotations

import re
from typing import Annotated, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field

from campaigns.border import Border
from campaigns.errors import BadInput
from campaigns.money import Money, known_currency, micros
from policies.facts import Value

_CLOCK = re.compile(r"([01]\d|2[0-4]):([0-5]\d)")
_AMOUNT = re.compile(r"(\d+(?:\.\d{1,6})?) ([A-Z]{3})")


class Minute(Border):
    """A minute of the local day, 0 to 1440 (24:00 is the day's end)."""

    minute: int


class Proportion(Border):
    """One share over another, 0.0 to 1.0; it is compared with ratios only, never with shares."""

    ratio: float


def _clock(written: object) -> Minute:
    found = _CLOCK.fullmatch(written) if isinstance(written, str) else None
    minute = int(found[1]) * 60 + int(found[2]) if found else 1441
    if minute > 1440:
        raise ValueError('a clock time is wanted, in quotes, like "08:00"')
    return Minute(minute=minute)


def _amount(written: object) -> Money:
    found = _AMOUNT.fullmatch(written) if isinstance(written, str) else None
    if found is None:
        raise ValueError('an amount with its currency is wanted, like "5000.00 USD"')
    try:
        return Money(amount_micros=micros(found[1]), currency=known_currency(found[2]))
    except BadInput as error:
        raise ValueError(str(error).rstrip(".")) from None


def _fraction(written: object) -> float:
    if isinstance(written, bool) or not isinstance(written, float) or not 0 <= written <= 1:
        raise ValueError("a fraction from 0.0 to 1.0 is wanted, with a point, like 0.2")
    return written


def _ratio(written: object) -> Proportion:
    return Proportion(ratio=_fraction(written))


def _whole(written: object) -> int:
    if isinstance(written, bool) or not isinstance(written, int) or not 0 <= written <= 10**9:
        raise ValueError("a whole number from 0 to 1000000000 is wanted, like 4")
    return written


def _sorted(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(set(words)))


Clock: TypeAlias = Annotated[Minute, BeforeValidator(_clock)]
Amount: TypeAlias = Annotated[Money, BeforeValidator(_amount)]
Fraction: TypeAlias = Annotated[float, BeforeValidator(_fraction)]
Ratio: TypeAlias = Annotated[Proportion, BeforeValidator(_ratio)]
Whole: TypeAlias = Annotated[int, BeforeValidator(_whole)]
Words: TypeAlias = Annotated[tuple[str, ...], Field(min_length=1), AfterValidator(_sorted)]


def written_out(name: str, value: object) -> dict[str, Value | list[Value]]:
    """The params of the expanded rule for one parameter of a kind; the ending of each name tells its unit."""
    match value:
        case Minute():
            return {f"{name}_minute": value.minute}
        case Money():
            return {f"{name}_micros": value.amount_micros, f"{name}_currency": value.currency}
        case Proportion():
            return {name: value.ratio}
        case float():
            return {f"{name}_share": value}
        case int() | str():
            return {name: value}
        case tuple():
            return {name: list(value)}
        case _:
            raise TypeError(f"a parameter cannot be {value!r}")
