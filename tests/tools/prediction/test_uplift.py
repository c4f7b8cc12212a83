"""The learner of uplift: right on average and in order, unsure where it must be, silent where nobody differs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.prediction.errors import MissingColumn, NoUplift
from tools.prediction.uplift import Uplift, pseudo_outcomes
from tools.prediction.uplift_card import score_cards
from tools.prediction.uplift_choice import choose
from tools.prediction.uplift_file import read_test
from tools.prediction.uplift_linear import Linear
from tools.prediction.uplift_trial import RandomisedTest


def planted(
    people: int = 8_000,
    slope: float = 1.0,
    seed: int = 1,
    control: float = 0.5,
    arms: int = 2,
    noise: float = 3.0,
) -> RandomisedTest:
    """Everybody's uplift is arm * (0.5 + slope * first feature); the second feature says who buys anyway."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((people, 3))
    chance = np.array([control, *[(1 - control) / (arms - 1)] * (arms - 1)])
    arm = rng.choice(arms, people, p=chance)
    outcome = 2 * x[:, 1] + arm * (0.5 + slope * x[:, 0]) + noise * rng.standard_normal(people)
    return RandomisedTest(("a", "b", "c"), x, tuple("0123"[:arms]), arm, chance[arm], outcome)


def test_expected_uplift_is_the_planted_one_within_its_stated_error() -> None:
    off = []
    for seed in range(20):
        test = planted(seed=seed, control=0.2)
        mean, error = Uplift.fit(test, seed).predict(test.features[:200])
        off.append((mean[:, 0] - 0.5 - test.features[:200, 0]) / error[:, 0])
    assert np.mean(np.abs(np.concatenate(off)) < 1.96) == pytest.approx(0.95, abs=0.05)


def test_pseudo_outcomes_are_right_on_average_although_outcome_models_are_wrong() -> None:
    means = []
    for seed in range(30):
        rng = np.random.default_rng(seed)
        x = rng.standard_normal((4_000, 1))
        chance = 0.1 + 0.8 / (1 + np.exp(-2 * x[:, 0]))
        arm = (rng.random(4_000) < chance).astype(np.int64)
        outcome = np.exp(x[:, 0]) + 0.5 * arm + rng.standard_normal(4_000)
        got = np.where(arm == 1, chance, 1 - chance)
        means.append(pseudo_outcomes(RandomisedTest(("a",), x, ("0", "1"), arm, got, outcome), seed).mean())
    # A comparison of the arms' means is off by more than 1.5 here.
    assert np.mean(means) == pytest.approx(0.5, abs=3 * np.std(means) / np.sqrt(30))


def test_each_of_several_arms_has_its_own_uplift() -> None:
    test = planted(20_000, arms=3)
    cards, (mean, _) = score_cards(test), Uplift.fit(test).predict(np.zeros((1, 3)))
    assert [card.arm for card in cards] == ["1", "2"]
    assert mean[0] == pytest.approx([0.5, 1.0], abs=0.2)
    assert [card.average.low < truth < card.average.high for card, truth in zip(cards, (0.5, 1.0), strict=True)]


def test_the_card_of_a_planted_difference_finds_it_at_its_size() -> None:
    card = score_cards(planted())[0]
    assert card.usable
    assert card.advice(cost=10.0) == "choose"
    # Uplift is normal with sd 1: the area between its curve and the diagonal is 1 / (2 sqrt(pi)).
    assert card.qini.low < 1 / (2 * np.sqrt(np.pi)) < card.qini.high
    assert card.slope is not None
    assert card.slope.low < 1 < card.slope.high
    # Phi(-0.5) of the people have an uplift below 0.
    assert card.harmed.low < 0.3085 < card.harmed.high
    assert [tenth.predicted for tenth in card.tenths] == sorted((t.predicted for t in card.tenths), reverse=True)
    assert card.tenths[0].found.low > card.tenths[-1].found.high


