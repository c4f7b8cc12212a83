"""How numbers read on a screen and a page: money from micros, shares, counts and figures with their intervals."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from campaigns.figure import Figure
from campaigns.money import MICROS

SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "CNY": "¥", "INR": "₹"}
STATES = {
    "draft": "being planned",
    "checked": "checked against the policies",
    "rehearsed": "rehearsed in the twin",
    "proposed": "waits for a supervisor's approval",
    "approved": "approved, ready to launch",
    "live": "running",
    "paused": "paused",
    "completed": "completed",
    "stopped": "stopped",
    "rejected": "rejected",
    "expired": "expired",
}


def money(micros: float, currency: str = "USD", digits: int = 2) -> str:
    """Micros as `$1,234.56` with a true minus sign; an unsigned currency is written as `CHF 1,234.56`."""
    amount = round(micros / MICROS, digits)
    sign = SIGNS.get(currency, f"{currency} ")
    return f"{'−' if amount < 0 else ''}{sign}{abs(amount):,.{digits}f}"


def whole(value: float) -> str:
    """A count with thousands separated, rounded to a whole number."""
    return f"{value:,.0f}".replace("-", "−")


def percent(share: float, digits: int = 1) -> str:
    """A fraction as a percentage."""
    return f"{share * 100:.{digits}f}%".replace("-", "−")


def decimal(value: float) -> str:
    """A plain number with the digits that a reader can use: whole from 100 on, one decimal from 1 on, two digits below."""
    if value == int(value) or abs(value) >= 100:
        return whole(value)
    return (f"{value:.1f}" if abs(value) >= 1 else f"{value:.2g}").replace("-", "−")


def amount(value: float, unit: str) -> str:
    """A value in its unit's own form: money for `micros:USD`, a percentage for `share`, else the number and the unit."""
    whole_unit, _, per = unit.partition("/")
    after = f" per {per}" if per else ""
    if whole_unit.startswith("micros:"):
        return money(value, whole_unit.removeprefix("micros:")) + after
    if whole_unit == "share":
        return percent(value) + after
    return f"{decimal(value)} {whole_unit}{after}"


def figure(found: Figure) -> str:
    """A figure's value, and its interval where it has one."""
    text = amount(found.value, found.unit)
    return text if found.low is None or found.high is None else f"{text} ({interval(found)})"


def interval(found: Figure) -> str:
    """The interval as `95 %: low to high`, or an empty text when the figure has none."""
    if found.low is None or found.high is None or found.level is None:
        return ""
    return f"{percent(found.level, 0)} interval {bare(found.low, found.unit)} to {bare(found.high, found.unit)}"


def span(found: Figure, whole_units: bool = False) -> str:
    """The interval's edges as `low to high`, rounded to whole units (cents of money stay) when asked; empty without one."""
    if found.low is None or found.high is None:
        return ""
    low, high = (round(edge) if whole_units else edge for edge in (found.low, found.high))
    return f"{bare(low, found.unit)} to {bare(high, found.unit)}"


def bare(value: float, unit: str) -> str:
    """Like `amount`, without the unit's words."""
    whole_unit = unit.partition("/")[0]
    return amount(value, whole_unit) if whole_unit.startswith("micros:") or whole_unit == "share" else decimal(value)


def source(found: Figure) -> str:
    """Where a figure came from, in one line."""
    ref = f" @{found.source.ref[:12]}" if found.source.ref else ""
    return f"{found.source.kind}: {found.source.name}{ref}"


def day(at: datetime) -> str:
    """An instant as a date with its weekday, in UTC."""
    return f"{at:%a} {at.day} {at:%b %Y}"


def clock(local_minute: int) -> str:
    """A minute of the day as `HH:MM`."""
    return f"{local_minute // 60:02d}:{local_minute % 60:02d}"


def sentence(reasons: Iterable[str]) -> str:
    """Several reasons as one sentence with one full stop."""
    return "; ".join(reason.rstrip(".") for reason in reasons) + "."


def listed(items: tuple[str, ...] | list[str]) -> str:
    """`a`, `a and b` or `a, b and c`."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}" if items else "none"
