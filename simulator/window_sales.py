"""What a group of people spends in a window ahead: each one's own past rates, the season's level, the group's difference."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import nnls

from campaigns.contact import FloatArray, IntArray
from simulator.past_campaigns import Ledger, PastCampaign
from simulator.pooling import Prior, pooled_draws

SHORT_DAYS, LONG_DAYS = 28.0, 112.0
STEP_DAYS = 14.0
MOST_ORIGINS = 12
FEWEST_DAYS = 21.0
"""Days of purchases before and after an origin that a rate and its check need."""
LEVEL_SD, GROUP_SD = 0.05, 0.06
"""Scales of the log level between windows, and of how a campaign's people differ from what their past says (judgement)."""


@dataclass(frozen=True, slots=True)
class SpendModel:
    """Micros per day ahead = weights x past rates; noise variance per person = days x (linear, square) x rate terms.

    `level` are log ratios of what earlier windows brought to what this model gives for them, oldest first.
    """

    weights: FloatArray
    linear: float
    square: float
    level: FloatArray

    def rate(self, rates: FloatArray) -> FloatArray:
        """Expected micros a day per person."""
        expected: FloatArray = rates @ self.weights
        return expected


def past_rates(ledger: Ledger, at: float, known: float) -> FloatArray:
    """Per person: spend a day over the last 28 and 112 days and the average of everybody (people, 3), as known then."""
    columns = []
    for days in (SHORT_DAYS, LONG_DAYS):
        begin = max(ledger.opens, at - days)
        columns.append(ledger.spent(begin, at, known) / max(at - begin, 1.0))
    columns.append(np.full(len(ledger.people), columns[1].mean() if len(ledger.people) else 0.0))
    return np.stack(columns, axis=1)


def fit_spend(ledger: Ledger, people: IntArray, now: float, days: float) -> SpendModel:
    """The model of these people's spend over `days`, from windows that had ended at `now`; without any, rates stay."""
    days = float(np.clip(days, FEWEST_DAYS, 35.0))
    origins = np.arange(now - days, ledger.opens + FEWEST_DAYS - 1e-9, -STEP_DAYS)[:MOST_ORIGINS][::-1]
    if not len(origins) or not len(people):
        return SpendModel(np.array([0.3, 0.6, 0.1]), 3e7, 0.5, np.zeros(0))
    past = [past_rates(ledger, at, now)[people] for at in origins]
    actual = [ledger.spent(at, at + days, now)[people] / days for at in origins]
    rates, truth = np.concatenate(past), np.concatenate(actual)
    scale = np.sqrt(np.maximum(rates[:, 1] * 0.5 + rates[:, 0] * 0.3 + rates[:, 2] * 0.2, 1.0))
    weights = nnls(rates / scale[:, None], truth / scale)[0]
    expected = np.maximum(rates @ weights, 1.0)
    over = (truth - expected) ** 2
    noise = nnls(np.stack([expected / days, expected**2], axis=1) / expected[:, None], over / expected)[0]
    level = [np.log(max(a.sum(), 1.0) / max((p @ weights).sum(), 1.0)) for p, a in zip(past, actual, strict=True)]
    return SpendModel(weights, float(noise[0]), float(noise[1]), np.array(level))


def sales_draws(
    ledger: Ledger,
    campaign: PastCampaign,
    earlier: list[PastCampaign],
    begin: float,
    end: float,
    draws: int,
    rng: np.random.Generator,
) -> FloatArray:
    """Draws of the revenue (micros) of a campaign's people between two instants, from what was known at its start."""
    now, days = campaign.start, end - begin
    everybody = np.unique(np.concatenate([campaign.reached, *(one.reached for one in earlier)]))
    model = fit_spend(ledger, everybody, now, days)
    rate = model.rate(past_rates(ledger, now, now)[campaign.reached])
    mean = max(float(rate.sum()) * days, 1.0)
    variance = float((model.linear * rate * days + model.square * (rate * days) ** 2).sum())
    seen, chance = [], []
    for one in earlier:
        first, last = ledger.seen_days(one, now)
        if last - first < FEWEST_DAYS or one.start - ledger.opens < FEWEST_DAYS:
            continue
        expected = model.rate(past_rates(ledger, one.start, one.start)[one.reached])
        span, total = last - first, max(float(expected.sum()), 1.0)
        brought = ledger.spent(one.start + first, one.start + last, now)[one.reached].sum()
        seen.append(np.log(max(brought, 1.0) / (total * span)))
        chance.append(
            float((model.linear * expected * span + model.square * (expected * span) ** 2).sum()) / (total * span) ** 2
        )
    group = pooled_draws(
        np.array(seen),
        np.array(chance) + 1e-6,
        np.ones((len(seen), 1)),
        Prior(np.zeros(1), np.array([0.1]), GROUP_SD),
        np.ones(1),
        draws,
        rng,
    )
    swing = np.sqrt((3 * LEVEL_SD**2 + (model.level**2).sum()) / (3 + len(model.level)))
    level = np.exp(group + swing * rng.standard_normal(draws))
    shape = max(mean**2 / max(variance, 1.0), 0.05)
    found: FloatArray = level * mean * rng.gamma(shape, 1 / shape, draws)
    return found
