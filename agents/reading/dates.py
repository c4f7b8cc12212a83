"""Calendar words: a date, month, quarter, holiday or weekday in words, as first and last day."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from campaigns.errors import BadInput

_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")  # fmt: skip
_MONTH = r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_YEAR = r"(?:,? (?P<{0}year>(?:19|20|21)\d\d))?"


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days that a phrase names, and what was added to it: `added` is empty when the phrase was complete."""

    first: date
    last: date
    added: str = ""
    doubtful: str = ""


def _whole_month(year: int, month: int) -> tuple[date, date]:
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def _month_of(word: str) -> int:
    return next(place for place, name in enumerate(_MONTHS, 1) if name.startswith(word.lower().rstrip(".")[:3]))


def _coming(make: Callable[[int], tuple[date, date]], year: str | None, today: date, written: str) -> Calendar:
    """The days in the given year, else in the first year in which they are not over."""
    try:
        if year:
            first, last = make(int(year))
            return Calendar(first, last)
        first, last = make(today.year)
        if last < today:
            first, last = make(today.year + 1)
    except ValueError:
        raise BadInput(f"The date {written!r} does not exist; write one like 2017-11-30.") from None
    return Calendar(first, last, added=f"the year {last.year}, the next one")


def _iso(m: re.Match[str], today: date) -> Calendar:
    return _coming(lambda y: _day(y, int(m["amonth"]), int(m["aday"])), m["ayear"], today, m[0])


def _day(year: int, month: int, day: int) -> tuple[date, date]:
    return date(year, month, day), date(year, month, day)


def _numeric(m: re.Match[str], today: date) -> Calendar:
    one, two = int(m["bone"]), int(m["btwo"])
    year = m["byear"] if len(m["byear"]) == 4 else f"20{m['byear']}"
    day_first = one > 12 or m["bsep"] == "."
    day, month = (one, two) if day_first else (two, one)
    found = _coming(lambda y: _day(y, month, day), year, today, m[0])
    if m["bsep"] == "/" and one <= 12 and two <= 12 and one != two:
        return Calendar(
            found.first, found.last, doubtful=f"'{m[0]}' is {date(int(year), one, two)} or {date(int(year), two, one)}"
        )
    return found


def _day_month(m: re.Match[str], today: date) -> Calendar:
    return _coming(lambda y: _day(y, _month_of(m["cmonth"]), int(m["cday"])), m["cyear"], today, m[0])


def _month_day(m: re.Match[str], today: date) -> Calendar:
    return _coming(lambda y: _day(y, _month_of(m["dmonth"]), int(m["dday"])), m["dyear"], today, m[0])


def _month(m: re.Match[str], today: date) -> Calendar:
    found = _coming(lambda y: _whole_month(y, _month_of(m["emonth"])), m["eyear"], today, m[0])
    part = (m["epart"] or "").lower()
    if part.startswith("mid"):
        middle = found.first.replace(day=15)
        return Calendar(middle, middle, found.added)
    if part.startswith(("beg", "start", "early")):
        return Calendar(found.first, found.first, found.added)
    return Calendar(found.last, found.last, found.added) if part else found


def _quarter(m: re.Match[str], today: date) -> Calendar:
    number = int(m["fq"])
    found = _coming(lambda y: (date(y, 3 * number - 2, 1), _whole_month(y, 3 * number)[1]), m["fyear"], today, m[0])
    return Calendar(found.last, found.last, found.added) if m["fpart"] else found


def _unit_end(m: re.Match[str], today: date) -> Calendar:
    unit, shift = m["gunit"].lower(), 1 if (m["gwhich"] or "").lower() == "next" else 0
    if unit == "week":
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks=shift)
        first, last = monday, monday + timedelta(days=6)
    elif unit == "month":
        first, last = _whole_month(today.year + (today.month - 1 + shift) // 12, (today.month - 1 + shift) % 12 + 1)
    elif unit == "quarter":
        place = (today.month - 1) // 3 + shift
        year, start = today.year + place // 4, place % 4 * 3 + 1
        first, last = date(year, start, 1), _whole_month(year, start + 2)[1]
    else:
        first, last = date(today.year + shift, 1, 1), date(today.year + shift, 12, 31)
    return Calendar(last, last) if m["gpart"] else Calendar(max(first, today), last)


def _year_end(m: re.Match[str], today: date) -> Calendar:
    year = int(m["hyear"] or m["hshort"] or today.year)
    last = date(year, 12, 31)
    return Calendar(last if m["hpart"] else date(year, 1, 1), last)


def _holiday(m: re.Match[str], today: date) -> Calendar:
    name = re.sub(r"[^a-z]", "", m["iname"].lower())
    return _coming(lambda y: (HOLIDAYS[name](y),) * 2, m["iyear"], today, m[0])


def _weekday(m: re.Match[str], today: date) -> Calendar:
    ahead = (_DAYS.index(m["jday"].lower()) - today.weekday()) % 7 or 7
    if (m["jnext"] or "").lower() == "next" and ahead < 7 - today.weekday():
        ahead += 7
    day = today + timedelta(days=ahead)
    return Calendar(day, day, added=f"the date {day}, counted from {today}")


def _near(m: re.Match[str], today: date) -> Calendar:
    day = today + timedelta(days={"yesterday": -1, "today": 0, "tomorrow": 1}[m["knear"].lower()])
    return Calendar(day, day)


def easter(year: int) -> date:
    """Easter Sunday in the Gregorian calendar (the anonymous algorithm; Nature, 20 April 1876)."""
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    k = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * k) // 451
    month, day = divmod(h + k - 7 * m + 114, 31)
    return date(year, month, day + 1)


