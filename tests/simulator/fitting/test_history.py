"""What purchases and past campaigns teach: rhythm, how levels move, redemptions, and their silence."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from simulator.fitting.fit import fit, respond
from simulator.fitting.level import LEVEL_SD_PRIOR
from simulator.fitting.past import FEWEST_CAMPAIGNS, PastCounts, past_counts
from simulator.fitting.pooled import pool
from simulator.fitting.rhythm import DAY_PRIOR_SD, MONTH_PRIOR_SD, clock_shift, rhythm, rhythm_of
from simulator.fitting.sampler import sample
from simulator.fitting.space import Space
from tests.builders import NOW
from tests.simulator.fitting.trials import lived_in
from tools.prediction.priors import PRIOR

WEEK = np.array([1.1, 0.9, 0.9, 1.0, 1.0, 1.0, 1.1])


def hourly(weeks: int, seed: int = 1, shift: int = 0) -> np.ndarray:
    """Poisson purchases per hour of whole weeks from a Monday, quiet from 1 to 7 o'clock, later by `shift` hours."""
    rng = np.random.default_rng(seed)
    hour = np.arange(weeks * 168) + 2_400 * 168
    open_ = ~np.isin((hour - shift) % 24, range(1, 7))
    mean = 20 * WEEK[hour // 24 % 7] * np.where(open_, 1.0, 0.05)
    return np.column_stack([hour, rng.poisson(mean)])


def test_planted_weekdays_are_found_within_their_uncertainty() -> None:
    found = rhythm_of(hourly(40)).weekday
    assert (np.abs(np.array(found.value) - WEEK) < 4 * np.array(found.sd)).all()
    assert max(found.sd) < 0.05


@pytest.mark.parametrize("shift", [0, 5, 19])
def test_the_clock_is_shifted_so_that_the_quiet_hours_lie_around_four_in_the_morning(shift: int) -> None:
    found = rhythm_of(hourly(10, shift=shift))
    assert found.shift_hours == shift
    assert np.argmin(found.hour.value) in range(1, 7)
    assert sum(found.hour.value) == pytest.approx(1.0, abs=1e-4)


def test_silence_gives_even_factors_with_their_priors_and_says_so() -> None:
    for nothing in (np.zeros((0, 2), np.int64), hourly(2)):
        found = rhythm_of(nothing)
        assert found.weekday.value == (1.0,) * 7
        assert found.weekday.sd == (DAY_PRIOR_SD,) * 7
        assert any("4 are needed" in gap for gap in found.gaps)
    assert rhythm_of(np.zeros((0, 2), np.int64)).month.sd == (MONTH_PRIOR_SD,) * 12
    assert clock_shift(np.zeros(24)) == 0


def moving(rng: np.random.Generator, size: float, sd: float, horizons: int = 10) -> np.ndarray:
    """Counts per horizon of a group of this size whose level moves by this log sd."""
    return rng.poisson(size * np.exp(sd * rng.standard_normal(horizons))).astype(float)


def test_categories_that_move_alike_are_pooled_and_thin_ones_lean_on_the_others() -> None:
    rng = np.random.default_rng(5)
    sizes = [5_000] * 20 + [60] * 3
    found = pool({(f"c{place}", "all"): moving(rng, size, 0.3) for place, size in enumerate(sizes)})
    assert found.common.median == pytest.approx(0.3, abs=0.06)
    own = np.log([found.groups[f"c{place}"].median for place in range(20)])
    thin = np.log([found.groups[f"c{place}"].median for place in range(20, 23)])
    assert np.abs(thin - np.log(found.common.median)).max() <= np.abs(own - np.log(found.common.median)).max() + 1e-9


def test_a_thin_segment_is_drawn_to_its_category_and_a_thick_one_keeps_its_own() -> None:
    rng, off = np.random.default_rng(8), 0.8
    calm = {(f"c{place}", one): moving(rng, 2_000, 0.15, 12) for place in range(8) for one in ("high", "mid", "low")}
    found = {}
    for size in (7, 20_000):
        wild = 1 + off * np.array([1, -1] * 6)
        found[size] = pool(calm | {("c0", "high"): np.round(size * wild)}).segments["c0 / high"]
    thick, thin = found[20_000], found[7]
    assert thick.median > 0.6
    # Seven purchases a horizon that swing between one and thirteen still say less than 23 calm segments.
    assert 0.15 < thin.median < 0.4


def test_intervals_of_segments_cover_planted_ones() -> None:
    rng, held = np.random.default_rng(12), []
    for _ in range(12):
        truth, counts = {}, {}
        for place in range(8):
            centre = np.log(0.25) + 0.4 * rng.standard_normal()
            for one, size in (("high", 400), ("mid", 100), ("low", 15)):
                sd = float(np.exp(centre + 0.3 * rng.standard_normal()))
                truth[f"c{place} / {one}"], counts[f"c{place}", one] = sd, moving(rng, size, sd)
        found = pool(counts).segments
        for name, belief in found.items():
            low, high = belief.quantile(np.array([0.05, 0.95]))
            held.append(low <= truth[name] <= high)
    # 288 segments: four standard errors around 90 %.
    assert len(held) > 250
    assert 0.83 < np.mean(held) < 0.97


@pytest.mark.parametrize("counts", [{}, {"a": np.ones(10)}, {f"c{i}": np.full(2, 500.0) for i in range(9)}])
def test_too_few_categories_or_horizons_leave_the_prior(counts: dict[str, np.ndarray]) -> None:
    found = pool({(name, "all"): column for name, column in counts.items()})
    assert found.common == LEVEL_SD_PRIOR
    assert "is a prior" in found.sentence()


def test_redemptions_move_purchases_per_click_by_what_they_identify_and_nothing_else() -> None:
    high, low = (respond((), PastCounts((300,) * 20, (redeemed,) * 20), 1) for redeemed in (45, 3))
    assert high.particles.names == ("convert_offer",)
    means = [one.particles.column("convert_offer").mean() for one in (low, high)]
    assert means[0] < PRIOR["convert_offer"].mean < means[1]
    assert high.particles.column("convert_offer").std() > 0.5 * PRIOR["convert_offer"].sd


@pytest.mark.parametrize("campaigns", [(), ((30, 3),), ((30, 3), (20, 0))])
def test_few_campaigns_teach_nothing_of_responses_and_the_fit_says_how_many_are_needed(
    tmp_path: Path, campaigns: tuple[tuple[int, int], ...]
) -> None:
    ws = lived_in(tmp_path / "ws", 60, campaigns)
    assert past_counts(ws, NOW).redeemed == tuple(redeemed for _, redeemed in campaigns)
    found = fit(ws, NOW)
    assert found.response.learnt_from == {}
    assert any(f"{FEWEST_CAMPAIGNS} are needed" in gap for gap in found.gaps)
    assert sum("not identified by this workspace" in gap for gap in found.gaps) == len(PRIOR)


def test_campaigns_with_constant_outcomes_give_finite_numbers(tmp_path: Path) -> None:
    for redeemed in (0, 30):
        found = respond((), PastCounts((30,) * 5, (redeemed,) * 5), 1).particles.column("convert_offer")
        assert np.isfinite(found).all()


def test_campaigns_that_are_not_over_are_not_counted(tmp_path: Path) -> None:
    ws = lived_in(tmp_path / "ws", 10, ((10, 1), (10, 2), (10, 3)))
    assert len(past_counts(ws, NOW - timedelta(days=13)).reached) == 2
    assert len(past_counts(ws, NOW - timedelta(days=60)).reached) == 0


def test_the_rhythm_is_read_from_what_was_known_then(tmp_path: Path) -> None:
    ws = lived_in(tmp_path / "ws", 70)
    assert rhythm(ws, NOW).weeks == 10
    assert rhythm(ws, NOW - timedelta(days=42)).weeks == 4


def test_the_sampler_takes_nuisance_unknowns_beside_priors() -> None:
    from simulator.fitting.past import NUISANCE

    space = Space.of(["convert_offer"], NUISANCE)
    assert space.names == ("convert_offer", "past_clicks", "past_alike")
    assert set(sample(space, lambda given: np.zeros(1_000), 1).columns) == set(space.names)
