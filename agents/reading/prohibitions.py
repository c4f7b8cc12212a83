"""What a campaign must never do or say: "no discounts", "never mention competitors"."""

from __future__ import annotations

import re

from agents.reading.found import Notes
from agents.reading.text import Span, Text

_STOP = r"(?=\s*(?:$|[,;.!?()\0]|\b(?:and|but|at|with|by|before|until|in order|so that|maximi[sz]\w*|while)\b))"
_BAN = re.compile(
    rf"\b(?P<how>no|without(?: any)?|never|avoid(?:ing)?|(?:don't|do not|must not|may not|not allowed to)(?: use| offer| send| give)?) (?P<what>[^,;.!?()\0]{{2,60}}?){_STOP}",
    re.IGNORECASE,
)
_NO_BAN = re.compile(
    r"^(?:more|later|fewer|less|longer|earlier|than|budget|limit|deadline|one|doubt|matter|purchases?|orders?|visits?|baskets?|a |yet |bought|shopped|purchased|visited|ordered|been|come|returned|tried|buy|shop)",
    re.IGNORECASE,
)
_NOT_SAYABLE = re.compile(
    r"^(?:a |any |the )?(?:control|hold-?outs?|test groups?|experiments?|sends?|sending|contact(?:s|ing)?|messages?|messaging|e-?mails?|mailings?|notifications?|"
    r"customers?|households?|shoppers?|members?|people|staff|employees|"
    r"on (?:a |the )?(?:\w+days?|weekends?|holidays?)|weekends?|\w+days?|at (?:night|\d+)|before|after|between)\b",
    re.IGNORECASE,
)
"""What no text can be checked for: whom, when and how often to contact, and how to compare."""
_DISCOUNT = r"(?:discounts?|coupons?|vouchers?|offers?|price cuts?|promo(?:tion)?s?(?: codes?)?|promo codes?|money off)"
_GIVES = re.compile(
    rf"\b(?:with|using|offer(?:ing)?|give|giving|send(?:ing)?|include|including) (?:a |an |the |our )?(?:[$€£]?\d[\d.,]* ?(?:%|percent|dollars?|euros?)? ?(?:off )?)?{_DISCOUNT}\b|[$€£]?\d[\d.,]* ?(?:%|percent|dollars?) (?:off|discount)\b",
    re.IGNORECASE,
)


def read_prohibitions(text: Text, notes: Notes) -> tuple[str, ...]:
    """The prohibitions in lower case as `no ...` or `never ...`, in the order said; a discount both banned and wanted is a conflict."""
    found: dict[str, Span] = {}
    for match in _BAN.finditer(text.rest):
        what = match["what"].strip().lower()
        if (
            _NO_BAN.match(what)
            or _NOT_SAYABLE.match(what)
            or (text.about_people(match.start()) and match["how"].lower() in ("without", "no"))
        ):
            continue
        span = Span(match.start(), match.end("what"))
        how = match["how"].lower()
        verb = how.rpartition(" ")[2]
        bare = how in ("no", "without", "without any", "avoid", "avoiding") or verb in ("use", "offer", "send", "give")
        found.setdefault(f"no {what}" if bare else f"never {what}", span)
        text.take(span)
    banned = [span for words, span in found.items() if re.fullmatch(rf"no (?:\w+ )?{_DISCOUNT}(?: or .*)?", words)]
    wanted = _GIVES.search(text.rest)
    if banned and wanted:
        notes.clash(text.phrase(banned[0]), text.phrase(Span(wanted.start(), wanted.end())))
    return tuple(found)
