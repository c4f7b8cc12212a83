"""The impact ratio: golden numbers, too little data, intervals that cover, and nothing shown of small groups."""

from __future__ import annotations

import numpy as np
import pytest

from evals.fairness.run import measure
from policies.fairness.groups import Groups
from policies.fairness.impact import mean_impact, mover_ratio, rate_impact, wilson
from policies.fairness.proxies import find_proxies, mutual_information
from policies.fairness.report import NOT_EXAMINED, examine


def people(*sizes: int) -> Groups:
    return Groups.of("age_band", [f"g{group}" for group, size in enumerate(sizes) for _ in range(size)])


def chosen(groups: Groups, *rates: float) -> np.ndarray:
    """Exactly this share of each group."""
    taken = np.zeros(len(groups.codes), bool)
    for code, rate in enumerate(rates):
        rows = np.flatnonzero(groups.codes == code)
        taken[rows[: round(rate * len(rows))]] = True
    return taken


def test_wilson_limits_are_those_of_the_textbook() -> None:
    low, high = wilson(np.array([8.0, 0.0]), np.array([10.0, 20.0]), 1.959964)
    assert low == pytest.approx([0.4902, 0.0], abs=1e-4)
    assert high == pytest.approx([0.9433, 0.1611], abs=1e-4)


def test_the_ratio_of_two_shares_lies_inside_its_limits_and_turns_round() -> None:
    low, high = mover_ratio(0.3, 0.25, 0.36, 0.5, 0.44, 0.56)
    over_low, over_high = mover_ratio(0.5, 0.44, 0.56, 0.3, 0.25, 0.36)
    assert low < 0.6 < high
    assert (1 / over_high, 1 / over_low) == pytest.approx((low, high))


@pytest.mark.parametrize(
    ("rates", "ratio", "certain"),
    [((0.5, 0.5), 1.0, False), ((0.5, 0.4), 0.8, False), ((0.5, 0.36), 0.72, False), ((0.6, 0.2), 1 / 3, True)],
)
def test_only_a_bound_below_four_fifths_is_certain_harm(
    rates: tuple[float, float], ratio: float, certain: bool
) -> None:
    groups = people(200, 200)
    impact = rate_impact(groups, chosen(groups, *rates))
    assert impact.measured
    assert impact.ratio == pytest.approx(ratio)
    assert impact.low <= impact.ratio <= impact.high
    assert (impact.high < 0.8) == certain


def test_more_people_make_the_same_ratio_certain() -> None:
    few, many = people(60, 60), people(6_000, 6_000)
    assert rate_impact(few, chosen(few, 0.5, 0.35)).high >= 0.8
    assert rate_impact(many, chosen(many, 0.5, 0.35)).high < 0.8


@pytest.mark.parametrize("sizes", [(200,), (49, 49), (), (200, 49), (200, 49, 49)])
def test_too_little_data_is_insufficient_and_never_a_pass(sizes: tuple[int, ...]) -> None:
    groups = people(*sizes)
    for impact in (
        rate_impact(groups, np.ones(len(groups.codes), bool)),
        mean_impact(groups, np.ones(len(groups.codes)), 1),
    ):
        assert not impact.measured
        assert impact.high == 1.0
        assert all(
            size >= 50 for name, size in zip(groups.names, groups.sizes, strict=True) if name in dict(impact.values)
        )


def test_a_harm_among_large_groups_shows_though_another_is_too_small() -> None:
    groups = people(400, 400, 20)
    impact = rate_impact(groups, chosen(groups, 0.7, 0.2, 0.5))
    assert not impact.measured
    assert impact.high < 0.8


def test_groups_known_of_a_minority_are_insufficient() -> None:
    groups = Groups.of("income", ["a"] * 100 + ["b"] * 100 + [None] * 300)
    assert not rate_impact(groups, np.ones(500, bool)).measured


def test_nobody_selected_is_not_fair_but_not_measured() -> None:
    groups = people(100, 100)
    assert not rate_impact(groups, np.zeros(200, bool)).measured
    assert not mean_impact(groups, np.zeros(200), 1).measured


def test_messages_per_person_are_compared_as_means() -> None:
    groups = people(300, 300)
    heavy = mean_impact(groups, np.where(groups.codes == 1, 6.0, 2.0), 1)
    assert heavy.ratio == pytest.approx(1 / 3)
    assert heavy.high < 0.8
    assert mean_impact(groups, np.full(600, 3.0), 1).ratio == 1.0


def test_mutual_information_of_a_column_with_itself_is_its_entropy() -> None:
    codes = np.repeat([0, 1], 500)
    assert mutual_information(codes, codes) == pytest.approx(np.log(2))
    assert mutual_information(codes, np.tile([0, 1], 500)) == pytest.approx(0.0, abs=1e-12)


def test_a_proxy_needs_both_certainty_and_strength() -> None:
    groups = people(4_000, 4_000)
    rng = np.random.default_rng(1)
    noise = rng.normal(size=8_000)
    columns = {
        "strong": noise + 1.2 * groups.codes,
        "faint": noise + 0.15 * groups.codes,
        "none": rng.normal(size=8_000),
    }
    found = {proxy.column: proxy for proxy in find_proxies(columns, groups, 3)}
    assert found["strong"].found
    assert found["faint"].p_value <= 0.05
    assert not found["faint"].found
    assert not found["none"].found
    assert find_proxies(columns, groups, 3) == find_proxies(columns, groups, 3)


def test_the_report_shows_no_group_of_fewer_than_fifty_people() -> None:
    groups = people(300, 49, 300)
    rows = np.ones(len(groups.codes), bool)
    report = examine([groups], rows, rows, np.ones(len(rows)), {"audience": rows}, 1)
    assert "g1" not in " ".join(report.words().values())
    assert "insufficient" in report.words()["benefit_found"]
    assert report.facts()["benefit_measured"] is False


def test_without_known_groups_everything_is_insufficient() -> None:
    facts = NOT_EXAMINED.facts()
    assert not facts["benefit_measured"]
    assert not facts["burden_measured"]
    assert not facts["proxies_measured"]
    assert facts["benefit_high"] == facts["burden_high"] == 1.0


def test_planted_proxies_are_found_and_clean_worlds_left_alone() -> None:
    result = measure(worlds=24, seed=77)
    assert result.found >= 23
    assert result.false_alarms <= 2
    assert min(result.rates_covered, result.means_covered) >= 22
    assert result.fair_denied <= 1
