"""What a population in words means: predicates on a person's purchases, and the category that counts as conversion.

Every word must belong to a clause (see `clauses`) or be a filler ("households that ..."). A part that was not
understood stops the reading, because a condition that is silently dropped contacts the wrong people.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from campaigns.audience import Predicate
from campaigns.brief import Assumption
from tools.audience.categories import match_category, same_reading
from tools.audience.clauses import CLAUSES, NEVER_DAYS
from tools.audience.durations import DAYS, days, digits
from tools.audience.errors import UnreadableWords

_PURPOSE = re.compile(r" (?:in order )?to (?:buy|try|purchase|come|return|shop|order|visit|make|spend) .*$")
_FILLER = re.compile(
    r"a|the|our|my|us|that|who|which|and|those|these|get|win|back|bring|reactivate|target|reach|contact|with|of|to|have|has|are|were"
    r"|is|all|households?|customers?|people|persons?|shoppers?|members?|clients?|buyers?|users?"
)
_EXAMPLES = (
    "'households that have not shopped for four weeks', 'customers who have not bought coffee in 12 weeks', "
    "'bought at least 3 times in the last 8 weeks' or 'all households'"
)
_CATEGORY_OBJECTIVES = ("cross_sell", "upsell", "activate")


@dataclass(frozen=True, slots=True)
class Population:
    """Who is meant: all `predicates` hold; `category` is the one whose purchase converts, None for any purchase.

    `assumptions` lists what the words left open and how it was taken.
    """

    predicates: tuple[Predicate, ...]
    category: str | None
    assumptions: tuple[Assumption, ...] = ()

    @property
    def lookback_days(self) -> int:
        """Days of purchase history that the predicates look at ("never" looks at all there is and counts 0)."""
        spans = [max(p.value, p.window_days or 0) for p in self.predicates if p.value < NEVER_DAYS]
        return max([0, *spans])


def understand(words: str, objective: str, categories: Sequence[str]) -> Population:
    """The population that the words mean for this objective, with categories among those of the products table.

    Numbers may be words or digits; spans are days, weeks, months (30 days), quarters (91) or years (365).
    "Not bought X" holds for customers (at least one purchase of anything) who never bought X too; "not shopped"
    holds only for people who shopped once. Raises UnreadableWords for words that name no population, or whose part
    was not understood, and UnknownCategory for a category that fits none or several.
    """
    said = words if len(words) <= 80 else f"{words[:77]}..."
    text = re.sub(r"[\s\"“”!?;:()]+", " ", digits(words)).strip(" .,")
    text = _PURPOSE.sub("", text)
    found: list[tuple[int, list[Predicate]]] = []
    vague: list[Assumption] = []
    for clause in CLAUSES:
        for match in clause.pattern.finditer(text):
            read = clause.read(match, lambda thing: match_category(thing, categories))
            found.append((match.start(), read))
            if clause.assumed:
                vague.append(
                    Assumption(field=f"population.{read[0].field}", value=f"{read[0].value} days", why=clause.assumed)
                )
        text = clause.pattern.sub(lambda m: "\0" * len(m[0]), text)
    unread = " ".join(word for word in re.findall(r"[^\s\0,.]+", text) if not _FILLER.fullmatch(word))
    if unread and found:
        raise UnreadableWords(
            f"The part {unread[:80]!r} of the population {said!r} was not understood; leave it out or say it as in {_EXAMPLES}."
        )
    if not found:
        raise UnreadableWords(f"The population {said!r} names nobody that can be queried; say it as in {_EXAMPLES}.")
    predicates = tuple(dict.fromkeys(p for _, group in sorted(found, key=lambda item: item[0]) for p in group))
    predicates = _without_always(predicates)
    category = _converting(predicates, objective)
    return Population(predicates, category, (*vague, *_assumed(words, predicates, category, categories)))


def _without_always(predicates: tuple[Predicate, ...]) -> tuple[Predicate, ...]:
    """Without "all": "all households that ..." is no condition of its own beside another one."""
    narrow = tuple(p for p in predicates if p.field != "always")
    return narrow or predicates


def _converting(predicates: tuple[Predicate, ...], objective: str) -> str | None:
    """The category that people lack; for an objective that sells a category, else the first one mentioned."""
    lacking = [p.category for p in predicates if p.category and p.include_never]
    mentioned = [p.category for p in predicates if p.category] if objective in _CATEGORY_OBJECTIVES else []
    return next(iter([*lacking, *mentioned]), None)


def _assumed(
    words: str, predicates: tuple[Predicate, ...], category: str | None, categories: Sequence[str]
) -> tuple[Assumption, ...]:
    assumed = []
    for name in dict.fromkeys(p.category for p in predicates if p.category):
        others = same_reading(name, categories)
        if name.casefold() not in words.casefold() or others:
            besides = f"; {', '.join(others)} reads the same and was left out" if others else ""
            assumed.append(
                Assumption(field="population.category", value=name, why=f"the category that {words!r} names{besides}")
            )
    for amount, unit in re.findall(rf"(?<![\w.])(\d+\.\d+) ({'|'.join(DAYS)})s?\b", digits(words)):
        why = f"'{amount} {unit}s' in whole days, rounded up"
        assumed.append(Assumption(field="population.days", value=f"{days(amount, unit)} days", why=why))
    if any(p.include_never for p in predicates):
        why = f"people who never bought {category} have not bought it either; everybody counted bought something once"
        assumed.append(Assumption(field="population.never_bought", value="included", why=why))
    return tuple(assumed)
