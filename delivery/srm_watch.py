"""Watching the lot while a campaign runs: arms that are not of the planned sizes pause it before anything more is sent.

Asked before every tick, of everybody whom the run has as assigned at that moment, also when a later process has taken it
up. The test is always valid (`tools.experiment.srm.alarm`), so that looking often alarms no honest campaign more often.
"""

from __future__ import annotations

from datetime import datetime

import numpy as np

from campaigns.contact import SmallArray
from campaigns.errors import BadInput
from campaigns.experiment import ARMS, Experiment
from campaigns.plan import Plan
from campaigns.store import Store
from policies.authority.people import person
from policies.in_force import PROGRAM
from tools.experiment.srm import alarm


def unequal_arms(plan: Plan, arm: SmallArray) -> str:
    """Why a campaign with these arms (one code per person) has to pause, in one sentence; empty when they are as planned."""
    found = alarm(np.bincount(arm, minlength=len(ARMS)).tolist(), list(planned_shares(plan.experiment).values()))
    return found.words if found.alarmed else ""


def planned_shares(experiment: Experiment) -> dict[str, float]:
    """The share (0-1) of everybody that each arm should hold, in the order of `ARMS`."""
    holdout, everywhere = experiment.holdout_share, experiment.global_share
    return dict(zip(ARMS, (1 - holdout - everywhere, holdout, everywhere), strict=True))


def paused_because(store: Store, plan_id: str) -> str:
    """Why the program paused a plan that is paused now; empty for another plan."""
    last = store.life(plan_id)[-1]
    return last.note if last.state == "paused" and last.by == PROGRAM else ""


def heeded(store: Store, plan_id: str) -> bool:
    """Whether a person has set the plan going again after the program paused it: the same alarm pauses it once."""
    steps = store.life(plan_id)
    pauses = [place for place, step in enumerate(steps) if step.state == "paused" and step.by == PROGRAM]
    return bool(pauses) and any(step.state == "live" for step in steps[pauses[0] :])


def set_going(store: Store, plan_id: str, by: str, note: str, at: datetime) -> None:
    """Set a paused plan live again, which only a person may, and who says why; what it shows stays without a claim.

    BadInput when no person is named or no reason is given, Refused when the plan is not paused.
    """
    if person(by) == person(PROGRAM):
        raise BadInput(f"{by!r} is the program, which paused plan {plan_id}; a person resumes it with --by NAME.")
    if not note.strip():
        raise BadInput(f"Plan {plan_id} was paused; say with --note WHY what was found out before it is resumed.")
    store.move(plan_id, "live", by, at, note)
