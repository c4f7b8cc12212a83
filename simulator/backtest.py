"""Campaigns foretold one after the other from what was known before each, beside what happened: the twin's marks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from campaigns.contact import FloatArray
from simulator.campaign_forecast import DRAWS, QUANTITIES, SHARES, forecast, outcomes
from simulator.past_campaigns import Ledger, PastCampaign

DECIDED = 0.8
"""Probability of a direction from which on the forecast states it; between this and its complement it abstains.

The share of stated directions that has to be right: whoever is right as often as they say reaches it wherever they speak.
"""
SEEN_SHARE = 0.5
"""Share of an earlier campaign's window that must have passed for it to be a yardstick."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One quantity of one campaign: forecast, truth, and where the truth lies in the forecast.

    `place` is the mid-distribution value P(draw < truth) + P(draw = truth) / 2, so that counts are not covered by
    their own coarseness. `yardstick` is what earlier campaigns' mean would make of these people and this length
    (NaN without one), `above` the forecast's probability of more than that. `mean_total` is the mean of what earlier
    campaigns brought as it was, whoever they reached, `above_total` likewise.
    """

    campaign_id: str
    quantity: str
    truth: float
    median: float
    low80: float
    high80: float
    low95: float
    high95: float
    place: float
    yardstick: float
    above: float
    mean_total: float
    above_total: float

    def covered(self, level: float) -> bool:
        """Whether the truth lies inside the central interval of this level."""
        return abs(self.place - 0.5) <= level / 2

    @property
    def stated(self) -> bool:
        """Whether the forecast states a direction against earlier campaigns turned to these people and days."""
        return _states(self.yardstick, self.above)

    @property
    def right(self) -> bool:
        """Whether the truth lies on the more likely side of the yardstick."""
        return (self.truth > self.yardstick) == (self.above > 0.5)

    @property
    def stated_total(self) -> bool:
        """Whether the forecast states a direction against the totals of earlier campaigns."""
        return _states(self.mean_total, self.above_total)

    @property
    def right_total(self) -> bool:
        """Whether the truth lies on the more likely side of the mean total."""
        return (self.truth > self.mean_total) == (self.above_total > 0.5)

    def miss(self, said: float) -> float:
        """Error of a point forecast: absolute for shares, else of logarithms, half a unit added to both."""
        return miss(self.quantity, said, self.truth)


def _states(yardstick: float, above: float) -> bool:
    return bool(np.isfinite(yardstick)) and max(above, 1 - above) >= DECIDED


def miss(quantity: str, said: float, truth: float) -> float:
    """Error of `said`: absolute for shares, else |log((said + 0.5) / (truth + 0.5))|, the same for half and double."""
    if quantity in SHARES:
        return abs(said - truth)
    return float(abs(np.log((max(said, 0.0) + 0.5) / (truth + 0.5))))


def backtest(ledger: Ledger, places: Sequence[int], seed: int, draws: int = DRAWS) -> list[Cell]:
    """A cell per campaign (by place in the ledger) and quantity that can be told; timing without redemptions has none."""
    found = []
    for place in places:
        made, truth = forecast(ledger, place, seed, draws), outcomes(ledger, place, np.inf)
        yardstick, total = mean_campaign(ledger, place), mean_total(ledger, place)
        for quantity in QUANTITIES:
            drawn = made.draws[quantity]
            drawn = drawn[np.isfinite(drawn)]
            if np.isfinite(truth[quantity]) and len(drawn):
                found.append(
                    _cell(made.campaign_id, quantity, drawn, truth[quantity], yardstick[quantity], total[quantity])
                )
    return found


def _cell(campaign_id: str, quantity: str, draws: FloatArray, truth: float, yardstick: float, total: float) -> Cell:
    low95, low80, median, high80, high95 = np.quantile(draws, [0.025, 0.1, 0.5, 0.9, 0.975])
    return Cell(
        campaign_id=campaign_id,
        quantity=quantity,
        truth=truth,
        median=float(median),
        low80=float(low80),
        high80=float(high80),
        low95=float(low95),
        high95=float(high95),
        place=_place(draws, truth),
        yardstick=yardstick,
        above=1 - _place(draws, yardstick) if np.isfinite(yardstick) else 0.5,
        mean_total=total,
        above_total=1 - _place(draws, total) if np.isfinite(total) else 0.5,
    )


def _place(draws: FloatArray, value: float) -> float:
    return float((draws < value).mean() + 0.5 * (draws == value).mean())


def yardsticks(ledger: Ledger, place: int) -> list[dict[str, float]]:
    """Per earlier campaign that was half over at the start, in order: its rates turned to this campaign's people and days.

    Counts by share of the people reached, sales by person and day, timing as it was; from what was known at the start.
    """
    campaign = ledger.campaigns[place]
    begin, end = ledger.seen_days(campaign, ledger.closes)
    found = []
    for one, days, outcome in _earlier(ledger, place):
        scale = len(campaign.reached) / len(one.reached)
        turned = {QUANTITIES[0]: scale, QUANTITIES[1]: scale, QUANTITIES[4]: scale * (end - begin) / days}
        found.append({quantity: value * turned.get(quantity, 1.0) for quantity, value in outcome.items()})
    return found


def _earlier(ledger: Ledger, place: int) -> list[tuple[PastCampaign, float, dict[str, float]]]:
    """Earlier campaigns that were half over at a campaign's start, the days seen of each, and what it had brought."""
    known, found = ledger.campaigns[place].start, []
    for number, one in enumerate(ledger.campaigns):
        first, last = ledger.seen_days(one, known)
        if one.start >= known or last - first < SEEN_SHARE * one.design.days or not len(one.reached):
            continue
        found.append((one, last - first, outcomes(ledger, number, known)))
    return found


def mean_total(ledger: Ledger, place: int) -> dict[str, float]:
    """The mean of what earlier campaigns had brought as it was, NaN where none is known."""
    return _combined([outcome for _, _, outcome in _earlier(ledger, place)], _mean)


def mean_campaign(ledger: Ledger, place: int) -> dict[str, float]:
    """The plain mean of the yardsticks, NaN where none is known."""
    return _combined(yardsticks(ledger, place), _mean)


def last_campaign(ledger: Ledger, place: int) -> dict[str, float]:
    """The newest yardstick known of each quantity, NaN where none is."""
    return _combined(yardsticks(ledger, place), lambda values: values[-1])


def _mean(values: list[float]) -> float:
    return float(np.mean(values))


def _combined(found: list[dict[str, float]], how: Callable[[list[float]], float]) -> dict[str, float]:
    told = {}
    for quantity in QUANTITIES:
        values = [one[quantity] for one in found if np.isfinite(one[quantity])]
        told[quantity] = how(values) if values else np.nan
    return told
