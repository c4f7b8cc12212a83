"""A launched plan as a log of its messages alone, from the outbox, for plans whose decisions were not kept.

The outbox keeps messages and not the decisions to send none. Credited margin of no message is 0, so inverse propensity
scores need none of them: they are sums over messages, by the people who were treated.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from campaigns.contact import FloatArray, IntArray
from delivery.off_policy.errors import BadLogs
from delivery.off_policy.estimators import ips, snips
from delivery.off_policy.intervals import Estimate, Ratio, estimated, summed
from delivery.off_policy.logs import distributions_kept, probabilities_kept
from delivery.off_policy.messages import Messages, place_among_treated
from delivery.off_policy.overlap import Overlap, quotient, refuse_unknown
from delivery.off_policy.score import LEVEL, Score, too_thin
from delivery.roster import Roster


@dataclass(frozen=True, slots=True)
class ContactLog:
    """Messages as columns: `person` (place among the `people` treated), `action`, `propensity`, the `margin` credited
    to it and its `cost` (price and redeemed offers), in whole currency; `actions` of the plan.

    `incremental` is the share of credited margin that the control group finds to be incremental, with its standard error.
    """

    person: IntArray
    action: IntArray
    propensity: FloatArray
    margin: FloatArray
    cost: FloatArray
    people: int
    actions: int
    incremental: float
    incremental_error: float

    def __post_init__(self) -> None:
        if not len(self.person):
            raise BadLogs("The plan has sent no message, so no policy can be scored on it; launch a plan first.")
        probabilities_kept(self.propensity)


def contacts_of(sent: Messages, roster: Roster, actions: int) -> ContactLog:
    """The log of a plan's messages; BadLogs when nothing was sent or the log cannot be read."""
    return ContactLog(
        person=place_among_treated(roster)[sent.row],
        action=sent.action,
        propensity=sent.propensity,
        margin=sent.margin,
        cost=sent.cost,
        people=len(roster.treated),
        actions=actions,
        incremental=sent.incremental,
        incremental_error=sent.incremental_error,
    )


def score_contacts(log: ContactLog, target: FloatArray, level: float = LEVEL) -> Score:
    """The target's value per treated person (`ips`) and per message it sends (`snips`), in whole currency.

    `target` holds its proposal for every treated person, (people, actions + 1) with no contact first: one decision is
    swapped at a time, and guard, pacing and money do with it what they did with the logged one. Only messages carry a
    value, so the direct and the doubly robust estimates, which need every decision, are not among the estimates.
    The control group's share is applied to credited margin, and its uncertainty is in every interval.
    """
    distributions_kept(target, (log.people, log.actions + 1), "the target")
    wanted = target[log.person, log.action + 1]
    refuse_unknown(wanted, log.propensity)
    w = quotient(wanted, log.propensity)
    overlap = Overlap.of(w, whole=False)
    reward = log.incremental * log.margin - log.cost

    def per_person(weight: FloatArray) -> Estimate:
        ratio = Ratio(summed(log.person, ips(weight, reward).over, log.people), np.ones(log.people))
        credited = abs(float((weight * log.margin).sum())) / log.people
        return estimated(ratio, level, further=credited * log.incremental_error)

    ones = np.ones(len(w))
    main, logged, gain = per_person(w), per_person(ones), per_person(w - ones)
    short = (*_never(log, target), *too_thin(overlap, main, gain))
    found = {} if short else {"ips": main, "snips": _per_message(log, w, reward, level)}
    return Score(
        level=level,
        overlap=overlap,
        logged=logged,
        gain=None if short else gain,
        estimates=found,
        short=short,
        per="treated person",
    )


def _per_message(log: ContactLog, w: FloatArray, reward: FloatArray, level: float) -> Estimate:
    rows = snips(w, reward)
    credited = abs(float((w * log.margin).sum()) / float(w.sum()))
    return estimated(rows.by(log.person), level, further=credited * log.incremental_error)


def _never(log: ContactLog, target: FloatArray) -> tuple[str, ...]:
    """A sentence when the target may send an action that the plan never did."""
    acts = np.flatnonzero((target[:, 1:] > 0).any(axis=0))
    never = np.setdiff1d(acts, log.action)
    if not len(never):
        return ()
    people = int((target[:, never + 1] > 0).any(axis=1).sum())
    return (
        f"The target may send {people} people a message that the plan never sent (creative number {never[0] + 1}).",
    )
