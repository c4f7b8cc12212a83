"""From a workspace to a story: what is kept about a plan, measured afresh, audited afresh, and what that teaches."""

from __future__ import annotations

from app.report.story import Story
from campaigns.plan import Plan
from campaigns.store import Store
from campaigns.workspace import Workspace
from delivery.audit import Audit, audit
from delivery.claims import claims
from delivery.expected import expected
from delivery.measure import measure
from delivery.measurement import Measurement
from delivery.roster import Roster
from delivery.srm_watch import paused_because
from delivery.track_record import learn
from policies.in_force import policies_in_force
from tools.audience.snapshot import load as load_snapshot
from tools.data.sample import SOURCE as SAMPLE
from tools.data.warehouse import connect, rows

SANDBOX = (
    "The answers came from the sandbox: a simulated audience whose behaviour was drawn apart from the twin's. "
    "No real person was contacted, so this shows how the system works and not what a message is worth."
)
LAUNCHED = ("live", "paused", "completed", "stopped")


def gather(workspace: Workspace, plan_id: str) -> Story:
    """The story of a plan; BadInput when it is unknown, still being planned, or its data were changed."""
    store = Store(workspace)
    plan, state = store.plan(plan_id), store.record(plan_id).state
    measured, audited = outcome(workspace, plan) if state in LAUNCHED else (None, None)
    source, notes = _data(workspace)
    rehearsal, policies = store.rehearsal(plan.hash), policies_in_force(workspace)
    return Story(
        plan=plan,
        state=state,  # type: ignore[arg-type]
        as_of=store.now(),
        findings=store.findings(plan.hash) or (),
        rehearsal=rehearsal,
        expected=None if rehearsal is None else expected(plan, rehearsal, policies),
        approval=store.approval(plan_id),
        approved_by=store.approvers(plan_id)[0],
        measured=measured,
        claims=None if measured is None else claims(measured, policies),
        audit=audited,
        origins=notes,
        who="households" if source == SAMPLE else "people",
        answered_by="" if measured is None else SANDBOX,
        messages_folder=f"outbox/{plan_id}",
        paused_because=paused_because(store, plan_id),
    )


def outcome(workspace: Workspace, plan: Plan) -> tuple[Measurement, Audit]:
    """A launched plan measured and audited afresh; what it teaches about the forecasts is kept (`delivery.track_record`)."""
    roster = Roster.build(plan, load_snapshot(workspace, plan.audience.snapshot_id))
    measured, audited = measure(workspace, plan, roster), audit(workspace, plan)
    learn(workspace, measured, audited, policies_in_force(workspace), Store(workspace).now())
    return measured, audited


def _data(workspace: Workspace) -> tuple[str, tuple[str, ...]]:
    """The data's source and the notes that were taken when it was loaded."""
    con = connect(workspace)
    try:
        facts = [
            (str(name), str(body)) for name, body in rows(con, "SELECT name, body FROM load_facts ORDER BY position")
        ]
    finally:
        con.disconnect()
    return next(body for name, body in facts if name == "source"), tuple(body for name, body in facts if name == "note")
