"""Variants that lose fade within three cycles of the live engine's own decisions, and a click winner that lowers
margin is not promoted: lived through in the twin, where the truth is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from campaigns.creative import NO_CONTACT, Creative
from simulator.effects.clicking import creative_ratio
from simulator.parameters import Parameters
from simulator.prepare import prepare
from simulator.randomness import Purpose, u01
from simulator.run import Setup, play
from tests.builders import NOW, creatives, plan, snapshot
from tests.simulator.stagings import POLICIES, TYPICAL

PEOPLE = 3_000
APART = replace(TYPICAL, creative_spread=0.7)
WORLDS = 5


def _twins(plain: Creative) -> tuple[Creative, ...]:
    return tuple(plain.model_copy(update={"creative_id": f"email-{name}", "tone": name}) for name in ("calm", "brisk"))


def _setup(variants: tuple[Creative, ...]) -> Setup:
    return prepare(plan(PEOPLE, creatives=variants), snapshot(PEOPLE), POLICIES, 9, NOW)


def _share(setup: Setup, parameters: Parameters, seed: int, action: int) -> list[float]:
    """The share of an action among the messages of each week."""
    world, _ = play(setup, parameters, seed)
    week = np.concatenate([np.full(len(one), (one.at - setup.stage.start) // (7 * 86_400)) for one in world.delivered])
    sent = np.concatenate([one.action for one in world.delivered])
    assert (sent != NO_CONTACT).all()
    return [float((sent[week == number] == action).mean()) for number in range(5)]


def test_the_worse_of_two_variants_fades_within_three_cycles() -> None:
    setup = _setup(_twins(creatives()[0]))
    first, fourth = [], []
    for seed in range(40):
        appeal = creative_ratio(u01(seed, setup.stage.quality_key, 0, Purpose.QUALITY), APART.creative_spread)
        if appeal.max() / appeal.min() > 2 and len(first) < WORLDS:
            weeks = _share(setup, APART, seed, int(appeal.argmin()))
            first.append(weeks[0])
            fourth.append(weeks[3])

    assert len(first) == WORLDS
    assert np.mean(first) > 0.3
    assert np.mean(fourth) < 0.5 * np.mean(first)


def test_a_click_winner_that_lowers_margin_is_not_promoted() -> None:
    """The offer draws twice the clicks and hardly any orders; the plain message sells."""
    setup = _setup((creatives()[0], creatives()[1]))
    curious = replace(APART, convert_offer=0.02, convert_plain=0.35)
    first, fourth = [], []
    for seed in range(60):
        appeal = creative_ratio(u01(seed, setup.stage.quality_key, 0, Purpose.QUALITY), APART.creative_spread)
        if 1.5 < appeal[1] / appeal[0] < 3 and len(first) < WORLDS:
            weeks = _share(setup, curious, seed, 1)
            first.append(weeks[0])
            fourth.append(weeks[3])

    assert len(first) == WORLDS
    assert np.mean(fourth) < 0.5 * np.mean(first)
