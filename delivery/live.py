"""A launch: the approval is spent once, every due tick runs once, and a run that was killed is taken up again."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from campaigns.errors import BadInput, Refused
from campaigns.plan import Plan
from campaigns.store import Store
from campaigns.workspace import Workspace, instant
from delivery.channels.mailroom import Mailroom
from delivery.clearance import people_to_launch
from delivery.consents import ended_since_snapshot
from delivery.decision_log import DecisionLog
from delivery.decision_policy import promoted
from delivery.engine import Engine, TickReport
from delivery.evidence import audited
from delivery.horizon import horizon_end
from delivery.judged import JudgedBy, against, judged_by
from delivery.lease import leased
from delivery.others import OtherHoldouts
from delivery.outbox.books_sql import SqlBooks
from delivery.outbox.door import examine
from delivery.outbox.reading import OutboxReader
from delivery.resume import DrivenWorld, catch_up, committed, followed_up
from delivery.roster import Roster
from delivery.schedule import Tick, ticks
from delivery.srm_watch import heeded, unequal_arms
from delivery.warm import decider_of
from policies.authority.people import person
from policies.clock import trusted
from policies.guard import Guard
from policies.in_force import PROGRAM, policies_in_force, read_in_force
from tools.audience import snapshot
from tools.audience.recipients import recipients_digest
from tools.creative.render import Renderer
from tools.data.version import data_version

WorldFactory = Callable[[Plan, Roster, Mailroom, datetime], DrivenWorld]
"""Makes the world of a launch from the plan, its people, the door for its messages, and its first instant."""
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class LaunchReport:
    """What a launch did in all its processes: instants, ticks, contacts accepted and refused, money in micros.

    `taken_up` counts the ticks that an earlier, killed process had committed; `halted` says that the control group
    showed harm, `stopped` that somebody stopped the plan, and that nothing was sent from then on; `paused` that the arms
    are not as planned, and that a person must resume it (`delivery.srm_watch`).
    """

    plan_id: str
    started: datetime
    ended: datetime
    ticks: int
    taken_up: int
    accepted: int
    refused: int
    spent_micros: int
    halted: bool = False
    stopped: bool = False
    paused: bool = False


def launch(
    ws: Workspace,
    plan: Plan,
    world_factory: WorldFactory,
    by: str,
    progress: Progress = lambda _line: None,
    resume: bool = False,
) -> LaunchReport:
    """Run an approved plan to the end of its follow-up and complete it; with `resume` continue a run that died.

    Contacts are judged by the policies that the plan was approved under and by those in force, also by those that come into
    force meanwhile. Refused, with nothing changed, when the plan's bytes, data, addresses or approval are not those that
    were approved, when its policies were never in force here or those in force deny it, when it was launched before (without `resume`) or is not live (with it), when its last send moment has
    passed, or when a living process runs it. With `resume` a plan that was stopped while no process ran it is followed
    up and its books are closed; it sends nothing and stays stopped. BadInput when the snapshot was changed or a message has a slot that nobody can fill.
    The workspace's clock ends at `delivery.horizon.horizon_end`.
    """
    store = Store(ws)
    _same_bytes(store, plan)
    with leased(ws, plan.plan_id):
        stopped = _right_state(ws, store, plan, resume) == "stopped"
        if not stopped:
            _as_approved(ws, plan, resume)
        parts = _prepare(ws, plan, _judged(ws, plan, resume, stopped))
        started = _started(store, plan) if resume else trusted(store, plan)
        if not resume:
            _still_useful(plan, parts.roster, started)
            _nothing_against(ws, plan, parts.judged, started)
            examine(ws, plan, parts.roster)
        run = _Run(ws, store, plan, parts, world_factory, started, progress)
        if not resume:
            people = max(people_to_launch(store, plan, version, started) for version in parts.judged.all)
            store.use_approval(plan, started, by, people, person)
        return run.to_the_end(by)


@dataclass(frozen=True, slots=True)
class _Parts:
    roster: Roster
    guard: Guard
    mailroom: Mailroom
    judged: JudgedBy


def _same_bytes(store: Store, plan: Plan) -> None:
    stored = store.plan(plan.plan_id)
    if stored.hash != plan.hash:
        raise Refused(
            f"Plan {plan.plan_id} was given with hash {plan.hash[:12]} but {stored.hash[:12]} is stored; launch the stored one."
        )


def _right_state(ws: Workspace, store: Store, plan: Plan, resume: bool) -> str:
    """The plan's state when it may be launched or resumed in it."""
    state = store.record(plan.plan_id).state
    if resume and state == "stopped" and followed_up(ws, plan):
        raise Refused(
            f"Plan {plan.plan_id} was stopped and is followed up already; see `twinpilot report {plan.plan_id}`."
        )
    if resume and state == "paused":
        raise Refused(
            f"Plan {plan.plan_id} is paused; see why with `twinpilot report {plan.plan_id}`, and set it going with "
            f"`twinpilot resume {plan.plan_id} --by NAME --note WHY`."
        )
    if resume and state not in ("live", "stopped"):
        raise Refused(f"Plan {plan.plan_id} is {state}, and only a live plan can be resumed; nothing was done.")
    if resume or state == "approved":
        return state
    if state == "live":
        raise Refused(
            f"Plan {plan.plan_id} was launched already and its process ended before the plan did; "
            f"continue it with `twinpilot launch {plan.plan_id} --resume`."
        )
    if any(step.state == "live" for step in store.life(plan.plan_id)):
        raise Refused(
            f"Plan {plan.plan_id} was launched already and is {state}; an approval is used once. "
            f"See `twinpilot report {plan.plan_id}`."
        )
    raise Refused(
        f"Plan {plan.plan_id} is {state}, and only an approved plan is launched; "
        f"see where it stands with `twinpilot show {plan.plan_id}`."
    )


