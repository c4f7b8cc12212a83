"""A launched plan as a log of every decision, those for no message included: what DM, DR and switch-DR need."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from campaigns.contact import BoolArray, FloatArray, IntArray
from campaigns.plan import Plan
from campaigns.workspace import Workspace
from delivery.decision_log import NONE, OPEN, PERSON, SHARE, names_of, place_of
from delivery.off_policy import estimators
from delivery.off_policy.errors import BadLogs
from delivery.off_policy.intervals import Estimate, student
from delivery.off_policy.logs import Logs
from delivery.off_policy.messages import Messages, place_among_treated
from delivery.off_policy.overlap import weights
from delivery.off_policy.reward_model import cross_fitted
from delivery.off_policy.score import LEVEL, Score, score
from delivery.roster import Roster

_PLAIN = ("row", "at", "slot", "action", "propensity")


@dataclass(frozen=True, slots=True)
class Decisions:
    """Decisions as columns: `person` (place among the `people` treated), `at` (epoch seconds), occurrence `slot`,
    `features` with their `names`, what was `open` (decisions, actions), the `action` (-1 is no contact) and its
    `propensity`, `shares` of everything (decisions, actions + 1) with no contact first.

    `margin` is credited to the message and `cost` is its price and redeemed offers, in whole currency: 0 where none
    left. `incremental` is the share of credited margin that the control group finds incremental, with its standard error.
    """

    person: IntArray
    at: IntArray
    slot: IntArray
    names: tuple[str, ...]
    features: FloatArray
    open: BoolArray
    action: IntArray
    propensity: FloatArray
    shares: FloatArray
    margin: FloatArray
    cost: FloatArray
    people: int
    incremental: float
    incremental_error: float

    @property
    def reward(self) -> FloatArray:
        """Incremental margin net of costs of each decision, in whole currency; 0 where no message left."""
        return self.incremental * self.margin - self.cost

    def where(self, keep: BoolArray) -> Decisions:
        """The decisions whose place in `keep` is true, order kept."""
        columns = ("person", "at", "slot", "features", "open", "action", "propensity", "shares", "margin", "cost")
        return replace(self, **{name: getattr(self, name)[keep] for name in columns})

    def within(self, wanted: FloatArray) -> FloatArray:
        """A target's probabilities (decisions, actions + 1) with what was not open turned into no contact."""
        found = np.array(wanted, np.float64)
        found[:, 1:][~self.open] = 0.0
        found[:, 0] += np.maximum(wanted.sum(axis=1) - found.sum(axis=1), 0.0)
        return found

    def by_person(self, wanted: FloatArray) -> FloatArray:
        """What a target wants of each treated person (people, actions + 1), asked anew at each of their decisions."""
        if len(wanted) != self.people:
            raise BadLogs(
                f"The target is about {len(wanted)} people; give a row for each of the {self.people} treated."
            )
        return self.within(wanted[self.person])


Target = Callable[[Decisions], FloatArray]
"""A policy: its probabilities (decisions, actions + 1), no contact first, from any columns of the decisions."""


def not_kept(ws: Workspace, plan: Plan) -> str:
    """Why a plan cannot be scored decision by decision, as a sentence; empty when every tick's decisions are kept."""
    wanted, folder = names_of(ws, plan.plan_id), place_of(ws, plan.plan_id)
    lost = [name for name in wanted if not (folder / name).is_file()]
    if not lost and wanted:
        return ""
    if len(lost) == len(wanted):
        return f"No decisions of plan {plan.plan_id} are kept (its folder decisions/{plan.plan_id} is empty or was taken away)."
    return f"The decisions of {len(lost)} of {len(wanted)} ticks of plan {plan.plan_id} are not kept, like {lost[0]}."


def decisions_of(ws: Workspace, plan: Plan, roster: Roster, sent: Messages) -> Decisions:
    """Every decision of a launched plan with what came of it, up to the last instant that counts for `sent`.

    BadLogs when a file cannot be read, or when decisions and messages do not belong together: a message without its
    decision, or with another action or propensity.
    """
    creatives = [creative.creative_id for creative in plan.creatives]
    frame = _read(ws, plan, sent.until)
    slots = int(max(frame["slot"].max() or 0, sent.slot.max(initial=0))) + 1
    place = place_among_treated(roster)
    row = frame["row"].to_numpy().astype(np.int64)
    if len(row) and (int(row.min()) < 0 or int(row.max()) >= roster.size or (place[row] < 0).any()):
        raise _foreign(plan, "decide for people whom the plan does not treat")
    code = row * slots + frame["slot"].to_numpy()
    order = np.argsort(code, kind="stable")
    if len(np.unique(code)) < len(code):
        raise _foreign(plan, "decide twice for the same person and occurrence")
    action, propensity = frame["action"].to_numpy().astype(np.int64), frame["propensity"].to_numpy()
    found = np.searchsorted(code[order], sent.row * slots + sent.slot)
    at = order[np.minimum(found, max(len(order) - 1, 0))] if len(order) else np.zeros(0, np.int64)
    wrong = len(sent.row) if not len(order) else int(
        ((code[at] != sent.row * slots + sent.slot) | (action[at] != sent.action) | (propensity[at] != sent.propensity)).sum()
    )  # fmt: skip
    if wrong:
        raise _foreign(plan, f"do not hold {wrong} of its {len(sent.row)} messages as they were sent")
    margin, cost = np.zeros(len(row)), np.zeros(len(row))
    margin[at], cost[at] = sent.margin, sent.cost
    names = tuple(name for name in frame.columns if name.startswith(PERSON))
    return Decisions(
        person=place[row],
        at=frame["at"].to_numpy(),
        slot=frame["slot"].to_numpy().astype(np.int64),
        names=tuple(name.removeprefix(PERSON) for name in names),
        features=frame.select(names).to_numpy().astype(np.float64),
        open=np.stack([frame[OPEN + one].to_numpy() for one in creatives], axis=1),
        action=action,
        propensity=propensity,
        shares=frame.select(NONE, *(SHARE + one for one in creatives)).to_numpy().astype(np.float64),
        margin=margin,
        cost=cost,
        people=len(roster.treated),
        incremental=sent.incremental,
        incremental_error=sent.incremental_error,
    )


