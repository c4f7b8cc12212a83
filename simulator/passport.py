"""The twin's own record: what it would have said at earlier origins and of earlier campaigns, beside what happened.

Own conversions are back-tested over earlier horizons, campaigns (redemptions, their timing, sales) over those that the
forecast did not see. No campaign in a plain history was randomised: neither licenses the causal response priors.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import numpy as np
import polars as pl
from scipy import stats

from campaigns.audience import Predicate
from campaigns.contact import FloatArray
from campaigns.figure import Figure, Source
from campaigns.plan import Plan
from campaigns.rehearsal import Passport
from campaigns.workspace import Workspace
from simulator.backtest import SEEN_SHARE, Cell, backtest, last_campaign, mean_campaign
from simulator.calibration import HORIZON_DAYS, MAX_ORIGINS, Twin, horizon_of, left_out
from simulator.campaign_forecast import SALES
from simulator.fitting.fit import ForecastError
from simulator.fitting.stored import kept_forecasts
from simulator.kinds import Kind
from simulator.learning import posterior
from simulator.months import LEVEL, TOO_RARE, Foretold
from simulator.parameters import Posterior
from simulator.past_campaigns import Ledger, ledger
from simulator.region import Region
from simulator.support import Asked, not_learnt, support
from simulator.survey import region
from tools.audience.history import history as people_history
from tools.audience.population import Population

FEWEST_ORIGINS = 3
MOST_CAMPAIGNS = 10
"""Newest campaigns that a passport forecasts; each takes a tenth of a second."""
FEWEST_EARLIER = 3
"""Campaigns that must lie before one that is forecast."""
_DRAWS = 400
_CAMPAIGN_DRAWS = 400
FORECAST_LEVEL = 0.9
"""The probability of a rehearsal's range from its 5 % to its 95 % run."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One origin forecast from the earlier ones: interval and median of conversions, the truth, the origin before.

    `start` is the horizon's first day in UTC.
    """

    start: date
    low: float
    median: float
    high: float
    actual: float
    before: float

    @property
    def covered(self) -> bool:
        """Whether the interval holds what happened."""
        return self.low <= self.actual <= self.high

    @property
    def right_way(self) -> bool:
        """Whether the forecast moved from the origin before in the direction in which the truth moved."""
        return bool(np.sign(self.median - self.before) == np.sign(self.actual - self.before))


@dataclass(frozen=True, slots=True)
class History:
    """A workspace's part of a passport: its region, the back-test of its campaigns, and mean errors by forecaster.

    `forecasts` are those of campaigns that were run here, beside what their experiments then measured.
    """

    region: Region
    cells: tuple[Cell, ...]
    errors: dict[str, float]
    forecasts: tuple[ForecastError, ...] = ()

    @property
    def record(self) -> Passport:
        """The passport of the workspace alone: nothing about any plan's people."""
        nothing = share(0, 0, "")
        alone = Passport(twin_version="", fitted_on="", origins=0, coverage=nothing, direction=nothing, supported=True)
        return with_history(alone, self, "")

    def plain(self) -> dict[str, object]:
        """The record as JSON types: the region, the campaigns' marks, and what could not be learnt."""
        told = self.record.plain()
        for name in ("twin_version", "fitted_on", "origins", "coverage", "direction"):
            del told[name]
        return {**told, "region": self.region.plain()}


def history_of(ws: Workspace, now: datetime, seed: int) -> History:
    """The region and the campaigns' back-test as the workspace's data stood at `now`."""
    books = ledger(ws, now)
    tried = tried_places(books)
    cells = tuple(backtest(books, tried, seed, _CAMPAIGN_DRAWS))
    return History(region(ws, now), cells, _errors(books, tried, cells), kept_forecasts(ws))


def of_everybody(ws: Workspace, now: datetime, seed: int, known: History) -> History:
    """A workspace's history with the horizons of everybody in it: what its region is before there is a plan."""
    everybody = Population((Predicate(field="always", value=0),), None)
    frame = people_history(ws, everybody, now, HORIZON_DAYS, MAX_ORIGINS)
    earlier = foretold(trials(frame, HORIZON_DAYS, seed), HORIZON_DAYS)
    return replace(known, region=known.region.of_plan(frame, earlier))