def _as_approved(ws: Workspace, plan: Plan, resume: bool) -> None:
    """Nothing when data and addresses are those that the approval was given for; Refused names the other."""
    version = data_version(ws)
    people = snapshot.load(ws, plan.audience.snapshot_id)["person_id"].to_list()
    addresses = recipients_digest(ws, people)
    changed = ""
    if version != plan.data_version:
        changed = f"was made from data {plan.data_version} but {version} are loaded"
    elif addresses != plan.recipients_digest:
        changed = f"was made for the addresses {plan.recipients_digest} but the data now hold others ({addresses})"
    if changed:
        raise _refused(plan, changed, resume)


def _judged(ws: Workspace, plan: Plan, resume: bool, stopped: bool) -> JudgedBy:
    """By what the plan is judged; Refused when it was checked under policies that were never in force here.

    A plan that was stopped sends nothing, and nothing about its policies keeps its books from being closed.
    """
    policies = policies_in_force(ws)
    judged = judged_by(ws, plan, policies)
    if judged is None and stopped:
        return JudgedBy(policies, policies, policies)
    if judged is None:
        raise _refused(
            plan, f"was checked under policies {plan.policy_hash[:12]} but {policies.hash[:12]} are in force", resume
        )
    return judged


def _refused(plan: Plan, changed: str, resume: bool) -> Refused:
    step = f"end it with `twinpilot stop {plan.plan_id}`" if resume else "plan the goal again"
    return Refused(f"Plan {plan.plan_id} {changed}; {step}.")


def _prepare(ws: Workspace, plan: Plan, judged: JudgedBy) -> _Parts:
    """Everything that can fail is made before the approval is spent."""
    roster = Roster.build(plan, snapshot.load(ws, plan.audience.snapshot_id))
    # The permit is made and verified in this process, so the key lives no longer than it.
    # The approved version comes first; before every tick the run asks which one is in force besides.
    guard = Guard(judged.approved, secrets.token_bytes(32))
    mailroom = Mailroom(ws, plan, roster, guard, Renderer(plan.creatives, plan))
    return _Parts(roster, guard, mailroom, judged)


