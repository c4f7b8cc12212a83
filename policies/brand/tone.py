"""Urgency and pressure: wording that hurries, scares or shames a reader, and writing that shouts."""

from __future__ import annotations

import re

from policies.brand.phrases import Phrase

_UNTIL = "until {{ offer_until }}"
PRESSURE: tuple[Phrase, ...] = tuple(
    Phrase(pattern, instead)
    for pattern, instead in (
        (
            r"\blast (?:chance|call|days?|hours?|warning|opportunity|reminder|notice|few|orders?)\b(?! of (?:summer|winter|spring|autumn))(?: (?:ever|to|for))?",
            None,
        ),
        (
            r"\bfinal (?:call|notice|hours?|days?|chance|reminder|warning|offer|opportunity|countdown|sale|boarding)\b",
            None,
        ),
        (
            r"\bhurr(?:y|ies|ying)\b(?! the\b)|\brush (?:in|to|over|down)\b|\bquick(?:ly)?,? before\b|\brun,? don't walk\b|\brun,? do not walk\b|\bcome quickly\b",
            None,
        ),
        (
            r"\bact (?:now|fast|quick\w*|today|immediately|soon)\b|\b(?:buy|order|(?<!the[ ])(?<!our[ ])shop|call|click|grab|reply|respond|book|claim|get (?:it|them|yours)) (?:\w+ )?(?:now|immediately|right away|at once|instantly)\b(?! and then)",
            None,
        ),
        (
            r"\bnow or never\b|\bbefore (?:it's|it is|its|they're|they are|we are|it gets) (?:too late|gone|all gone|sold out)\b|\btoo late\b|\bnever (?:come|be) (?:back|again|repeated)\b|\blast ever\b",
            None,
        ),
        (
            r"\b(?:limited|short) (?:time|edition offer|period|supply|stock|quantit\w+)(?: only)?\b|\b(?:today|tonight|one day|this weekend|weekend|24 hours|this week) only\b|\bfor one day\b|\bflash (?:sale|deal)\b",
            _UNTIL,
        ),
        (
            r"\bonly (?:a few |a handful |{count} )?(?:\w+ )?(?:left|remain\w*|to go|still available)\b|\b{count} (?:\w+ )?(?:left|remaining)\b(?! ?hand| side)|\bjust (?:a few )?(?:\w+ )?(?:hours|minutes|days) (?:left|to go)\b",
            _UNTIL,
        ),
        (
            r"\b(?:ends?|ending|expires?|expiring|closes|closing|gone|stops?|disappears?|vanish\w*|self destructs?|over)(?: \w+){0,2}? (?:tonight|today|soon|at midnight|by midnight|tomorrow|in {count} (?:hours?|minutes?|days?))\b",
            _UNTIL,
        ),
        (
            r"\b(?:clock|time) is (?:ticking|running out|almost up|nearly up)\b|\btime's (?:up|running out|almost up)\b|\brunning out\b|\bcount(?:ing)? ?down\b|\btick,? tock\b|\bdeadline\b",
            _UNTIL,
        ),
        (
            r"\b(?:don't|do not|dont|never|you can't|you cannot|can't) (?:you )?(?:dare |want to |afford to )?(?:miss|wait|delay|hesitate|be (?:left|late|the last)|sleep on|lose|pass (?:this|it) up|ignore|think twice)\b(?: (?:out|this|it))?",
            None,
        ),
        (
            r"\bmiss(?:ing|ed)? out\b|\bfomo\b|\bslip(?:s|ping)? away\b|\bleft (?:behind|out)\b|\bbe the last\b|\bunmissable\b",
            None,
        ),
        (
            r"\b(?:while|as long as|until) (?:supplies|stocks?|supply|they|it|quantities)(?: still)? (?:last|lasts|run out|runs out)\b|\bwhile you (?:still )?can\b|\bwhile there(?:'s| is) (?:still )?time\b",
            _UNTIL,
        ),
        (
            r"\b(?:sell(?:s|ing)?|sold|going|flying|moving) (?:out )?(?:fast|quickly|like hot cakes)\b|\bselling out\b|\b(?:almost|nearly|soon) (?:gone|sold out|over|empty)\b|\bgoing going\b|\bonce (?:it's|they're|it is|they are|it has|they have)(?: all)? gone\b|\bflying off the shel\w+",
            None,
        ),
        (
            r"\bonce in a lifetime\b|\bone time (?:only|offer|chance)\b|\bthis is it\b|\blast minute (?:offer|deal|gift|shopping)s?\b|\bjump on\b",
            None,
        ),
        (
            r"\burgent\w*\b|\bimmediate(?:ly)?\b(?: (?:action|response|attention|reply))?(?: (?:needed|required))?|\bemergency\b|\basap\b|\b(?:action|attention|response|reply) (?:required|needed)\b|\bred alert\b|\bthis is your (?:\w+ )?warning\b",
            None,
        ),
        (
            r"\byou (?:must|need to|really should|absolutely (?:must|need)) (?:try|buy|see|have|act|come|order|get|know|read|do|visit|stop|own|go|be)\b|\byou (?:can't|cannot) (?:afford|live without|say no)\b|\bmust have\b|\bmust buy\b",
            "you may like to",
        ),
        (
            r"\b(?:you would|you'd|you'll|you will|would|you) (?:be|have to be|regret|hate|be sorry|kick|curse|miss)\b ?(?:be )?(?:a )?(?:crazy|mad|foolish|fool|silly|stupid|insane|sorry|yourself|it|passing|out|missing|not)\b|\bregret\w*\b|\bkick yourself\b|\bbe sorry\b|\bcrazy (?:not )?to\b",
            None,
        ),
        (r"\bwhat are you waiting for\b|\bstill (?:waiting|hesitating|undecided)\b|\bwhy wait\b|\bwaiting for\?", None),
        (
            r"\b(?:everyone|everybody)(?: else)?(?:'s| is| has| already| are) ?(?:\w+ ){0,1}(?:buying|talking|getting|going|got|has|have|one|theirs|it|them|joined|tried|doing|shopping|grabbing)\b|\b(?:everyone|everybody) else\b|\byour (?:neighbou?rs?|friends) (?:already|have|has|are|all)\b",
            None,
        ),
        (
            r"\bwhy (?:have you not|did you not|do you not|(?:haven't|didn't|don't|aren't|have) you)\b|\bwhere have you been\b|\bhow could you\b|\bhave you forgotten (?:us|about us)\b|\byou (?:forgot|abandoned|ignored|let us down|left us)\b",
            None,
        ),
        (
            r"\bwe(?:'re| are) (?:so |very |really )?(?:disappointed|hurt|sad|upset|worried|heartbroken)\b|\bdisappoint\w* (?:in|that|by) you\w*|\bshame on\b|\bashamed\b|\bguilty\b",
            None,
        ),
        (
            r"\b(?:stop|drop) (?:everything|what you|whatever|scrolling)\b|\bsay yes\b|\blisten up\b|\bthis instant\b|\bright this (?:minute|second)\b|\bno excuses\b|\bdo it now\b",
            None,
        ),
        (
            r"\byou (?:have|were|are|'ve)(?: \w+)? (?:been )?(?:selected|chosen|won|a winner|the winner)\b|\bcongratulations\b|\byou've (?:been )?(?:won|selected|chosen)\b|\bclaim your (?:prize|reward)\b",
            None,
        ),
        (r"\b([a-z]{3,}) \1 \1\b", None),
    )
)
_MARKS = re.compile(r"[!?]*!{2,}[!?]*|\?!+|!\?+|\?{3,}")
_DRAWN_OUT = re.compile(r"(?i)(?<![^\W\d_])(?!h?m{3,}\b|w{3}\b|sh{3,}|z{3,}|b?r{3,}\b)[a-z]*?([a-z])\1{2,}[a-z]*")
_EMOJI = re.compile(
    "(?:[\U0001f300-\U0001faff\u2600-\u27bf\u23e9-\u23f3\u231a\u231b]\ufe0f?[ \t]?){3,}|[\U0001f6a8\u23f0\u23f3\u231b\u2757\u2755\u203c]"
)
"""Three pictures in a row, or one that sounds an alarm (siren, clock, hourglass, exclamation mark)."""
_BARKED = frozenset(
    [
        "NOW",
        "WOW",
        "OMG",
        "SALE",
        "FREE",
        "STOP",
        "RUN",
        "LAST",
        "ONLY",
        "MUST",
        "FAST",
        "HUGE",
        "BIG",
        "BUY",
        "ENDS",
        "END",
        "YES",
        "NEVER",
        "HOT",
        "GO",
        "GET",
        "NEW",
        "OFF",
        "WIN",
        "SAVE",
        "DEAL",
        "BEST",
        "MORE",
        "ALL",
        "NOT",
        "GONE",
        "THIS",
        "YOU",
        "YOUR",
    ]
)
"""Short words that nobody writes in capitals but to shout; other short capitals may be abbreviations."""
_CAPITALS = re.compile(
    r"[^\W\d_]*[A-Z][A-Z'’]*[A-Z](?:(?:[ ,\-]+|\s?&\s?)(?:[A-Z][A-Z'’]*[A-Z]|[AI](?![a-z])))*(?![a-z])"
)


