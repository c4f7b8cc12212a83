"""What a randomised test says of the response parameters: counts per cell, and their likelihood.

Per cell (channel, offer, creative), in the order in which a message works (`simulator/README.md`):
opens are binomial among messages, clicks among opens, redemptions among clicks, and the difference in conversions
between treated and control is normal around what these clicks should have brought. Each factor is conditional on the
counts before it, so that nothing is used twice. A click's odds carry the creative's luck, an unknown of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from campaigns.contact import FloatArray
from simulator.effects.clicking import raised_odds
from tools.prediction.priors import OWN_USE_DAYS
from tools.prediction.response import expected_conversions_lost

PER_WEEK = 2.0
"""Messages per week where a test sent several: the cadence of `tools.prediction.response`."""
FEWEST = 30
"""People an arm needs for its mean to be taken as normal."""
Columns = Mapping[str, FloatArray]


@dataclass(frozen=True, slots=True)
class Arm:
    """People of one arm with the sum and the sum of squares of their conversions over the test's days."""

    people: int
    conversions: float
    squares: float

    @property
    def mean(self) -> float:
        """Conversions per person."""
        return self.conversions / max(self.people, 1)

    @property
    def variance(self) -> float:
        """Sample variance of conversions per person; 0 for fewer than two people."""
        if self.people < 2:
            return 0.0
        return max((self.squares - self.people * self.mean**2) / (self.people - 1), 0.0)


@dataclass(frozen=True, slots=True)
class Cell:
    """The treated people of one channel, offer and creative; None for what was not tracked.

    `messages` counts all that were delivered, the other counts are of messages, each counted once.
    """

    channel: str
    offer: bool
    creative: str
    arm: Arm
    messages: int
    opens: int | None
    clicks: int | None
    redemptions: int | None

    @property
    def name(self) -> str:
        """The cell in words."""
        return " ".join(part for part in (self.channel, "with offer" if self.offer else "plain", self.creative) if part)


@dataclass(frozen=True, slots=True)
class Trial:
    """A randomised test: its cells, their one control and the days over which conversions were counted.

    `together` says that every cell's `arm` is the whole treated arm, whose people got messages of several cells: then
    the cells' effects add up and are compared with the control at once.
    """

    source: str
    cells: tuple[Cell, ...]
    control: Arm
    days: float
    together: bool = False

    def contacts(self, cell: Cell) -> float:
        """Messages per treated person of the cell, those of other cells that the same people got included."""
        cells = self.cells if self.together else (cell,)
        return sum(one.messages for one in cells) / cell.arm.people

    @property
    def tells_lift(self) -> bool:
        """Whether conversions can be compared: enough people in every arm, and they differ in conversions."""
        arms = [self.control, *(cell.arm for cell in self.cells)]
        return min(arm.people for arm in arms) >= FEWEST and any(arm.variance > 0 for arm in arms)

    def gaps(self) -> tuple[str, ...]:
        """What this test could not teach, one sentence each."""
        told = []
        arms = {"control": self.control} | {cell.name: cell.arm for cell in self.cells}
        for name, arm in arms.items():
            if arm.people < FEWEST:
                told.append(
                    f"{self.source}: {arm.people} people in {name}, and {FEWEST} are needed to compare conversions."
                )
        if all(arm.variance == 0 for arm in arms.values()):
            told.append(f"{self.source}: nobody's conversions differ, so the test says nothing of the effect.")
        for kind in ("opens", "clicks"):
            blank = [cell.name for cell in self.cells if getattr(cell, kind) is None]
            if blank:
                told.append(f"{self.source}: {kind} were not tracked for {', '.join(blank)}.")
        return tuple(told)


@dataclass(frozen=True, slots=True)
class Luck:
    """A standard normal unknown, in the shape of a prior: the luck of one creative, or of the moment of a test."""

    name: str
    mean: float = 0.0

    def quantile(self, u: FloatArray) -> FloatArray:
        """Values at cumulative probabilities in (0, 1)."""
        return np.asarray(ndtri(u))


