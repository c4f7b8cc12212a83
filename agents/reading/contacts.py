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
_PER = r"(?:per (?:person|household|customer|shopper) and|per|a|an|each|every|any|in a|in any|in one|/) ?(?:single )?"
_OPEN = r"(?<![$€£¥₹\w.,-])"
_NUMBER = rf"(?:\d+[.,]\d+|\d+e\d+|{COUNT})"
_UNIT = r"(?P<unit>day|week|fortnight|month)\b"
_FORMS = (
    re.compile(rf"{_OPEN}{_CUE}(?P<low>{COUNT}) ?(?:-|to|or) ?(?P<n>{_NUMBER})(?: ?x| times)?(?P<noun> {_NOUN})?(?: per (?:person|household|customer))? ?{_PER}{_UNIT}", re.IGNORECASE),
    re.compile(rf"{_OPEN}{_CUE}(?P<minus>-|minus )?(?P<n>{_NUMBER})(?: ?x| times)?(?P<noun> {_NOUN})?(?: (?:per|to each|to any|to a) (?:person|household|customer))? ?{_PER}{_UNIT}", re.IGNORECASE),
    re.compile(rf"{_OPEN}{_CUE}(?P<minus>-|minus )?(?P<n>{_NUMBER})(?P<noun> {_NOUN}) (?:every|per|each|in any) (?P<each>{COUNT}) (?P<unit>day|week|fortnight|month)s\b", re.IGNORECASE),
    re.compile(rf"{_OPEN}{_CUE}(?P<often>once|twice|thrice)(?P<noun>)? ?(?:{_PER}|every (?P<each>{COUNT}) ){_UNIT[:-2]}s?\b", re.IGNORECASE),
    re.compile(rf"{_OPEN}{_CUE}(?P<minus>-|minus )?(?P<n>{_NUMBER}) (?P<adverb>daily|weekly|fortnightly|monthly)(?P<noun> {_NOUN})\b", re.IGNORECASE),
    re.compile(rf"{_OPEN}{_CUE}(?P<minus>-|minus )?(?P<n>{_NUMBER})(?P<noun> {_NOUN}) (?P<adverb>daily|weekly|fortnightly|monthly)\b", re.IGNORECASE),
    re.compile(rf"\b(?P<adverb>daily|weekly|fortnightly|monthly)(?P<noun> {_NOUN})\b", re.IGNORECASE),
    re.compile(rf"{_OPEN}{_CUE}(?P<minus>-|minus )?(?P<n>{_NUMBER})(?P<noun> {_NOUN}) (?:every|each) other (?P<unit>day|week)(?P<other>)\b", re.IGNORECASE),
)  # fmt: skip
_TIMELESS = re.compile(
    rf"{_OPEN}{_CUE}(?P<n>half an?|\d+[.,]\d+|{COUNT})(?: ?x| times)? {_NOUN}\b"
    r"(?: (?:each|in total|overall|altogether|apiece|(?:per|to each|to every|to any|to a|for each|for every) \w+))?",
    re.IGNORECASE,
)
_SILENCE = re.compile(
    r"\b(?:no|without(?: any)?|(?:don't|do not|never) send(?: them)?(?: any)?) (?:marketing )?(?:messages?|contacts?|communications?|notifications|mailings?)"
    r"(?: at all| whatsoever| to anyone| to anybody)?(?=$|[,;.!](?:\s|$)| and\b)",
    re.IGNORECASE,
)
_PART_OF = re.compile(r"\b(?:half(?: of)?|a quarter of|a third of) $", re.IGNORECASE)
_WHOM = re.compile(
    r"\b(?:(?:contact|message|reach|send(?: to)?) )?(?:each|every|any|no) (?:household|customer|person|shopper|member|one)"
    r"(?: (?:gets?|may get|receives?|may receive|should (?:get|receive)|is contacted|to be contacted))? $",
    re.IGNORECASE,
)
_EACH = re.compile(
    r" (?:each|apiece|(?:per|for each|to each|to any|and) (?:household|customer|person|shopper|member))\b",
    re.IGNORECASE,
)
_ADVERBS = {"daily": "day", "weekly": "week", "fortnightly": "fortnight", "monthly": "month"}
_OFTEN = {"once": 1, "twice": 2, "thrice": 3}
_DAYS = {"day": 1.0, "week": 7.0, "fortnight": 14.0, "month": 365 / 12}
_UNLIMITED = re.compile(r"\b(?:as often as|unlimited (?:messages|e-?mails|contacts)|no (?:message|contact|frequency) (?:limit|cap))\b", re.IGNORECASE)  # fmt: skip