def shouted(cased: str, capitals: frozenset[str]) -> list[tuple[int, int, str]]:
    """Runs in capitals, heaped marks, drawn-out words and rows of pictures: start, end, and what to write instead. `capitals` are abbreviations allowed."""
    found = [
        (match.start(), match.end(), match[0][0] if match[0][0] == "?" else "!") for match in _MARKS.finditer(cased)
    ]
    found += [(match.start(), match.end(), _shortened(match[0])) for match in _DRAWN_OUT.finditer(cased)]
    found += [(match.start(), match.end(), "") for match in _EMOJI.finditer(cased)]
    for match in _CAPITALS.finditer(cased):
        before = cased[match.start() - 1] if match.start() else " "
        if before.isalnum():
            continue
        words = [word for word in re.findall(r"[A-Z'’]+", match[0]) if word not in capitals]
        letters = sum(len(word) for word in words)
        long = [word for word in words if len(word) >= 3]
        barked = any(word in _BARKED for word in words)
        if barked or any(len(word) >= 5 for word in words) or (len(long) >= 2 and letters >= 6):
            found.append((match.start(), match.end(), match[0][0] + match[0][1:].lower()))
    return sorted(found)


def _shortened(word: str) -> str:
    return re.sub(r"(?i)([a-z])\1{2,}", r"\1", word)
