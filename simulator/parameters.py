"""One set of behaviour parameters: a draw from the priors and from what calibration learnt, or a planted truth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import ndtri

from campaigns.contact import FloatArray
from simulator.effects.clicking import ShapeName
from simulator.effects.season import EVEN_CLOCK, EVEN_WEEK, EVEN_YEAR, Clock, Week, Year
from simulator.fitting.particles import NOTHING, Particles
from simulator.randomness import Purpose, u01
from tools.prediction.priors import RESPONSE_PRIORS, draw, means


@dataclass(frozen=True, slots=True)
class Learnt:
    """A lognormal belief over a positive parameter: its median and the sd of its logarithm."""

    median: float
    log_sd: float

    def quantile(self, u: FloatArray) -> FloatArray:
        """Values at cumulative probabilities in (0, 1)."""
        return np.asarray(self.median * np.exp(self.log_sd * ndtri(u)))


@dataclass(frozen=True, slots=True)
class Posterior:
    """What the workspace's own history says of people left alone, and how long offers take to be used.

    `season_level` and `value_level` multiply the organic rate and the value per conversion of the coming horizon,
    `dispersion` is the gamma shape of people's unexplained differences (NBD), `value_log_sd` the spread of a
    conversion's value around the person's mean; delays are lognormal days. `learnt` says in sentences what each rests on, and which of them are
    priors because the data were silent.
    """

    season_level: Learnt
    value_level: Learnt
    dispersion: Learnt
    value_log_sd: float
    delay_log_mean: float
    delay_log_sd: float
    origins: int
    people: int
    learnt: tuple[str, ...]
    joint: Particles = NOTHING
    """What was learnt of several parameters at once, correlations kept; it takes the place of their own beliefs."""
    rhythm: Particles = NOTHING
    """Rows of the factors of weekdays, months and hours, named as in `RHYTHM`; even ones where nothing was learnt."""


@dataclass(frozen=True, slots=True)
class Parameters:
    """Everything that a world's behaviour depends on: the response priors by name, then what history teaches.

    `weekday` and `weekday_attention` are factors on own purchases and on attention per UTC day of the week (Monday
    first, mean 1), `month` those on own purchases per UTC month (January first, 1 for the mean of what the rates were
    learnt from), `hour` those on purchases and visits per local hour (> 0, mean 1). `word_of_mouth` is the rise of the two neighbours' own rate (a share of it) for a fortnight after
    an extra purchase; 0, the default, is off. `click_shape` names the response curve; every twin uses "odds", a
    planted world may not.
    """

    attention_email: float
    attention_push: float
    click_email: float
    click_push: float
    convert_offer: float
    convert_plain: float
    incremental_share: float
    halo_trip_share: float
    fatigue_per_contact: float
    fatigue_halflife_days: float
    unsubscribe_per_contact: float
    complaint_per_contact: float
    sleeping_dog_share: float
    sleeping_dog_loss: float
    creative_spread: float
    attention_sms: float
    attention_onsite: float
    attention_ads: float
    click_sms: float
    click_onsite: float
    click_ads: float
    hour_swing: float
    device_gap: float
    delivery_minutes: float
    report_hours: float
    saturation_per_purchase: float
    offer_depth_power: float
    price_elasticity: float
    taste_spread: float
    precision_annoyance: float
    churn_loss: float
    competitor_persistence: float
    competitor_attention: float
    competitor_purchases: float
    shock_rate: float
    shock_size: float
    visits_per_basket: float
    competing_bid_micros: float
    competing_bid_spread: float
    auction_pressure: float
    season_level: float
    value_level: float
    dispersion: float
    value_log_sd: float
    delay_log_mean: float
    delay_log_sd: float
    weekday: Week = EVEN_WEEK
    month: Year = EVEN_YEAR
    hour: Clock = EVEN_CLOCK
    weekday_attention: Week = EVEN_WEEK
    word_of_mouth: float = 0.0
    click_shape: ShapeName = "odds"

    @classmethod
    def of(cls, values: Mapping[str, float | tuple[float, ...]]) -> Parameters:
        """Parameters by name, with the twin's click shape; TypeError when one is missing or unknown."""
        return cls(**values)  # type: ignore[arg-type]

    def of_channel(self, effect: str, channel: str) -> float:
        """The parameter `<effect>_<channel>` (attention or click); AttributeError for a channel without priors."""
        return float(getattr(self, f"{effect}_{channel}"))


