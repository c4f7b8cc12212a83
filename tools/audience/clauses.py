"""The ways to say one condition on purchases, from the most to the least specific; each reads into predicates."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from campaigns.audience import Predicate
from tools.audience.durations import DURATION, days
from tools.audience.errors import UnreadableWords

LAPSED_DAYS = 28
"""Days without a purchase that "lapsed" stands for when the words give no span: four weeks of a weekly shop."""
LACKING_DAYS = 84
"""Days that "have not bought X" stands for when the words give no span: twelve weeks."""
NEVER_DAYS = 36_500
"""Days that stand for "never": a hundred years, longer than any purchase history."""
LONGEST_DAYS = 3_650
"""The longest span that is taken from words: ten years."""

CategoryOf = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Clause:
    """One way to say a condition; `read` gets the match and a function from category words to a category.

    `assumed` says why a span was taken that the words did not give, empty when they gave it.
    """

    pattern: re.Pattern[str]
    read: Callable[[re.Match[str], CategoryOf], list[Predicate]]
    assumed: str = ""


# "All but lapsed households" means the others: a "but" joins two conditions only in front of a verb.
_PRONOUN = (
    r"(?:(?:that|who|which|and) |but (?=(?:who |that )?(?:not|never|have|has|had|did|do|bought|shopped|visited|purchased|ordered|tried)\b))?"
    r"(?:(?:who|that|which) )?"
)
_NOT = r"(?:(?:(?:have|has|had|did|do|does|were|was|are|is) )?(?:not|never)|(?:have|has|had|did|do|does)n't)(?: yet| even)?"
_BUY = r"(?:bought|buy|purchased?|ordered?|tried)"
_SHOP = (
    r"(?:(?:shop(?:ped)?|visit(?:ed)?|return(?:ed)?|come back|been (?:back|in|here|seen|active)|purchased?|bought|buy|ordered?"
    r"|made (?:a|any) (?:purchase|order|visit))(?: anything| with us| from us| at all| here| again| in (?:the )?store| us)*)"
)
_SPAN = rf"(?:(?:in|for|within|during|over|since|these) )?(?:at least |more than |over )?(?:the )?(?:last |past |previous )?{DURATION}(?: now| ago| or more| or longer)?"
_RECENT = rf"(?:in|within|during|over) (?:the )?(?:last |past |previous )?{DURATION}"
_TIMES = r"(?:times|purchases|baskets|visits|orders|trips|shopping trips)"
_COUNT = (
    r"(?P<how>at least |more than |over |at most |fewer than |less than |under |exactly |up to )?(?P<count>\d+)(?P<more> or more| or fewer)? "
    + _TIMES
    + r"(?P<later> or more| or fewer)?"
)
_THING = r"(?:any |our )?(?P<thing>[a-z0-9&/'., -]+?)"


def _span(match: re.Match[str]) -> int:
    """The clause's span in days; UnreadableWords unless it is between a day and ten years."""
    span = days(match["amount"], match["unit"])
    if not 1 <= span <= LONGEST_DAYS:
        raise UnreadableWords(
            f"A span of {match['amount']} {match['unit']}s cannot be looked back; give one from 1 day to 10 years."
        )
    return span


def _not_bought(match: re.Match[str], category_of: CategoryOf) -> list[Predicate]:
    span = _span(match)
    return _lacking(category_of(match["thing"]), span)


def _never_bought(match: re.Match[str], category_of: CategoryOf) -> list[Predicate]:
    return _lacking(category_of(match["thing"]), NEVER_DAYS)


def _lacks(match: re.Match[str], category_of: CategoryOf) -> list[Predicate]:
    return _lacking(category_of(match["thing"]), LACKING_DAYS)


def _lacking(category: str, span: int) -> list[Predicate]:
    return [
        Predicate(field="days_since_category", value=span, category=category, include_never=True),
        Predicate(field="days_since_purchase", value=0),
    ]


def _not_shopped(match: re.Match[str], _: CategoryOf) -> list[Predicate]:
    return [Predicate(field="days_since_purchase", value=_span(match))]


def _lapsed(_: re.Match[str], __: CategoryOf) -> list[Predicate]:
    return [Predicate(field="days_since_purchase", value=LAPSED_DAYS)]


def _recent(match: re.Match[str], _: CategoryOf) -> list[Predicate]:
    return [Predicate(field="days_since_purchase", op="<", value=_span(match))]


