"""First and last day of the campaign: deadlines, spans and start dates in words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from agents.reading.dates import PATTERN, Calendar, read_calendar
from agents.reading.found import Notes
from agents.reading.numbers import COUNT, count
from agents.reading.text import Span, Text, span_of
from campaigns.brief import Window
from campaigns.errors import BadInput

DEFAULT_DAYS = 28
LONGEST_DAYS = 366
_UNITS = {"day": 1, "week": 7, "fortnight": 14}
_UNIT = r"(?P<unit>day|week|fortnight|month|quarter|year)s?"
_FROM = rf"(?:from|start(?:ing|s)?(?: on| from| in)?|begin(?:ning|s)?(?: on| in)?|as of|after|between|not before) (?P<first>{PATTERN})"
_BOTH = re.compile(
    rf"\b(?:(?:from|between) )?(?P<first>{PATTERN}) ?(?:-|to|until|till|and|through) ?(?P<last>{PATTERN})\b",
    re.IGNORECASE,
)
_SHORT_BOTH = re.compile(
    rf"\b(?:from|between) (?P<day>\d{{1,2}})(?:st|nd|rd|th)? (?:to|and|until|-) (?P<last>{PATTERN})\b", re.IGNORECASE
)
_START = re.compile(rf"\b{_FROM}\b", re.IGNORECASE)
_END = re.compile(
    r"\b(?P<how>by|before|until|till|up to|through|no later than|not later than|at the latest(?: by)?|ahead of|prior to|in time for|latest by|"
    r"(?:which |that )?(?:ends?|ending|finish(?:es|ing)?|done|over|complet(?:e|ed|ing))(?: it)?(?: by| on| before| at|:)?|(?:the )?deadline(?: is|:| of| on)?)"
    rf" (?:the )?(?P<last>{PATTERN})(?![\w])",
    re.IGNORECASE,
)
_DURING = re.compile(
    rf"\b(?:(?:in|during|throughout|over|for|within|all of) (?:the )?(?P<last>{PATTERN})|(?P<whole>(?:this|next) (?:week|month|quarter|year)))(?![\w])",
    re.IGNORECASE,
)
_AT_END = re.compile(
    rf"\b(?P<last>(?:the )?end of {PATTERN}|(?:the )?end of (?:the |this |next )?(?:week|month|quarter|year)|(?<!\w)\d{{4}}-\d{{2}}-\d{{2}})(?![\w])",
    re.IGNORECASE,
)
_NEXT = re.compile(
    rf"\b(?:in|over|within|during|for|inside|throughout)? ?the (?:next|coming|following) (?:(?P<n>{COUNT}) )?{_UNIT}\b",
    re.IGNORECASE,
)
_AHEAD = re.compile(
    rf"\b(?:(?:in )?(?P<n>{COUNT}) {_UNIT} (?:from (?:now|today)|ahead)|in (?P<m>{COUNT}) (?P<unit2>day|week|fortnight|month|quarter|year)s?' time)\b",
    re.IGNORECASE,
)
_LONG = re.compile(
    rf"\b(?:(?P<n>{COUNT})[- ]{_UNIT}(?:[- ]long)? (?:campaign|push|program(?:me)?|test|window|run|flight|period|sprint|drive))\b",
    re.IGNORECASE,
)
_WITHIN = re.compile(
    rf"\b(?:within|inside|for|over|in|during|run(?:s|ning)?(?: for)?|lasts?(?:ing)?(?: for)?) (?:at most |up to |no more than )?(?P<n>{COUNT}) {_UNIT}\b(?!')",
    re.IGNORECASE,
)
_LAPSE = re.compile(r"\b(?:not|never|n't|no (?:purchases?|orders?|visits?|baskets?)|lapsed|inactive|dormant|absent|away|gone|silent|bought|shopped|purchased|ordered|visited|last|past|previous)\b|n't\b", re.IGNORECASE)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Limit:
    """One stated end (or start): the day, its place in the words, and what was added to the words."""

    day: date
    at: Span
    added: str = ""
    doubtful: str = ""


def read_window(text: Text, today: date, notes: Notes) -> Window:
    """The days of contact, both included; without a deadline 28 days from today, noted as an assumption.

    Raises BadInput for a deadline before today or more than a year ahead. Two different deadlines are a conflict.
    """
    starts: list[_Limit] = []
    ends: list[_Limit] = []
    _ranges(text, today, starts, ends)
    _deadlines(text, today, ends)
    _starts(text, today, starts)
    _months(text, today, starts, ends)
    _spans(text, today, starts, ends)
    text.take(*(limit.at for limit in [*starts, *ends]))
    _settle("deadline", text, ends, notes)
    _settle("start", text, starts, notes)
    start = max(starts[0].day, today) if starts else today
    end = ends[0].day if ends else start + timedelta(days=DEFAULT_DAYS - 1)
    for limit in ends:
        if limit.day < today:
            raise BadInput(
                f"The deadline {text.phrase(limit.at)!r} ({limit.day}) is before today, {today}; give a later one."
            )
        if (limit.day - today).days > LONGEST_DAYS:
            raise BadInput(
                f"The deadline {text.phrase(limit.at)!r} ({limit.day}) is more than a year ahead of {today}; plan at most a year."
            )
    if not ends:
        notes.assume("window.end", end, f"the goal names no deadline; {DEFAULT_DAYS} days, four whole weeks, are taken")
    if not starts:
        notes.assume("window.start", start, "the goal names no first day; the workspace's today is taken")
    elif starts[0].day < today:
        notes.assume("window.start", start, f"'{text.phrase(starts[0].at)}' is past; the workspace's today is taken")
    if end < start:
        notes.clash(text.phrase(starts[0].at), text.phrase(ends[0].at))
        end = start
    return Window(start=start, end=end)


def _settle(name: str, text: Text, limits: list[_Limit], notes: Notes) -> None:
    if len({limit.day for limit in limits}) > 1:
        notes.clash(*(text.phrase(limit.at) for limit in limits))
    for limit in limits[:1]:
        if limit.doubtful:
            notes.ask(f"Which day is meant: {limit.doubtful}? Write it as an ISO date.")
        elif limit.added:
            field = "window.end" if name == "deadline" else "window.start"
            notes.assume(field, limit.day, f"'{text.phrase(limit.at)}' is taken with {limit.added}")


def _free(text: Text, span: Span) -> bool:
    return not any(taken.start < span.end and span.start < taken.end for taken in text.taken)


def _known(span: Span, limits: list[_Limit]) -> bool:
    return any(limit.at.start < span.end and span.start < limit.at.end for limit in limits)


def _ranges(text: Text, today: date, starts: list[_Limit], ends: list[_Limit]) -> None:
    for match in _BOTH.finditer(text.plain):
        if not _free(text, span_of(match)) or _describes_people(
            text, match, read_calendar(match["last"], today), today
        ):
            continue
        last = read_calendar(match["last"], today)
        first = read_calendar(match["first"], today)
        if first.first > last.last and first.added and not last.added:
            first = Calendar(first.first.replace(year=last.last.year), first.last.replace(year=last.last.year))
        starts.append(_Limit(first.first, span_of(match), "", first.doubtful))
        ends.append(_Limit(last.last, span_of(match), last.added, last.doubtful))
    for match in _SHORT_BOTH.finditer(text.plain):
        if _free(text, span_of(match)) and not _known(span_of(match), ends):
            last = read_calendar(match["last"], today)
            starts.append(_Limit(last.last.replace(day=int(match["day"])), span_of(match)))
            ends.append(_Limit(last.last, span_of(match), last.added, last.doubtful))


def _deadlines(text: Text, today: date, ends: list[_Limit]) -> None:
    for match in _END.finditer(text.plain):
        span = span_of(match)
        if not _free(text, span) or _known(span, ends):
            continue
        found = read_calendar(match["last"], today)
        if _describes_people(text, match, found, today):
            continue
        exclusive = match["how"].lower() in ("before", "ahead of", "prior to", "in time for") or match[
            "how"
        ].lower().endswith("before")
        whole = found.first != found.last
        closing = re.match(r"(?:the )?(?:end|year)", match["last"], re.IGNORECASE) is not None
        day = found.last
        added = found.added
        if exclusive and not closing:
            day = found.first - timedelta(days=1)
        elif whole and match["how"].lower() == "by":
            day = found.first - timedelta(days=1)
            added = f"{day}, the last day before it begins" + (f", and {added}" if added else "")
        if day < today <= found.last and not exclusive:
            day, added = found.last, f"{found.last}, its last day, since it has begun"
        ends.append(_Limit(day, span, added, found.doubtful))
    for match in _AT_END.finditer(text.plain):
        span = span_of(match)
        if _free(text, span) and not _known(span, ends) and not _START.search(text.plain[: span.end][-40:]):
            found = read_calendar(match["last"], today)
            if not _describes_people(text, match, found, today):
                ends.append(_Limit(found.last, span, found.added, found.doubtful))


def _starts(text: Text, today: date, starts: list[_Limit]) -> None:
    for match in _START.finditer(text.plain):
        span = span_of(match)
        found = read_calendar(match["first"], today)
        if _free(text, span) and not _known(span, starts) and not _describes_people(text, match, found, today):
            starts.append(_Limit(found.first, span, found.added, found.doubtful))


def _months(text: Text, today: date, starts: list[_Limit], ends: list[_Limit]) -> None:
    """A whole month, quarter or holiday in which the campaign runs: "in November", "this quarter"."""
    for match in _DURING.finditer(text.plain):
        span = span_of(match)
        if not _free(text, span) or _known(span, [*starts, *ends]):
            continue
        found = read_calendar(match["last"] or match["whole"], today)
        if _describes_people(text, match, found, today):
            continue
        ends.append(_Limit(found.last, span, found.added, found.doubtful))
        if found.first != found.last and found.first > today:
            starts.append(_Limit(found.first, span))


def _spans(text: Text, today: date, starts: list[_Limit], ends: list[_Limit]) -> None:
    """Lengths: "in the next six weeks", "within 30 days", "a six-week campaign"; counted from the start or today."""
    base = max(starts[0].day, today) if starts else today
    for pattern in (_NEXT, _AHEAD, _LONG, _WITHIN):
        for match in pattern.finditer(text.plain):
            span = span_of(match)
            if not _free(text, span) or _known(span, ends):
                continue
            before = text.clause_before(match.start())
            if pattern is _WITHIN and (text.about_people(match.start()) or _LAPSE.search(before)):
                continue
            groups = match.groupdict()
            number = count(groups["n"] or groups.get("m") or "one")
            unit = groups["unit"] or groups.get("unit2") or "day"
            if number < 1:
                raise BadInput(f"A span of {text.phrase(span)!r} is no time to run in; give at least one day.")
            day = _later(base, number, unit.lower())
            ends.append(_Limit(day, span, f"{day} as its last day, counted from {base}"))


def _later(start: date, number: int, unit: str) -> date:
    if number > 10 * LONGEST_DAYS:
        return date.max
    if unit in _UNITS:
        return start + timedelta(days=number * _UNITS[unit])
    months = number * {"month": 1, "quarter": 3, "year": 12}[unit]
    year, month = start.year + (start.month - 1 + months) // 12, (start.month - 1 + months) % 12 + 1
    following = date(year + month // 12, month % 12 + 1, 1)
    return min(following - timedelta(days=1), date(year, month, 1) + timedelta(days=start.day - 1))


def _describes_people(text: Text, match: re.Match[str], found: Calendar, today: date) -> bool:
    """Whether a past date belongs to the population ("customers who joined before March 2016"), not to the campaign."""
    how = match[0].split()[0].lower()
    past = found.last < today or (how in ("before", "prior") and found.first <= today)
    return (
        past
        and how in ("before", "prior", "since", "after", "in", "during", "from", "between", "ahead")
        and text.about_people(match.start())
    )
