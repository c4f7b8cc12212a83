"""How often a person may be contacted: "no more than two messages a week", "twice a week", "weekly"."""

from __future__ import annotations

import re

from agents.reading.found import Notes
from agents.reading.numbers import COUNT, count
from agents.reading.text import Span, Text, span_of
from campaigns.errors import BadInput

DEFAULT = 2
MOST = 21
_NOUN = r"(?:marketing )?(?:messages?|e-?mails?|contacts?|push(?:es)?(?: (?:messages?|notifications?))?|notifications?|touch(?:es|points?)?|sends?|text messages?|texts?|mails?|mailings?|communications?|newsletters?|sms)"
_CUE = r"(?:(?P<cue>no more than|not more than|never more than|at most|at the most|max(?:imum)?(?: of)?|up to|limit(?:ed)? to|only|fewer than|less than|under|at least|a minimum of) )?"
_PER = r"(?:per|a|an|each|every|any|in a|in any|in one|/) ?(?:single )?"
_OPEN = r"(?<![$€£¥₹\w.,-])"
_NUMBER = rf"(?:\d+[.,]\d+|\d+e\d+|{COUNT})"
_UNIT = r"(?P<unit>day|week|fortnight|month)\b"
_FORMS = (
    re.compile(rf"{_OPEN}{_CUE}(?P<low>{COUNT}) ?(?:-|to|or) ?(?P<n>{_NUMBER})(?: ?x| times)?(?P<noun> {_NOUN})?(?: per (?:person|household|customer))? ?{_PER}{_UNIT}", re.IGNORECASE),
    re.compile(rf"{_OPEN}{_CUE}(?P<minus>-|minus )?(?P<n>{_NUMBER})(?: ?x| times)?(?P<noun> {_NOUN})?(?: (?:per|to each|to any|to a) (?:person|household|customer))? ?{_PER}{_UNIT}", re.IGNORECASE),
    re.compile(rf"{_OPEN}{_CUE}(?P<minus>-|minus )?(?P<n>{_NUMBER})(?P<noun> {_NOUN}) (?:every|per|each) (?P<each>{COUNT}) (?P<unit>day|week|fortnight|month)s\b", re.IGNORECASE),
    re.compile(rf"{_OPEN}{_CUE}(?P<often>once|twice|thrice)(?P<noun>)? ?(?:{_PER}|every (?P<each>{COUNT}) ){_UNIT[:-2]}s?\b", re.IGNORECASE),
    re.compile(rf"{_OPEN}{_CUE}(?P<minus>-|minus )?(?P<n>{_NUMBER}) (?P<adverb>daily|weekly|fortnightly|monthly)(?P<noun> {_NOUN})\b", re.IGNORECASE),
    re.compile(rf"{_OPEN}{_CUE}(?P<minus>-|minus )?(?P<n>{_NUMBER})(?P<noun> {_NOUN}) (?P<adverb>daily|weekly|fortnightly|monthly)\b", re.IGNORECASE),
    re.compile(rf"\b(?P<adverb>daily|weekly|fortnightly|monthly)(?P<noun> {_NOUN})\b", re.IGNORECASE),
    re.compile(rf"{_OPEN}{_CUE}(?P<minus>-|minus )?(?P<n>{_NUMBER})(?P<noun> {_NOUN}) (?:every|each) other (?P<unit>day|week)(?P<other>)\b", re.IGNORECASE),
)  # fmt: skip
_ADVERBS = {"daily": "day", "weekly": "week", "fortnightly": "fortnight", "monthly": "month"}
_OFTEN = {"once": 1, "twice": 2, "thrice": 3}
_DAYS = {"day": 1.0, "week": 7.0, "fortnight": 14.0, "month": 365 / 12}
_UNLIMITED = re.compile(r"\b(?:as often as|unlimited (?:messages|e-?mails|contacts)|no (?:message|contact|frequency) (?:limit|cap))\b", re.IGNORECASE)  # fmt: skip


def read_contacts(text: Text, notes: Notes) -> int:
    """The most messages a person may get in a week (1-21); the house's two, noted, when the words give none.

    A limit of less than one a week is asked about; two different limits are a conflict; BadInput for none at all or for
    more than 21.
    """
    found: list[tuple[int, Span]] = []
    floors: list[tuple[int, Span]] = []
    for pattern in _FORMS:
        for match in pattern.finditer(text.plain):
            span = span_of(match)
            if any(seen.start < span.end and span.start < seen.end for _, seen in [*found, *floors]):
                continue
            if any(seen.start < span.end and span.start < seen.end for seen in text.taken):
                continue
            if not match.groupdict().get("noun") and text.about_people(span.start):
                continue
            weekly = _weekly(text, match, notes)
            (floors if (match.groupdict().get("cue") or "").lower() in ("at least", "a minimum of") else found).append(
                (weekly, span)
            )
    text.take(*(span for _, span in [*found, *floors]))
    if len({weekly for weekly, _ in found}) > 1:
        notes.clash(*(text.phrase(span) for _, span in found))
    if found:
        return found[0][0]
    least = max([weekly for weekly, _ in floors], default=0)
    why = "the goal gives no limit; the house's two a week is taken"
    if least > DEFAULT:
        why = f"'{text.phrase(floors[0][1])}' is the least; it is taken as the most too"
    elif _UNLIMITED.search(text.plain):
        why = "nobody is contacted without a limit; the house's two a week is taken"
    notes.assume("max_contacts_per_week", max(DEFAULT, least), why)
    return max(DEFAULT, least)


def _weekly(text: Text, match: re.Match[str], notes: Notes) -> int:
    group = match.groupdict()
    said = text.phrase(span_of(match))
    written = group.get("n") or "one"
    if re.match(r"\d", written) and not written.isdigit():
        raise BadInput(f"{said!r} is no whole number of messages; write one like 'two messages a week'.")
    number = _OFTEN[group["often"].lower()] if group.get("often") else count(written)
    number = -number if group.get("minus") else number
    if (group.get("cue") or "").lower() in ("fewer than", "less than", "under"):
        number -= 1
    unit = _ADVERBS[group["adverb"].lower()] if group.get("adverb") else group["unit"].lower()
    every = 2 if "other" in group else count(group.get("each") or "one")
    if number < 1 or every < 1:
        raise BadInput(f"{said!r} leaves nothing to send; allow at least one message a week.")
    exact = number * 7 / (_DAYS[unit] * every)
    weekly = int(exact + 1e-9)
    if weekly > MOST:
        raise BadInput(f"{said!r} is more than {MOST} messages a week to one person; allow fewer.")
    if weekly < 1:
        notes.ask(f"May it be one message a week? '{said}' is less, and plans count in whole messages a week.")
        return 1
    if group.get("low"):
        notes.assume("max_contacts_per_week", weekly, f"the upper end of '{said}'")
    elif unit != "week" or every != 1:
        notes.assume("max_contacts_per_week", weekly, f"'{said}' in whole messages a week")
    return weekly
