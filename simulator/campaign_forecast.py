"""A campaign's outcomes foretold from what was known at its start: who redeems, how often, when, and what people spend."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from campaigns.contact import FloatArray
from simulator.past_campaigns import Ledger, PastCampaign
from simulator.pooling import Prior, pooled_draws
from simulator.redemption_share import Rows, fit_redemption
from simulator.redemption_timing import Seen, fit_timing, open_share, seen, times_drawn
from simulator.window_sales import sales_draws

QUANTITIES = ("redeeming households", "redemptions", "median day of redemption", "share in the first half", "sales")
SHARES = ("share in the first half",)
SALES = "sales"
DRAWS = 2_000
_TYPICAL_OFFERS = 15.0
_TYPICAL_AUDIENCE = 150.0
_COVARIATES = 4
_STRENGTH = 3.0
"""Campaigns' worth of everybody's share that is lent to each person."""
_REPEAT_PRIOR = Prior(np.array([-0.3, 0.2]), np.array([0.7, 0.2]), 0.5)
"""Log further redemptions per redeemer, and its slope in log offers (judgement)."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """Draws per quantity (NaN where a draw has no redemption to time), for the window of `days` from the start."""

    campaign_id: str
    days: float
    draws: dict[str, FloatArray]


def outcomes(ledger: Ledger, place: int, known: float) -> dict[str, float]:
    """What a campaign had brought as known at an instant, in its window so far; NaN for the timing of no redemption."""
    campaign = ledger.campaigns[place]
    begin, end = ledger.seen_days(campaign, known)
    first = ledger.first_redemptions(place, known)
    days = first[~np.isnan(first)]
    spent = ledger.spent(campaign.start + begin, campaign.start + end, known)[campaign.reached].sum()
    found = (float(len(days)), float(ledger.redemption_count(place, known)), *_timing(days, end), float(spent))
    return dict(zip(QUANTITIES, found, strict=True))


def forecast(ledger: Ledger, place: int, seed: int, draws: int = DRAWS) -> Forecast:
    """The forecast of a campaign from events known at its start and from its own design and people only."""
    campaign = ledger.campaigns[place]
    rng = np.random.Generator(np.random.PCG64([seed, place]))
    known = campaign.start
    earlier = [n for n, one in enumerate(ledger.campaigns) if one.start < known]
    begin, end = ledger.seen_days(campaign, ledger.closes)
    timing = fit_timing([_seen(ledger, n, known) for n in earlier])
    shapes = timing.draws(draws, rng)
    open_ = open_share(begin, end, campaign.design.days)
    kinds = sorted({ledger.campaigns[n].design.kind for n in (*earlier, place)})
    rows = _rows(ledger, earlier, kinds, known, timing.share)
    model = fit_redemption(rows, len(kinds))
    redeemed = model.draws(covariates(ledger, place), kinds.index(campaign.design.kind), shapes @ open_, rng)
    households = redeemed.sum(axis=1).astype(np.float64)
    times = [
        _timing(times_drawn(shape, begin, end, campaign.design.days, int(count), rng), end)
        for shape, count in zip(shapes, households, strict=True)
    ]
    sales = sales_draws(
        ledger,
        campaign,
        [ledger.campaigns[n] for n in earlier],
        campaign.start + begin,
        campaign.start + end,
        draws,
        rng,
    )
    found = (
        households,
        households + _repeats(ledger, earlier, campaign, households, rng),
        np.array([middle for middle, _ in times]),
        np.array([early for _, early in times]),
        sales,
    )
    return Forecast(campaign.campaign_id, end, dict(zip(QUANTITIES, found, strict=True)))


def covariates(ledger: Ledger, place: int) -> FloatArray:
    """Per person reached, as known at the start: log offers, log audience, log share of campaigns redeemed, log baskets a week."""
    campaign = ledger.campaigns[place]
    at = campaign.start
    people = len(ledger.people)
    received, redeemed = np.zeros(people), np.zeros(people)
    for number, one in enumerate(ledger.campaigns):
        if one.start < at:
            received[one.reached] += 1
            hit = (ledger.redeemed_campaign == number) & (ledger.redeemed_known <= at)
            redeemed[np.unique(ledger.redeemed_person[hit])] += 1
    share = (redeemed.sum() + 0.5) / (received.sum() + 10)
    own = np.log((redeemed + _STRENGTH * share) / (received + _STRENGTH) / share)
    begin = max(ledger.opens, at - 84)
    weekly = ledger.visits(begin, at, at) * 7 / max(at - begin, 7.0)
    often = np.log1p(weekly) - np.log1p(1.2) if at - begin >= 14 else np.zeros(people)
    count = len(campaign.reached)
    about = np.tile([_log_offers(campaign), 0.5 * np.log((count + 1) / _TYPICAL_AUDIENCE)], (count, 1))
    return np.column_stack([about, own[campaign.reached], often[campaign.reached]])


def _log_offers(campaign: PastCampaign) -> float:
    return float(np.log(max(campaign.design.offers or _TYPICAL_OFFERS, 1.0) / _TYPICAL_OFFERS))


def _seen(ledger: Ledger, place: int, known: float) -> Seen:
    campaign = ledger.campaigns[place]
    return seen(ledger.first_redemptions(place, known), *ledger.seen_days(campaign, known), campaign.design.days)


def _rows(ledger: Ledger, earlier: list[int], kinds: list[str], known: float, share: FloatArray) -> Rows:
    parts, campaign, kind, exposure, hit = [np.zeros((0, _COVARIATES))], [], [], [], []
    for number, place in enumerate(earlier):
        one = ledger.campaigns[place]
        count = len(one.reached)
        parts.append(covariates(ledger, place))
        campaign.append(np.full(count, number))
        kind.append(np.full(count, kinds.index(one.design.kind)))
        exposure.append(np.full(count, share @ open_share(*ledger.seen_days(one, known), one.design.days)))
        hit.append(~np.isnan(ledger.first_redemptions(place, known)))
    empty = np.zeros(0, np.int64)
    return Rows(
        np.concatenate(parts),
        np.concatenate([empty, *campaign]),
        np.concatenate([empty, *kind]),
        np.concatenate([np.zeros(0), *exposure]),
        np.concatenate([np.zeros(0, bool), *hit]),
    )


def _repeats(
    ledger: Ledger, earlier: list[int], campaign: PastCampaign, households: FloatArray, rng: np.random.Generator
) -> FloatArray:
    """Redemptions beyond each redeemer's first: gamma-Poisson with the campaign's own level."""
    seen_, variance, design = [], [], []
    for place in earlier:
        first = ledger.first_redemptions(place, campaign.start)
        people = int((~np.isnan(first)).sum())
        if people:
            more = ledger.redemption_count(place, campaign.start) - people
            seen_.append(np.log((more + 0.5) / (people + 0.5)))
            # Redeemers' own levels spread about as much as an exponential: one mean squared per redeemer.
            variance.append(1 / (more + 0.5) + 1.5 / people)
            design.append([1.0, _log_offers(ledger.campaigns[place])])
    level = pooled_draws(
        np.array(seen_),
        np.array(variance),
        np.array(design).reshape(-1, 2),
        _REPEAT_PRIOR,
        np.array([1.0, _log_offers(campaign)]),
        len(households),
        rng,
    )
    shape = np.maximum(households, 1) / 1.5
    mean = np.exp(np.clip(level, -6, 4)) * households
    return rng.poisson(rng.gamma(shape, mean / shape)).astype(np.float64)


def _timing(days: FloatArray, end: float) -> tuple[float, float]:
    return (float(np.median(days)), float((days < end / 2).mean())) if len(days) else (np.nan, np.nan)
