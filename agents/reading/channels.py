"""By which channels people may be reached, and by which they may not."""

from __future__ import annotations

import re
from typing import get_args

from agents.reading.found import Notes
from agents.reading.text import Span, Text, span_of
from campaigns.brief import Channel

CHANNELS: tuple[Channel, ...] = get_args(Channel)
CONNECTED: tuple[Channel, ...] = ("email", "push")
"""The channels that this workspace can send by."""
_NAMES: dict[Channel, str] = {
    "email": r"e-?mail(?:s|ing|ings)?",
    "push": r"push(?:es)?(?: (?:messages?|notifications?))?(?! (?:sales|more|people|households|customers|them|him|her|the|our|up|for|through|back|frozen|new)\b)|(?:app|mobile|phone) notifications?",
    "sms": r"sms(?:es)?|text messages?|text messaging|texting|texts",
    "onsite": r"on-?site(?: (?:banners?|messages?))?|(?:the |our )?web ?site|site banners?",
    "ads": r"(?:paid |online |display |social )?(?:ads?|adverts?|advertising|advertisements?)|paid (?:social|search|media)|retargeting",
}
_ONE = "(?:" + "|".join(f"(?:{name})" for name in _NAMES.values()) + r")(?![\w-])"
_NEXT_ONE = rf"(?:any )?{_ONE}(?! (?:only|alone|exclusively)\b)"
_LIST = rf"{_ONE}(?:(?: ?, ?(?:and |or )?| and | or | nor | & | ?/ ?| ?\+ ?| plus | as well as ){_NEXT_ONE})*"
_WHOLE = rf"{_ONE}(?:(?: ?, ?(?:and |or )?| and | or | & | ?/ ?| ?\+ ?| plus | as well as ){_ONE})*"
_NEGATED = rf"{_ONE}(?:(?: ?, (?:and |or |nor )| and | or | nor | & | ?/ ?){_NEXT_ONE})*"
_NOT = re.compile(
    r"\b(?:no|not|never|without|avoid(?:ing)?|exclud(?:e|ing)|except(?: for)?|(?:don't|do not)(?: use| send| want)?|skip|leave out|rather than|instead of|other than|stop)"
    rf" (?:(?:by|via|any|use|using|through|send|sending|with|on|the|more) )*(?P<list>{_NEGATED})",
    re.IGNORECASE,
)
_ONLY = re.compile(
    rf"\b(?:(?:only|just|exclusively|solely)(?: (?:use|using|by|via|through|on|with|send))* (?P<after>{_LIST})|(?P<before>{_WHOLE}) (?:only|alone|exclusively)\b)",
    re.IGNORECASE,
)
_ANY = re.compile(rf"(?<![\w-])(?:(?:by|via|through|over|on|using|use|with|in) )?{_LIST}", re.IGNORECASE)
_SINGLE = {channel: re.compile(rf"(?<![\w-])(?:{name})(?![\w-])", re.IGNORECASE) for channel, name in _NAMES.items()}
_ELSEWHERE = (
    r"(?:whats ?app|tik ?tok|telegram|facebook|instagram|snapchat|twitter|linkedin|youtube|pinterest|messenger|viber|signal|wechat|line app|"
    r"fax(?:es)?|letters?|(?:direct |snail )?mail|post(?:cards?|al mail)?|flyers?|leaflets?|catalog(?:ue)?s?|phone(?: calls?)?|telephone|calls?|"
    r"radio|tv|television|cinema|billboards?|podcasts?|in[- ]?app(?: messages?)?|mms|rcs|influencers?|pigeons?)"
)
_UNKNOWN = re.compile(
    rf"(?<!not )\b(?:only |just )?(?:by|via|through|over|on|using|use|with) (?:the |a |our )?{_ELSEWHERE}(?![\w-])(?: only| alone| exclusively)?"
    rf"|\b{_ELSEWHERE} (?:only|alone|exclusively)\b|\b(?:via|through) (?!our\b|the\b|an?\b)[^,;:.\0]{{2,30}}?(?= at most| no more| and | with | by |[,;:.\0]|$)",
    re.IGNORECASE,
)
_VERB = re.compile(r"(?:^|[,;.] |\b(?:to|and|will|should|then) )$", re.IGNORECASE)