def read_contacts(text: Text, notes: Notes) -> int:
    """The most messages a person may get in a week (1-21); the house's two, noted, when the words give none.

    A limit of less than one a week, or one without a unit of time, is asked about; two different limits are a
    conflict; BadInput for none at all or for more than 21.
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
            part = _PART_OF.search(text.plain[: span.start])
            if part:
                span = Span(part.start(), span.end)
                _ask_for_one(text.phrase(span), notes)
                found.append((1, span))
                continue
            weekly = _weekly(text, match, notes)
            (floors if (match.groupdict().get("cue") or "").lower() in ("at least", "a minimum of") else found).append(
                (weekly, span)
            )
    for _, span in [*found, *floors]:
        text.take(_with_whom(text, span))
    if len({weekly for weekly, _ in found}) > 1:
        notes.clash(*(text.phrase(span) for _, span in found))
    if found:
        return found[0][0]
    if _ask_for_time(text, notes):
        return DEFAULT
    least = max([weekly for weekly, _ in floors], default=0)
    why = "no limit in messages a week was found in the goal; the house's two a week is taken"
    if least > DEFAULT:
        why = f"'{text.phrase(floors[0][1])}' is the least; it is taken as the most too"
    elif _UNLIMITED.search(text.plain):
        why = "nobody is contacted without a limit; the house's two a week is taken"
    notes.assume("max_contacts_per_week", max(DEFAULT, least), why)
    return max(DEFAULT, least)


def _with_whom(text: Text, span: Span) -> Span:
    """The limit with the words beside it for the one whom it holds for: "contact each household ...", "... each"."""
    before, after = _WHOM.search(text.plain[: span.start]), _EACH.match(text.plain[span.end :])
    return Span(before.start() if before else span.start, span.end + (after.end() if after else 0))


def _ask_for_one(said: str, notes: Notes) -> None:
    notes.ask(f"May it be one message a week? '{said}' is less, and plans count in whole messages a week.")


def _ask_for_time(text: Text, notes: Notes) -> bool:
    """Ask about counts of messages that give no span of time; BadInput when they leave nothing to send."""
    silence = _SILENCE.search(text.rest)
    if silence:
        raise BadInput(f"{text.phrase(span_of(silence))!r} leaves nothing to send; allow at least one message a week.")
    said = []
    for match in _TIMELESS.finditer(text.rest):
        written = match["n"].lower()
        if (written in ("a", "an") and not match["cue"]) or text.about_people(match.start()):
            continue
        if written.isdigit() or written == "zero":
            number = count(written) - ((match["cue"] or "").lower() in ("fewer than", "less than", "under"))
            if number < 1:
                raise BadInput(
                    f"{text.phrase(span_of(match))!r} leaves nothing to send; allow at least one message a week."
                )
        text.take(span_of(match))
        said.append(text.phrase(span_of(match)))
    if said:
        quoted = " and ".join(f"'{phrase}'" for phrase in said)
        notes.ask(f"How many messages a week may one person get? {quoted} names no span of time; say it like 'two messages a week'.")  # fmt: skip
    return bool(said)


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
        _ask_for_one(said, notes)
        return 1
    if group.get("low"):
        notes.assume("max_contacts_per_week", weekly, f"the upper end of '{said}'")
    elif unit != "week" or every != 1:
        notes.assume("max_contacts_per_week", weekly, f"'{said}' in whole messages a week")
    return weekly
