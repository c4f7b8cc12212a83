"""Which of the amounts in a goal is the most that may be spent."""

from __future__ import annotations

import re
from decimal import Decimal

from agents.reading.amounts import DIGITS, SCALE, SIGN, Amount, find_amounts
from agents.reading.found import Notes
from agents.reading.numbers import SCALES, digits
from agents.reading.text import Span, Text, span_of
from campaigns.errors import BadInput
from campaigns.money import Money, known_currency, micros

NO_BUDGET = "What is the most that may be spent? The goal names no budget; add one, like 'at most $5,000'."
"""The question about a goal that gives no amount at all."""
_CUE = (
    r"(?:(?:with |on |within |under )?(?:a |the |our |my )?(?:total |overall |maximum |max |media |campaign )*budget|at most|at the most|max(?:imum)?|no more than|not more than|never more than|"
    r"up to|under|below|less than|within|cap(?:ped)?|limit(?:ed)?|ceiling|spend(?:ing)?|costs?|costing|invest(?:ing)?|not exceed|exceeding|must not exceed|for|with|using)"
)
_CUED = re.compile(rf"\b(?P<cue>{_CUE})(?P<link>(?:[ :=]+(?:of|is|to|at|be|a|an|the|our|my|all|about|around|total|only|just|no more than|at most|up to|more than|not more than|max|maximum|under|limited|capped))*[ :=]*)$", re.IGNORECASE)  # fmt: skip
_CUED_AFTER = re.compile(r"^ (?:total |overall |media |campaign )*(?:budget|max(?:imum)?\b|at most|or less|tops|limit|cap\b|to spend|in total|overall|ceiling)", re.IGNORECASE)  # fmt: skip
_BARE = re.compile(
    r"\b(?:budget(?: (?:of|is|at|to|limited to|capped at|up to|at most|no more than))*[ :=]*|(?:spend|invest)(?:ing)?(?: (?:at most|up to|no more than|not more than|max|maximum|only|a maximum of))*[ :=]+)"
    + (SIGN + DIGITS + SCALE).format("n")
    + r"(?![\d%])(?: (?P<nword>[A-Za-z]+))?",
    re.IGNORECASE,
)
_LOOSE = re.compile(
    r"\b(?:at most|max(?:imum)?(?: of)?|no more than|not more than|up to)[ :]+" + (SIGN + DIGITS + SCALE).format("n")
    + r"(?=$|[,;.](?:\s|$)| (?:in total|overall|by|before|until)\b)", re.IGNORECASE,
)  # fmt: skip
_PLAIN_WORDS = frozenset(["for", "on", "in", "by", "before", "until", "and", "to", "with", "via", "using", "over", "within", "at", "total", "overall", "max", "maximum", "per", "a", "or", "from", "of", "across", "during", "only"])  # fmt: skip
_PER_PERSON = re.compile(r"^ ?(?:per|a|an|each|every|/) ?(?:household|customer|person|shopper|member|head|message|e-?mail|push|contact|click|conversion|order|redemption|purchase)", re.IGNORECASE)  # fmt: skip
_PER_TIME = re.compile(r"^ ?(?:(?:per|a|an|each|every|/) ?(?:day|week|month|quarter|year)\b|daily|weekly|monthly)", re.IGNORECASE)  # fmt: skip
_OFFER_AFTER = re.compile(
    r"^ ?(?:off\b|vouchers?|coupons?|discounts?|gifts?|rewards?|cash-?back|back\b|credits?)", re.IGNORECASE
)
_OFFER_BEFORE = re.compile(r"(?:voucher|coupon|discount|credit|gift card)s? (?:of|worth|over) $", re.IGNORECASE)
_GOAL_AFTER = re.compile(r"^ (?:in |of )?(?:extra |additional |incremental |more )*(?:revenue|sales|margin|profit|turnover)", re.IGNORECASE)  # fmt: skip
_WORTH = re.compile(r"\b(?:baskets?|orders?|purchases?|worth|value)\W+(?:\w+\W+){0,3}$", re.IGNORECASE)
_CONDITION = re.compile(
    r"\b(?:baskets?|orders?|purchases?|spent|spends?|worth|value)\W+(?:\w+\W+){0,3}$", re.IGNORECASE
)
_MORE_THAN = re.compile(r"\b(?<!no )(?<!not )(?:more than|over|above|at least) $", re.IGNORECASE)
_BETWEEN = re.compile(r"^ ?(?:-|to|and) ?$")
_NONE = re.compile(r"\b(?:no budget(?: limit)?|unlimited budget|without (?:a )?budget|no (?:spending|money) limit|budget is (?:open|unlimited))\b", re.IGNORECASE)  # fmt: skip


def read_budget(text: Text, home: str, notes: Notes) -> Money | None:
    """The most that may be spent; None with a question or a conflict noted when the words do not settle it.

    `home` is the workspace's currency. Raises BadInput for amounts that are not above zero or too large and for
    currencies that are not known.
    """
    amounts = find_amounts(text, home)
    cued, bare = _sorted_out(text, amounts, notes)
    cued += _without_currency(text, amounts, home)
    unlimited = _NONE.search(text.plain)
    chosen = cued or bare
    if not chosen:
        if unlimited:
            text.take(span_of(unlimited))
        if not notes.questions:
            notes.ask(NO_BUDGET)
        return None
    values = {(micros(a.text), known_currency(a.currency or home)) for a in chosen}
    text.take(*(a.phrase for a in chosen))
    if unlimited:
        notes.clash(text.phrase(span_of(unlimited)), text.phrase(chosen[0].phrase))
    if len(values) > 1:
        if cued:
            notes.clash(*(text.phrase(a.phrase) for a in chosen))
        else:
            said = ", ".join(f"'{text.phrase(a.at)}'" for a in chosen)
            notes.ask(f"Which of the amounts {said} is the budget? Say it like 'at most $5,000'.")
        return None
    return _money(text, chosen, bool(cued), home, notes)


