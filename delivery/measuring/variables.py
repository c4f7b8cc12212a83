"""What each personalised variable did to clicks, from the random choice of variants and its logged propensities.

The unit is a person's first message, so that nobody counts twice, and only of people whom every channel of the plan could
reach: where a person had one channel only, the channel was not drawn. Weighting by the inverse of the logged propensity
takes out that some variants were preferred for some people (Horvitz and Thompson, 1952).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from campaigns.border import Border
from campaigns.contact import IntArray
from campaigns.creative import Creative
from campaigns.figure import Figure, Source
from delivery.measuring.touches import Touches
from delivery.roster import Roster
from tools.experiment.errors import ExperimentError
from tools.experiment.factorial import FactorEffect, factorial_effects

UNIT = "clicks/message"
NO_OFFER = "no offer"


class VariableEffect(Border):
    """Clicks per message of `level` less those of `against`, other variables being equal; two variables joined by `x`
    are how much one changes the other's effect.

    The interval's level is as wide as the number of effects asks for; `discovered` when it excludes 0. `people` and
    `people_against` received either.
    """

    variable: str
    level: str
    against: str
    effect: Figure
    p: float
    q: float
    people: int
    people_against: int
    discovered: bool
    estimator: str
    method: str


class Variables(Border):
    """The effects of the variables that were crossed at random, and in `left_out` why another is not told apart."""

    effects: tuple[VariableEffect, ...]
    left_out: tuple[str, ...]


def variables(touched: Touches, roster: Roster, creatives: Sequence[Creative], source: Source) -> Variables:
    """Effects per variable (channel, tone, offer, language) on the clicks of first messages.

    A variable that has one level, or levels that were not crossed with those of the others for enough people, is left out
    with the reason; a constant metric and missing propensities leave all of them out.
    """
    firsts = _first_messages(touched, roster)
    clicked = np.isin(touched.sent_key[firsts], touched.click_key).astype(np.float64)
    action, propensity = touched.sent_action[firsts], touched.sent_propensity[firsts]
    if not len(firsts):
        return Variables(effects=(), left_out=("Nobody whom every channel could reach was written to.",))
    taken: dict[str, tuple[tuple[str, ...], IntArray]] = {}
    found: tuple[FactorEffect, ...] = ()
    left_out = []
    for name, values in _values(creatives).items():
        levels, codes = _coded(values, action)
        if len(levels) < 2:
            continue
        try:
            found = factorial_effects(
                clicked, {**{one: column for one, (_, column) in taken.items()}, name: codes}, propensity
            )
        except (ExperimentError, np.linalg.LinAlgError) as error:
            left_out.append(f"{name.capitalize()} is not told apart: {_said(str(error), name, levels)}")
            continue
        taken[name] = (levels, codes)
    names = {name: levels for name, (levels, _) in taken.items()}
    return Variables(effects=tuple(_effect(one, names, source) for one in found), left_out=tuple(left_out))


def _first_messages(touched: Touches, roster: Roster) -> IntArray:
    """Places of each person's first message, of people with consent to every channel."""
    _, first = np.unique(touched.sent_row, return_index=True)
    everywhere = (roster.consent == 1).all(axis=1)
    return np.sort(first[everywhere[touched.sent_row[first]]])


def _values(creatives: Sequence[Creative]) -> dict[str, list[str]]:
    """Per variable its value of each variant; those first whose effect is asked for most."""
    return {
        "offer": [creative.offer_id or NO_OFFER for creative in creatives],
        "tone": [creative.tone.replace("_", " ") for creative in creatives],
        "channel": [creative.channel for creative in creatives],
        "language": [creative.language for creative in creatives],
    }


def _coded(values: list[str], action: IntArray) -> tuple[tuple[str, ...], IntArray]:
    """The levels that were sent, the one to compare with first, and each message's place among them."""
    sent = {values[place] for place in np.unique(action).tolist()}
    levels = tuple(sorted(sent, key=lambda level: (level != NO_OFFER, level)))
    code = np.array([levels.index(value) if value in sent else -1 for value in values], np.int64)
    return levels, code[action]


def _said(words: str, name: str, levels: tuple[str, ...]) -> str:
    """The error with the level's name in place of its number."""
    for code, level in enumerate(levels):
        words = words.replace(f"Level {code} of {name} ", f"{level} ")
    return words


def _effect(found: FactorEffect, names: dict[str, tuple[str, ...]], source: Source) -> VariableEffect:
    seen = found.analysis
    return VariableEffect(
        variable=" x ".join(name for name, _ in found.levels),
        level=" x ".join(names[name][code] for name, code in found.levels),
        against=" x ".join(names[name][0] for name, _ in found.levels),
        effect=Figure(value=seen.estimate, unit=UNIT, source=source, low=seen.low, high=seen.high, level=seen.level),
        p=seen.p,
        q=found.q,
        people=seen.n_treated,
        people_against=seen.n_control,
        discovered=found.discovered,
        estimator=seen.estimator,
        method=seen.method,
    )
