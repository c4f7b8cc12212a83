"""The sandbox audience: a world whose truth was drawn apart from the twin's, and that writes real message files.

The twin never sees these parameters, so a forecast can be wrong here; the report shows by how much.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Protocol

import numpy as np
from scipy.special import ndtri

from campaigns.contact import ContactBatch, Permit, Receipts
from campaigns.keys import key_of
from campaigns.plan import Plan
from delivery.horizon import horizon_end
from delivery.roster import Roster
from policies.guard import Guard
from simulator.learning import DELAY_PRIOR, VALUE_LOG_SD_PRIOR
from simulator.parameters import CLICKS, Learnt, Parameters
from simulator.randomness import Purpose, u01
from simulator.stage import Stage
from simulator.world import SimWorld, Withdrawal
from tools.prediction.priors import RESPONSE_PRIORS, draw

SEASON = Learnt(1.0, 0.15)
"""The sandbox's own season, which knows nothing of the workspace's history."""
RESPONSE = Learnt(1.0, 0.25)
"""The sandbox's own scale on all click rates: a misspecification on top of the priors that the twin draws from."""
VALUE = Learnt(1.0, 0.10)
DISPERSION = Learnt(1.0, 0.40)


class Door(Protocol):
    """Where messages leave as files, and the guard whose permits it asks for (`delivery.channels.mailroom.Mailroom`)."""

    guard: Guard

    def deliver(self, batch: ContactBatch, permit: Permit) -> Receipts:
        """Write the permitted messages; which of them were accepted."""


class SandboxWorld(SimWorld):
    """A simulated audience behind a real mailroom; only accepted messages reach people."""

    def __init__(
        self,
        stage: Stage,
        parameters: Parameters,
        mailroom: Door,
        seed: int,
        withdrawals: Sequence[Withdrawal] = (),
    ) -> None:
        super().__init__(stage, parameters, mailroom.guard, seed, withdrawals)
        self._mailroom = mailroom

    def deliver(self, batch: ContactBatch, permit: Permit) -> Receipts:
        """Hand the contacts to the mailroom and let people answer those it accepted; NoPermit as in every world."""
        self._guard.verify(permit, batch.key, int(self.env.now), self.stage.plan_hash)
        receipts = self._mailroom.deliver(batch, permit)
        self.respond(batch.where(receipts.accepted))
        return receipts

    def replay(self, batch: ContactBatch) -> None:
        """Bring the world to `batch.at` and let people answer contacts that were accepted before; writes no file."""
        self.advance(datetime.fromtimestamp(batch.at, UTC))
        self.respond(batch)


@dataclass(frozen=True, slots=True)
class Sandbox:
    """Makes the sandbox world of a plan (a `delivery.live.WorldFactory`); `parameters` and `withdrawals` plant a truth.

    Without `parameters` the truth is drawn by `apart`. `seed` is the workspace's; the same seed and plan give the
    same people.
    """

    seed: int
    parameters: Parameters | None = None
    withdrawals: tuple[Withdrawal, ...] = ()

    def __call__(self, plan: Plan, roster: Roster, mailroom: Door, start: datetime) -> SandboxWorld:
        """The world of this plan from `start` to the end of its horizon."""
        seed = key_of(f"sandbox {self.seed} {plan.plan_id}")
        return SandboxWorld(
            Stage.build(plan, roster, start, horizon_end(plan)),
            self.parameters or apart(seed),
            mailroom,
            seed,
            self.withdrawals,
        )


def apart(seed: int) -> Parameters:
    """A truth that no twin drew: the response priors by another stream, with an own scale on clicks and own seasons."""
    names = (*(prior.name for prior in RESPONSE_PRIORS), "season", "response", "value", "dispersion")
    u = u01(seed, np.array([key_of(name) for name in names], np.uint64), 0, Purpose.PARAMETER)
    drawn = {name: float(column[0]) for name, column in draw(u[None, : len(RESPONSE_PRIORS)]).items()}
    season, response, value, dispersion = (
        float(belief.median * np.exp(belief.log_sd * ndtri(luck)))
        for belief, luck in zip((SEASON, RESPONSE, VALUE, DISPERSION), u[len(RESPONSE_PRIORS) :], strict=True)
    )
    own = {"season_level": season, "value_level": value, "dispersion": dispersion, "value_log_sd": VALUE_LOG_SD_PRIOR}
    own |= {"delay_log_mean": DELAY_PRIOR[0], "delay_log_sd": DELAY_PRIOR[1]}
    truth = Parameters.of(drawn | own)
    return replace(truth, **{name: min(getattr(truth, name) * response, 1.0) for name in CLICKS})
