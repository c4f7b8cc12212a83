"""A bandit that is kept and taken up again goes on as if nothing had happened."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from delivery.decide import BadDecision, FactoredThompson, PooledThompson
from delivery.decide.state import restore, snapshot
from tests.delivery.decide.bandits import ARMS, FEATURES, KINDS, odds, pooled

Bandit = PooledThompson | FactoredThompson


@pytest.mark.parametrize("make", KINDS)
def test_a_restored_state_decides_and_learns_on_byte_for_byte(make: Callable[..., Bandit]) -> None:
    bandit, rng = make(forget=0.9), np.random.default_rng(8)
    x, uniforms, arms = rng.standard_normal((500, FEATURES)), rng.random(500), rng.integers(0, ARMS, 500)
    bandit.learn(arms[:50], x[:50], np.full(50, 0.1))

    again = restore(snapshot(bandit))

    for one in (bandit, again):
        one.discount()
        one.learn(arms, x, np.full(500, 0.3))
        one.refresh()
    assert (bandit.act(x, uniforms) == again.act(x, uniforms)).all()
    assert snapshot(bandit) == snapshot(again)


@pytest.mark.parametrize("make", [pooled, odds])
def test_what_is_known_of_movement_and_hope_is_kept(make: Callable[..., Bandit]) -> None:
    bandit, x = make(drift=0.1, hope=0.2, forget=0.9), np.random.default_rng(8).standard_normal((50, FEATURES))
    bandit.discount()
    bandit.learn(np.arange(50) % ARMS, x, np.full(50, 0.1))

    again = restore(snapshot(bandit))

    for one in (bandit, again):
        one.discount()
        one.refresh()
    assert type(again) is type(bandit)
    assert snapshot(bandit) == snapshot(again)


@pytest.mark.parametrize("kept", [b"", b"nothing", b"PK\x03\x04 broken"])
def test_bytes_that_are_no_state_are_refused(kept: bytes) -> None:
    with pytest.raises(BadDecision, match="no state of a decision engine"):
        restore(kept)


def test_a_state_of_another_version_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("delivery.decide.state.VERSION", 7)
    kept = snapshot(KINDS[0]())
    monkeypatch.undo()

    with pytest.raises(BadDecision, match="version 7"):
        restore(kept)
