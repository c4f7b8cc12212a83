"""The benchmark of bandits: streams that treat everybody alike, regret counted right, rows for every peer."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from campaigns.errors import BadInput
from delivery.decide import OddsThompson
from evals.bench import NAMES, run
from evals.bench import decide as bench
from evals.bench.decide_floor import floors
from evals.bench.decide_speed import Load, rates, slowest
from evals.bench.players import Setting, Wabbit, grid
from evals.bench.regret import COMPARED, TUNING, Case, compare, play, standard_error, uniform
from evals.bench.streams import Shape, Stream, combinations

SMALL = Shape(4, 3, 600, 100)
TINY = bench.Scale(
    (Case(SMALL, 1, 2), Case(replace(SMALL, drifts=True), 1, 2)),
    Case(Shape(400, 2, 400, 200, shared=True), 1, 2),
    ((4, 3, 0.2),),
    Load(500, 100, (50, 20, 50), 1, 200),
)
EVERY = slice(0, SMALL.people)
OURS = Setting("ours", "", "", (0.05, 1.0, 1.0, 0.0, 0.0, 0.0))


class Knows:
    """Decides by the true chances, or against them."""

    def __init__(self, stream: Stream, sign: int) -> None:
        self.stream, self.sign, self.taught = stream, sign, list[tuple[slice, int]]()

    def choose(self, part: slice) -> tuple[Any, None]:
        return (self.sign * self.stream.chances(part)).argmax(axis=1), None

    def learn(self, part: slice, action: Any, reward: Any, probability: Any) -> None:
        self.taught.append((part, len(reward)))


class Given:
    """A setting whose player is at hand."""

    def __init__(self, player: Knows) -> None:
        self.at_hand = player

    def player(self, stream: Stream) -> Knows:
        return self.at_hand


def test_a_stream_is_the_same_for_whoever_decides_on_it() -> None:
    one, again, other = Stream(SMALL, 1), Stream(SMALL, 1), Stream(SMALL, 2)
    assert one.x.tobytes() == again.x.tobytes() != other.x.tobytes()
    assert one.uniforms.tobytes() == again.uniforms.tobytes()
    chances = one.chances(EVERY)
    assert chances.shape == (600, 4)
    assert ((chances > 0) & (chances < 1)).all()
    assert (one.rewards(EVERY, chances[:, 0]) == again.rewards(EVERY, chances[:, 0])).all()


def test_rewards_come_with_their_chance() -> None:
    stream = Stream(Shape(2, 3, 40_000, 100), 1)
    paid = stream.rewards(slice(0, 40_000), np.full(40_000, 0.3))
    assert abs(paid.mean() - 0.3) < 0.01


def test_drift_starts_at_the_same_weights_and_ends_at_others() -> None:
    still, drifting = Stream(SMALL, 1), Stream(replace(SMALL, drifts=True), 1)
    before, after = still.chances(EVERY), drifting.chances(EVERY)
    assert np.allclose(before[0], after[0])
    assert np.abs(before[:10] - after[:10]).mean() < 0.05 < np.abs(before[-100:] - after[-100:]).mean()


def test_combinations_that_share_levels_pay_more_alike_than_others() -> None:
    stream, levels = Stream(Shape(400, 20, 300, 100, shared=True), 1), combinations()
    together = np.corrcoef(stream.chances(slice(0, 300)).T)
    common = (levels[:, None] == levels[None]).sum(axis=2)
    assert together[common == 3].mean() > together[common == 0].mean() + 0.2


def test_the_arms_of_a_shared_stream_are_all_combinations() -> None:
    with pytest.raises(ValueError, match="7 arms are not the 400 combinations"):
        Stream(Shape(7, 2, 10, 5, shared=True), 1)


def test_our_first_setting_is_that_of_the_engine() -> None:
    scale, ridge, forget, hope, drift, optimism = grid("ours", SMALL)[0].numbers
    engine = OddsThompson(SMALL.arms, SMALL.features)
    assert (scale, forget, hope, drift) == (engine.scale, engine.forget, engine.hope, engine.drift)
    assert optimism == engine.optimism
    assert ridge == pytest.approx(engine.ridge)


def test_who_is_told_more_regrets_less() -> None:
    shape = replace(SMALL, people=3_000)
    for drifts in (False, True):
        one, two, every = floors(replace(shape, drifts=drifts), 1)
        assert every < two < one < 0.5 * uniform(shape, 1)


def test_lines_name_their_features() -> None:
    assert Stream(SMALL, 1).lines[0].startswith("| f0:1.00000 f1:")


@pytest.mark.parametrize(("sign", "least", "most"), [(1, 0.0, 0.25), (-1, 1.2, 9.0)])
def test_regret_is_none_for_who_knows_best_but_for_the_first_batch(sign: int, least: float, most: float) -> None:
    stream = Stream(SMALL, 1)
    player = Knows(stream, sign)
    assert least <= play(Given(player), stream) / uniform(SMALL, 1) < most  # type: ignore[arg-type]
    assert [part.start for part, _ in player.taught] == [0, 100, 200, 300, 400, 500]
    assert sum(many for _, many in player.taught) == SMALL.people


def test_a_bandit_that_learns_regrets_less_than_even_arms_and_the_same_every_time() -> None:
    shape = replace(SMALL, people=3_000)
    regret = play(OURS, Stream(shape, 1))
    assert regret == play(OURS, Stream(shape, 1))
    assert regret < 0.6 * uniform(shape, 1)


@pytest.mark.parametrize("who", ["MABWiser", "Vowpal Wabbit"])
def test_every_setting_of_a_peer_learns(who: Any) -> None:
    for drifts in (False, True):
        shape = replace(SMALL, people=2_000, drifts=drifts)
        stream, even = Stream(shape, 1), uniform(shape, 1)
        shares = {setting.told: play(setting, stream) / even for setting in grid(who, shape)}
        assert len(shares) == len(grid(who, shape))
        assert max(shares.values()) < 0.9, shares


def test_vowpal_wabbit_draws_by_what_it_predicts() -> None:
    stream = Stream(Shape(3, 3, 4_000, 100), 1)
    player = Wabbit(Setting("Vowpal Wabbit", "", "epsilon", (0.0, 0.3, 0.5, 0.5)), stream)
    player.learn(slice(0, 500), np.zeros(500, np.int64), np.ones(500), None)
    action, share = player.choose(slice(0, 4_000))
    assert share is not None
    assert np.allclose(share, np.where(action == 0, 0.8, 0.1), atol=1e-6)
    assert np.abs(np.bincount(action) / 4_000 - [0.8, 0.1, 0.1]).max() < 0.03


def test_everybody_is_compared_on_other_streams_than_tuned_on(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[str, int]] = []
    best = grid("ours", SMALL)[-1]

    def noted(job: Any) -> list[float]:
        seen.append(("tuned" if len(job[3]) > 1 else "compared", job[2]))
        return [abs(setting.numbers[0] - best.numbers[0]) for setting in job[3]]

    monkeypatch.setattr("evals.bench.regret._work", noted)
    (found,) = compare([Case(SMALL, 2, 3)], ("ours",), None, lambda _: None)
    assert found["ours"].setting == best
    assert found["ours"].regrets.tolist() == [0, 0, 0]
    assert seen == [
        *(("tuned", TUNING + place) for place in range(2)),
        *(("compared", COMPARED + place) for place in range(3)),
    ]
    assert TUNING + 1 < COMPARED


def test_a_standard_error_is_that_of_the_mean() -> None:
    assert standard_error(np.array([1.0, 3.0])) == pytest.approx(1.0)
    assert standard_error(np.array([1.0])) == 0.0


def test_speeds_are_taken_in_turns_after_a_round_that_does_not_count() -> None:
    order: list[str] = []
    found = rates({"a": (lambda: order.append("a"), 5), "b": (lambda: order.append("b"), 7)}, 2)
    assert order == ["a", "b"] * 3
    assert [len(taken) for taken in found.values()] == [2, 2]
    asked: list[int] = []
    middle, late = slowest(asked.append, [(1,), (2,), (3,)], 7)
    assert asked == [1, 2, 3, 1, 2, 3, 1]
    assert 0 < middle <= late


def test_every_peer_and_every_thing_measured_has_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(bench.SCALES, "quick", TINY)
    monkeypatch.setattr(bench, "side_by_side", _Here)
    result = run("decide", lambda _: None, "quick")
    assert result["bench"] == "decide" in NAMES
    rows = result["rows"]
    assert isinstance(rows, list)
    assert all(set(row) == {"case", "metric", "better", "ours", "peer", "peer_name", "ratio"} for row in rows)
    told = {(row["metric"], str(row["peer_name"]).split(",")[0]) for row in rows}
    for peer in ("MABWiser LinTS", "Vowpal Wabbit"):
        assert {("decisions/s", peer), ("us", peer), ("rewards/s", peer)} <= told
    assert {("regret", peer) for peer in ("MABWiser", "Vowpal Wabbit", "uniform arms", "independent arms")} <= told
    assert sum("standard errors" in row["metric"] for row in rows) == 3
    assert json.dumps(result)


@pytest.mark.parametrize("module", ["vowpalwabbit", "mabwiser.mab"])
def test_a_missing_peer_names_the_extra_to_install(module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(BadInput, match=r"pip install 'twinpilot\[bench\]'"):
        bench.run_decide(lambda _: None, "quick")


class _Here:
    """Instead of processes side by side: this one."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, *_: object) -> None:
        return None
