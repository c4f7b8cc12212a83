"""Another decision policy on a campaign's own decisions: what it would have done at each, knowing what was known then.

Every tick's file keeps the state that decided. The policy is asked from that state, so that it learns from the same
answers by its own settings: half-life, boldness and what it begins with are scored like its exploration share.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from campaigns.contact import FloatArray
from campaigns.plan import Plan
from campaigns.workspace import Workspace, instant
from delivery.decide import Decider, DecisionPolicy
from delivery.decide.remembered import Remembered
from delivery.decision_log import name_of, names_of, state_of, taken_up
from delivery.off_policy.decisions import Decisions, decisions_of, not_kept, score_decisions
from delivery.off_policy.errors import BadLogs
from delivery.off_policy.messages import SEEN_DAYS, messages_of
from delivery.off_policy.score import LEVEL, Leave, Score, may_act
from delivery.off_policy.tried import tried
from delivery.outbox.reading import OutboxReader
from delivery.roster import Roster
from delivery.warm import decider_of


@dataclass(frozen=True, slots=True)
class PolicyScored:
    """A decision policy on the `log` of one `version` of its campaign: what it would have done (`target`), its score, None
    where the log cannot carry one at all, and the leave to act."""

    version: int
    log: Decisions
    target: FloatArray
    score: Score | None
    leave: Leave


def score_policy(
    ws: Workspace, plan: Plan, roster: Roster, policy: DecisionPolicy, version: int, level: float = LEVEL
) -> PolicyScored:
    """A decision policy scored on the decisions that the `version`-th policy of a campaign made, over or running.

    What the logged policy earned is then what that version earned, and the gain is over it. While the campaign runs, each
    different policy scored on a version's decisions is counted, and what is left of 1 by `level` is shared among them
    (Bonferroni): the best of many tries is let act as rarely in error as a single one. BadLogs when decisions are
    not kept or cannot be read, or none of that version is old enough yet; NotLaunched and NoControl as `messages_of`.
    """
    missing = not_kept(ws, plan)
    if missing:
        raise BadLogs(f"{missing.rstrip('.')}, so no decision policy can be scored; it takes every decision.")
    sent = messages_of(ws, plan, roster, running=True)
    if not names_of(ws, plan.plan_id, sent.until):
        raise _too_early(plan, version)
    states = _States(ws, plan, roster)
    log = decisions_of(ws, plan, roster, sent)
    ticks = sorted(set(zip(log.at.tolist(), log.slot.tolist(), strict=True)))
    wanted = {tick for tick in ticks if states.of(*tick).version == version}
    kept = log.where(np.array([tick in wanted for tick in zip(log.at.tolist(), log.slot.tolist(), strict=True)], bool))
    if not len(kept.action):
        raise _too_early(plan, version)
    target = states.shares_of(kept, policy)
    over = OutboxReader(ws, plan, roster.size).account().closed
    tries = 1 if over else tried(ws, plan, version, policy)
    try:
        found = score_decisions(kept, target, 1 - (1 - level) / tries)
    except BadLogs as error:
        return PolicyScored(version, kept, target, None, Leave(False, (str(error),)))
    leave = may_act(found)
    if tries > 1 and found.gain is not None:
        allowed_for = f"The interval allows for the {tries} policies that were scored on these decisions."
        leave = Leave(leave.allowed, (*leave.reasons, allowed_for))
    return PolicyScored(version, kept, target, found, leave)


def _too_early(plan: Plan, version: int) -> BadLogs:
    return BadLogs(
        f"No decision of plan {plan.plan_id} by its decision policy {version} has had {SEEN_DAYS} days to be answered; "
        "score again when some have."
    )


class _States:
    """The states that decided, read once each, and the decider that takes them up."""

    def __init__(self, ws: Workspace, plan: Plan, roster: Roster) -> None:
        self._ws, self._plan = ws, plan
        started = OutboxReader(ws, plan, roster.size).account().started
        self._decider: Decider = decider_of(ws, plan, roster, instant(started))
        self._read: dict[tuple[int, int], Remembered] = {}

    def of(self, at: int, slot: int) -> Remembered:
        """The state of a tick in which somebody was decided for."""
        if (at, slot) not in self._read:
            state = state_of(self._ws, self._plan.plan_id, name_of(at, slot))
            if state is None:
                raise BadLogs(f"decisions/{self._plan.plan_id}/{name_of(at, slot)} decides for nobody and is logged.")
            self._read[at, slot] = state
        return self._read[at, slot]

    def shares_of(self, log: Decisions, policy: DecisionPolicy) -> FloatArray:
        """What a policy would have done at each decision (decisions, actions + 1), no contact first."""
        shares = np.empty(log.shares.shape)
        for at, slot in sorted(set(zip(log.at.tolist(), log.slot.tolist(), strict=True))):
            here = np.flatnonzero((log.at == at) & (log.slot == slot))
            state = self.of(at, slot)
            decider = taken_up(self._plan, name_of(at, slot), state, self._decider)
            decider.decide_by(policy, state.version)
            pool = decider.pool_of(decider.reckon(at, slot, state.increment))
            mask = np.concatenate([np.ones((len(here), 1), bool), log.open[here]], axis=1)
            columns = log.features[here][:, [log.names.index(name) for name in decider.column_names]]
            shares[here] = pool.propensities(columns, mask)
        return shares
