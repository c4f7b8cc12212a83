"""A new policy scored on logs before it may act: estimates, how far the log carries them, and a gate with reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from campaigns.contact import FloatArray
from delivery.off_policy import estimators
from delivery.off_policy.errors import BadLogs
from delivery.off_policy.intervals import Estimate, Kind, Ratio, estimated
from delivery.off_policy.logs import Logs, distributions_kept
from delivery.off_policy.overlap import Overlap, weights
from delivery.off_policy.reward_model import cross_fitted

Label = Literal["better", "worse", "cannot tell"]
LEVEL = 0.95
LEAST_EFFECTIVE = 100.0
"""Effective decisions under which nothing is said: a normal interval of a weighted mean is not to be trusted below."""
LEAST_CARRIED = 5.0
"""Effective number of people who must carry the variance: with fewer, a handful of rewards decides."""


@dataclass(frozen=True, slots=True)
class Score:
    """What a log says of a target, per decision (or what `per` names) in the reward's unit.

    `estimates` by name (`ips`, `snips`, `dm`, `dr`, `switch_dr`); empty when the log is too thin, and `short` says why.
    `logged` is what the log's own policy earned, `gain` the target less that, from the same rows. `switch` is the
    weight above which switch-DR trusts the model alone (None where it does nowhere), `clipped` the share of the target that clipping cut off.
    """

    level: float
    overlap: Overlap
    logged: Estimate
    gain: Estimate | None
    estimates: Mapping[str, Estimate] = field(default_factory=dict)
    short: tuple[str, ...] = ()
    switch: float | None = None
    clipped: float = 0.0
    per: str = "decision"

    @property
    def label(self) -> Label:
        """`better` or `worse` when the interval of the gain excludes 0, else `cannot tell`."""
        if self.short or self.gain is None or self.gain.low is None or self.gain.high is None:
            return "cannot tell"
        return "better" if self.gain.low > 0 else "worse" if self.gain.high < 0 else "cannot tell"


@dataclass(frozen=True, slots=True)
class Leave:
    """Whether a scored policy may act, and why or why not."""

    allowed: bool
    reasons: tuple[str, ...]


def score(
    logs: Logs,
    target: FloatArray,
    *,
    model: FloatArray | None = None,
    clip: float | None = None,
    kind: Kind = "normal",
    level: float = LEVEL,
    seed: int = 0,
) -> Score:
    """The target's value by every estimator, from decisions that another policy made.

    `target` holds its probabilities, (rows, actions + 1) with no contact first; `model` a table of expected rewards of
    that shape from elsewhere (default: `cross_fitted`); `clip` the largest weight (default: none is cut), whose bias the
    intervals then carry. BadLogs when the log cannot be read, or lacks propensities where the target acts.
    """
    distributions_kept(target, (logs.rows, logs.actions + 1), "the target")
    if clip is not None and not clip > 0:
        raise BadLogs(f"Weights cut at {clip:g} leave nothing; clip at more than 0.")
    raw = weights(logs, target)
    people, reward, taken, span = logs.people, logs.reward, logs.column, logs.high - logs.low
    q = cross_fitted(logs, seed) if model is None else model
    if q.shape != target.shape or not np.isfinite(q).all():
        raise BadLogs(f"The reward model's table has shape {q.shape} or holds no finite numbers; give {target.shape}.")
    w, cut = (raw, 0.0) if clip is None else estimators.clipped(raw, clip)
    point, heavy = estimators.switch_point(w, reward, taken, target, q, logs.shares, span)
    largest = max(abs(logs.low), abs(logs.high))
    robust = _moved(estimators.dr(w, reward, taken, target, q), cut * span)
    ratios = {
        "ips": _moved(estimators.ips(w, reward), cut * largest),
        "snips": _moved(estimators.snips(w, reward), cut * span),
        "dr": robust,
        "switch_dr": _moved(estimators.switch_dr(w, reward, taken, target, q, point, heavy), cut * span),
    }
    better = Ratio(robust.over - reward, robust.under, robust.bias)
    found = {name: estimated(ratio.by(people), level, kind, seed) for name, ratio in ratios.items()}
    said = estimators.dm(target, q)
    found["dm"] = Estimate(said.value, None, None, None, float(logs.rows), 0.0)
    gain = estimated(better.by(people), level, kind, seed)
    overlap = Overlap.of(raw)
    short = too_thin(overlap, found["dr"], gain)
    return Score(
        level=level,
        overlap=overlap,
        logged=estimated(Ratio(reward, np.ones(logs.rows)).by(people), level, kind, seed),
        gain=None if short else gain,
        estimates={} if short else found,
        short=short,
        switch=None if short or np.isinf(point) else point,
        clipped=cut,
    )


def too_thin(overlap: Overlap, *deciding: Estimate) -> tuple[str, ...]:
    """Why nothing can be said from weights like these; empty when something can."""
    reasons = []
    if overlap.effective < LEAST_EFFECTIVE:
        reasons.append(
            f"The {overlap.decisions} logged decisions count like {overlap.effective:.0f} for this target; {LEAST_EFFECTIVE:.0f} are needed."
        )
    if not overlap.balanced:
        reasons.append(
            f"The weights average {overlap.mean:.2f} where 1 is due: the target does what the log's policy could not, or propensities are wrong."
        )
    carried = min(one.carried for one in deciding)
    if not reasons and carried < LEAST_CARRIED:
        reasons.append(
            f"The rewards of only {carried:.1f} people decide the estimate; {LEAST_CARRIED:.0f} are needed for an interval."
        )
    return tuple(reasons)


def may_act(score: Score) -> Leave:
    """Leave to act for a policy whose whole interval lies above what the log's policy earned; reasons otherwise.

    A high-confidence improvement is asked for (Thomas, Theocharous and Ghavamzadeh, 2015), because a worse policy costs
    and an unproven one can be explored with a small share first.
    """
    if score.short:
        return Leave(False, ("Cannot tell.", *score.short))
    gain = score.gain
    if gain is None or gain.low is None or gain.high is None:
        return Leave(False, ("Cannot tell: no interval can be given.",))
    told = f"per {score.per} {gain.value:+.4g} against the logged policy, {100 * score.level:.6g}% interval {gain.low:+.4g} to {gain.high:+.4g}"
    if score.label == "better":
        return Leave(True, (f"Better: {told}.",))
    if score.label == "worse":
        return Leave(False, (f"Worse: {told}.",))
    return Leave(False, (f"Cannot tell: {told}, which includes 0.",))


def _moved(ratio: Ratio, bias: float) -> Ratio:
    return Ratio(ratio.over, ratio.under, ratio.bias + bias)
