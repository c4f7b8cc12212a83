"""Whom a goal is about, as the stretch of its own words."""

from __future__ import annotations

import re

from agents.reading.text import Span, Text

_NOUN = r"(?:households?|customers?|shoppers?|people|members?|buyers?|subscribers?|users?|families|clients?|persons?|prospects?|visitors?|leads?|accounts)"
_ADJECTIVE = (
    r"(?:all|our|the|my|those|every|each|any|of|new|loyal|lapsed|inactive|dormant|active|existing|best|top|frequent|regular|former|lost|"
    r"recent|first-time|one-time|high|low|mid|value|spending|churned|silent|young|older|online|app|loyalty|card|registered|known|past|\w+-\w+|\w+ed|\w+ing)"
)
_HEAD = re.compile(rf"(?:\b{_ADJECTIVE} )*\b{_NOUN}\b|\b(?:everyone|everybody|anyone|anybody)\b", re.IGNORECASE)
_NOT_ADJECTIVES = re.compile(
    r"^(?:(?:of|get|getting|bring|bringing|target\w*|reach\w*|contact\w*|retain\w*|reactivating|activating|win|winning|keeping|acquiring|re-?engag\w*|up-?sell\w*|cross-?sell\w*|growing|increasing|selling|need\w*|want\w*|being|using) )+",
    re.IGNORECASE,
)
_STOP = re.compile(
    r"[,;!?\0()]|\.(?:\s|$)| (?:to|into|so that|in order to) (?=(?:buy|try|purchase|come|return|shop|order|visit|make|spend|add|use|trade|become|stay|redeem|upgrade|our|the)\b)|"
    r" (?:to )?come (?=back\b|again\b)| back(?= |$)(?! in\b)| (?:and|then) (?:to )?(?:maximi[sz]\w*|optimi[sz]\w*|increase|grow|keep|get|bring|sell|make|improve|boost|raise|lift|use|spend|do|don't|measure)\b|"
    r" (?:maximi[sz]ing|using|via|through|while|measured|with (?=a (?:budget|maximum|limit|discount|voucher|coupon)|our |email|push|offers?|no ))\b| (?:with|for|by|on|in|at|over|using)(?= ?(?:$|\0))",
    re.IGNORECASE,
)


def read_population(text: Text) -> str:
    """The words for the people meant, such as "households that have not shopped for four weeks"; empty without any.

    They are marked as understood: what they mean in the data is read, or refused, as a whole.
    """
    rest = text.rest
    for match in _HEAD.finditer(rest):
        start = match.start()
        head = match[0]
        cut = _NOT_ADJECTIVES.match(head)
        if cut:
            start += cut.end()
        end = len(rest)
        stop = _STOP.search(rest, match.end())
        if stop:
            end = stop.start()
        words = rest[start:end].strip(" .,;:")
        if words:
            text.take(Span(start, end))
            return " ".join(words.split())
    return ""
