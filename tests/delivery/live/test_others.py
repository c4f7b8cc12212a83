from __future__ import annotations

from pathlib import Path

import pytest

from campaigns.experiment import HOLDOUT, TREATED
from campaigns.store import Store
from delivery.live import launch
from delivery.roster import Roster
from tests.builders import NOW, plan, snapshot
from tests.delivery.launchable import WORLD, approved, workspace


@pytest.mark.parametrize("ends", [False, True])
def test_the_control_group_of_a_live_campaign_is_left_alone_by_another_until_it_ends(
    tmp_path: Path, ends: bool
) -> None:
    frame = snapshot(120)
    ws = workspace(tmp_path / "ws", frame)
    design = plan(120).experiment.model_copy(update={"salt": "another"})
    other = approved(ws, frame, plan_id="p-aaaaaaaaaa", experiment=design)
    mine = approved(ws, frame)
    Store(ws).move(other.plan_id, "live", "Grace", NOW)
    if ends:
        Store(ws).move(other.plan_id, "completed", "Grace", NOW)

    assert launch(ws, mine, WORLD, "Ada").accepted > 50

    with ws.engine.connect() as connection:
        reached = set(connection.exec_driver_sql("SELECT person_id FROM contact").scalars())
    kept = Roster.build(other, frame)
    both = (kept.arm == HOLDOUT) & (Roster.build(mine, frame).arm == TREATED)
    assert both.sum() > 10
    assert bool(reached & {kept.person_id[row] for row in both.nonzero()[0].tolist()}) is ends
