"""How much of the metric is wanted: "+10 %", "by 10 percent", "500 more conversions"."""

from __future__ import annotations

import re
from decimal import Decimal

from agents.reading.found import Notes
from agents.reading.numbers import COUNT, count
from agents.reading.text import Span, Text, span_of
from campaigns.brief import Metric, Target
from campaigns.errors import BadInput

_PERCENT = r"(?P<n>\d+(?:[.,]\d+)?) ?(?:%|percent\b|per cent\b)"
_UP = re.compile(
    rf"(?P<up>\+ ?|\bby (?:at least )?|\b(?:increas\w+|grow\w*|rais\w+|lift\w*|boost\w*|improv\w+|up)\b[^,;.%]{{0,40}}? )(?P<sign>-)?{_PERCENT}"
    r"(?! ?(?:off|discount|voucher|coupon|margin))|\b"
    + _PERCENT.replace("<n>", "<m>")
    + r" (?:more|higher|uplift|lift|increase|growth)\b",
    re.IGNORECASE,
)
_DOWN = re.compile(r"\b(?:reduc\w+|lower\w*|cut\w*|decreas\w+|drop\w*|down)\b[^,;.]{0,40}$", re.IGNORECASE)
_NOUNS: tuple[tuple[Metric, str], ...] = (
    ("new_customers", r"new customers"),
    ("conversions", r"conversions?|purchases|buyers|orders"),
    ("redemptions", r"redemptions?"),
    ("visits", r"visits?|trips"),
)
_UNITS = re.compile(
    rf"\b(?P<n>\d{{1,3}}(?:,\d{{3}})+|{COUNT}) (?:more |extra |additional |incremental )?(?P<noun>{'|'.join(noun for _, noun in _NOUNS)})\b",
    re.IGNORECASE,
)


def read_target(text: Text, metric: Metric, notes: Notes) -> Target | None:
    """The change asked for in the metric, as a share or in units; None without one. BadInput for less than nothing.

    A fall asked for (in churn, say) has no place in a target and is noted as an assumption.
    """
    rest = text.rest
    for match in _UP.finditer(rest):
        said = text.phrase(span_of(match))
        number = Decimal((match["n"] or match["m"]).replace(",", "."))
        if match["sign"] or number <= 0:
            raise BadInput(f"A target of {said!r} asks for no gain; give a change above zero, like '+10 %'.")
        if _DOWN.search(rest[: match.start()]):
            text.take(span_of(match))
            notes.assume("target", "none", f"'{said}' is a fall, which is reported but not planned for")
            return None
        text.take(span_of(match))
        return Target(metric=metric, relative=float(number / 100))
    for match in _UNITS.finditer(rest):
        if text.about_people(match.start()) or re.search(
            r"(?:at most|no more than|fewer than|less than) $", rest[: match.start()]
        ):
            continue
        noun = match["noun"].lower()
        named = next(name for name, pattern in _NOUNS if re.fullmatch(pattern, noun, re.IGNORECASE))
        number = Decimal(count(match["n"].replace(",", "")))
        if number <= 1:
            continue
        text.take(Span(match.start(), match.start("noun")))
        return Target(metric=named, absolute=float(number))
    return None
