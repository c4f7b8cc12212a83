"""What the twin says about a plan before anyone real receives anything."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from campaigns.border import Border
from campaigns.figure import Figure

Verdict = Literal["go", "stop", "cannot_tell"]


class Distribution(Border):
    """A quantity over the paired runs: mean and 5/25/50/75/95 % quantiles, in `unit`."""

    unit: str
    mean: float
    p05: float
    p25: float
    p50: float
    p75: float
    p95: float


Share = Annotated[float, Field(ge=0, le=1)]


class Sensitivity(Border):
    """How much of the variance of the incremental margin goes with one assumption.

    `share` by itself, `total` with its interplay with others. `learnt` is false for a prior that nothing in the
    workspace identifies.
    """

    parameter: str
    share: Share
    total: Share = 0.0
    learnt: bool = False


class Spread(Border):
    """Where the variance of the incremental margin comes from; the five shares add up to 1.

    `assumed` are priors that the data cannot identify, `learnt` what they taught, `interplay` assumptions together,
    `luck` runs of the same assumptions, and `unexplained` the rest.
    """

    assumed: Share
    learnt: Share
    interplay: Share
    luck: Share
    unexplained: Share


class Turning(Border):
    """Where one assumption would change the verdict: at `value`, to `becomes`; None when nothing in its range does.

    `low` to `high` is the assumption's central 98 %, `chance_low` to `chance_high` the chance of a loss over it.
    """

    parameter: str
    low: float
    middle: float
    high: float
    chance_low: Share
    chance_high: Share
    value: float | None = None
    becomes: Verdict | None = None
    told: str


class Placebo(Border):
    """A comparison that is known to have no effect, or a known one, and whether the twin agreed."""

    name: str
    held: bool
    told: str


class Risk(Border):
    """What can be lost, in `unit`.

    `value_at_risk` is the loss in the worst one of twenty runs (negative: a gain), `expected_shortfall` the mean loss
    of those; `spend_lost` the mean spend of the runs that lose (0 when none does), `spend_most` what 95 % of the runs
    do not exceed.
    """

    unit: str
    value_at_risk: float
    expected_shortfall: float
    spend_lost: float
    spend_most: float


class Answer(Border):
    """When the experiment would have its answer: days from the start on which its planned test becomes significant and
    stays so, over the runs in which it does (None when it never does), and the share of runs in which it never does."""

    days: Distribution | None
    never: Figure


class Passport(Border):
    """The twin's own record: what it was fitted on, its back-test, and where it has no support.

    `coverage` and `direction` are of people left alone over earlier horizons (`origins`); `campaign_*` are of earlier
    campaigns that the forecast did not see (`campaigns` of them, mean errors by forecaster). `not_learnt` says in
    sentences what the history could not teach; `data_age_days` is None when nothing says how old the data are. `region`
    says in words, by what a plan is judged for (audience, channel, offer, season, data age), what the history holds.
    """

    twin_version: str
    fitted_on: str
    origins: int
    coverage: Figure
    direction: Figure
    supported: bool
    unsupported_because: tuple[str, ...] = ()
    campaigns: int = 0
    campaign_coverage_80: Figure | None = None
    campaign_coverage_95: Figure | None = None
    campaign_direction: Figure | None = None
    campaign_errors: dict[str, float] = Field(default_factory=dict)
    data_age_days: int | None = None
    not_learnt: tuple[str, ...] = ()
    region: dict[str, str] = Field(default_factory=dict)


class FanPoint(Border):
    """Cumulative incremental margin in micros at the end of one campaign day, over the runs."""

    day: int
    p05: float
    p50: float
    p95: float


class Rehearsal(Border):
    """Verdict with its reasons, the distributions behind it, the drivers, and the assumptions it rests on."""

    plan_hash: str
    verdict: Verdict
    reasons: tuple[str, ...]
    runs: Annotated[int, Field(ge=1)]
    seed: int
    outcomes: dict[str, Distribution]
    p_harm: Figure
    p_breach: Figure
    blocked: dict[str, float]
    drivers: tuple[Sensitivity, ...]
    assumptions: tuple[str, ...]
    fan: tuple[FanPoint, ...]
    passport: Passport
    settled: bool = False
    """Whether the whole 95 % interval of `p_harm` gives this verdict."""
    spread: Spread | None = None
    turnings: tuple[Turning, ...] = ()
    placebos: tuple[Placebo, ...] = ()
    risk: Risk | None = None
    answer: Answer | None = None
    usual: str = ""
    """What business as usual is, in a sentence."""
    begins_with: dict[str, tuple[float, float]] = Field(default_factory=dict)
    """What the twin knows of responses, which the live engine begins with: mean and spread relative to the priors."""
