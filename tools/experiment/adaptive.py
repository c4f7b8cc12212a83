"""Effects from people whose arms a learning policy chose: unbiased by the logged propensities, valid at any look.

Each person's score is doubly robust with means of the looks before (so that scores minus the truth are a martingale);
scores of a look are weighted by how sure its propensities make them (Hadad et al., 2021; Bibaut et al., 2021), and the
weighted sum stays inside the confidence sequence of Waudby-Smith et al. (2022).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tools.experiment.analysis import Analysis
from tools.experiment.errors import ExperimentError
from tools.experiment.sequential import FEWEST, N_OPT, half_width, log_evidence

Column = npt.NDArray[np.float64]

_ROUNDING = 1e-5
"""How far propensities of one person may sum from 1: those logged as float32 are off by less."""


@dataclass(frozen=True, slots=True)
class Log:
    """What a policy did, one row per person, oldest first.

    `outcome` in the metric's unit; `action` the arm's column; `propensity` (people, arms) the probability that the policy
    gave each arm before it drew; `look` the number of the policy's state, not falling (0, 0, 1, ...): within one the policy
    did not learn. ExperimentError for shapes that do not match, outcomes that are not finite, propensities that are missing,
    negative, do not sum to 1 or are 0 for the arm that was drawn.
    """

    outcome: Column
    action: npt.NDArray[np.int64]
    propensity: Column
    look: npt.NDArray[np.int64]

    def __post_init__(self) -> None:
        people = len(self.outcome)
        if self.propensity.ndim != 2 or not people == len(self.action) == len(self.propensity) == len(self.look):
            raise ExperimentError(
                f"{people} outcomes, {len(self.action)} actions, {len(self.look)} looks and propensities of shape "
                f"{self.propensity.shape} do not describe the same people; give one row each."
            )
        if not people:
            raise ExperimentError("The log holds nobody; wait for decisions with outcomes.")
        if not np.isfinite(self.outcome).all():
            raise ExperimentError(
                "The log holds an outcome that is not finite; leave people out until theirs is known."
            )
        bad = ~np.isfinite(self.propensity).all(1) | (self.propensity < 0).any(1)
        bad |= np.abs(self.propensity.sum(1) - 1) > _ROUNDING
        if bad.any():
            row = int(bad.argmax())
            raise ExperimentError(
                f"Propensities {np.round(self.propensity[row], 6).tolist()} in row {row} are missing, negative or do not sum "
                "to 1; log what the policy drew with, nothing can be estimated without."
            )
        arms = self.propensity.shape[1]
        if (self.action < 0).any() or (self.action >= arms).any():
            raise ExperimentError(
                f"An action is none of the {arms} arms with a propensity; leave people without one out."
            )
        if (self.propensity[np.arange(people), self.action] <= 0).any():
            raise ExperimentError("Somebody got an arm with a propensity of 0; the log contradicts itself.")
        if (np.diff(self.look) < 0).any():
            raise ExperimentError("Looks fall along the log; give the rows oldest first.")


@dataclass(frozen=True, slots=True)
class Adaptive:
    """The sequence, one entry per look: people so far, estimate, its interval, and the logarithm of the e-value."""

    n: npt.NDArray[np.int64]
    estimate: Column
    low: Column
    high: Column
    log_evidence: Column


def adaptive_sequence(
    log: Log, treated: int, control: int, alpha: float = 0.05, n_opt: float = N_OPT, stabilised: bool = True
) -> Adaptive:
    """The mean difference between two arms over everybody in the log, at every look.

    Looks at which an arm has fewer than `FEWEST` people have an infinite interval. Without `stabilised` every person
    weighs the same: then the estimate is the plain doubly robust mean, and small propensities widen it. Weights are one
    per look, so a look should hold many people; where people's effects differ and change over time, the estimate is
    that weighted mean. ExperimentError where somebody could not have been in one of the two arms.
    """
    for name, arm in (("treated", treated), ("control", control)):
        if not 0 <= arm < log.propensity.shape[1]:
            raise ExperimentError(
                f"The {name} arm {arm} has no propensity; the arms are 0 to {log.propensity.shape[1] - 1}."
            )
        if (log.propensity[:, arm] <= 0).any():
            raise ExperimentError(
                f"{int((log.propensity[:, arm] <= 0).sum()):,} people could not have been in arm {arm} (propensity 0); "
                "leave them out: the comparison says nothing of them."
            )
    ends = np.flatnonzero(np.diff(log.look, append=log.look[-1] + 1)) + 1
    place = np.repeat(np.arange(len(ends)), np.diff(ends, prepend=0))
    score = np.zeros(len(log.outcome))
    scarce, rest = np.zeros(len(log.outcome)), np.zeros(len(log.outcome))
    seen = []
    for arm, sign in ((treated, 1.0), (control, -1.0)):
        inverse = 1 / log.propensity[:, arm]
        drawn = np.where(log.action == arm, inverse, 0.0)
        before = _mean_before(drawn, log.outcome, place, len(ends))[place]
        score += sign * (before + drawn * (log.outcome - before))
        scarce += inverse
        rest += np.where(log.action == arm, (log.outcome - before) ** 2, 0.0)
        seen.append(np.cumsum(np.bincount(place, log.action == arm, len(ends))))
    sizes = np.diff(ends, prepend=0)
    scarcity = np.bincount(place, scarce)
    weight = (scarcity / sizes) ** -0.5 if stabilised else np.ones(len(ends))
    # Moments of weight times (score - estimate), added up over looks.
    first = np.cumsum(weight * np.bincount(place, score))
    mass = np.cumsum(weight * sizes)
    estimate = first / mass
    spread = (
        np.cumsum(weight**2 * np.bincount(place, score**2))
        - 2 * estimate * np.cumsum(weight**2 * np.bincount(place, score))
        + estimate**2 * np.cumsum(weight**2 * sizes)
    )
    # A rare arm with few events by chance understates its variance just when its mean is off: not under both arms' pooled.
    pooled = np.cumsum(np.bincount(place, rest)) / np.maximum(sum(seen), 1)
    variance = np.maximum(spread, pooled * np.cumsum(weight**2 * scarcity)) / ends
    half = ends * half_width(ends, variance, alpha, n_opt) / mass
    z = np.divide(first, np.sqrt(variance * ends), out=np.zeros(len(ends)), where=variance > 0)
    begun = np.minimum(*seen) >= FEWEST
    half = np.where(begun, half, np.inf)
    evidence = np.where(begun, log_evidence(ends, z, alpha, n_opt), 0.0)
    return Adaptive(ends, estimate, estimate - half, estimate + half, evidence)


def at_adaptive_look(log: Log, treated: int, control: int, alpha: float = 0.05, n_opt: float = N_OPT) -> Analysis:
    """The stabilised sequence at the log's last look. ExperimentError also when an arm has fewer than `FEWEST` people."""
    held = [int((log.action == arm).sum()) for arm in (treated, control)]
    sequence = adaptive_sequence(log, treated, control, alpha, n_opt)
    if min(held) < FEWEST:
        raise ExperimentError(
            f"A look at {held[0]:,} treated and {held[1]:,} control people is too early; look from {FEWEST} in each arm."
        )
    pair = np.isin(log.action, (treated, control))
    return Analysis(
        estimate=float(sequence.estimate[-1]),
        low=float(sequence.low[-1]),
        high=float(sequence.high[-1]),
        level=1 - alpha,
        p=float(np.exp(-max(sequence.log_evidence[-1], 0.0))),
        n_treated=held[0],
        n_control=held[1],
        varied=bool(np.ptp(log.outcome[pair]) > 0),
        estimator="doubly robust by logged propensities, stabilised weights",
        method=f"martingale confidence sequence, narrowest at {n_opt:,.0f} people",
        valid="any look",
    )


def _mean_before(weight: Column, outcome: Column, place: npt.NDArray[np.int64], looks: int) -> Column:
    """The weighted mean outcome of all looks before each one; 0 while there is none."""
    total = np.cumsum(np.bincount(place, weight * outcome, looks))[:-1]
    mass = np.cumsum(np.bincount(place, weight, looks))[:-1]
    return np.concatenate(([0.0], np.divide(total, mass, out=np.zeros(looks - 1), where=mass > 0)))
