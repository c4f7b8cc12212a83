"""A finished campaign as a randomised test: who was in its treated arm or its holdout by a known draw, and what they brought."""

from __future__ import annotations

import numpy as np
import polars as pl

from campaigns.errors import Refused
from campaigns.experiment import HOLDOUT, TREATED
from campaigns.money import MICROS
from campaigns.plan import Plan
from campaigns.workspace import Workspace
from delivery.outbox.reading import OutboxReader
from delivery.roster import Roster
from tools.prediction.uplift_kept import KNOWN_BEFORE
from tools.prediction.uplift_trial import RandomisedTest


def campaign_test(ws: Workspace, plan: Plan, roster: Roster, snapshot: pl.DataFrame) -> RandomisedTest:
    """The campaign's people outside the global holdout, as they were assigned and whether or not they got a message.

    The outcome is the margin over the campaign's horizon less redeemed offers, in whole currency per person: uplift
    learnt from it is that of being in the campaign, not of one message. NotLaunched before a launch, Refused while
    outcomes still come in, NoUplift where arms are too small.
    """
    reader = OutboxReader(ws, plan, roster.size)
    if not reader.account().closed:
        raise Refused(
            f"Plan {plan.plan_id} is not over, so outcomes are still missing; learn from it when it is completed."
        )
    drawn = np.flatnonzero((roster.arm == TREATED) | (roster.arm == HOLDOUT))
    treated = roster.arm[drawn] == TREATED
    held = plan.experiment.holdout_share / (1 - plan.experiment.global_share)
    totals = reader.totals()
    return RandomisedTest(
        names=KNOWN_BEFORE,
        features=snapshot.select(KNOWN_BEFORE).to_numpy().astype(np.float64)[drawn],
        arms=("holdout", "treated"),
        arm=treated.astype(np.int64),
        propensity=np.where(treated, 1 - held, held),
        outcome=(totals.margin[drawn] - totals.offer_cost[drawn]) / MICROS,
    )