def test_where_nobody_differs_the_card_says_so_and_money_decides_for_all_alike() -> None:
    cards = [score_cards(planted(3_000, slope=0.0, seed=seed), seed)[0] for seed in range(150)]
    silent = [card for card in cards if not card.usable]
    # 5 % of 150 are expected at most; an error that forgets how parts score each other's models calls 10 to 15 % usable.
    assert len(silent) >= 139
    assert {card.slope for card in silent} == {None}
    assert [card.advice(cost=0.0) for card in silent].count("all") > 125
    assert [card.advice(cost=2.0) for card in silent].count("none") > 125
    assert "cannot tell" in {card.advice(cost=0.5) for card in silent}


def test_the_same_seed_gives_the_same_card_and_another_cuts_people_otherwise() -> None:
    test = planted(2_000)
    assert score_cards(test, 3) == score_cards(test, 3) != score_cards(test, 4)


def test_columns_that_do_not_vary_weigh_nothing() -> None:
    x = np.column_stack([np.full(500, 7.0), np.arange(500.0)])
    model = Linear.fit(x, 3 * x[:, 1])
    assert model.predict(np.array([[99.0, 10.0]])) == pytest.approx(30, abs=1)


def test_a_prediction_for_other_columns_is_refused() -> None:
    with pytest.raises(MissingColumn, match="learnt on 3 columns"):
        Uplift.fit(planted(2_000)).predict(np.zeros((5, 2)))


def ones(test: RandomisedTest) -> np.ndarray:
    return np.ones(test.size)


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (lambda t: replace(t, arm=np.zeros(t.size, np.int64), propensity=0.5 * ones(t)), "only 0 has people"),
        (lambda t: replace(t, arm=np.ones(t.size, np.int64), propensity=0.5 * ones(t)), "only 1 has people"),
        (lambda t: replace(t, propensity=np.full(t.size, np.nan)), "propensity of person 1 is nan"),
        (lambda t: replace(t, propensity=ones(t)), "above 0 and below 1"),
        (lambda t: replace(t, propensity=-0.5 * ones(t)), "above 0 and below 1"),
        (lambda t: replace(t, propensity=np.where(t.arm == 1, 0.7, 0.3)), "standard errors off"),
        (lambda t: replace(t, outcome=ones(t)), "same outcome"),
        (lambda t: replace(t, outcome=np.full(t.size, np.inf)), "no finite number"),
        (lambda t: replace(t, features=np.full((t.size, 3), np.nan)), "no finite number"),
        (lambda t: replace(t, outcome=t.outcome[1:]), "one row per person"),
        (lambda t: replace(t, names=(), features=np.empty((t.size, 0))), "no features"),
        (lambda _: planted(600), "needs 400"),
    ],
)
def test_a_test_that_cannot_carry_uplift_is_refused(
    broken: Callable[[RandomisedTest], RandomisedTest], words: str
) -> None:
    with pytest.raises(NoUplift, match=words):
        broken(planted(2_000))


def test_the_surely_helped_are_contacted_the_surely_harmed_never_and_the_unsure_at_the_stated_share() -> None:
    mean = np.repeat([[1.0], [-1.0], [0.1]], 20_000, axis=0)
    chosen = choose(mean, np.full_like(mean, 0.3), np.array([0.05]), np.random.default_rng(1).random(60_000))
    helped, harmed, unsure = np.array_split(chosen.action, 3)
    assert (helped == 0).all()
    assert (harmed == -1).all()
    assert chosen.spared.reshape(3, -1).all(axis=1).tolist() == [False, True, False]
    assert (unsure == 0).mean() == pytest.approx(0.01, abs=0.003)
    assert chosen.propensity[40_000:] == pytest.approx(np.where(unsure == 0, 0.01, 0.99))
    assert (chosen.propensity[:40_000] == 1).all()


