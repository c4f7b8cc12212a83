"""Measures the fairness audit: planted proxies found, false alarms, and how often the impact ratio's interval covers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from evals.fairness.worlds import world
from policies.fairness.groups import Groups
from policies.fairness.impact import mean_impact, rate_impact
from policies.fairness.proxies import find_proxies

FOUND_WANTED = 0.95
FALSE_ALLOWED = 0.05
COVERED_WANTED = 0.95
_RATES = (0.45, 0.5, 0.6, 0.62)
_LEAST_RATIO = _RATES[0] / _RATES[-1]


@dataclass(frozen=True, slots=True)
class FairnessResult:
    """Counts out of `worlds` each: planted proxies found (and named first), clean worlds with an alarm, intervals of
    the impact ratio that cover the truth (rates, means), and fair worlds denied by an upper bound below 0.8."""

    worlds: int
    found: int
    named_first: int
    false_alarms: int
    rates_covered: int
    means_covered: int
    fair_denied: int


def measure(worlds: int = 100, seed: int = 2017) -> FairnessResult:
    """The figures over so many worlds of each kind; the same seed gives the same figures."""
    found = first = alarms = rates = means = denied = 0
    for number in range(worlds):
        planted, clean = world(seed + number, planted=True), world(seed + number, planted=False)
        proxies = [proxy for proxy in find_proxies(planted.columns, planted.groups, number) if proxy.found]
        found += planted.proxy in [proxy.column for proxy in proxies]
        first += bool(proxies) and proxies[0].column == planted.proxy
        alarms += any(proxy.found for proxy in find_proxies(clean.columns, clean.groups, number))
        rates_ok, means_ok, was_denied = _covered(np.random.default_rng([seed, number]), number)
        rates, means, denied = rates + rates_ok, means + means_ok, denied + was_denied
    return FairnessResult(worlds, found, first, alarms, rates, means, denied)


def _covered(rng: np.random.Generator, seed: int) -> tuple[bool, bool, bool]:
    """Whether the intervals over four groups with known rates cover the true lowest ratio; whether equals are denied."""
    sizes = rng.integers(60, 600, len(_RATES))
    codes = np.repeat(np.arange(len(_RATES)), sizes)
    groups = Groups("made_up", tuple("abcd"), codes)
    rate = rate_impact(groups, rng.random(len(codes)) < np.array(_RATES)[codes])
    mean = mean_impact(groups, rng.poisson(6 * np.array(_RATES)[codes]).astype(np.float64), seed)
    equal = rate_impact(groups, rng.random(len(codes)) < 0.5)
    return rate.low <= _LEAST_RATIO <= rate.high, mean.low <= _LEAST_RATIO <= mean.high, equal.high < 0.8
