"""What would make an underpowered question answerable, in sentences whose every number was computed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from campaigns.money import Money
from tools.experiment.comparison import Comparison, Outcome

if TYPE_CHECKING:
    from tools.experiment.design import Question

LONGEST_WEEKS = 52
_ASKED: dict[Outcome, str] = {
    "conversions": "conversions per person",
    "margin": "the margin per person",
}


def sentences(question: Question, comparison: Comparison, sizes: tuple[int, int]) -> tuple[str, ...]:
    """What this audience can see, and which audience, window, outcome or budget would see the expected effect.

    `sizes` are the people treated and held out. Nothing is said about a change that would not help.
    """
    wanted = question.settings.power_wanted
    power = comparison.power(*sizes)
    said = [_people(question, comparison, sizes, power), _detectable(question, comparison, sizes)]
    said.append(_window(question, comparison, sizes))
    said.append(_other_outcome(question, comparison, sizes, power))
    if comparison.expected.affordable < 1:
        said.append(_budget(question, comparison, sizes))
    if comparison.effect <= 0:
        said.insert(
            0,
            f"By the priors these contacts do not raise {_ASKED[comparison.outcome]}: {_amount(question, comparison, comparison.effect)} per person; contact fewer people or none.",
        )
    return tuple(sentence for sentence in said if sentence) or (f"Power is {power:.0%} and {wanted:.0%} is wanted.",)


def _people(question: Question, comparison: Comparison, sizes: tuple[int, int], power: float) -> str:
    wanted = question.settings.power_wanted
    people = question.snapshot.height
    needed = comparison.needed(sizes[0] / people, sizes[1] / people, wanted)
    if needed is None:
        return ""
    return (
        f"An audience of {needed:,} people like these, split the same way, would see the expected effect of "
        f"{_amount(question, comparison, comparison.effect)} with a power of {wanted:.0%}; this one has {people:,} and a power of {power:.0%}."
    )


def _detectable(question: Question, comparison: Comparison, sizes: tuple[int, int]) -> str:
    mde = comparison.mde(*sizes, question.settings.power_wanted)
    return (
        f"With these people the smallest effect that is seen with a power of {question.settings.power_wanted:.0%} is "
        f"{_amount(question, comparison, mde)} on {_ASKED[comparison.outcome]} ({_amount(question, comparison, comparison.level, sign='')} without contact)."
    )


def _window(question: Question, comparison: Comparison, sizes: tuple[int, int]) -> str:
    """The first longer window, in whole weeks, with the wanted power, or the best there is."""
    share = sizes[0] / question.snapshot.height
    best_weeks, best_power = 0, comparison.power(*sizes)
    for weeks in range(question.brief.window.days // 7 + 1, LONGEST_WEEKS + 1):
        power = question.compare(comparison.outcome, weeks * 7, share).power(*sizes)
        if power >= question.settings.power_wanted:
            end = question.brief.window.start + timedelta(days=weeks * 7 - 1)
            return f"Contacts at the same pace for {weeks} weeks (until {end.isoformat()}) would give a power of {power:.0%}."
        if power > best_power:
            best_weeks, best_power = weeks, power
    if not best_weeks:
        return "No longer window up to 52 weeks has more power: the noise grows with the effect."
    return f"No window up to {LONGEST_WEEKS} weeks is enough: the best is {best_weeks} weeks with a power of {best_power:.0%}."


def _other_outcome(question: Question, comparison: Comparison, sizes: tuple[int, int], power: float) -> str:
    other: Outcome = "conversions" if comparison.outcome == "margin" else "margin"
    changed = question.compare(other, question.brief.window.days, sizes[0] / question.snapshot.height)
    gained = changed.power(*sizes)
    if gained <= power:
        return ""
    return (
        f"Judged by {_ASKED[other]} instead, the same campaign has a power of {gained:.0%} "
        f"(expected {_amount(question, changed, changed.effect)} on {_amount(question, changed, changed.level, sign='')})."
    )


def _budget(question: Question, comparison: Comparison, sizes: tuple[int, int]) -> str:
    if question.brief.budget is None:
        return ""
    needed = comparison.expected.cost * comparison.expected.reached * sizes[0]
    money = Money(amount_micros=int(needed), currency=question.brief.budget.currency)
    return (
        f"The budget of {question.brief.budget} holds messages and offers for {comparison.expected.affordable:.0%} of the "
        f"treated people; {money} would hold them for all."
    )


def _amount(question: Question, comparison: Comparison, value: float, sign: str = "+") -> str:
    if comparison.outcome == "conversions":
        return f"{value:{sign}.3f} conversions"
    text = str(Money(amount_micros=abs(round(value)), currency=question.settings.currency))
    return f"{'-' if value < 0 else sign}{text}"
