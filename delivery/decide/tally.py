"""What messages were expected to bring and what they brought, per occurrence and action.

Answers come late, so what is expected of a message by now is the part that has had time to show: nothing is missing
where it was not to be seen yet, and nothing is waited for. Everything is a sum, so the order of events does not matter.
"""

from __future__ import annotations

import numpy as np

from campaigns.contact import CLICK, CONVERSION, REDEMPTION, FloatArray, IntArray
from delivery.decide.asked import Answers, Sent
from delivery.decide.beliefs import CLICKS, MARGIN, OFFERS, ORDERS, RATIOS
from delivery.values import Values

DAY = 86_400
CLICK_DAYS = 0.5
"""Mean delay of a click in days (the authors' judgement): most read within the day."""
ORDER_DAYS = 1.0
"""Mean delay in days until an order after a click is in the data: the twin's reporting delay and the basket's own."""
REDEEM_DAYS = 14
"""Days over which offers are used by people who would have bought anyway; the others redeem with their order."""
REDEEM_LATE = 0.4
"""Share of redemptions that come so: those who would have bought anyway, by the prior of the incremental share."""
ORDER_CV2 = 1.5
"""Squared coefficient of variation of the margin of one order: a count of n orders tells as much as n / (1 + this)."""
FADE_DAYS = 60.0
"""Days after which an answer to an earlier campaign counts half (the authors' judgement): what people answer to changes."""


class Tally:
    """Expected and observed answers of every (occurrence, action), in messages, clicks and micros."""

    def __init__(self, values: Values, slot_at: IntArray) -> None:
        self._values = values
        self._slot_at = slot_at
        shape = (len(slot_at), len(values.click))
        self.messages = np.zeros(shape, np.int64)
        self.clicks = np.zeros(shape, np.int64)
        self.orders = np.zeros(shape, np.int64)
        self._clicks_expected = np.zeros(shape)
        self._margin, self._margin_expected = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
        self._offers, self._offers_expected = np.zeros(shape, np.int64), np.zeros(shape, np.int64)

    @property
    def tables(self) -> tuple[IntArray | FloatArray, ...]:
        """Everything that was taken in: eight tables (occurrences, actions), always in the same order."""
        return (
            self.messages, self.clicks, self.orders, self._clicks_expected,
            self._margin, self._margin_expected, self._offers, self._offers_expected,
        )  # fmt: skip

    def sent(self, messages: Sent) -> None:
        """Take in accepted messages: how many clicks they are expected to bring."""
        values, at = self._values, messages.slot
        click = values.clicks[values.channel[messages.actions], messages.rows]
        tired = np.exp(-values.fatigue * messages.recent)
        size = len(values.click)
        self.messages[at] += np.bincount(messages.actions, minlength=size)
        self._clicks_expected[at] += np.bincount(messages.actions, weights=click * tired, minlength=size)

    def answered(self, answers: Answers) -> None:
        """Take in outcomes: clicks with what their people are expected to bring, orders, redeemed offers."""
        place = (answers.slots, answers.actions)
        clicked = answers.kind == CLICK
        rows, kinds = answers.rows[clicked], self._values.kind[answers.actions[clicked]]
        there = (answers.slots[clicked], answers.actions[clicked])
        # Whole micros, so that sums do not depend on the order in which outcomes came.
        np.add.at(self.clicks, there, 1)
        np.add.at(self._offers_expected, there, np.rint(self._values.offers[kinds, rows]).astype(np.int64))
        bought = answers.kind == CONVERSION
        rows, kinds = answers.rows[bought], self._values.kind[answers.actions[bought]]
        of_order = self._values.margin[kinds, rows] / self._values.orders[kinds]
        there = (answers.slots[bought], answers.actions[bought])
        np.add.at(self.orders, there, 1)
        np.add.at(self._margin_expected, there, np.rint(of_order).astype(np.int64))
        np.add.at(self._margin, there, answers.margin_micros[bought])
        np.add.at(self._offers, place, np.where(answers.kind == REDEMPTION, answers.cost_micros, 0))

    @property
    def orders_expected(self) -> FloatArray:
        """Orders that the clicks so far are expected to end in, (occurrences, actions)."""
        return np.asarray(self.clicks * self._values.orders[self._values.kind])

    def counts(self, at: int, half_life_days: float = FADE_DAYS) -> FloatArray:
        """Expected and observed counts of the four ratios at an instant, shape (2, 4, occurrences, actions).

        A count is clicks, orders, or orders' worth of margin and of offers, as far as it had time to show; it counts half
        once it is `half_life_days` old.
        """
        age = np.maximum(at - self._slot_at, 0) / DAY
        fade = np.exp2(-age / half_life_days)[:, None]
        orders = fade * self.orders_expected * (1 - np.exp(-age / ORDER_DAYS)[:, None])
        late = (1 - REDEEM_LATE + REDEEM_LATE * np.minimum(age / REDEEM_DAYS, 1))[:, None]
        counts = np.zeros((2, RATIOS, *self.messages.shape))
        expected, observed = counts
        expected[CLICKS] = fade * self._clicks_expected * (1 - np.exp(-age / CLICK_DAYS)[:, None])
        observed[CLICKS] = fade * self.clicks
        expected[ORDERS], observed[ORDERS] = orders, fade * self.orders
        expected[MARGIN] = fade * self.orders / (1 + ORDER_CV2)
        observed[MARGIN] = expected[MARGIN] * _over(self._margin, self._margin_expected)
        expected[OFFERS] = np.where(self._offers_expected > 0, orders * late, 0.0)
        observed[OFFERS] = fade * self.orders_expected * _over(self._offers, self._offers_expected)
        return counts


def _over(observed: IntArray, expected: IntArray) -> FloatArray:
    """Observed over expected; 0 where nothing is expected."""
    return np.divide(observed, expected, out=np.zeros(expected.shape), where=expected > 0)
