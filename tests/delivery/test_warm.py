"""A campaign begins with what the twin and earlier campaigns know of channels, offers and creatives."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from campaigns.store import Store
from delivery.decide import Arms, Beliefs
from delivery.horizon import horizon_end
from delivery.live import launch
from delivery.roster import Roster
from delivery.warm import answered, beliefs_of
from simulator.parameters import draws, typical
from simulator.warm import known_of
from tests.builders import plan, snapshot
from tests.delivery.launchable import WORLD, launchable
from tests.simulator.stagings import BELIEF

CLICKS, ORDERS = 0, 1


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory):
    """A workspace with a campaign that has run to its end in the sandbox."""
    ws, the_plan = launchable(Path(tmp_path_factory.mktemp("warm")))
    launch(ws, the_plan, WORLD, "Ada")
    return ws, the_plan


def test_the_answers_of_an_earlier_campaign_are_those_in_its_books(ended) -> None:
    ws, the_plan = ended

    counts = answered(ws, the_plan, horizon_end(the_plan))

    with ws.engine.connect() as books:
        clicks = books.exec_driver_sql("SELECT count(*) FROM outcome WHERE kind = 'click' AND key != 0").scalar_one()
    assert 0 < counts[1, CLICKS].sum() < clicks
    assert counts[1, CLICKS].sum() > clicks / 2
    assert (counts[0] >= 0).all()


def test_a_new_campaign_is_surer_of_a_channel_that_was_used_before(ended) -> None:
    ws, the_plan = ended
    later = plan(plan_id="p-9999999999")
    roster = Roster.build(later, snapshot())
    fresh = Beliefs.prior(Arms.of(later, roster.zones).each)

    warm = beliefs_of(ws, later, None, horizon_end(the_plan))

    spread, before = (np.sqrt(np.diagonal(one.covariance[CLICKS])) for one in (warm, fresh))
    assert (spread < before).all()
    assert (spread[:4] < 0.8 * before[:4]).all()  # the e-mails: most messages were such
    years = beliefs_of(ws, later, None, horizon_end(the_plan) + timedelta(days=2_000))
    assert np.allclose(np.sqrt(np.diagonal(years.covariance[CLICKS])), before, atol=0.02)


def test_a_campaign_learns_nothing_from_itself_before_it_began(ended) -> None:
    ws, the_plan = ended
    roster = Roster.build(the_plan, snapshot())

    own = beliefs_of(ws, the_plan, None, Store(ws).now())

    assert np.allclose(own.covariance, Beliefs.prior(Arms.of(the_plan, roster.zones).each).covariance)


def test_what_the_twin_knows_takes_the_place_of_the_priors() -> None:
    the_plan = plan()
    arms = Arms.of(the_plan, ("UTC",))
    known = {"clicks email": (1.4, 0.1), "orders with offer": (0.7, 0.1)}

    told = Beliefs.prior(arms.each, known)

    email = np.array([arm.channel == "email" for arm in arms.each])
    offer = np.array([bool(arm.offer) for arm in arms.each])
    assert np.allclose(told.mean[CLICKS], np.where(email, 1.4, 1.0))
    assert np.allclose(told.mean[ORDERS], np.where(offer, 0.7, 1.0))
    assert (np.diagonal(told.covariance[CLICKS])[email] < np.diagonal(told.covariance[CLICKS])[~email]).all()


def test_a_twin_that_is_sure_leaves_half_of_what_the_prior_leaves_open() -> None:
    every = draws(BELIEF, 200, 3)

    spread, sure = (known_of(drawn, ("email",)) for drawn in (every, [typical(BELIEF)] * 3))

    assert set(spread) == {"clicks email", "incremental", "orders with offer", "orders without offer"}
    for name, (mean, wide) in spread.items():
        assert mean == pytest.approx(1, abs=0.05)
        assert sure[name][1] == pytest.approx(0.5 * wide, rel=0.15)
