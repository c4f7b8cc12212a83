"""One set of behaviour parameters: a draw from the priors and from what calibration learnt, or a planted truth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

import numpy as np
from scipy.special import ndtri

from campaigns.contact import FloatArray
from simulator.behaviour import ShapeName
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
    conversion's value around the person's mean; delays are lognormal days. `learnt` says in sentences what each
    rests on, and which of them are priors because the data were silent.
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


@dataclass(frozen=True, slots=True)
class Parameters:
    """Everything that a world's behaviour depends on; the first fifteen are the response priors by name.

    `click_shape` names the response curve; every twin uses "odds", a planted world may not.
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
    season_level: float
    value_level: float
    dispersion: float
    value_log_sd: float
    delay_log_mean: float
    delay_log_sd: float
    click_shape: ShapeName = "odds"

    @classmethod
    def of(cls, values: Mapping[str, float]) -> Parameters:
        """Parameters from numbers by name, with the twin's click shape; TypeError when one is missing or unknown."""
        return cls(**values)  # type: ignore[arg-type]

    def of_channel(self, effect: str, channel: str) -> float:
        """The parameter `<effect>_<channel>` (attention or click); KeyError for a channel without priors."""
        return float(asdict(self)[f"{effect}_{channel}"])


LEARNT = ("season_level", "value_level", "dispersion")
"""The parameters that calibration learns as a distribution."""
UNCERTAIN = (*(prior.name for prior in RESPONSE_PRIORS), *LEARNT)
"""The parameters that differ from run to run, in the order of the columns of `draws`."""


def typical(posterior: Posterior) -> Parameters:
    """Every prior at its mean and every learnt parameter at its median."""
    learnt = {name: getattr(posterior, name).median for name in LEARNT}
    return Parameters.of(means() | learnt | _fixed(posterior))


def draws(posterior: Posterior, runs: int, seed: int) -> list[Parameters]:
    """One draw per run, spread evenly over every parameter's range (Latin hypercube; McKay and others, 1979)."""
    u = strata(runs, seed)
    columns = draw(u)
    columns |= {name: getattr(posterior, name).quantile(u[:, UNCERTAIN.index(name)]) for name in LEARNT}
    return [
        Parameters.of({name: float(column[run]) for name, column in columns.items()} | _fixed(posterior))
        for run in range(runs)
    ]


def strata(runs: int, seed: int) -> FloatArray:
    """Uniforms of shape (runs, len(UNCERTAIN)): each column has exactly one value in each of `runs` equal strata."""
    parameter = np.arange(len(UNCERTAIN), dtype=np.uint64)[None, :]
    run = np.arange(runs)[:, None]
    order = np.argsort(u01(seed, parameter, run, Purpose.ORDER), axis=0, kind="stable")
    rank = np.argsort(order, axis=0, kind="stable")
    return np.asarray((rank + u01(seed, parameter, run, Purpose.PARAMETER)) / runs)


def without_response(parameters: Parameters) -> Parameters:
    """The same people, whom no message moves: nobody clicks, nobody is a sleeping dog."""
    return replace(parameters, click_email=0.0, click_push=0.0, sleeping_dog_share=0.0)


def _fixed(posterior: Posterior) -> dict[str, float]:
    return {name: getattr(posterior, name) for name in ("value_log_sd", "delay_log_mean", "delay_log_sd")}
