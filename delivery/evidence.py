"""Looks up what the audit rules ask about a plan: rehearsal, earlier audiences, complaints, and groups of people."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import polars as pl
from sqlalchemy import text

from campaigns.finding import Finding
from campaigns.keys import person_keys
from campaigns.plan import Plan
from campaigns.store import Store
from campaigns.workspace import Workspace
from policies.audit import Audit, check_audit, smallest_difference
from policies.fairness.report import FairnessReport, examine
from policies.rule import PolicySet
from tools.audience import snapshot
from tools.audience.contactability import contactable_people, exclude, in_markets
from tools.audience.errors import SnapshotDamaged
from tools.audience.groups import groups_of
from tools.data.warehouse import connect

_SENT = "SELECT COUNT(*) FROM contact WHERE channel = 'email' AND state = 'accepted' AND at > :since AND at <= :until"
_COMPLAINED = "SELECT COUNT(*) FROM outcome WHERE kind = 'complaint' AND at > :since AND at <= :until"
_SHOWN = ("approved", "live", "paused", "completed", "stopped")
"""States of a plan whose audience was, or may still be, contacted and reported on."""
WATCHED = timedelta(days=30)


def audited(
    ws: Workspace, plan: Plan, frame: pl.DataFrame, policies: PolicySet, now: datetime, launching: bool = False
) -> tuple[Finding, ...]:
    """The findings of the audit rules about a plan and its snapshot at this instant."""
    return check_audit(audit_of(ws, plan, frame, now, launching), policies, now.date())


def audit_of(ws: Workspace, plan: Plan, frame: pl.DataFrame, now: datetime, launching: bool = False) -> Audit:
    """What is known about the plan outside of it, as the workspace stands at this instant."""
    store = Store(ws)
    rehearsal = store.rehearsal(plan.hash)
    watched = {"since": int((now - WATCHED).timestamp()), "until": int(now.timestamp())}
    with ws.engine.connect() as connection:
        sent = connection.execute(text(_SENT), watched).scalar_one()
        complaints = connection.execute(text(_COMPLAINED), watched).scalar_one()
    return Audit(
        rehearsal="none" if rehearsal is None else rehearsal.verdict,
        audience_difference=_difference(ws, store, plan, frame),
        emails_per_day=_emails(plan, frame),
        messages_sent=int(sent),
        complaints=int(complaints),
        launching=launching,
        fairness=fairness_of(ws, plan, frame, now),
    )


def fairness_of(ws: Workspace, plan: Plan, frame: pl.DataFrame, now: datetime) -> FairnessReport:
    """The audit by groups: who of all that could have been chosen may get the offer, and who gets how many messages."""
    con = connect(ws)
    try:
        everybody = in_markets(contactable_people(con, now), plan.brief.markets)
    finally:
        con.disconnect()
    open_to_all, _ = exclude(everybody, plan.brief.channels)
    wanted = ["person_id", "segment", *(f"consent_{channel}" for channel in plan.brief.channels)]
    base = (
        pl.concat([open_to_all.select("person_id"), frame.select("person_id")])
        .unique(maintain_order=True)
        .join(frame.select(name for name in wanted if name in frame.columns), on="person_id", how="left", maintain_order="left")
    )  # fmt: skip
    reached = base["segment"].is_not_null().to_numpy()
    offering = {creative.channel for creative in plan.creatives if creative.offer_id is not None}
    offered, messages = np.zeros(base.height, bool), np.zeros(base.height)
    sizes = {str(name): count for name, count in frame["segment"].value_counts().iter_rows()}
    for cell in plan.allocation.cells:
        name = f"consent_{cell.channel}"
        if name not in base.columns or cell.contacts.value <= 0:
            continue
        open_to = ((base["segment"] == cell.segment) & (base[name] == 1)).fill_null(False).to_numpy()
        offered |= open_to & (cell.channel in offering)
        messages += open_to * (cell.contacts.value / max(sizes.get(cell.segment, 0), 1))
    columns = {"audience": reached, "segment": base["segment"].fill_null("outside").to_numpy().astype(str)}
    return examine(groups_of(ws, base["person_id"].to_list()), offered, reached, messages, columns, plan.seed)


def _difference(ws: Workspace, store: Store, plan: Plan, frame: pl.DataFrame) -> int | None:
    """None when an earlier audience cannot be read, which then counts as too close."""
    own = person_keys(tuple(frame["person_id"].to_list()))
    ids = {
        store.plan(record.plan_id).audience.snapshot_id
        for record in store.plans()
        if record.plan_id != plan.plan_id and record.state in _SHOWN
    } - {plan.audience.snapshot_id}
    try:
        earlier = [person_keys(tuple(snapshot.load(ws, found)["person_id"].to_list())) for found in sorted(ids)]
    except SnapshotDamaged:
        return None
    return smallest_difference(own, earlier)


def _emails(plan: Plan, frame: pl.DataFrame) -> int:
    if "email" not in plan.brief.channels or "consent_email" not in frame.columns:
        return 0
    return int((frame["consent_email"] == 1).sum())