def _active(_: re.Match[str], __: CategoryOf) -> list[Predicate]:
    return [Predicate(field="days_since_purchase", op="<", value=LAPSED_DAYS)]


def _recent_category(match: re.Match[str], category_of: CategoryOf) -> list[Predicate]:
    span, category = _span(match), category_of(match["thing"])
    return [Predicate(field="days_since_category", op="<", value=span, category=category)]


def _counted(match: re.Match[str], category_of: CategoryOf) -> list[Predicate]:
    thing = match.groupdict().get("thing")
    category = category_of(thing) if thing and thing.strip() not in ("", "anything") else None
    how, more = (match["how"] or "").strip(), (match["more"] or match["later"] or "").strip()
    op = {"": ">=", "at least": ">=", "more than": ">", "over": ">", "exactly": "=="}.get(how, "<=")
    op = "<" if how in ("fewer than", "less than", "under") else "<=" if more == "or fewer" else op
    predicate = Predicate(
        field="purchases_in_window", op=op, value=int(match["count"]), category=category,
        window_days=_span(match),
    )  # fmt: skip
    return [predicate]


def _everybody(_: re.Match[str], __: CategoryOf) -> list[Predicate]:
    return [Predicate(field="always")]


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![a-z0-9]){text}(?![a-z0-9])")


_VAGUE = "the words give no span; the four weeks of a weekly shop are taken"
CLAUSES = (
    Clause(_pattern(rf"{_PRONOUN}(?:have |has |had )?{_SHOP} {_COUNT} {_RECENT}"), _counted),
    Clause(_pattern(rf"{_PRONOUN}(?:have |has |had )?{_BUY} {_THING} {_COUNT} {_RECENT}"), _counted),
    Clause(_pattern(rf"{_PRONOUN}(?:have |has |had )?(?:made |placed )?{_COUNT} {_RECENT}"), _counted),
    Clause(_pattern(rf"{_PRONOUN}{_NOT} {_SHOP} {_SPAN}"), _not_shopped),
    Clause(_pattern(rf"{_PRONOUN}(?:(?:with|have|has|had) )?no (?:purchases?|orders?|visits?|baskets?) {_SPAN}"), _not_shopped),
    Clause(_pattern(rf"{_PRONOUN}(?:whose )?last (?:purchase|order|visit|basket)(?: was| is)? (?:more than |at least |over )?{DURATION} ago"), _not_shopped),
    Clause(_pattern(rf"{_PRONOUN}(?:(?:have|has|had) )?(?:been |are |were )?(?:lapsed|inactive|dormant|absent|silent|away|lost|stopped shopping) {_SPAN}"), _not_shopped),
    Clause(_pattern(rf"{_PRONOUN}{_NOT} {_BUY} {_THING} {_SPAN}"), _not_bought),
    Clause(_pattern(rf"{_PRONOUN}(?:have |has |had )?never (?:yet )?{_BUY} {_THING}(?=$| and | but |,)"), _never_bought),
    Clause(_pattern(rf"{_PRONOUN}{_NOT} {_BUY} {_THING}(?=$| and | but |,)"), _lacks, "the words give no span; twelve weeks are taken"),
    Clause(_pattern(rf"{_PRONOUN}(?:have |has |had )?{_SHOP} {_RECENT}"), _recent),
    Clause(_pattern(rf"{_PRONOUN}(?:have |has |had )?{_BUY} {_THING} {_RECENT}"), _recent_category),
    Clause(_pattern(rf"{_PRONOUN}(?:are |were )?active {_RECENT}"), _recent),
    Clause(_pattern(rf"{_PRONOUN}(?:(?:have|has|are|were) )?(?:lapsed|lapsing|inactive|dormant|lost|churned|stopped shopping)"), _lapsed, _VAGUE),
    Clause(_pattern(rf"{_PRONOUN}(?:are )?active"), _active, _VAGUE),
    Clause(_pattern(r"(?:all|every|each)(?: of)?(?: the| our| my)?(?: \d+)? (?:households?|customers?|people|persons?|shoppers?|members?|clients?|buyers?|users?)|everybody|everyone|anybody|anyone|(?:the |our )?(?:whole|entire|full) (?:base|list|audience|file|customer base)"), _everybody),
)  # fmt: skip