def _thanksgiving(year: int) -> date:
    first = date(year, 11, 1)
    return first + timedelta(days=(3 - first.weekday()) % 7 + 21)


HOLIDAYS: dict[str, Callable[[int], date]] = {
    "christmas": lambda y: date(y, 12, 25), "christmasday": lambda y: date(y, 12, 25), "xmas": lambda y: date(y, 12, 25),
    "christmaseve": lambda y: date(y, 12, 24), "boxingday": lambda y: date(y, 12, 26),
    "newyear": lambda y: date(y, 1, 1), "newyears": lambda y: date(y, 1, 1), "newyearsday": lambda y: date(y, 1, 1),
    "newyearseve": lambda y: date(y, 12, 31), "halloween": lambda y: date(y, 10, 31), "valentinesday": lambda y: date(y, 2, 14),
    "thanksgiving": _thanksgiving, "blackfriday": lambda y: _thanksgiving(y) + timedelta(days=1),
    "cybermonday": lambda y: _thanksgiving(y) + timedelta(days=4), "easter": easter,
    "independenceday": lambda y: date(y, 7, 4), "singlesday": lambda y: date(y, 11, 11),
}  # fmt: skip

_FORMS: tuple[tuple[str, Callable[[re.Match[str], date], Calendar]], ...] = (
    (r"(?P<ayear>\d{4})-(?P<amonth>\d{2})-(?P<aday>\d{2})(?!\d)", _iso),
    (r"(?<![\d/.])(?P<bone>\d{1,2})(?P<bsep>[/.])(?P<btwo>\d{1,2})[/.](?P<byear>\d{4}|\d{2})(?!\d)", _numeric),
    (rf"(?:the )?(?P<cday>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<cmonth>{_MONTH})(?![a-z])" + _YEAR.format("c"), _day_month),
    (rf"(?P<dmonth>{_MONTH}) (?:the )?(?P<dday>\d{{1,2}})(?:st|nd|rd|th)?(?![\d%,.]\d|\d)" + _YEAR.format("d"), _month_day),
    (rf"(?:(?:the )?(?P<epart>end of|end|late|mid(?:dle of)?|beginning of|start of|early)[ -])?(?P<emonth>{_MONTH})(?![a-z])" + _YEAR.format("e"), _month),
    (r"(?:(?:the )?(?P<fpart>end of|end) )?(?:the )?q(?P<fq>[1-4])" + _YEAR.format("f"), _quarter),
    (r"(?:the )?(?P<gpart>end of) (?:the |this |(?:the )?(?P<gwhich>next) |the (?:current|calendar) )?(?P<gunit>week|month|quarter|year)(?!ly)", _unit_end),
    (r"(?:this|(?P<gwhich>next)) (?P<gunit>week|month|quarter|year)(?P<gpart>(?!))?", _unit_end),
    (r"(?:the )?(?P<hpart>end of|year[- ]end)(?: of)? ?(?:(?P<hyear>(?:19|20|21)\d\d))?(?P<hshort>(?!))?", _year_end),
    (r"(?P<iname>christmas eve|christmas day|christmas|xmas|boxing day|new year'?s eve|new year'?s day|new year'?s|new year|halloween|valentine'?s day|thanksgiving|black friday|cyber monday|easter|independence day|singles'? day)" + _YEAR.format("i"), _holiday),
    (rf"(?:(?P<jnext>next|this|coming) )?(?P<jday>{'|'.join(_DAYS)})(?!s)", _weekday),
    (r"(?P<knear>today|tomorrow|yesterday)", _near),
)  # fmt: skip
PATTERN = "(?:" + "|".join(f"(?:{re.sub('[?]P<[a-z]+>', '?:', form)})" for form, _ in _FORMS) + ")"
"""Pattern of any calendar phrase, without groups."""
_READERS = tuple((re.compile(form + r"\Z", re.IGNORECASE), read) for form, read in _FORMS)


def read_calendar(phrase: str, today: date) -> Calendar:
    """The days that a phrase matched by `PATTERN` names, seen from `today`; BadInput for a date that does not exist."""
    for pattern, read in _READERS:
        match = pattern.match(phrase)
        if match:
            return read(match, today)
    raise BadInput(f"The date {phrase!r} is not understood; write one like 2017-11-30.")
