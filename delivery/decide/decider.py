"""The engine's own chooser: Thompson sampling over the plan's actions and no contact, by net margin per contact.

A contact's value is what it is expected to bring (clicks x orders per click x margin per order x what of it is incremental), less the
offer, the message, what it takes from those better left alone, and the attention that it uses up. The ratios of
`beliefs` are drawn from what is believed now; who is best is counted over a pool of draws, so that every action's
propensity is exact. The control group has the last word on how much of what messages are credited with is incremental.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from campaigns.contact import FloatArray, IntArray
from campaigns.keys import uniforms
from delivery.decide.arms_of import Arms
from delivery.decide.asked import Answers, Asked, Choice, Sent
from delivery.decide.beliefs import CLICKS, MARGIN, OFFERS, ORDERS, Beliefs
from delivery.decide.policy import DecisionPolicy
from delivery.decide.pool import DrawPool
from delivery.decide.tally import Tally
from delivery.values import Values
from tools.prediction.priors import PRIOR

DRAWS = 32
"""Posterior draws in the pool: propensities are multiples of a thirty-second before the even share is added."""
FATIGUE_DAYS = 7
"""Days over which a message is charged with the tiredness that it leaves."""
BLOCK = 1 << 15
"""Decisions made at a time; their columns fit into the processor's cache."""
_CHOICE = 1


@dataclass(frozen=True, slots=True)
class Reckoned:
    """What decisions rest on at an instant: `weights` per draw and action, and `mean` per action, over the person
    columns of `columns_of`; the first action is no contact."""

    weights: FloatArray
    mean: FloatArray


