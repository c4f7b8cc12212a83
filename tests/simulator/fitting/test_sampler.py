"""The sampler against posteriors that are known in closed form, and at evidence that would make re-weighting collapse."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from simulator.fitting.particles import NOTHING, Particles, side_by_side
from simulator.fitting.sampler import sample
from simulator.fitting.space import Space
from tools.prediction.priors import PRIOR

READS = "attention_email"


def binomial(hits: int, tried: int):  # type: ignore[no-untyped-def]
    return lambda given: stats.binom.logpmf(hits, tried, given[READS])


@pytest.mark.parametrize(("hits", "tried"), [(12, 40), (700, 2_500), (60_000, 200_000)])
def test_a_beta_prior_with_binomial_evidence_gives_the_beta_posterior(hits: int, tried: int) -> None:
    prior = PRIOR[READS]
    total = prior.mean * (1 - prior.mean) / prior.sd**2 - 1
    exact = stats.beta(prior.mean * total + hits, (1 - prior.mean) * total + tried - hits)
    found = sample(Space.of([READS]), binomial(hits, tried), seed=4).columns[READS]
    assert abs(found.mean() - exact.mean()) < 0.2 * exact.std()
    assert found.std() == pytest.approx(exact.std(), rel=0.12)


def test_evidence_too_strong_for_plain_reweighting_still_leaves_different_particles() -> None:
    found = sample(Space.of([READS]), binomial(90_000, 200_000), seed=4)
    assert found.plain_ess < 30
    assert found.steps > 2
    assert found.distinct > 0.8
    assert not found.collapsed


def test_evidence_about_a_product_leaves_its_factors_correlated() -> None:
    def fits(given: dict[str, np.ndarray]) -> np.ndarray:
        return stats.binom.logpmf(2_520, 100_000, given[READS] * given["click_email"])

    found = sample(Space.of([READS, "click_email"]), fits, seed=1)
    columns = found.columns
    assert np.corrcoef(columns[READS], columns["click_email"])[0, 1] < -0.8
    kept = Particles.of(columns).drawn((np.arange(200) + 0.5) / 200)
    assert np.corrcoef(kept[READS], kept["click_email"])[0, 1] < -0.8


def test_no_evidence_leaves_the_prior_and_the_same_seed_the_same_particles() -> None:
    runs = [sample(Space.of([READS]), lambda given: np.zeros(1_000), seed=9) for _ in range(2)]
    assert runs[0].plain_ess == pytest.approx(1_000)
    assert np.array_equal(runs[0].columns[READS], runs[1].columns[READS])
    assert runs[0].columns[READS].mean() == pytest.approx(PRIOR[READS].mean, abs=0.005)


def test_evidence_that_no_parameter_explains_gives_no_numbers_that_are_not_finite() -> None:
    found = sample(Space.of([READS]), lambda given: np.full(len(given[READS]), np.nan), seed=9)
    assert np.isfinite(found.columns[READS]).all()


def test_an_unknown_parameter_is_named() -> None:
    with pytest.raises(KeyError, match="charm"):
        Space.of(["charm"])


def test_two_beliefs_side_by_side_stay_independent_and_keep_their_own_correlations() -> None:
    rng = np.random.default_rng(3)
    x = rng.standard_normal(1_000)
    one = Particles.of({"a": x, "b": x + 0.1 * rng.standard_normal(1_000)})
    other = Particles.of({"c": rng.standard_normal(500)})
    both = side_by_side(one, other)
    assert set(both.names) == {"a", "b", "c"}
    assert np.corrcoef(both.column("a"), both.column("b"))[0, 1] > 0.95
    assert abs(np.corrcoef(both.column("a"), both.column("c"))[0, 1]) < 0.1
    assert side_by_side(one, NOTHING) == side_by_side(NOTHING, one) == one