def _still_useful(plan: Plan, roster: Roster, now: datetime) -> None:
    if plan.expired(now):
        raise Refused(f"Plan {plan.plan_id} expired at {plan.expires_at.isoformat()}; plan the goal again.")
    if not ticks(plan, roster.zones, now):
        raise Refused(
            f"Plan {plan.plan_id} has no send moment left after {now.isoformat()} (its window ends on "
            f"{plan.brief.window.end}); plan the goal again."
        )


def _nothing_against(ws: Workspace, plan: Plan, judged: JudgedBy, now: datetime) -> None:
    """Refused when newer policies, or what is known of the plan outside of it (`delivery.evidence`), deny a launch."""
    reason = against(ws, plan, judged, now)
    if reason:
        raise Refused(f"Plan {plan.plan_id} cannot be launched: {reason}; plan the goal again.")
    frame = snapshot.load(ws, plan.audience.snapshot_id)
    for finding in (one for version in judged.all for one in audited(ws, plan, frame, version, now, launching=True)):
        if finding.severity == "deny":
            raise Refused(
                f"Plan {plan.plan_id} cannot be launched by rule {finding.rule}: {finding.observed}; {finding.remedy}."
            )


def _started(store: Store, plan: Plan) -> datetime:
    return instant(next(step.at for step in store.life(plan.plan_id) if step.state == "live"))