class Decider:
    """Chooses actions by their expected net margin and learns from clicks, orders, redeemed offers and the control.

    `policy` holds the settings that it decides by, the `version`-th of its campaign; `beliefs` what is known of the
    arms before the first message (None: what the response priors say).
    """

    def __init__(
        self, values: Values, arms: Arms, policy: DecisionPolicy, seed: int, beliefs: Beliefs | None = None
    ) -> None:
        self.values, self.arms, self.seed = values, arms, seed
        self.beliefs = beliefs or Beliefs.prior(arms.each)
        self.tally = Tally(values, arms.slot_at)
        self.policy, self.version = policy, 1
        used = list(zip(values.channel.tolist(), values.kind.tolist(), strict=True))
        self._pairs = sorted(set(used))
        self._pair_of = np.array([self._pairs.index(pair) for pair in used], np.int64)

    def decide_by(self, policy: DecisionPolicy, version: int) -> None:
        """Decide by these settings from the next decision on; what was learnt stays."""
        self.policy, self.version = policy, version

    @property
    def used_up(self) -> FloatArray:
        """The share of its own response that a message at each occurrence is charged with (`attention_used_up`)."""
        return attention_used_up(self.arms.slot_at, self.values.fatigue, self.policy.written_again)

    def now(self, at: int, increment: tuple[float, float] | None = None) -> tuple[Beliefs, float]:
        """What is believed of the ratios at an instant, and the incremental share of credited margin (1 = all)."""
        expected, observed = self.arms.by_arm(self.tally.counts(at, self.policy.half_life_days))
        begun = self.beliefs.believed(self.policy.prior_weight)
        return begun.given(expected, observed), self._incremental(int(self.tally.orders.sum()), increment)

    def reckon(self, at: int, slot: int, increment: tuple[float, float] | None = None) -> Reckoned:
        """What the decisions of an occurrence at an instant rest on."""
        believed, share = self.now(at, increment)
        arms = self.arms.at(int(self.arms.moment_of[slot]))
        # The pool draws with the policy's boldness; means do not know it.
        drawn = believed.believed(1 / self.policy.boldness**2).draws(DRAWS, (self.seed, slot))[:, :, arms]
        used_up = float(self.used_up[slot])
        return Reckoned(
            self._weights(drawn, share, used_up), self._weights(believed.mean[:, None, arms], share, used_up)[0]
        )

    def columns_of(self, rows: IntArray, sends_7d: IntArray) -> FloatArray:
        """These people's columns in micros, (people, parts): margin and offers of a message while tired, for each pair
        of channel and offer that the plan has, then one and the own loss."""
        values, tired = self.values, np.exp(-self.values.fatigue * sends_7d)
        columns = np.empty((2 * len(self._pairs) + 2, len(rows)))
        for place, (channel, kind) in enumerate(self._pairs):
            click = values.clicks[channel, rows] * tired
            columns[2 * place] = click * values.margin[kind, rows]
            columns[2 * place + 1] = click * values.offers[kind, rows]
        columns[-2] = 1.0
        columns[-1] = values.loss[rows]
        return columns.T

    @property
    def column_names(self) -> tuple[str, ...]:
        """What each column of `columns_of` is: places of the channel and of the kind of offer, `one` and `loss`."""
        parts = [f"{part}_{channel}_{kind}" for channel, kind in self._pairs for part in ("margin", "offers")]
        return (*parts, "one", "loss")

    def choose(self, asked: Asked) -> Choice:
        """One action per person among the allowed ones and no contact, worth 0."""
        reckoned = self.reckon(asked.at, asked.slot, asked.increment)
        pool = self.pool_of(reckoned)
        parts = [
            self._choose(asked.take(places), pool, reckoned)
            for places in np.array_split(np.arange(len(asked.rows)), max(-(-len(asked.rows) // BLOCK), 1))
        ]
        if len(parts) == 1:
            return parts[0]
        shares = [part.shares for part in parts if part.shares is not None]
        return Choice(
            action=np.concatenate([part.action for part in parts]),
            propensity=np.concatenate([part.propensity for part in parts]),
            value=np.concatenate([part.value for part in parts]),
            shares=np.concatenate(shares) if shares else None,
        )

    def pool_of(self, reckoned: Reckoned) -> DrawPool:
        """The pool that decides, arm 0 being no contact; its `one` decides for a single person in a microsecond."""
        pool = DrawPool(DRAWS, len(self.values.click) + 1, 2 * len(self._pairs) + 2, self.policy.exploration_share)
        pool.pool[:] = reckoned.weights
        return pool

    def sent(self, messages: Sent) -> None:
        """Take in messages that were accepted."""
        self.tally.sent(messages)

    def answered(self, answers: Answers) -> None:
        """Take in outcomes of such messages."""
        self.tally.answered(answers)

    def _choose(self, asked: Asked, pool: DrawPool, reckoned: Reckoned) -> Choice:
        columns = self.columns_of(asked.rows, asked.sends_7d)
        mask = np.concatenate([np.ones((len(asked.rows), 1), bool), asked.allowed], axis=1)
        probability = pool.propensities(columns, mask)
        edges = np.cumsum(probability, axis=1)
        draw = uniforms(self.seed, asked.keys, _CHOICE) * edges[:, -1]
        place = (draw[:, None] >= edges).sum(axis=1)
        people = np.arange(len(place))
        return Choice(
            action=(place - 1).astype(np.int16),
            propensity=probability[people, place],
            value=np.einsum("pf,pf->p", columns, reckoned.mean[place]),
            shares=probability if asked.whole else None,
        )

    def _weights(self, ratios: FloatArray, share: float, used_up: float) -> FloatArray:
        """Weights over `columns_of` of no contact and every action, for ratios (4, draws, actions); `used_up` as below."""
        actions = np.arange(ratios.shape[2])
        weights = np.zeros((ratios.shape[1], len(actions) + 1, 2 * len(self._pairs) + 2))
        left = 1 - used_up
        weights[:, actions + 1, 2 * self._pair_of] = left * share * ratios[CLICKS] * ratios[ORDERS] * ratios[MARGIN]
        weights[:, actions + 1, 2 * self._pair_of + 1] = -left * ratios[CLICKS] * ratios[OFFERS]
        weights[:, 1:, -2] = -self.values.cost
        weights[:, 1:, -1] = -1.0
        return weights

    def _incremental(self, credited: int, increment: tuple[float, float] | None) -> float:
        """How much of the credited orders the control group says are incremental: a belief around 1, updated."""
        if increment is None or credited <= 0:
            return 1.0
        more, error = increment
        precision = (credited / error) ** 2 if error > 0 else 0.0
        before = 1 / self.policy.incremental_spread**2
        share = (before + precision * more / credited) / (before + precision)
        return float(np.clip(share, 0.0, 2.0))


def attention_used_up(slot_at: IntArray, fatigue: float, written_again: float) -> FloatArray:
    """The share of its own response that a message at each occurrence costs later ones: they find a tired reader.

    Later messages of the next `FATIGUE_DAYS` days come with chance `written_again`; fatigue halves as the priors say. 0 at the last.
    """
    days = (slot_at[None, :] - slot_at[:, None]) / 86_400
    later = (days > 0) & (days <= FATIGUE_DAYS)
    left = np.where(later, np.exp2(-np.maximum(days, 0) / PRIOR["fatigue_halflife_days"].mean), 0.0)
    return np.asarray(written_again * (1 - np.exp(-fatigue)) * left.sum(axis=1))