def read_channels(text: Text, notes: Notes) -> tuple[tuple[Channel, ...], tuple[Channel, ...]]:
    """The channels to use and those that are ruled out, each in the order of `campaigns.brief.Channel`.

    Channels that are wanted and ruled out at once, or two different "only", are a conflict. Without any wanted
    channel the connected ones are taken, noted as an assumption; a channel that is not connected is asked about.
    """
    blanked = text.plain
    no: list[tuple[Channel, Span]] = []
    only: list[tuple[Channel, Span]] = []
    yes: list[tuple[Channel, Span]] = []
    for pattern, into in ((_NOT, no), (_ONLY, only), (_ANY, yes)):
        for match in list(pattern.finditer(blanked)):
            if pattern is _ANY and _is_verb(blanked, match):
                continue
            span = span_of(match)
            into.extend((channel, span) for channel in _in(match[0]))
            blanked = blanked[: span.start] + "\0" * (span.end - span.start) + blanked[span.end :]
    text.take(*(span for _, span in [*no, *only, *yes]))
    _clashes(text, no, only, yes, notes)
    excluded = _ordered(no)
    wanted = _ordered(only) or _ordered(yes)
    elsewhere = _unknown(text, notes)
    if not wanted:
        wanted = tuple(channel for channel in CONNECTED if channel not in excluded)
        why = "those that are connected stand in for those that are asked about" if elsewhere else "no channel to use was found in the goal; those that are connected are taken"  # fmt: skip
        notes.assume("channels", ", ".join(wanted) or "none", why)
    if not wanted:
        notes.ask("By which channel may people be reached? The goal rules out email and push, the only connected ones.")
    missing = [channel for channel in wanted if channel not in CONNECTED]
    if missing:
        notes.ask(
            f"May {' and '.join(CONNECTED)} carry this alone? This workspace cannot send by {' or '.join(missing)}."
        )
    return wanted, excluded


def _unknown(text: Text, notes: Notes) -> bool:
    """Ask about ways to reach people that no channel is for ("via TikTok", "by letter"); whether there are any."""
    spans = [span_of(match) for match in _UNKNOWN.finditer(text.rest) if not text.about_people(match.start())]
    text.take(*spans)
    if spans:
        said = " and ".join(f"'{text.phrase(span)}'" for span in spans)
        notes.ask(f"By which channel may people be reached instead of {said}? Use {', '.join(CHANNELS)}; only {' and '.join(CONNECTED)} are connected.")  # fmt: skip
    return bool(spans)


def _in(words: str) -> list[Channel]:
    return [channel for channel in CHANNELS if _SINGLE[channel].search(words)]


def _ordered(found: list[tuple[Channel, Span]]) -> tuple[Channel, ...]:
    named = {channel for channel, _ in found}
    return tuple(channel for channel in CHANNELS if channel in named)


def _is_verb(words: str, match: re.Match[str]) -> bool:
    """Whether "push" or "email" is what somebody does ("push seafood to ...", "email lapsed households")."""
    after = words[match.end() :]
    single = re.fullmatch(r"push|e-?mail", match[0], re.IGNORECASE) is not None
    return (
        single
        and match[0].lower() == "push"
        and _VERB.search(words[: match.start()]) is not None
        and re.match(r" [a-z]", after) is not None
        and re.match(r" (?:and|or|but|only|by|before|until|at|with|within|in|channel)\b", after) is None
    )


def _clashes(
    text: Text,
    no: list[tuple[Channel, Span]],
    only: list[tuple[Channel, Span]],
    yes: list[tuple[Channel, Span]],
    notes: Notes,
) -> None:
    for channel, span in no:
        for wanted, where in [*only, *yes]:
            if wanted == channel:
                notes.clash(text.phrase(span), text.phrase(where))
    spans = list(dict.fromkeys(span for _, span in only))
    sets = {span: {channel for channel, where in only if where == span} for span in spans}
    if len({frozenset(channels) for channels in sets.values()}) > 1:
        notes.clash(*(text.phrase(span) for span in spans))
    for channel, span in yes:
        if only and channel not in {wanted for wanted, _ in only}:
            notes.clash(text.phrase(only[0][1]), text.phrase(span))
