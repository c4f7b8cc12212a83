"""Deciding by a pool of posterior draws, with exact propensities, at the cost of linear scoring.

Reward of an arm is linear in a person's features, so every posterior draw is one weight vector per arm. A decision
takes one draw of the pool at random and the best arm under it: its marginal law is that of Thompson sampling (Agrawal
and Goyal, 2013). What people decided for between two refreshes share is only the pool, and because the pool is finite
the probability of every arm can be counted exactly.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from campaigns.contact import BoolArray, FloatArray, IntArray, SmallArray
from campaigns.creative import NO_CONTACT
from delivery.decide.errors import BadDecision

Single = npt.NDArray[np.float32]
CHUNK = 1 << 15
"""People scored at a time: their scores under every arm stay in the processor's cache."""
AT_ONCE = 60_000
"""Scores up to which all draws are compared at once."""
COUNTED = 1 << 17
"""Scores held at a time while propensities are counted, for which every person is scored under one draw after another."""


class DrawPool:
    """Decides among arms by `pool`, posterior draws of every arm's weights, shape (draws, arms, features),
    which keeps its place in memory for good.

    `bonus`, shape (arms), is added to an arm's score under every draw, whoever comes: 0 until `lift`. `floor` is the
    share (0-1) of decisions that are spread evenly over the allowed arms, whatever the draws say.
    """

    def __init__(self, draws: int, arms: int, features: int, floor: float) -> None:
        if arms < 1 or features < 1 or draws < 1 or not 0 <= floor <= 1:
            raise BadDecision(
                f"{arms} arms, {features} features, {draws} draws and a floor of {floor}: give one or more of each and a floor in [0, 1]."
            )
        self.draws, self.arms, self.features, self.floor = draws, arms, features, floor
        self.pool: Single = np.zeros((draws, arms, features), np.float32)
        self.lift(np.zeros(arms))

    def lift(self, bonus: FloatArray) -> None:
        """Add `bonus`, shape (arms), finite, in the unit of scores, to the arms' scores in place of what was added before."""
        self.bonus: Single = bonus.astype(np.float32)
        self.bonus.flags.writeable = False
        self._lifted = bool(self.bonus.any())
        # Chosen here, so that a single decision without bonuses pays nothing for them.
        self._scores_of = [_with_bonus(draw, self.bonus) if self._lifted else draw.dot for draw in self.pool]

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

    def one(self, x: Single, uniform: float, allowed: BoolArray | None = None) -> int:
        """`act` for one person at once (on-site): `x` is (features,) of float32, finite, which is not checked here."""
        at = uniform * self.draws
        draw = int(at)
        if allowed is None:
            if at - draw < self.floor:
                return int((at - draw) / self.floor * self.arms)
            return int(self._scores_of[draw](x).argmax())
        places = np.flatnonzero(allowed)
        if not len(places):
            return NO_CONTACT
        if at - draw < self.floor:
            return int(places[int((at - draw) / self.floor * len(places))])
        return int(places[self._scores_of[draw](x)[places].argmax()])

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
        step = max(COUNTED // self.arms, 1)
        for start in range(0, len(columns), step):
            part = slice(start, start + step)
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
        sorted_x = x.take(order, axis=0)
        scores = np.empty((self.arms, len(x)), np.float32)
        for place in range(self.draws):
            first, last = ends[place], ends[place + 1]
            if last > first:
                np.matmul(self.pool[place], sorted_x[first:last].T, out=scores[:, first:last])
        if self._lifted:
            scores += self.bonus[:, None]
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
        columns = np.ascontiguousarray(x.T)
        if self.draws * self.arms * len(x) <= AT_ONCE:
            return self._shares_at_once(columns, allowed)
        closed = None if allowed is None else np.ascontiguousarray(~allowed.T)
        scores, first = np.empty((self.arms, len(x)), np.float32), np.empty((self.arms, len(x)), bool)
        counted = np.zeros(first.shape, np.int32)
        for draw in self.pool:
            np.matmul(draw, columns, out=scores)
            if self._lifted:
                scores += self.bonus[:, None]
            if closed is not None:
                np.putmask(scores, closed, -np.inf)
            np.equal(scores, scores.max(axis=0), out=first)
            if np.count_nonzero(first) != len(x):
                # Of scores that tie the first has the draw, as the choice would have it; nobody's best is an arm that is closed.
                if closed is not None:
                    first &= ~closed
                tied = np.flatnonzero(first.sum(axis=0) > 1)
                first[:, tied] &= np.cumsum(first[:, tied], axis=0) == 1
            counted += first
        return np.asarray(counted.T / self.draws)

    def _shares_at_once(self, columns: Single, allowed: BoolArray | None) -> FloatArray:
        """The same for few people: all draws in one product, since calls cost more than numbers."""
        people = columns.shape[1]
        scores = np.matmul(self.pool, columns)
        if self._lifted:
            scores += self.bonus[:, None]
        if allowed is not None:
            scores[:, ~allowed.T] = -np.inf
        place = scores.argmax(axis=1) + np.arange(people) * self.arms
        counted = np.bincount(place.ravel(), minlength=people * self.arms).reshape(people, self.arms)
        if allowed is not None:
            counted[~allowed.any(axis=1)] = 0
        return np.asarray(counted / self.draws)

    def _columns(self, x: npt.ArrayLike) -> Single:
        columns = np.asarray(x, np.float32)
        if columns.ndim != 2 or columns.shape[1] != self.features:
            raise BadDecision(f"Features of shape {columns.shape} do not fit; give (people, {self.features}).")
        if not np.isfinite(columns).all():
            raise BadDecision("A feature is not a finite number; fill or leave out such people before deciding.")
        return columns


def _with_bonus(draw: Single, bonus: Single) -> Callable[[Single], Single]:
    """The arms' scores of one person under this draw, each with its bonus."""

    def scores(x: Single) -> Single:
        made: Single = draw.dot(x)
        made += bonus
        return made

    return scores


def best(scores: Single) -> SmallArray:
    """The row of the highest score in each column, the first of equal ones, 0 where a score is not a number."""
    rows, columns = scores.shape
    # Whole rows of small integers, so that every step runs in vector instructions and in the processor's cache.
    kind = np.uint8 if rows < 1 << 8 else np.uint16
    top, code = scores.max(axis=0), np.zeros(columns, kind)
    equal, coded = np.empty(columns, bool), np.empty(columns, kind)
    for row in range(rows):
        np.equal(scores[row], top, out=equal)
        np.multiply(equal.view(np.uint8), kind(rows - row), out=coded)
        np.maximum(code, coded, out=code)
    place: SmallArray = np.subtract(rows, code, dtype=np.int32).astype(np.int16)
    place[code == 0] = 0
    return place


def of_action(share: FloatArray, action: SmallArray) -> FloatArray:
    """The probability of each person's action from the probabilities of all arms; 1 for `NO_CONTACT`."""
    people = np.arange(len(action))
    return np.asarray(np.where(action == NO_CONTACT, 1.0, share[people, np.maximum(action, 0)]))
