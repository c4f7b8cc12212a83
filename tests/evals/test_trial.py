from __future__ import annotations

import pytest

from campaigns.workspace import Workspace
from evals.population import write
from evals.scoring import Sample
from evals.trial import live_through
from evals.worlds import SMOKE
from tools.data.load import load_folder


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """The null world, lived through by the whole system with a few hundred people."""
    folder = tmp_path_factory.mktemp("null")
    truth = write(folder / "files", 700, 3)
    base = Workspace.create(folder / "base")
    load_folder(base, folder / "files", lambda _: None)
    base.engine.dispose()
    world = next(world for world in SMOKE if world.name == "null effect")
    return live_through(world, base.root, truth, folder, 3)


def test_where_no_message_works_nothing_is_gained_and_every_message_costs(lived: Sample) -> None:
    assert lived.true_conversions == 0
    assert lived.contacts > 100
    assert lived.net["nothing"] == lived.net["oracle"] == 0
    assert lived.net["blast"] < lived.net["twinpilot"] < 0


def test_a_lived_through_world_broke_no_promise_and_claimed_nothing_false(lived: Sample) -> None:
    assert lived.breaches
    assert set(lived.breaches.values()) == {0}
    assert lived.false_claims == ()