def tried_places(books: Ledger) -> list[int]:
    """Campaigns that can be judged: half of their window is in the books, and at least three began before them."""
    judged = []
    for place, campaign in enumerate(books.campaigns):
        first, last = books.seen_days(campaign, books.closes)
        before = sum(other.start < campaign.start for other in books.campaigns)
        if last - first >= SEEN_SHARE * campaign.design.days and before >= FEWEST_EARLIER:
            judged.append(place)
    return judged[-MOST_CAMPAIGNS:]


def passport(
    twin: Twin, plan: Plan, people: int, seed: int, history: History | None = None, kind: Kind | None = None
) -> Passport:
    """The record of this twin for this plan over `people` people; unsupported with reasons outside its region.

    `kind` is that of the people (`Region.kind` of the snapshot). Without `history` (made by `history_of`) the region is
    people, channels and earlier horizons only.
    """
    tried = trials(twin.history, twin.horizon_days, seed)
    origins = twin.posterior.origins
    reasons = _too_little(twin, origins)
    largest = int(twin.history.group_by("origin").len()["len"].max() or 0) if len(twin.history) else 0  # type: ignore[arg-type]
    if history:
        history = replace(history, region=history.region.of_plan(twin.history, foretold(tried, twin.horizon_days)))
    reasons.extend(support(Asked.of(plan, people, kind), largest, history.region if history else None))
    covered = sum(trial.covered for trial in tried)
    if tried and stats.binom.cdf(covered, len(tried), LEVEL) < TOO_RARE:
        reasons.append(f"its {LEVEL:.0%} intervals held the truth in only {covered} of {len(tried)} earlier horizons")
    record = Passport(
        twin_version=twin.version,
        fitted_on=twin.fitted_on,
        origins=origins,
        coverage=share(covered, len(tried), twin.version),
        direction=share(sum(trial.right_way for trial in tried), len(tried), twin.version),
        supported=not reasons,
        unsupported_because=tuple(reasons),
    )
    return with_history(record, history, twin.version) if history else record


def with_history(record: Passport, history: History, version: str) -> Passport:
    """The record with the campaigns' back-test, the data's age and what the history could not teach."""
    cells, seen = history.cells, history.region
    inside80 = sum(cell.covered(0.8) for cell in cells)
    stated = [cell for cell in cells if cell.stated_total]
    sales = [cell.covered(0.8) for cell in cells if cell.quantity == SALES]
    reasons, said = list(record.unsupported_because), not_learnt(seen)
    # A rehearsal draws sales, not coupons: a bad record of redemptions is said and does not end its support.
    if sales and stats.binom.cdf(sum(sales), len(sales), LEVEL) < TOO_RARE:
        reasons.append(
            f"its {LEVEL:.0%} intervals held the sales of only {sum(sales)} of {len(sales)} earlier campaigns"
        )
    if cells and stats.binom.cdf(inside80, len(cells), LEVEL) < TOO_RARE:
        said = (
            *said,
            f"The {LEVEL:.0%} intervals of earlier campaigns' outcomes were too narrow: {inside80} of {len(cells)} held.",
        )
    if history.forecasts:
        held, ran = sum(one.inside for one in history.forecasts), len(history.forecasts)
        said = (*said, f"Of {ran} forecasts of campaigns run here {held} held what their experiments measured.")
        if stats.binom.cdf(held, ran, FORECAST_LEVEL) < TOO_RARE:
            reasons.append(f"its {FORECAST_LEVEL:.0%} ranges held only {held} of {ran} outcomes of campaigns run here")
    if seen.campaigns > 1 and not cells:
        said = (
            *said,
            f"The {seen.campaigns} earlier campaigns are too few or too new to forecast one from the others.",
        )
    return record.model_copy(
        update={
            "supported": not reasons,
            "unsupported_because": tuple(reasons),
            "campaigns": len({cell.campaign_id for cell in cells}),
            "campaign_coverage_80": share(inside80, len(cells), version),
            "campaign_coverage_95": share(sum(cell.covered(0.95) for cell in cells), len(cells), version),
            "campaign_direction": share(sum(cell.right_total for cell in stated), len(stated), version),
            "campaign_errors": history.errors,
            "data_age_days": seen.age_days,
            "region": seen.told,
            "not_learnt": said,
        }
    )