class _Run:
    """One process's part of a launch."""

    def __init__(
        self, ws: Workspace, store: Store, plan: Plan, parts: _Parts, factory: WorldFactory, started: datetime,
        progress: Progress,
    ) -> None:  # fmt: skip
        self.ws, self.store, self.plan, self.roster = ws, store, plan, parts.roster
        self.started, self.progress = started, progress
        self.books = SqlBooks(ws, parts.roster, plan)
        self.decider = decider = decider_of(ws, plan, parts.roster, started)
        self.decisions = DecisionLog(ws, plan, decider)
        self.engine = Engine(
            plan, parts.roster, parts.guard, decider.values, plan.seed, chooser=decider, journal=self.decisions
        )
        self.world = factory(plan, parts.roster, parts.mailroom, started)
        self.others = OtherHoldouts(ws, plan, parts.roster)
        self.mailroom = parts.mailroom
        self.ended = ended_since_snapshot(ws, parts.roster, started)
        self.heeded = heeded(store, plan.plan_id)

    def to_the_end(self, by: str) -> LaunchReport:
        self._open()
        done = committed(self.books)
        self.decisions.only(done)
        catch_up(self.books, self.engine, self.world, done)
        if done:
            self.progress(f"{len(done)} ticks were sent before; nothing of them is sent again")
        every = ticks(self.plan, self.roster.zones, self.started)
        left = [tick for tick in every if (tick.at, tick.slot) not in set(done)]
        for number, tick in enumerate(left, start=len(done) + 1):
            report = self._tick(tick)
            if report is None:
                break
            self.progress(_line(report, number, len(every)))
        if self.store.record(self.plan.plan_id).state != "paused":
            self._finish(by)
        return self._report(len(every), len(done))

    def _open(self) -> None:
        """Open the account; consents that the data lost since the snapshot end before the first message."""
        with self.books.transaction():
            self.books.begin(self.started, self.engine.guard.contact_rules)
            for channel, rows in self.ended.items():
                self.books.end_consent(rows, channel, self.started, "recorded in the data")

    def _tick(self, tick: Tick) -> TickReport | None:
        """Everything due at one instant; None when the plan was stopped, which holds from the next message on."""
        at = datetime.fromtimestamp(tick.at, UTC)
        self.world.advance(at)
        with self.books.transaction():
            if self._stopped():
                return None
            reason = self._judge_anew(at)
            unequal = "" if self.heeded else unequal_arms(self.plan, self.roster.arm)
            if not reason and not unequal:
                self._decide_by_what_is_in_force()
                with self.books.tick(tick.at, tick.slot):
                    self.engine.held_elsewhere = self.others.rows()
                    report = self.engine.tick(self.world, self.books, tick)
                    if report.halted:
                        self.books.halt(tick.at)
                        self.decisions.nothing(tick.at, tick.slot)
                return report
        self.progress(f"{reason or unequal.rstrip('.')}; nothing more is sent")
        if not self._stopped():
            self.store.move(self.plan.plan_id, "stopped" if reason else "paused", PROGRAM, at, reason or unequal)
        return None

    def _decide_by_what_is_in_force(self) -> None:
        """Take up a decision policy promoted since; inside a tick's transaction none can come into force."""
        newer = promoted(self.ws, self.plan.plan_id)
        if newer and newer[-1].version != self.decider.version:
            self.decider.decide_by(newer[-1].policy, newer[-1].version)
            self.progress(f"decided by decision policy {newer[-1].version} ({newer[-1].policy.name}) from here on")

    def _judge_anew(self, at: datetime) -> str:
        """Judge from here on by the version in force besides the approved one; why nothing may leave under it, or empty.

        Inside a tick's transaction no version can come into force, so a tick knows one version only.
        """
        judged = judged_by(self.ws, self.plan, read_in_force(self.ws))
        if judged is None or judged.both.hash == self.engine.guard.policy_hash:
            return "" if judged else "the policies that the plan was approved under are not kept here"
        reason = against(self.ws, self.plan, judged, at)
        if reason:
            return reason
        try:
            self.mailroom.judge_also_by(judged.in_force.brand, judged.in_force.lists)
        except BadInput as error:
            return str(error).rstrip(".")
        self.engine.guard.judge_by(judged.both)
        self.books.judged_by(self.engine.guard.contact_rules)
        return ""

    def _stopped(self) -> bool:
        state = self.books.state()
        if state not in ("live", "stopped"):
            raise Refused(f"Plan {self.plan.plan_id} is {state}; set it live again and continue it with --resume.")
        return state == "stopped"

    def _finish(self, by: str) -> None:
        """Follow-up, books, clock, state, in an order that a kill between any two leaves resumable."""
        end = horizon_end(self.plan)
        if not OutboxReader(self.ws, self.plan, self.roster.size).account().closed:
            self.world.advance(end)
            with self.books.transaction():
                self.engine.observe(self.world, self.books)
                self.books.seen(end)
                self.books.close()
        if self.store.now() < end:
            self.store.set_clock(end)
        if not self._stopped():
            self.store.move(self.plan.plan_id, "completed", by, end)

    def _report(self, every: int, taken_up: int) -> LaunchReport:
        reader = OutboxReader(self.ws, self.plan, self.roster.size)
        states, account = reader.states(), reader.account()
        return LaunchReport(
            plan_id=self.plan.plan_id,
            started=self.started,
            ended=horizon_end(self.plan),
            ticks=every,
            taken_up=taken_up,
            accepted=states.get("accepted", 0),
            refused=states.get("refused", 0),
            spent_micros=account.spent,
            halted=account.halted is not None,
            stopped=self.books.state() == "stopped",
            paused=self.books.state() == "paused",
        )


def _line(report: TickReport, number: int, of: int) -> str:
    at = datetime.fromtimestamp(report.at, UTC)
    if report.halted:
        return f"{at:%Y-%m-%d %H:%M} UTC, tick {number} of {of}: nothing sent, the control group shows harm"
    blocked = sum(report.blocked.values())
    return (
        f"{at:%Y-%m-%d %H:%M} UTC, tick {number} of {of}: {report.due} due, {report.chosen} chosen, "
        f"{report.accepted} sent, {blocked} blocked by policy"
    )