def score_decisions(log: Decisions, target: FloatArray | Target, level: float = LEVEL, seed: int = 0) -> Score:
    """The target's value per decision by every estimator, in whole currency; see `score` for what is refused.

    `target` holds its probabilities (decisions, actions + 1), or makes them from the log's columns. One decision is swapped
    at a time: guard, pacing and money do with it what they did with the logged one. The range of rewards, which bounds the
    model, is what was seen of them. The control group's share is applied to credited margin, and its uncertainty is in
    every interval: how far an estimate moves with the share is the same estimate of credited margin alone.
    """
    wanted = target(log) if callable(target) else target
    logs = _logs(log, log.reward)
    found = score(logs, wanted, level=level, seed=seed)
    error, mean = log.incremental_error, float(log.margin.mean())
    found = replace(found, logged=_widened(found.logged, level, mean * error))
    if found.short or not error:
        return found
    credited = _logs(log, log.margin)
    w, q, taken, m = weights(credited, wanted), cross_fitted(credited, seed), credited.column, log.margin
    point = np.inf if found.switch is None else found.switch
    robust = estimators.dr(w, m, taken, wanted, q).value
    moved = {
        "ips": estimators.ips(w, m).value,
        "snips": estimators.snips(w, m).value,
        "dr": robust,
        "switch_dr": estimators.switch_dr(w, m, taken, wanted, q, point).value,
        "dm": 0.0,
    }
    return replace(
        found,
        gain=None if found.gain is None else _widened(found.gain, level, (robust - mean) * error),
        estimates={name: _widened(one, level, moved[name] * error) for name, one in found.estimates.items()},
    )


def _logs(log: Decisions, reward: FloatArray) -> Logs:
    return Logs(
        features=log.features,
        action=log.action,
        propensity=log.propensity,
        reward=reward,
        actions=log.open.shape[1],
        low=min(float(reward.min(initial=0.0)), 0.0),
        high=max(float(reward.max(initial=0.0)), 0.0),
        unit=log.person,
        shares=log.shares,
    )


def _widened(one: Estimate, level: float, further: float) -> Estimate:
    """The estimate with an independent standard error added in squares; one without an interval stays so."""
    if one.low is None or one.high is None or one.error is None:
        return one
    extra = student(level, 2 * one.carried) * further
    down, up = (float(np.hypot(side - one.bias, extra)) for side in (one.value - one.low, one.high - one.value))
    return replace(
        one, low=one.value - down - one.bias, high=one.value + up + one.bias, error=float(np.hypot(one.error, further))
    )


def _read(ws: Workspace, plan: Plan, until: int) -> pl.DataFrame:
    """All decisions in order; ticks in which nobody was decided for add none."""
    creatives = [creative.creative_id for creative in plan.creatives]
    columns = (*_PLAIN, NONE, *(SHARE + one for one in creatives), *(OPEN + one for one in creatives))
    frames, folder = [], place_of(ws, plan.plan_id)
    for name in names_of(ws, plan.plan_id, until):
        try:
            frame = pl.read_parquet(folder / name)
            if frame.height:
                frames.append(frame.select(*columns, *(one for one in frame.columns if one.startswith(PERSON))))
        except (pl.exceptions.PolarsError, OSError) as error:
            raise BadLogs(
                f"decisions/{plan.plan_id}/{name} cannot be read ({str(error).splitlines()[0]}); "
                f"move the folder away to score the plan's messages only."
            ) from None
    if not frames:
        raise BadLogs(f"Plan {plan.plan_id} decided for nobody, so no policy can be scored on it; launch a plan first.")
    try:
        return pl.concat(frames)
    except pl.exceptions.PolarsError:
        raise _foreign(plan, "do not all have the same columns") from None


def _foreign(plan: Plan, what: str) -> BadLogs:
    return BadLogs(
        f"The files in decisions/{plan.plan_id} {what}, so they are not those of its launch; "
        "move the folder away to score the plan's messages only."
    )