def lucks(place: int, trial: Trial) -> tuple[Luck, ...]:
    """The unknowns of a workspace's test number `place`: of the moment at which it ran, and of each cell's creative."""
    return (Luck(_moment(place)), *(Luck(_luck(place, number)) for number in range(len(trial.cells))))


def _moment(place: int) -> str:
    return f"moment_{place}"


def _luck(place: int, cell: int) -> str:
    return f"luck_{place}_{cell}"


def reads(trial: Trial) -> tuple[str, ...]:
    """The response priors that this test's likelihood depends on."""
    names = {
        "sleeping_dog_share",
        "sleeping_dog_loss",
        "incremental_share",
        "creative_spread",
        "competitor_attention",
        "hour_swing",
    }
    for cell in trial.cells:
        names |= {f"attention_{cell.channel}", f"click_{cell.channel}"}
        names.add("convert_offer" if cell.offer else "convert_plain")
        if trial.contacts(cell) > 1:
            names |= {"fatigue_per_contact", "fatigue_halflife_days"}
    return tuple(sorted(names))


def log_likelihood(trial: Trial, place: int, given: Columns) -> FloatArray:
    """The log likelihood of a test's counts under columns of parameters, up to a constant."""
    total = np.zeros(len(given["incremental_share"]))
    lifts = []
    for number, cell in enumerate(trial.cells):
        seen, click = reading(trial, cell, place, given), clicking(cell, _luck(place, number), given)
        if cell.opens is not None:
            total = total + _binomial(cell.opens, cell.messages, seen)
        if cell.clicks is not None:
            tried, chance = (cell.opens, click) if cell.opens is not None else (cell.messages, seen * click)
            total = total + _binomial(cell.clicks, tried, chance)
        if cell.redemptions is not None and cell.clicks is not None and cell.offer:
            total = total + _binomial(cell.redemptions, cell.clicks, _redeems(trial, given))
        lifts.append(gained(trial, place, number, given, counted=True))
    if trial.tells_lift:
        dogs = [withheld(trial, cell, given) for cell in trial.cells]
        effects = [sum(lifts) - dogs[0]] if trial.together else [a - b for a, b in zip(lifts, dogs, strict=True)]
        total = total + _difference(trial, np.stack(effects))
    return np.asarray(total)


def lift(trial: Trial, place: int, given: Columns) -> FloatArray:
    """Incremental conversions per treated person of test number `place`, as expected under columns of parameters.

    Over the test's days, what sleeping dogs withhold taken off; cells weighted by their people.
    """
    gains = [gained(trial, place, number, given, counted=False) for number in range(len(trial.cells))]
    if trial.together:
        return np.asarray(sum(gains) - withheld(trial, trial.cells[0], given))
    people = np.array([cell.arm.people for cell in trial.cells])
    net = [gain - withheld(trial, cell, given) for gain, cell in zip(gains, trial.cells, strict=True)]
    return np.asarray(people @ np.stack(net) / people.sum())


def gained(trial: Trial, place: int, number: int, given: Columns, *, counted: bool) -> FloatArray:
    """Conversions per treated person that messages of cell `number` bring.

    `counted` starts from the clicks (or redemptions) that were counted instead of those that are to be expected.
    """
    cell, share = trial.cells[number], given["incremental_share"]
    buys = given["convert_offer" if cell.offer else "convert_plain"] * (1 - given["sleeping_dog_share"])
    if counted and cell.clicks is not None:
        if cell.redemptions is not None and cell.offer:
            return np.asarray(cell.redemptions / cell.arm.people * share / (share + (1 - share) * anyway(trial)))
        return np.asarray(cell.clicks / cell.arm.people * buys * share)
    seen = reading(trial, cell, place, given)
    clicks = cell.messages / cell.arm.people * seen * clicking(cell, _luck(place, number), given)
    return np.asarray(clicks * buys * share)


def withheld(trial: Trial, cell: Cell, given: Columns) -> FloatArray:
    """Conversions per treated person that sleeping dogs keep back over the test's days."""
    rate = trial.control.mean / trial.days
    lost = expected_conversions_lost(rate, trial.contacts(cell), PER_WEEK, given)  # type: ignore[arg-type]
    return np.minimum(lost, given["sleeping_dog_share"] * given["sleeping_dog_loss"] * trial.control.mean)


