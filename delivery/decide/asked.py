"""What a decision is about, what it says, and what comes back to whoever decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from campaigns.contact import BoolArray, FloatArray, IntArray, KeyArray, SmallArray
from campaigns.creative import NO_CONTACT


@dataclass(frozen=True, slots=True)
class Asked:
    """People due at one instant: `at` (epoch seconds), send occurrence `slot`, and columns parallel to `rows`.

    `keys` are their contact keys, `sends_7d` messages of the last 168 hours, `allowed` (people, actions) what is open.
    `increment` is what the control group says so far about all treated people together: how many more
    conversions than without the campaign, and the standard error of that; None before anything can be said.
    `whole` asks for the probabilities of every action, not only of the one that is chosen.
    """

    at: int
    slot: int
    rows: IntArray
    keys: KeyArray
    sends_7d: IntArray
    allowed: BoolArray
    increment: tuple[float, float] | None = None
    whole: bool = False

    def take(self, places: IntArray) -> Asked:
        """The people at these places, in their order."""
        return Asked(
            self.at, self.slot, self.rows[places], self.keys[places], self.sends_7d[places], self.allowed[places],
            self.increment, self.whole,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Choice:
    """One decision per person: action (`NO_CONTACT` or a place in the plan's creatives), its probability (0-1] and
    the expected value of the action in micros; where it was asked for, `shares`, the probabilities of every action
    (people, actions + 1), no contact first."""

    action: SmallArray
    propensity: FloatArray
    value: FloatArray
    shares: FloatArray | None = None

    def take(self, places: IntArray) -> Choice:
        """The decisions at these places, in their order."""
        shares = None if self.shares is None else self.shares[places]
        return Choice(self.action[places], self.propensity[places], self.value[places], shares)


@dataclass(frozen=True, slots=True)
class Sent:
    """Messages accepted at one occurrence: whose, which action, and how many of this plan's messages each person had
    had in the seven days before."""

    slot: int
    rows: IntArray
    actions: SmallArray
    recent: IntArray


@dataclass(frozen=True, slots=True)
class Answers:
    """Outcomes of this plan's messages, one per row: kind (see `campaigns.contact`), whose, of which message (action
    and occurrence), and its margin and offer cost in micros."""

    kind: SmallArray
    rows: IntArray
    actions: SmallArray
    slots: IntArray
    margin_micros: IntArray
    cost_micros: IntArray


class Chooser(Protocol):
    """Anything that decides for a batch of people and learns from what was sent and answered."""

    def choose(self, asked: Asked) -> Choice:
        """One action per person among the allowed ones and no contact."""

    def sent(self, messages: Sent) -> None:
        """Take in messages that were accepted."""

    def answered(self, answers: Answers) -> None:
        """Take in outcomes of such messages."""


class Journal(Protocol):
    """Anything that keeps what was decided for everybody due, those included who are left alone."""

    def keep(self, asked: Asked, choice: Choice) -> None:
        """Keep the decisions of one occurrence; `choice.shares` is there because `asked.whole` asked for it."""


class Unlearning:
    """A chooser's other half where nothing is learnt."""

    __slots__ = ()

    def sent(self, messages: Sent) -> None:
        """Nothing is learnt from messages."""

    def answered(self, answers: Answers) -> None:
        """Nothing is learnt from outcomes."""


def dearest_first(choice: Choice) -> IntArray:
    """Places of the decisions that are contacts, most valuable first, so that short money goes to them."""
    wanted = np.flatnonzero(choice.action != NO_CONTACT)
    return wanted[np.argsort(-choice.value[wanted], kind="stable")]