@settings(max_examples=40, deadline=None)
@given(
    people=st.integers(1, 300),
    arms=st.integers(1, 3),
    contacts=st.integers(0, 300),
    sure=st.sampled_from([0.5, 0.8, 0.99]),
    explore=st.sampled_from([0.0, 0.02, 0.5]),
    seed=st.integers(0, 99),
)
def test_contacts_stay_within_the_money_and_go_to_the_most_certain(
    people: int, arms: int, contacts: int, sure: float, explore: float, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    mean, error = rng.normal(size=(people, arms)), rng.random((people, arms)) + 0.01
    chosen = choose(mean, error, np.zeros(arms), rng.random(people), contacts, sure, explore)
    expected = np.where(chosen.action >= 0, chosen.propensity, 1 - chosen.propensity)
    assert expected.sum() <= contacts + 1e-6
    assert (chosen.action[chosen.spared] == -1).all()
    assert ((chosen.propensity > 0) & (chosen.propensity <= 1)).all()


@pytest.mark.parametrize(("sure", "explore"), [(0.4, 0.0), (1.0, 0.0), (0.8, 1.0), (0.8, -0.1)])
def test_shares_that_cannot_be_are_refused(sure: float, explore: float) -> None:
    with pytest.raises(NoUplift, match="give a probability"):
        choose(np.ones((3, 1)), np.ones((3, 1)), np.zeros(1), np.zeros(3), sure=sure, explore=explore)


def written(folder: Path, rows: str, header: str = "treated,margin,propensity,a,b") -> Path:
    path = folder / "test.csv"
    path.write_text(f"{header}\n{rows}", encoding="utf-8")
    return path


def lines(people: int = 1_000) -> str:
    return "".join(f"{n % 2},{n % 7},0.5,{n if n % 5 else ''},{'xyz'[n % 3]}\n" for n in range(people))


def test_a_file_is_read_with_unknowns_and_texts_as_columns(tmp_path: Path) -> None:
    test = read_test(written(tmp_path, lines()), ["a", "b"], "margin")
    assert test.names == ("a", "a unknown", "b x", "b y", "b z")
    assert (test.arms, test.size) == (("0", "1"), 1_000)
    assert test.features[0].tolist() == [500.0, 1.0, 1.0, 0.0, 0.0]
    uneven = read_test(written(tmp_path, lines()), ["a"], "margin", chances={"0": 0.5, "1": 0.5})
    assert np.array_equal(uneven.propensity, test.propensity)


@pytest.mark.parametrize(
    ("rows", "features", "chances", "words"),
    [
        ("1,2,0.5,1,x\n", ["a"], None, "exactly one control"),
        ("1,2,,1,x\n0,1,0.5,2,y\n", ["a"], None, "Row 2 of test.csv has propensity None"),
        ("1,much,0.5,1,x\n0,1,0.5,2,y\n", ["a"], None, "margin 'much', which is no number"),
        (",2,0.5,1,x\n0,1,0.5,2,y\n", ["a"], None, "Row 2 of test.csv has no treated"),
        (lines(), ["age"], None, "no column 'age'"),
        (lines(), [], None, "No feature is named"),
        (lines(), ["margin"], None, "two parts to play"),
        (lines(), ["a"], {"0": 0.5, "2": 0.5}, "do not belong to the arms 0, 1"),
        (lines(), ["a"], {"0": 0.5, "1": 0.6}, "adding up to 1"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_one_sentence(
    tmp_path: Path, rows: str, features: list[str], chances: dict[str, float] | None, words: str
) -> None:
    with pytest.raises(NoUplift, match=words):
        read_test(written(tmp_path, rows), features, "margin", chances=chances)


def test_a_missing_propensity_column_names_the_way_out(tmp_path: Path) -> None:
    path = written(tmp_path, "1,2,3\n0,1,2\n", "treated,margin,a")
    with pytest.raises(NoUplift, match=r"no column 'propensity'.*or give the chances"):
        read_test(path, ["a"], "margin")
