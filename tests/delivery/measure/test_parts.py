"""The parts of a measurement beside the effects: each keeps its promise in worlds whose truth is planted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.contact import Receipts
from campaigns.experiment import HOLDOUT, TREATED
from campaigns.figure import Source
from campaigns.store import Store
from delivery.claims import claims
from delivery.horizon import horizon_end
from delivery.measure import measure
from delivery.measuring.attribution import BIASED, LOOKBACK, credits
from delivery.measuring.contamination import contamination
from delivery.measuring.cost import cost_per_acquisition
from delivery.measuring.looks import FEWEST_CONVERSIONS, so_far
from delivery.measuring.retention import SPAN, clock, later_conversions
from delivery.measuring.touches import Touches, touches
from delivery.measuring.variables import variables
from delivery.outbox.books_sql import SqlBooks
from delivery.outbox.reading import OutboxReader
from delivery.roster import Roster
from policies.load import load_policies
from tests.builders import NOW, creatives, plan, snapshot
from tests.delivery.launchable import letters, workspace
from tests.delivery.measure.test_measure import booked
from tools.experiment.arm import Arm
from tools.experiment.errors import ExperimentError

DAY = 86_400
NONE = np.array([], np.int64)
SOURCE = Source(kind="measured", name="test", ref="0")


def touched(
    clicks: Sequence[tuple[int, int, int]] = (),
    bought: Sequence[tuple[int, int, int]] = (),
    sent: Sequence[tuple[int, int, int, float]] = (),
) -> Touches:
    """Touches from (row, at, action) of clicks, (row, at, revenue) of conversions and (row, at, action, propensity)."""

    def column(rows: Sequence[tuple[float, ...]], place: int) -> np.ndarray:
        return np.array([row[place] for row in rows], np.int64)

    return Touches(
        np.arange(len(sent)), column(sent, 0), column(sent, 1), column(sent, 2), np.array([row[3] for row in sent]),
        NONE, column(clicks, 0), column(clicks, 1), column(clicks, 2),
        column(bought, 0), column(bought, 1), column(bought, 2),
    )  # fmt: skip


def test_the_cost_of_an_acquisition_is_covered_as_often_as_its_interval_says() -> None:
    rng = np.random.default_rng(3)
    true = (0.02 + 0.4) / 0.3  # every buyer costs 1, so that cost and acquisitions move together
    found = []
    for _ in range(600):
        keen_t, keen_c = rng.random(1500), rng.random(1000)
        bought, control = rng.random(1500) < 0.8 * keen_t, rng.random(1000) < 0.2 * keen_c
        found.append(cost_per_acquisition(0.02 + bought, bought, control, keen_t, keen_c))

    covered = sum(one.low <= true <= one.high for one in found if one.low is not None and one.high is not None)

    assert 0.93 <= covered / len(found) <= 0.97


def test_without_an_effect_an_acquisition_has_no_cost_that_can_be_told() -> None:
    rng = np.random.default_rng(4)
    bounded = 0
    for _ in range(300):
        bought, control = rng.random(1000) < 0.1, rng.random(800) < 0.1
        found = cost_per_acquisition(np.full(1000, 0.3), bought, control, np.zeros(1000), np.zeros(800))
        bounded += found.low is not None
    assert bounded <= 25  # 15 are expected
    same = cost_per_acquisition(np.ones(50), np.zeros(50), np.zeros(50), np.zeros(50), np.zeros(50))
    assert (same.low, same.high) == (None, None)


@pytest.mark.parametrize(("lift", "told"), [(0.3, True), (0.0, False), (-0.15, False)])
def test_the_report_tells_the_cost_only_with_the_claim_about_conversions(
    tmp_path: Path, lift: float, told: bool
) -> None:
    ws, made, roster = booked(tmp_path / "ws", lambda arm: 0.3 + (lift if arm == TREATED else 0.0), closed=False)
    books = SqlBooks(ws, roster, made)
    batch = letters(made, roster.treated[:100].tolist(), people=roster.size)
    claimed = batch.where(books.claim(batch))
    books.settle(Receipts(claimed.key, np.ones(len(claimed), bool)))
    assert claims(measure(ws, made, roster), load_policies()).cost.figure is None  # not while it runs
    books.close()

    measured = measure(ws, made, roster)
    cost = claims(measured, load_policies()).cost

    assert (cost.figure is not None) == told
    if cost.figure is not None:
        assert cost.figure.value == pytest.approx(200_000 / float(measured.primary.total.value))
        assert cost.lift is not None
    else:
        assert cost.words.startswith(("Cannot tell", "No cost", "No claim"))


def test_nobody_counts_before_their_90_days_are_over_and_the_clock_says_when() -> None:
    start = int(NOW.timestamp())
    arm = np.array([0, 0, 0, 1, 1, 2])
    row = np.array([0, 0, 1, 2, 2, 3])
    at = start + np.array([0, 40, 10, 1, 1, 0]) * DAY + np.array([0, 0, 0, 0, 60, 0])

    early, back = clock(arm, ("treated", "holdout", "all"), row, at, NOW + timedelta(days=89), NOW + timedelta(days=49))
    late, later = clock(arm, ("treated", "holdout", "all"), row, at, NOW + timedelta(days=91), NOW + timedelta(days=49))

    assert [(one.buyers, one.mature, one.came_back) for one in early.cohorts] == [(3, 0, 0), (1, 0, 0), (0, 0, 0)]
    assert not back.any()
    assert not early.whole
    assert early.next[0] == (datetime.fromtimestamp(start + SPAN, UTC).date(), 2)
    assert early.all_mature == NOW + timedelta(days=100)
    assert "nothing is extrapolated" in early.words
    assert [(one.mature, one.came_back) for one in late.cohorts] == [(2, 1), (1, 0), (0, 0)]
    assert later.tolist() == [True, False, False, False, False, False]  # the second purchase of row 2 was the same day


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 200 * DAY)), max_size=40), st.integers(0, 220), st.integers(0, 60)
)  # fmt: skip
def test_more_days_never_take_a_mature_buyer_back(bought: list[tuple[int, int]], days: int, more: int) -> None:
    start = int(NOW.timestamp())
    row, at = np.array([one[0] for one in bought], np.int64), start + np.array([one[1] for one in bought], np.int64)
    ends = NOW + timedelta(days=60)

    one, came = clock(np.zeros(10, np.int64), ("all",), row, at, NOW + timedelta(days=days), ends)
    two, still = clock(np.zeros(10, np.int64), ("all",), row, at, NOW + timedelta(days=days + more), ends)

    assert one.cohorts[0].mature <= two.cohorts[0].mature <= two.cohorts[0].buyers
    assert (came <= still).all()
    assert one.cohorts[0].came_back <= one.cohorts[0].mature


def test_retention_is_compared_when_the_last_buyer_is_mature_and_not_a_day_before(tmp_path: Path) -> None:
    frame = snapshot(400)
    made = plan(400)
    ws, roster = workspace(tmp_path / "ws", frame), Roster.build(made, frame)
    books = SqlBooks(ws, roster, made)
    books.begin(NOW, ("consent",))
    books.seen(horizon_end(made))
    books.close()
    ready = horizon_end(made) + timedelta(days=90)
    for known, word in ((ready - timedelta(days=1), "is read from 2018-03-04 on"), (ready, "did not vary")):
        with duckdb.connect(str(ws.data_path)) as con:
            con.execute(
                "INSERT INTO events SELECT 'e' || ?, 'h00001', 'purchase', ?, ?, NULL, NULL, 1, 1000000, 0, NULL, 'test'",
                [known.isoformat(), known.replace(tzinfo=None), known.replace(tzinfo=None)],
            )
        Store(ws).set_clock(known)
        found = measure(ws, made, roster)
        claim = claims(found, load_policies()).retained

        assert found.retention.known_until == known
        assert word in (claim.refused or (claim.effect.claim.words if claim.effect else ""))
    assert later_conversions(ws, made, roster, ready)[2] == ready


def test_each_model_credits_a_conversion_once_and_says_that_it_is_biased() -> None:
    day = DAY
    clicks = [(1, 1 * day, 0), (1, 2 * day, 1), (1, 3 * day, 1), (2, 5 * day, 2), (3, 50 * day, 3)]
    bought = [(1, 4 * day, 100), (2, 4 * day, 50), (3, 50 * day + LOOKBACK + 1, 70), (9, 4 * day, 10)]

    last, first, linear = credits(touched(clicks, bought), creatives())

    names = [creative.creative_id for creative in creatives()]
    assert {one.label for one in (last, first, linear)} == {BIASED}
    assert [(one.conversions, one.revenue) for one in (last, first, linear)] == [(1, 100)] * 3
    assert last.by_creative[names[1]] == 1
    assert first.by_creative[names[0]] == 1
    assert linear.by_creative[names[0]] == pytest.approx(1 / 3)


def test_a_variable_is_told_by_inverse_propensities_and_not_by_whom_it_was_drawn_for() -> None:
    rng = np.random.default_rng(5)
    frame = snapshot(6000)
    roster = Roster.build(plan(6000), frame)
    keen = rng.random(6000) < 0.5
    offer = rng.random(6000) < np.where(keen, 0.8, 0.2)
    drawn = np.where(offer, np.where(keen, 0.8, 0.2), np.where(keen, 0.2, 0.8)) / 2
    push = rng.random(6000) < 0.5
    action = push * 2 + offer
    clicked = rng.random(6000) < 0.05 + 0.2 * keen + 0.0 * offer + 0.06 * push
    found = touched(sent=[(row, row, int(action[row]), float(drawn[row])) for row in range(6000)])
    found = Touches(**{name: getattr(found, name) for name in found.__slots__} | {"click_key": np.flatnonzero(clicked)})

    told = {one.variable: one for one in variables(found, roster, creatives(), SOURCE).effects}

    plain = clicked[offer & (roster.consent == 1).all(1)].mean() - clicked[~offer & (roster.consent == 1).all(1)].mean()
    assert plain > 0.08  # what a naive comparison sees
    assert not told["offer"].discovered
    assert told["channel"].discovered
    assert told["channel"].effect.low <= 0.06 <= told["channel"].effect.high  # type: ignore[operator]


@pytest.mark.parametrize(
    ("sent", "clicks", "words"),
    [
        ([], (), "Nobody whom every channel could reach"),
        ([(row, row, row % 4, 0.25) for row in range(1, 400)], (), "Nobody's outcome differs"),
        ([(row, row, row % 4, 0.0) for row in range(1, 400)], (1, 2), "missing, not above 0"),
        ([(row, row, 0 if row < 380 else 1, 0.5) for row in range(1, 400, 2)], (1, 2), "one_off has 10 people"),
    ],
    ids=["nobody", "constant", "propensity", "empty level"],
)
def test_what_cannot_be_told_apart_is_left_out_with_the_reason(
    sent: list[tuple[int, int, int, float]], clicks: tuple[int, ...], words: str
) -> None:
    roster = Roster.build(plan(400), snapshot(400))
    found = touched(sent=sent)
    found = Touches(
        **{name: getattr(found, name) for name in found.__slots__} | {"click_key": np.array(clicks, np.int64)}
    )

    told = variables(found, roster, creatives(), SOURCE)

    assert told.effects == ()
    assert words in " ".join(told.left_out)


def test_ties_mistakes_and_other_campaigns_are_counted_and_warned_of(tmp_path: Path) -> None:
    frame, made = snapshot(300), plan(300)
    ws, roster = workspace(tmp_path / "ws", frame), Roster.build(made, frame)
    books = SqlBooks(ws, roster, made)
    books.begin(NOW, ("consent",))
    books.seen(NOW + timedelta(days=10))
    clean = contamination(ws, made, roster, touches(ws, made), OutboxReader(ws, made, 300).account())
    treated, held = (np.flatnonzero(roster.arm == arm).tolist() for arm in (TREATED, HOLDOUT))
    with duckdb.connect(str(ws.data_path)) as con:
        for row in treated[:2] + held[:3]:
            con.execute('UPDATE people SET attributes = \'{"household": "one"}\' WHERE person_id = ?', [f"h{row:05d}"])
    batch = letters(made, held[:4] + treated[:5], people=300)
    books.claim(batch)
    books.settle(Receipts(batch.key, np.ones(len(batch), bool)))
    other = plan(300, plan_id="p-aaaaaaaaaa")
    theirs = SqlBooks(ws, roster, other)
    theirs.begin(NOW, ("consent",))
    batch = letters(other, held[10:40], people=300)
    theirs.claim(batch)
    theirs.settle(Receipts(batch.key, np.ones(len(batch), bool)))

    found = contamination(ws, made, roster, touches(ws, made), OutboxReader(ws, made, 300).account())

    assert [one.people for one in clean] == [0, 0, 0, 0]
    assert not any(one.warns for one in clean)
    assert [one.people for one in found][:3] == [5, 4, 30]
    assert all(one.warns and "Warning" in one.words for one in found)
    assert "written to by 1 other campaign meanwhile" in found[2].words


def looks_of(lift: float, seed: int, people: tuple[int, int] = (6000, 1500), days: int = 60) -> list[tuple[bool, bool]]:
    """At each daily look of one campaign, whether its interval excludes 0 and whether it holds the truth so far."""
    rng = np.random.default_rng(seed)
    rate = 0.06 / days
    arms = [np.zeros(size) for size in people]
    seen = []
    for day in range(1, days + 1):
        for arm, own in zip(arms, (rate + lift / days, rate), strict=True):
            arm += rng.random(len(arm)) < own
        total = int(arms[0].sum() + arms[1].sum())
        if total < FEWEST_CONVERSIONS:
            continue
        look = so_far(Arm.of(arms[0]), Arm.of(arms[1]), total, rate * days * sum(people))
        truth = lift * day / days
        seen.append((look.significant, look.low <= truth <= look.high))
    return seen


def test_a_campaign_without_an_effect_that_is_looked_at_daily_excludes_0_at_any_look_in_5_percent() -> None:
    crossed = sum(any(excludes for excludes, _ in looks_of(0.0, seed)) for seed in range(150))

    assert crossed / 150 <= 0.08  # 5 % at most, with two standard errors of 150 campaigns


def test_a_large_effect_is_seen_while_the_campaign_runs_and_its_intervals_hold_the_truth() -> None:
    runs = [looks_of(0.04, seed) for seed in range(40)]

    assert sum(any(excludes for excludes, _ in run) for run in runs) >= 36
    assert sum(all(holds for _, holds in run) for run in runs) >= 36


@pytest.mark.parametrize(
    ("sizes", "conversions", "words"), [((99, 500), 60, "too early; look from 100"), ((500, 500), 49, "look from 50")]
)
def test_a_look_before_the_sequence_has_begun_is_refused(sizes: tuple[int, int], conversions: int, words: str) -> None:
    with pytest.raises(ExperimentError, match=words):
        so_far(Arm.of(np.arange(sizes[0])), Arm.of(np.arange(sizes[1])), conversions, 100.0)


@pytest.mark.parametrize(
    ("rate", "words"), [(lambda _: 0.02, "too early"), (lambda arm: 0.9 if arm == TREATED else 0.2, "")], ids=["early", "so far"]
)  # fmt: skip
def test_a_running_campaign_shows_the_interval_of_any_look_or_says_that_it_is_too_early(
    tmp_path: Path, rate: Callable[[int], float], words: str
) -> None:
    measured = measure(*booked(tmp_path / "ws", rate, closed=False))
    claim = claims(measured, load_policies()).deciding

    assert measured.primary.valid == ("one look at the end" if words else "any look")
    if words:
        assert claim.effect is None
        assert words in claim.refused
    else:
        assert claim.effect is not None
        assert claim.label == "cannot tell"
        assert claim.effect.claim.analysis.valid == "any look"


def test_a_metric_that_is_constant_and_one_read_too_early_are_no_claim(tmp_path: Path) -> None:
    constant = measure(*booked(tmp_path / "none", lambda _: 0.0))
    whole = measure(*booked(tmp_path / "some", lambda arm: 0.6 if arm == TREATED else 0.2))
    early = whole.model_copy(update={"until": whole.until - timedelta(seconds=1)})

    told = claims(constant, load_policies())

    assert told.deciding.label == "cannot tell"
    assert constant.primary.words.startswith("Cannot tell: nobody's conversions differed")
    assert told.cost.figure is None
    assert claims(whole, load_policies()).deciding.label == "gain"
    assert claims(early, load_policies()).deciding.label == "no claim"
    assert "wait until then" in claims(early, load_policies()).deciding.refused