def trials(history: pl.DataFrame, horizon_days: int, seed: int) -> list[Trial]:
    """A forecast of every origin that has an earlier one, in order of time, from the earlier ones only."""
    origins = sorted(history["origin"].unique().to_list()) if len(history) else []
    found = []
    for place in range(1, len(origins)):
        earlier = history.filter(pl.col("origin") < origins[place])
        before = history.filter(pl.col("origin") == origins[place - 1])
        here = history.filter(pl.col("origin") == origins[place])
        belief = posterior(left_out(earlier, horizon_days), np.zeros(0))
        horizon = horizon_of(here, earlier, horizon_days)
        totals = simulated_totals(horizon.expected, belief, seed + place)
        low, median, high = np.quantile(totals, [(1 - LEVEL) / 2, 0.5, (1 + LEVEL) / 2])
        # Populations differ in size between origins: the direction is of conversions per person.
        scale = len(here) / max(len(before), 1)
        found.append(
            Trial(
                origins[place].date(),
                float(low),
                float(median),
                float(high),
                float(horizon.conversions.sum()),
                float(before["conversions"].sum()) * scale,
            )
        )
    return found


def foretold(tried: Sequence[Trial], days: int) -> tuple[Foretold, ...]:
    """When the back-tested horizons of so many days began, and whether their intervals held."""
    return tuple(Foretold(trial.start, days, trial.covered) for trial in tried)


def simulated_totals(expected: FloatArray, belief: Posterior, seed: int) -> FloatArray:
    """Draws of all people's own conversions in a horizon: level x gamma differences x Poisson, as in the twin."""
    rng = np.random.Generator(np.random.PCG64(seed))
    level = belief.season_level.quantile(rng.uniform(size=_DRAWS))
    shape = belief.dispersion.quantile(rng.uniform(size=_DRAWS))
    people = rng.gamma(shape[:, None], 1 / shape[:, None], size=(_DRAWS, len(expected)))
    return rng.poisson(level * (people @ expected)).astype(np.float64)


def share(hits: int, tried: int, version: str) -> Figure:
    """Hits over trials with its exact 95 % interval (Clopper and Pearson, 1934); no trials: 0, and anything is possible."""
    low = float(stats.beta.ppf(0.025, hits, tried - hits + 1)) if hits else 0.0
    high = float(stats.beta.ppf(0.975, hits + 1, tried - hits)) if hits < tried else 1.0
    source = Source(kind="twin", name="simulator.passport.passport", ref=version)
    return Figure(value=hits / tried if tried else 0.0, unit="share", source=source, low=low, high=high, level=0.95)


def _too_little(twin: Twin, origins: int) -> list[str]:
    reasons = []
    if origins < FEWEST_ORIGINS:
        reasons.append(f"the history has {origins} earlier horizons of such people, and {FEWEST_ORIGINS} are needed")
    elif not int(twin.history["conversions"].sum()):
        reasons.append("nobody of such people converted in any earlier horizon, so that nothing can be foretold")
    return reasons


def _errors(books: Ledger, tried: Sequence[int], cells: tuple[Cell, ...]) -> dict[str, float]:
    """Mean error of the twin and of the plain baselines over the cells that all of them tell; empty without cells."""
    place = {books.campaigns[n].campaign_id: n for n in tried}
    last = {campaign: last_campaign(books, n) for campaign, n in place.items()}
    mean = {campaign: mean_campaign(books, n) for campaign, n in place.items()}
    told = [cell for cell in cells if np.isfinite(last[cell.campaign_id][cell.quantity])]
    if not told:
        return {}
    said = {
        "twin": [cell.miss(cell.median) for cell in told],
        "last campaign": [cell.miss(last[cell.campaign_id][cell.quantity]) for cell in told],
        "mean campaign": [cell.miss(mean[cell.campaign_id][cell.quantity]) for cell in told],
    }
    return {name: round(float(np.mean(misses)), 6) for name, misses in said.items()}