def reading(trial: Trial, cell: Cell, place: int, given: Columns) -> FloatArray:
    """The mean chance that a message of the cell is read: at the test's moment, tiredness by earlier messages included.

    The hour and the competitors' pressure at which a test ran are not in it: they are one lognormal factor of mean 1
    with the variance of both (a sinusoid of height `hour_swing` has half its square).
    """
    sd = np.sqrt(given["competitor_attention"] ** 2 + given["hour_swing"] ** 2 / 2)
    base = np.minimum(given[f"attention_{cell.channel}"] * np.exp(sd * given[_moment(place)] - sd**2 / 2), 1.0)
    per_person = trial.contacts(cell)
    most = int(np.ceil(per_person))
    if most <= 1:
        return base
    fatigue, chances = np.zeros(len(base)), []
    left = np.exp2(-7 / PER_WEEK / given["fatigue_halflife_days"])
    for _ in range(most):
        chances.append(base * np.exp(-given["fatigue_per_contact"] * fatigue))
        fatigue = (fatigue + 1) * left
    whole = np.cumsum(np.stack(chances), axis=0)
    part = per_person - (most - 1)
    return np.asarray((whole[-2] * (1 - part) + whole[-1] * part) / per_person)


def clicking(cell: Cell, luck: str, given: Columns) -> FloatArray:
    """The chance that a message of the cell that is read is clicked."""
    return raised_odds(given[f"click_{cell.channel}"], np.exp(given["creative_spread"] * given[luck]))


def anyway(trial: Trial) -> float:
    """The chance that a person buys of their own accord within the days in which that uses the offer.

    Negative binomial with the control's mean and variance (Ehrenberg, 1959): people differ, and the fewer buy.
    """
    mean, more = trial.control.mean, trial.control.variance - trial.control.mean
    expected = mean * OWN_USE_DAYS / trial.days
    if more <= 0 or mean <= 0:
        return float(-np.expm1(-expected))
    shape = mean**2 / more
    return float(1 - (1 + expected / shape) ** -shape)


def measured_lift(trial: Trial) -> tuple[float, float]:
    """Treated minus control conversions per person over all cells, and the standard error of that."""
    arms = [cell.arm for cell in (trial.cells[:1] if trial.together else trial.cells)]
    people = np.array([arm.people for arm in arms])
    weight = people / people.sum()
    noise = sum(w**2 * arm.variance / arm.people for w, arm in zip(weight, arms, strict=True))
    noise += trial.control.variance / trial.control.people
    return float(weight @ [arm.mean for arm in arms]) - trial.control.mean, float(np.sqrt(noise))


def _redeems(trial: Trial, given: Columns) -> FloatArray:
    share = given["incremental_share"]
    used = share + (1 - share) * anyway(trial)
    return np.asarray((1 - given["sleeping_dog_share"]) * given["convert_offer"] * used)


def _difference(trial: Trial, effects: FloatArray) -> FloatArray:
    """Normal log density of all differences at once: they share the noise of their one control."""
    arms = [cell.arm for cell in (trial.cells[:1] if trial.together else trial.cells)]
    off = np.array([arm.mean - trial.control.mean for arm in arms])[:, None] - effects
    # An arm in which nobody differs is no proof that nobody would: it borrows the other arms' variance.
    most = max([trial.control.variance, *(arm.variance for arm in arms)])
    own = [(arm.variance or most) / arm.people for arm in arms]
    covariance = np.diag(own) + (trial.control.variance or most) / trial.control.people
    return np.asarray(-0.5 * np.einsum("ip,ip->p", off, np.linalg.solve(covariance, off)))


def _binomial(hits: int, tried: int, chance: FloatArray) -> FloatArray:
    safe = np.clip(chance, 1e-12, 1 - 1e-12)
    return np.asarray(hits * np.log(safe) + (tried - hits) * np.log1p(-safe))
