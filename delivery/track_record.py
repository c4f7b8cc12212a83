"""What a campaign proved about the forecasts, kept as evidence from which the program's autonomy follows."""

from __future__ import annotations

from datetime import datetime
from typing import get_args

from campaigns.change import ActionClass, Evidence, Standing
from campaigns.ledger import Ledger
from campaigns.workspace import Workspace
from delivery.audit import Audit
from delivery.measurement import Measurement
from policies.authority.earned import LEVELS, earned, ladders
from policies.rule import PolicySet

SKEWED = 0.001
"""Below this p-value the groups are not of the sizes that the lot should give, and no effect is read from them."""


def evidence_of(measured: Measurement, audited: Audit, found_at: datetime) -> Evidence:
    """A campaign's outcomes inside or outside their forecasts, once it is over, and its broken promises at any time.

    Groups of sizes that the lot would not give say nothing of the outcome, and so do outcomes without a forecast.
    """
    believed = measured.final and measured.srm_p.value >= SKEWED
    return Evidence(
        plan_id=measured.plan_id,
        at=found_at,
        final=measured.final,
        inside={line.metric: line.inside for line in measured.forecast if line.inside is not None} if believed else {},
        broken=tuple(check.name for check in audited.checks if check.violations),
    )


def learn(ws: Workspace, measured: Measurement, audited: Audit, policies: PolicySet, found_at: datetime) -> None:
    """Keep a campaign's evidence and the standings that follow from all of it. Learning the same twice changes nothing.

    A campaign that still runs and broke no promise teaches nothing yet, and nothing is written.
    """
    evidence, ledger, rungs = evidence_of(measured, audited, found_at), Ledger(ws), ladders(policies)
    if not evidence.final and not evidence.broken:
        return

    def follow(history: tuple[Evidence, ...]) -> tuple[Standing, ...]:
        return tuple(earned(action, history, rungs[action]) for action in get_args(ActionClass))

    ledger.learn(evidence, follow)


def standings(ws: Workspace, policies: PolicySet) -> tuple[Standing, ...]:
    """The standing of every class of action: what was kept, or what the policies in force make of the evidence if lower."""
    ledger, rungs = Ledger(ws), ladders(policies)
    kept, history = ledger.standings(), ledger.evidence()
    now = [earned(action, history, rungs[action]) for action in get_args(ActionClass)]
    return tuple(min(one, kept.get(one.action, one), key=lambda standing: LEVELS.index(standing.level)) for one in now)
