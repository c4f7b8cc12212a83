"""The peer of the campaign forecast: gradient boosting on the same people and campaigns, scikit-learn's defaults."""

from __future__ import annotations

import numpy as np

from campaigns.contact import FloatArray
from simulator.campaign_forecast import QUANTITIES, covariates
from simulator.past_campaigns import Ledger, PastCampaign

FEWEST_ROWS = 20
SEEN_SHARE = 0.5
RATE_DAYS = (28.0, 112.0)
"""Days before the start whose spend a day is a feature."""


def boosted(ledger: Ledger, place: int, seed: int) -> dict[str, float]:
    """Point forecasts of a campaign from gradient boosting fitted on earlier campaigns as known at its start.

    Rows are people reached by campaigns that were half over; targets are redeeming, redemptions, spend a day, and for
    redeemers the day and its half of the window. NaN where nothing could be fitted.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

    known = ledger.campaigns[place].start
    usable = [
        n for n, one in enumerate(ledger.campaigns) if one.start < known and _seen(ledger, n, known) >= SEEN_SHARE
    ]
    told = dict.fromkeys(QUANTITIES, np.nan)
    if not usable:
        return told
    kinds = sorted({one.design.kind for one in ledger.campaigns})
    features = np.concatenate([_features(ledger, n, kinds) for n in usable])
    first = np.concatenate([ledger.first_redemptions(n, known) for n in usable])
    late = np.concatenate([_half(ledger, n, known) for n in usable])
    spend = np.concatenate([_spend(ledger, n, known) for n in usable])
    more = np.concatenate([_redemptions(ledger, n, known) for n in usable])
    here, redeemed = _features(ledger, place, kinds), ~np.isnan(first)
    begin, end = ledger.seen_days(ledger.campaigns[place], ledger.closes)
    sales = HistGradientBoostingRegressor(random_state=seed).fit(features, spend / 1e6)
    told[QUANTITIES[4]] = float(np.maximum(sales.predict(here), 0).sum() * 1e6 * (end - begin))
    if 0 < redeemed.sum() < len(redeemed):
        chance = HistGradientBoostingClassifier(random_state=seed).fit(features, redeemed).predict_proba(here)[:, 1]
        count = HistGradientBoostingRegressor(loss="poisson", random_state=seed).fit(features, more)
        told[QUANTITIES[0]] = float(chance.sum())
        told[QUANTITIES[1]] = float(count.predict(here).sum())
        if redeemed.sum() >= FEWEST_ROWS:
            middle = HistGradientBoostingRegressor(loss="quantile", quantile=0.5, random_state=seed)
            days = middle.fit(features[redeemed], first[redeemed]).predict(here)
            told[QUANTITIES[2]] = float(np.average(days, weights=chance))
            early = HistGradientBoostingRegressor(random_state=seed)
            told[QUANTITIES[3]] = float(
                np.clip(np.average(early.fit(features[redeemed], late[redeemed]).predict(here), weights=chance), 0, 1)
            )
    return told


def _seen(ledger: Ledger, place: int, known: float) -> float:
    begin, end = ledger.seen_days(ledger.campaigns[place], known)
    return (end - begin) / ledger.campaigns[place].design.days


def _features(ledger: Ledger, place: int, kinds: list[str]) -> FloatArray:
    one = ledger.campaigns[place]
    count = len(one.reached)
    about = [kinds.index(one.design.kind), one.design.days, one.design.offers or np.nan, count, one.start % 365.25]
    rates = [_rate(ledger, one, days) for days in RATE_DAYS]
    return np.column_stack([np.tile(about, (count, 1)), covariates(ledger, place)[:, 2:], *rates])


def _rate(ledger: Ledger, one: PastCampaign, days: float) -> FloatArray:
    begin = max(ledger.opens, one.start - days)
    rate: FloatArray = ledger.spent(begin, one.start, one.start)[one.reached] / max(one.start - begin, 1.0)
    return rate


def _half(ledger: Ledger, place: int, known: float) -> FloatArray:
    half = ledger.seen_days(ledger.campaigns[place], known)[1] / 2
    early: FloatArray = (ledger.first_redemptions(place, known) < half).astype(np.float64)
    return early


def _spend(ledger: Ledger, place: int, known: float) -> FloatArray:
    one = ledger.campaigns[place]
    begin, end = ledger.seen_days(one, known)
    spent: FloatArray = ledger.spent(one.start + begin, one.start + end, known)[one.reached] / (end - begin)
    return spent


def _redemptions(ledger: Ledger, place: int, known: float) -> FloatArray:
    one = ledger.campaigns[place]
    mine = (ledger.redeemed_campaign == place) & (ledger.redeemed_known <= known)
    counted = np.bincount(ledger.redeemed_person[mine], minlength=len(ledger.people))[one.reached]
    return counted.astype(np.float64)
