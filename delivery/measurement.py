"""What came of a campaign: the shape of a measurement. `delivery.measure` makes it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from campaigns.border import Border
from campaigns.brief import Channel
from campaigns.figure import Figure
from campaigns.rehearsal import Distribution
from delivery.measuring.attribution import Credit
from delivery.measuring.contamination import Exposure
from delivery.measuring.cost import AcquisitionCost
from delivery.measuring.retention import Retention
from delivery.measuring.variables import Variables
from tools.experiment.analysis import Valid

Label = Literal["gain", "loss", "cannot tell"]
"""`cannot tell` whenever the interval holds 0, nothing varied, the fixed horizon has not been reached, or a metric
that is judged before this one shows no effect."""

Metric = Literal["incremental_conversions", "incremental_revenue", "incremental_margin", "incremental_retained"]
"""`incremental_retained`: people who bought and came back within 90 days (`delivery.measuring.retention`)."""


class Result(Border):
    """One metric's effect, treated minus campaign holdout, whether people were reached or not (intent to treat).

    `per_person` and `total` (effect x people treated) carry the interval; `treated_mean` and `control_mean` are
    plain means per person. `variance_removed` is CUPED's share (0-1). Only the `primary` metric was fixed beforehand
    as the one that decides; the others describe. `valid` says at which looks the interval and `p` hold: while a campaign
    runs, at any; it is missing from `per_person` and `total` when it is too early for one, and `words` say so.
    """

    metric: Metric
    primary: bool
    label: Label
    treated_mean: Figure
    control_mean: Figure
    per_person: Figure
    total: Figure
    variance_removed: Annotated[float, Field(ge=0, le=1)]
    p: Annotated[float, Field(ge=0, le=1)]
    valid: Valid
    words: str


class Daily(Border):
    """Cumulative conversions per person of one arm at the end of each UTC day."""

    arm: str
    people: int
    days: tuple[date, ...]
    conversions_per_person: tuple[float, ...]


class CreativeResult(Border):
    """What became of one message variant; conversions are those that followed a click, not what it caused.

    `mean_propensity` is the mean probability with which it was chosen when it was; None when it was never sent.
    """

    creative_id: str
    channel: Channel
    sends: int
    opens: int
    clicks: int
    conversions: int
    redemptions: int
    unsubscribes: int
    mean_propensity: float | None


class ForecastLine(Border):
    """The rehearsal's distribution of a quantity beside what came; `inside` its 5-95 % range or not.

    `incremental_*` forecasts the truth, which no experiment sees itself: `inside` is None. `measured_incremental_*` is
    what an experiment of this size would report of it, its noise included: the range to judge a measurement by.
    """

    metric: str
    forecast: Distribution
    measured: Figure
    inside: bool | None


class Measurement(Border):
    """A campaign's results from its control group, its spend, and what policy kept it from doing.

    `results` may be read from `ends` (the last message) and the follow-up on, `retained` when all 90 days are over.
    `planned_shares` (0-1) is what the lot should have given each arm.

    `final` says that the horizon was reached and the account closed; `halted` from when nothing more was sent because
    the control group showed harm. `blocked` counts refused contacts per rule,
    `spend` micros of money; `srm_p` is the sample-ratio test's p-value, below 0.001 a reason to distrust all results.
    """

    plan_id: str
    plan_hash: str
    final: bool
    started: AwareDatetime
    until: AwareDatetime
    ends: AwareDatetime
    halted: AwareDatetime | None = None
    control: str
    method: str
    arms: dict[str, Figure]
    planned_shares: dict[str, float]
    srm_p: Figure
    results: tuple[Result, ...]
    acquisition: AcquisitionCost
    retention: Retention
    retained: Result
    variables: Variables
    attribution: tuple[Credit, ...]
    contamination: tuple[Exposure, ...]
    spend: dict[str, Figure]
    events: dict[str, dict[str, int]]
    blocked: dict[str, int]
    contacts: int
    people_reached: int
    refused_by_channel: int
    creatives: tuple[CreativeResult, ...]
    daily: tuple[Daily, ...]
    forecast: tuple[ForecastLine, ...]

    @property
    def primary(self) -> Result:
        """The result that was fixed beforehand as the one that decides."""
        return next(result for result in self.results if result.primary)