LEARNT = ("season_level", "value_level", "dispersion")
"""The parameters that calibration learns as a distribution."""
RHYTHM = {
    "weekday": tuple(f"weekday_{day}" for day in range(1, 8)),
    "month": tuple(f"month_{month}" for month in range(1, 13)),
    "hour": tuple(f"hour_{hour}" for hour in range(24)),
}
"""The names of the factors that the fields `weekday`, `month` and `hour` of `Parameters` hold, in their order."""
UNCERTAIN = (*(prior.name for prior in RESPONSE_PRIORS), *LEARNT)
"""The parameters that differ from run to run, in the order of the columns of `draws`."""


def typical(posterior: Posterior) -> Parameters:
    """Every prior at its mean and every learnt parameter at its median."""
    learnt = {name: getattr(posterior, name).median for name in LEARNT}
    rhythm = _rhythm({name: [mean] for name, mean in posterior.rhythm.means().items()}, 0)
    return Parameters.of(means() | learnt | _fixed(posterior) | posterior.joint.means() | rhythm)


def draws(posterior: Posterior, runs: int, seed: int) -> list[Parameters]:
    """One draw per run, spread evenly over every parameter's range (Latin hypercube; McKay and others, 1979)."""
    u = strata(runs, seed)
    columns = draw(u)
    columns |= {name: getattr(posterior, name).quantile(u[:, UNCERTAIN.index(name)]) for name in LEARNT}
    # The last two columns belong to no parameter of their own: they pick whole rows of joint beliefs.
    columns |= posterior.joint.drawn(u[:, -2])
    rhythm = posterior.rhythm.drawn(u[:, -1])
    return [
        Parameters.of(
            _fixed(posterior) | {name: float(column[run]) for name, column in columns.items()} | _rhythm(rhythm, run)
        )
        for run in range(runs)
    ]


def strata(runs: int, seed: int) -> FloatArray:
    """Uniforms of shape (runs, len(UNCERTAIN) + 2): each column has exactly one value in each of `runs` equal strata."""
    parameter = np.arange(len(UNCERTAIN) + 2, dtype=np.uint64)[None, :]
    run = np.arange(runs)[:, None]
    order = np.argsort(u01(seed, parameter, run, Purpose.ORDER), axis=0, kind="stable")
    rank = np.argsort(order, axis=0, kind="stable")
    return np.asarray((rank + u01(seed, parameter, run, Purpose.PARAMETER)) / runs)


CLICKS = tuple(prior.name for prior in RESPONSE_PRIORS if prior.name.startswith("click_"))
"""The click rates of all channels."""
OFF = dict.fromkeys(
    (
        "hour_swing", "device_gap", "delivery_minutes", "report_hours", "saturation_per_purchase", "offer_depth_power",
        "price_elasticity", "taste_spread", "precision_annoyance", "churn_loss", "competitor_attention",
        "competitor_purchases", "shock_rate", "auction_pressure", "word_of_mouth",
    ),
    0.0,
)  # fmt: skip
"""The parameters that switch one effect each off at this value, every other effect unchanged."""


def neutral(parameters: Parameters) -> Parameters:
    """The same people with only the plainest effects: read, click, buy, tire, leave; every effect of `OFF` is off."""
    even = {"weekday": EVEN_WEEK, "month": EVEN_YEAR, "hour": EVEN_CLOCK, "weekday_attention": EVEN_WEEK}
    return replace(parameters, **even, **OFF)  # type: ignore[arg-type]


def without_response(parameters: Parameters) -> Parameters:
    """The same people, whom no message moves: nobody clicks, is a sleeping dog, or stays away after leaving."""
    return replace(parameters, sleeping_dog_share=0.0, churn_loss=0.0, **dict.fromkeys(CLICKS, 0.0))  # type: ignore[arg-type]


def _rhythm(columns: Mapping[str, Sequence[float] | FloatArray], run: int) -> dict[str, tuple[float, ...]]:
    """The factors of one run by field; none without columns, so that every field keeps its even default."""
    if not columns:
        return {}
    return {field: tuple(float(columns[name][run]) for name in names) for field, names in RHYTHM.items()}


def _fixed(posterior: Posterior) -> dict[str, float]:
    names = ("value_log_sd", "delay_log_mean", "delay_log_sd")
    return {name: getattr(posterior, name) for name in names}