def _money(text: Text, chosen: list[Amount], cued: bool, home: str, notes: Notes) -> Money:
    first = chosen[0]
    budget = Money(amount_micros=micros(first.text), currency=first.currency or home)
    said = text.phrase(first.at)
    if not first.currency:
        notes.assume("budget.currency", home, f"'{said}' names no currency; the workspace's is taken")
    if not cued:
        notes.assume("budget", budget, f"'{said}' is the only amount of the goal and is taken as the most to spend")
    if first.doubtful:
        notes.assume("budget.amount", budget, f"the point in '{said}' is read as a thousands separator")
    if budget.currency != home:
        notes.ask(
            f"What is the budget in {home}? '{said}' is in {budget.currency}, and this workspace keeps its books in {home} without an exchange rate."
        )
    return budget


def _sorted_out(text: Text, amounts: list[Amount], notes: Notes) -> tuple[list[Amount], list[Amount]]:
    """Amounts that are said to be a budget, and those without any role; the others limit or describe something else."""
    cued: list[Amount] = []
    bare: list[Amount] = []
    for place, amount in enumerate(amounts):
        before, after = text.plain[: amount.at.start], text.plain[amount.at.end :]
        following = amounts[place + 1] if place + 1 < len(amounts) else None
        if following and _BETWEEN.match(text.plain[amount.at.end : following.at.start]) and "and" not in after[:5]:
            continue
        if (
            following
            and re.search(r"\bbetween $", before)
            and _BETWEEN.match(text.plain[amount.at.end : following.at.start])
        ):
            continue
        previous = amounts[place - 1] if place else None
        ranged = previous is not None and _BETWEEN.match(text.plain[previous.at.end : amount.at.start]) is not None
        if ranged and previous is not None:
            notes.assume(
                "budget",
                text.phrase(amount.at),
                f"the upper end of '{text.phrase(Span(previous.at.start, amount.at.end))}'",
            )
            cued.append(
                Amount(amount.text, amount.currency, amount.at, Span(previous.at.start, amount.at.end), amount.doubtful)
            )
            continue
        if _PER_PERSON.match(after):
            text.take(Span(_cue_start(amount, before), amount.at.end + _end(_PER_PERSON, after)))
            notes.ask(
                f"What is the most that may be spent in total? '{text.phrase(Span(amount.at.start, amount.at.end + _end(_PER_PERSON, after)))}' limits one of them, which plans cannot hold yet."
            )
        elif _PER_TIME.match(after):
            whole = Span(amount.at.start, amount.at.end + _end(_PER_TIME, after))
            text.take(whole, Span(_cue_start(amount, before), whole.end))
            notes.ask(f"What is the most that may be spent in total? '{text.phrase(whole)}' is a rate, not a total.")
        elif not _another_role(text, amount, before, after):
            _place(amount, before, after, cued, bare)
    return cued, bare


def _another_role(text: Text, amount: Amount, before: str, after: str) -> bool:
    """Whether an amount is a discount's, a result that is wanted, or a condition on people."""
    if _OFFER_AFTER.match(after) or _OFFER_BEFORE.search(before) or _GOAL_AFTER.match(after):
        return True
    conditional = _CONDITION.search(before) or _MORE_THAN.search(before)
    return text.about_people(amount.at.start) and conditional is not None


def _place(amount: Amount, before: str, after: str, cued: list[Amount], bare: list[Amount]) -> None:
    cue, trail = _CUED.search(before), _CUED_AFTER.match(after)
    if cue is None and _WORTH.search(before):
        return
    start = cue.start("cue") if cue else amount.at.start
    end = amount.at.end + (trail.end() if trail else 0)
    kept = Amount(amount.text, amount.currency, amount.at, Span(start, end), amount.doubtful)
    (cued if cue or trail else bare).append(kept)


def _without_currency(text: Text, amounts: list[Amount], home: str) -> list[Amount]:
    """Budgets that are written as a bare number ("budget 5000"); BadInput when a word that is no currency follows."""
    found: list[Amount] = []
    for pattern in (_BARE, _LOOSE):
        for match in pattern.finditer(text.plain):
            number = span_of(match, "ndigits")
            inside = any(a.phrase.start < number.end and number.start < a.phrase.end for a in [*amounts, *found])
            if inside or text.about_people(match.start()):
                continue
            word = match.groupdict().get("nword")
            if word and word.lower() not in _PLAIN_WORDS:
                if re.match(
                    r"(?:households?|customers?|people|messages?|e-?mails?|contacts?|shoppers?|times?|weeks?|days?|months?)\b",
                    word,
                    re.IGNORECASE,
                ):
                    continue
                raise BadInput(
                    f"The currency {word!r} in '{text.phrase(span_of(match))}' is not known; write an amount like '$5,000' or '5000 {home}'."
                )
            written, doubtful = digits(match["ndigits"])
            if match["nscale"]:
                written = str(Decimal(written) * SCALES[match["nscale"].lower()])
            written = f"-{written}" if match["nsign"] else written
            end = number.end if not match["nscale"] else match.end("nscale")
            found.append(Amount(written, "", number, Span(match.start(), end), doubtful))
    return found


def _cue_start(amount: Amount, before: str) -> int:
    cue = _CUED.search(before)
    return cue.start("cue") if cue else amount.at.start


def _end(pattern: re.Pattern[str], after: str) -> int:
    match = pattern.match(after)
    return 0 if match is None else match.end()
