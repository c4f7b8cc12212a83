"""A campaign stopped by a power cut half way, with answers planted so that one way of deciding is better than another."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from app.cli import build
from campaigns.contact import ContactBatch, Permit, Receipts
from campaigns.plan import Plan
from campaigns.store import Store
from campaigns.workspace import Workspace
from delivery.channels.mailroom import Mailroom
from delivery.decide import DecisionPolicy
from delivery.live import launch
from delivery.off_policy.decided_by import score_policy
from delivery.off_policy.decisions import decisions_of
from delivery.off_policy.messages import messages_of
from delivery.promotion import PromotionAsked, promote
from delivery.roster import Roster
from policies.load import load_policies
from tests.builders import plan, snapshot
from tests.delivery.launchable import WORLD, launchable

Run = tuple[Workspace, Plan, Roster]
PEOPLE = 240
EXPLORES = 0.9
CALM = DecisionPolicy(name="calm", exploration_share=0.05)
CALM_FILE = 'name = "calm"\nexploration_share = 0.05\n'


def half_way(root: Path, ticks: int = 24) -> tuple[Workspace, Plan, Roster]:
    """A live campaign that explores nearly everything, whose process died after so many ticks (three a send moment)."""
    bold = plan(PEOPLE).allocation.model_copy(update={"exploration_share": EXPLORES})
    ws, made = launchable(root / "ws", PEOPLE, allocation=bold)
    cut(ws, made, ticks)
    return ws, made, Roster.build(made, snapshot(PEOPLE))


def cut(ws: Workspace, made: Plan, ticks: int, resume: bool = False) -> None:
    """Run the campaign for so many ticks and let its process die in the next."""
    left, deliver = [ticks], Mailroom.deliver

    def deliver_until(self: Mailroom, batch: ContactBatch, permit: Permit) -> Receipts:
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt
        return deliver(self, batch, permit)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Mailroom, "deliver", deliver_until)
        with pytest.raises(KeyboardInterrupt):
            launch(ws, made, WORLD, "Ada", resume=resume)


def plant(ws: Workspace, made: Plan, roster: Roster, liked: bool) -> None:
    """Put answers into the books: people buy after every message that CALM would have sent, or after every other."""
    sent = messages_of(ws, made, roster, running=True)
    log = decisions_of(ws, made, roster, sent)
    chance = calm_at(ws, made, roster)
    of = {(int(roster.treated[p]), int(s)): c for p, s, c in zip(log.person, log.slot, chance, strict=True)}
    with ws.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM outcome WHERE key <> 0")
        rows = connection.exec_driver_sql(
            "SELECT key, plan_id, \"row\", slot, at FROM contact WHERE state = 'accepted'"
        )
        for key, plan_id, row, slot, at in rows.all():
            if (row, slot) in of and (of[row, slot] > 0.5) == liked:
                connection.exec_driver_sql(
                    'INSERT INTO outcome (plan_id, kind, "row", at, key, revenue_micros, margin_micros, cost_micros) '
                    "VALUES (?, 'conversion', ?, ?, ?, 90000000, 30000000, 0)",
                    (plan_id, row, at + 3600, key),
                )


def calm_at(ws: Workspace, made: Plan, roster: Roster) -> np.ndarray:
    """How likely CALM would have taken the action that was taken, decision by decision."""
    scored = score_policy(ws, made, roster, CALM, 1)
    log = scored.log
    return np.asarray(scored.target[np.arange(len(log.action)), log.action + 1])


def now_of(ws: Workspace) -> datetime:
    return Store(ws).now()


def ask(run: Run, by: str, policy: DecisionPolicy = CALM, dry_run: bool = False) -> PromotionAsked:
    ws, made, roster = run
    return promote(ws, made, roster, policy, by, load_policies(), now_of(ws), "it explores too much", dry_run)


def command(run: Run, *arguments: str) -> Result:
    return CliRunner().invoke(build(), ["--workspace", str(run[0].root), "decide", *arguments])
