"""Thompson sampling with exact propensities, at the cost of linear scoring.

Reward of an arm is linear in a person's features with Gaussian noise, so each arm's weights have a Gaussian posterior
(Agrawal and Goyal, 2013). A pool of `draws` samples of all arms' weights is kept; a decision takes one of them at
random and the best arm under it. Its marginal law is that of Thompson sampling, what people of one refresh share is
only the pool, and because the pool is finite the probability of every arm can be counted exactly.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from campaigns.contact import BoolArray, FloatArray, IntArray, SmallArray
from campaigns.creative import NO_CONTACT
from delivery.decide.errors import BadDecision

Single = npt.NDArray[np.float32]
CHUNK = 1 << 15
"""People scored at a time: their scores under every arm stay in the processor's cache."""
COUNTED = 1 << 11
"""People whose propensities are counted at a time, for each of whom every draw is scored."""


class PooledThompson:
    """Decides among `arms` for people with `features` columns; interchangeable with `FactoredThompson`.

    `draws` samples are pooled, `scale` is the spread of the noise in the reward's unit, `ridge` the prior precision
    of each weight, `floor` the share (0-1) of decisions spread evenly over the allowed arms, `forget` what
    `discount` keeps of the evidence (1: everything), `low` and `high` the declared range of a reward. Weights whose
    arm saw no data keep their prior, mean 0. BadDecision when one of these cannot be.
    """

    def __init__(
        self,
        arms: int,
        features: int,
        *,
        draws: int = 64,
        scale: float = 0.1,
        ridge: float = 1.0,
        floor: float = 0.05,
        forget: float = 1.0,
        seed: int = 0,
        low: float = -np.inf,
        high: float = np.inf,
    ) -> None:
        if arms < 1 or features < 1 or draws < 1:
            raise BadDecision(f"{arms} arms, {features} features and {draws} draws: give at least one of each.")
        if not (scale > 0 and ridge > 0 and 0 <= floor <= 1 and 0 < forget <= 1 and low < high):
            raise BadDecision(
                f"scale {scale}, ridge {ridge}, floor {floor}, forget {forget}, rewards {low} to {high}: scale and ridge "
                "must be above 0, the floor in [0, 1], forget in (0, 1], and the range of rewards not empty."
            )
        self.arms, self.features, self.draws = arms, features, draws
        self.scale, self.ridge, self.floor, self.forget = scale, ridge, floor, forget
        self.seed, self.low, self.high = seed, low, high
        self.precision: FloatArray = np.tile(np.eye(features) * ridge, (arms, 1, 1))
        self.moment: FloatArray = np.zeros((arms, features))
        self.seen: FloatArray = np.zeros(arms)
        self.refreshes = 0
        self.pool: Single = np.zeros((draws, arms, features), np.float32)
        self._changed = np.ones(arms, bool)
        self.refresh()

    def learn(
        self, arm: npt.ArrayLike, x: npt.ArrayLike, reward: npt.ArrayLike, weight: npt.ArrayLike | None = None
    ) -> None:
        """Take in rewards of decisions: `arm` (people), `x` (people, features), `reward` (people), `weight` >= 0.

        BadDecision, and nothing learnt, for an unknown arm, features that are not finite or a reward outside the range.
        """
        code, columns, value = np.asarray(arm, np.int64), self._columns(x), np.asarray(reward, np.float64)
        if code.shape != value.shape or len(code) != len(columns):
            raise BadDecision(f"{len(code)} arms, {len(columns)} people and {len(value)} rewards: give one of each.")
        if len(code) and (code.min() < 0 or code.max() >= self.arms):
            strange = code[(code < 0) | (code >= self.arms)][0]
            raise BadDecision(f"Arm {strange} is none of the {self.arms} arms; give one from 0 to {self.arms - 1}.")
        outside = ~((value >= self.low) & (value <= self.high))
        if outside.any():
            raise BadDecision(
                f"A reward of {value[outside][0]} is outside the declared {self.low:g} to {self.high:g}; mend the reward or declare its range."
            )
        heavy = None if weight is None else np.asarray(weight, np.float64)
        if heavy is not None and not (heavy.shape == value.shape and (heavy >= 0).all() and np.isfinite(heavy).all()):
            raise BadDecision("Weights must be finite, at least 0 and one per reward; leave people without one out.")
        order = np.argsort(code, kind="stable")
        ends = np.searchsorted(code[order], np.arange(self.arms + 1))
        for place in np.flatnonzero(np.diff(ends)):
            rows = order[ends[place] : ends[place + 1]]
            part = columns[rows].astype(np.float64)
            held = part if heavy is None else part * heavy[rows, None]
            self.precision[place] += held.T @ part
            self.moment[place] += held.T @ value[rows]
            self.seen[place] += len(rows) if heavy is None else float(heavy[rows].sum())
            self._changed[place] = True

    def discount(self) -> None:
        """Let every arm forget: evidence counts `forget` times what it did, so that a changed world is followed."""
        if self.forget < 1:
            self.precision *= self.forget
            self.precision += (1 - self.forget) * self.ridge * np.eye(self.features)
            self.moment *= self.forget
            self.seen *= self.forget
            self._changed[:] = True

    def refresh(self) -> None:
        """Posterior draws anew for the arms that learnt or forgot since the last refresh; the others keep theirs."""
        arms = np.flatnonzero(self._changed)
        if not len(arms):
            return
        root = np.linalg.inv(np.linalg.cholesky(self.precision[arms]))
        mean = np.einsum("kji,kj->ki", root, np.einsum("kij,kj->ki", root, self.moment[arms]))
        normal = np.random.default_rng([self.seed, self.refreshes]).standard_normal(
            (len(arms), self.draws, self.features), np.float32
        )
        spread = np.matmul(normal, (self.scale * root).astype(np.float32))
        self.pool[:, arms] = (mean[:, None].astype(np.float32) + spread).transpose(1, 0, 2)
        self.refreshes += 1
        self._changed[:] = False

    @property
    def means(self) -> FloatArray:
        """Posterior mean weights, shape (arms, features)."""
        return np.asarray(np.linalg.solve(self.precision, self.moment[:, :, None])[:, :, 0])

    def act(self, x: npt.ArrayLike, uniforms: FloatArray, allowed: BoolArray | None = None) -> SmallArray:
        """One arm per person, `NO_CONTACT` where none is allowed; `uniforms` in [0, 1), one per person, decide.

        `x` is (people, features), `allowed` (people, arms). A person's arm depends on nobody else in the batch.
        """
        columns = self._columns(x)
        if uniforms.shape != (len(columns),):
            raise BadDecision(f"{len(uniforms)} uniforms for {len(columns)} people: give one each.")
        action = np.empty(len(columns), np.int16)
        for start in range(0, len(columns), CHUNK):
            part = slice(start, start + CHUNK)
            action[part] = self._act(columns[part], uniforms[part], None if allowed is None else allowed[part])
        return action

    def choose(
        self, x: npt.ArrayLike, uniforms: FloatArray, allowed: BoolArray | None = None
    ) -> tuple[SmallArray, FloatArray]:
        """`act`, and the exact probability (0-1] of each choice given the pool; 1 where no arm was allowed."""
        action = self.act(x, uniforms, allowed)
        return action, of_action(self.propensities(x, allowed), action)

    def propensities(self, x: npt.ArrayLike, allowed: BoolArray | None = None) -> FloatArray:
        """Exact probability of every arm for every person given the pool, shape (people, arms).

        Rows sum to 1 over the allowed arms and are 0 elsewhere; a row without an allowed arm is all 0.
        """
        columns = self._columns(x)
        share = np.empty((len(columns), self.arms))
        for start in range(0, len(columns), COUNTED):
            part = slice(start, start + COUNTED)
            share[part] = self._shares(columns[part], None if allowed is None else allowed[part])
        mask = np.ones(share.shape, bool) if allowed is None else allowed
        count = mask.sum(axis=1, keepdims=True)
        share *= 1 - self.floor
        share += np.where(mask, self.floor / np.maximum(count, 1), 0.0)
        return share

    def _act(self, x: Single, uniforms: FloatArray, allowed: BoolArray | None) -> SmallArray:
        at = uniforms * self.draws
        draw = at.astype(np.uint16)
        order = np.argsort(draw, kind="stable")
        ends = np.searchsorted(draw[order], np.arange(self.draws + 1))
        sorted_x = x[order]
        scores = np.empty((self.arms, len(x)), np.float32)
        for place in range(self.draws):
            first, last = ends[place], ends[place + 1]
            if last > first:
                np.matmul(self.pool[place], sorted_x[first:last].T, out=scores[:, first:last])
        if allowed is not None:
            np.putmask(scores, ~allowed[order].T, -np.inf)
        action = np.empty(len(x), np.int16)
        action[order] = best(scores)
        explored = np.flatnonzero(at - draw < self.floor)
        if len(explored):
            self._explore(action, explored, (at - draw)[explored] / self.floor, allowed)
        if allowed is not None:
            action[~allowed.any(axis=1)] = NO_CONTACT
        return action

    def _explore(self, action: SmallArray, rows: IntArray, uniform: FloatArray, allowed: BoolArray | None) -> None:
        """Give these people one of their allowed arms, each as likely."""
        if allowed is None:
            action[rows] = np.minimum((uniform * self.arms).astype(np.int16), self.arms - 1)
            return
        rank = np.cumsum(allowed[rows], axis=1)
        wanted = np.minimum((uniform * rank[:, -1]).astype(np.int64), rank[:, -1] - 1)
        action[rows] = (rank > wanted[:, None]).argmax(axis=1)

    def _shares(self, x: Single, allowed: BoolArray | None) -> FloatArray:
        """Share of the draws under which each arm is best, shape (people, arms)."""
        scores = np.matmul(self.pool.reshape(-1, self.features), x.T).reshape(self.draws, self.arms, len(x))
        if allowed is not None:
            np.putmask(scores, np.broadcast_to(~allowed.T, scores.shape), -np.inf)
        top = scores.max(axis=1, keepdims=True)
        # Scores that tie exactly share the draw's weight only if no earlier arm has it, as the choice would have it.
        first = scores == top
        if allowed is not None:
            first &= allowed.T
        several = first.sum(axis=1) > 1
        if several.any():
            draw, person = np.nonzero(several)
            tied = first[draw, :, person]
            first[draw, :, person] = tied & (np.cumsum(tied, axis=1) == 1)
        return np.asarray(first.sum(axis=0).T / self.draws)

    def _columns(self, x: npt.ArrayLike) -> Single:
        columns = np.asarray(x, np.float32)
        if columns.ndim != 2 or columns.shape[1] != self.features:
            raise BadDecision(f"Features of shape {columns.shape} do not fit; give (people, {self.features}).")
        if not np.isfinite(columns).all():
            raise BadDecision("A feature is not a finite number; fill or leave out such people before deciding.")
        return columns


def best(scores: Single) -> SmallArray:
    """The row of the highest score in each column, the first of equal ones; wide and quick for few rows."""
    top, place = scores[0].copy(), np.zeros(scores.shape[1], np.int16)
    for row in range(1, len(scores)):
        higher = scores[row] > top
        np.copyto(top, scores[row], where=higher)
        place[higher] = row
    return place


def of_action(share: FloatArray, action: SmallArray) -> FloatArray:
    """The probability of each person's action from the probabilities of all arms; 1 for `NO_CONTACT`."""
    people = np.arange(len(action))
    return np.asarray(np.where(action == NO_CONTACT, 1.0, share[people, np.maximum(action, 0)]))
