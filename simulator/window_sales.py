"""What a group of people spends in a window ahead: each one's own past rates, how campaigns' people differ, the calendar.

Rates are of ordinary days (`sales_calendar`), weighed as they foretold earlier windows; what the people of earlier
campaigns spent beyond that carries over, the newest most.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import nnls

from campaigns.contact import FloatArray
from simulator.past_campaigns import Ledger, PastCampaign
from simulator.pooling import Prior, pooled_draws
from simulator.sales_calendar import Calendar, calendar_of

RATE_DAYS = (28.0, 112.0, 364.0)
PRIOR_WEIGHTS = np.array([0.3, 0.3, 0.3, 0.1])
"""Weights of the rates and of everybody's average where nothing was seen (judgement)."""
LENT_PEOPLE = 100.0
"""People's windows that `PRIOR_WEIGHTS` count for in a fit: young books have one rate thrice."""
STEP_DAYS = 14.0
MOST_ORIGINS = 12
FEWEST_DAYS = 21.0
"""Days of purchases before and after an origin that a rate and its check need."""
LEVEL_SD, GROUP_SD, GROUP_MEAN_SD = 0.03, 0.03, 0.2
"""Scales of the log level between windows, of how campaigns' people differ from what their past says, and of the latter's
mean (judgement)."""
HALF_LIFE_DAYS = 14.0
"""Age in which what a campaign tells of the next one's people counts half: season and shop move on."""
_OLDEST = 50.0
LENT_WINDOWS = 3.0
"""Windows at `LEVEL_SD` that the spread between windows is mixed with."""


@dataclass(frozen=True, slots=True)
class SpendModel:
    """Micros per ordinary day ahead = weights x past rates; noise variance per person = linear x mean + square x mean^2.

    `level` are log ratios of what earlier windows brought to what this model gives for them, oldest first.
    """

    calendar: Calendar
    weights: FloatArray
    linear: float
    square: float
    level: FloatArray

    def mean(self, ledger: Ledger, one: PastCampaign, begin: float, end: float) -> FloatArray:
        """Expected micros of each person whom a campaign reached in [begin, end), from what was known at its start."""
        rates = past_rates(ledger, one.start, self.calendar)[one.reached]
        expected: FloatArray = (rates @ self.weights) * self.calendar.ordinary_days(begin, end)
        return expected

    def chance(self, mean: FloatArray) -> float:
        """Variance of the sum over people of what each one spends around their mean."""
        return float((self.linear * mean + self.square * mean**2).sum())

    @property
    def swing(self) -> float:
        """Sd of the log level of a window."""
        return float(np.sqrt((LENT_WINDOWS * LEVEL_SD**2 + (self.level**2).sum()) / (LENT_WINDOWS + len(self.level))))


def past_rates(ledger: Ledger, at: float, calendar: Calendar) -> FloatArray:
    """Per person: micros per ordinary day over the last 28, 112 and 364 days and the average of everybody (people, 4).

    As known at that instant; days before the books opened count for nothing.
    """
    begins = [max(ledger.opens, at - days) for days in RATE_DAYS]
    edges = np.unique(np.array([*begins, at]))
    parts = ledger.spent_between(edges, at)
    columns = [
        parts[:, np.searchsorted(edges, begin) :].sum(axis=1) / max(calendar.ordinary_days(begin, at), 1.0)
        for begin in begins
    ]
    return np.stack([*columns, np.full(len(ledger.people), columns[1].mean() if len(ledger.people) else 0.0)], axis=1)


def fit_spend(ledger: Ledger, now: float, days: float) -> SpendModel:
    """The model of spend over `days` from windows that had ended at `now`; without any, rates stay as they are.

    Of everybody, not of the people reached: those were chosen for what they bought in just these windows.
    """
    days = float(np.clip(days, FEWEST_DAYS, 35.0))
    calendar = calendar_of(ledger, now)
    origins = np.arange(now - days, ledger.opens + FEWEST_DAYS - 1e-9, -STEP_DAYS)[:MOST_ORIGINS][::-1]
    if not len(origins) or not len(ledger.people):
        return SpendModel(calendar, PRIOR_WEIGHTS, 3e7, 0.5, np.zeros(0))
    spans = [calendar.ordinary_days(at, at + days) for at in origins]
    past = [past_rates(ledger, at, calendar) for at in origins]
    actual = [ledger.spent(at, at + days, now) / span for at, span in zip(origins, spans, strict=True)]
    rates, truth = np.concatenate(past), np.concatenate(actual)
    # Plain squares of money: campaigns reach those who buy much, and their rates last longer than other people's.
    lent = np.diag(np.sqrt(LENT_PEOPLE * (rates**2).mean(axis=0) + 1.0))
    weights = _positive(np.concatenate([rates, lent]), np.concatenate([truth, lent @ PRIOR_WEIGHTS]))
    expected = np.maximum(rates @ weights, 1.0)
    over = (truth - expected) ** 2
    noise = _positive(np.stack([expected / days, expected**2], axis=1) / expected[:, None], over / expected)
    level = [np.log(max(a.sum(), 1.0) / max((p @ weights).sum(), 1.0)) for p, a in zip(past, actual, strict=True)]
    return SpendModel(calendar, weights, float(noise[0]), float(noise[1]), np.array(level))


def _positive(columns: FloatArray, wanted: FloatArray) -> FloatArray:
    """Non-negative least squares of a tall matrix by its QR factor."""
    root: FloatArray = np.asarray(np.linalg.qr(np.column_stack([columns, wanted]), mode="r"))
    found: FloatArray = nnls(root[:, :-1], root[:, -1])[0]
    return found


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
    now = campaign.start
    model = fit_spend(ledger, now, end - begin)
    each = model.mean(ledger, campaign, begin, end)
    mean = max(float(each.sum()), 1.0)
    seen, chance, age = [], [], []
    for one in earlier:
        first, last = ledger.seen_days(one, now)
        if last - first < FEWEST_DAYS or one.start - ledger.opens < FEWEST_DAYS:
            continue
        expected = model.mean(ledger, one, one.start + first, one.start + last)
        total = max(float(expected.sum()), 1.0)
        brought = ledger.spent(one.start + first, one.start + last, now)[one.reached].sum()
        seen.append(np.log(max(brought, 1.0) / total))
        chance.append(model.chance(expected) / total**2)
        age.append(now - one.start - (first + last) / 2)
    # The level's swing is taken off the earlier campaigns and put back once, so that it is not counted twice.
    group = pooled_draws(
        np.array(seen),
        (np.array(chance) + model.swing**2) * 2 ** np.minimum(np.array(age) / HALF_LIFE_DAYS, _OLDEST),
        np.ones((len(seen), 1)),
        Prior(np.zeros(1), np.array([GROUP_MEAN_SD]), GROUP_SD),
        np.ones(1),
        draws,
        rng,
    )
    level = np.exp(group + model.swing * rng.standard_normal(draws))
    shape = max(mean**2 / max(model.chance(each), 1.0), 0.05)
    found: FloatArray = level * mean * rng.gamma(shape, 1 / shape, draws)
    return found
