"""The organic model recovers rates, says when it cannot, and does not depend on the order of rows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from tools.prediction.errors import MissingColumn
from tools.prediction.organic import FLOOR, OrganicModel, fit_organic
from tools.prediction.scorecard import auc, score

HORIZON = 28
START = datetime(2017, 1, 1, tzinfo=UTC)


def planted(people: int, origins: int = 4, level: float = 0.01, seed: int = 3) -> tuple[pl.DataFrame, np.ndarray]:
    """A history whose conversions are Poisson with rates that rise with past conversions, and those rates."""
    rng = np.random.default_rng(seed)
    size = people * origins
    past = rng.poisson(1.0, size)
    rate = level * (1 + past) * np.exp(rng.normal(0, 0.1, size))
    frame = pl.DataFrame(
        {
            "origin": [START + timedelta(days=HORIZON * (place // people)) for place in range(size)],
            "person_id": [f"p{place % people:05d}" for place in range(size)],
            "recency_days": rng.integers(0, 60, size),
            "baskets_84d": rng.integers(0, 30, size),
            "spend_84d_micros": rng.integers(0, 300, size) * 1_000_000,
            "pre_conversions": past,
            "observed_days": np.full(size, 182),
            "conversions": rng.poisson(rate * HORIZON),
            "horizon_days": np.full(size, HORIZON),
        }
    )
    return frame, rate


def test_rates_are_calibrated_and_ranked_on_an_origin_that_was_not_seen() -> None:
    frame, rate = planted(1500)
    model = fit_organic(frame)
    assert model.enough
    card = model.score_card
    assert card is not None
    assert card.people == 1500
    assert card.calibration == pytest.approx(1.0, abs=0.12)  # about three standard errors of 1,500 x 0.56 conversions
    assert card.deviance_explained > 0.02
    assert card.auc is not None
    assert card.auc > 0.6
    assert model.rate(frame).mean() == pytest.approx(rate.mean(), rel=0.05)
    assert np.corrcoef(model.rate(frame), rate)[0, 1] > 0.9


def test_the_order_of_rows_does_not_change_a_bit() -> None:
    frame, _ = planted(300)
    shuffled = fit_organic(frame.sample(fraction=1.0, shuffle=True, seed=1))
    assert shuffled.rate(frame).tobytes() == fit_organic(frame).rate(frame).tobytes()


@pytest.mark.parametrize(("people", "level"), [(40, 0.05), (300, 0.0002)])
def test_too_few_rows_or_conversions_fall_back_to_a_shrunken_mean_and_say_so(people: int, level: float) -> None:
    frame, _ = planted(people, level=level)
    model = fit_organic(frame)
    assert not model.enough
    assert model.score_card is None
    assert "Not enough data" in model.note
    found = model.rate(frame)
    plain = (frame["conversions"].sum() + 0.5) / frame["horizon_days"].sum()
    assert found.mean() == pytest.approx(plain)
    assert found[int(np.argmax(frame["pre_conversions"]))] == found.max() < 10 * plain
    assert found.min() > 0


def test_an_empty_history_goes_by_the_people_themselves() -> None:
    frame, _ = planted(50)
    model = fit_organic(frame.clear())
    own = (frame["pre_conversions"].sum() + 0.5) / frame["observed_days"].sum()
    assert not model.enough
    assert model.rate(frame).mean() == pytest.approx(own)


def test_one_origin_is_fitted_but_has_no_score_card() -> None:
    model = fit_organic(planted(500, origins=1)[0])
    assert model.enough
    assert model.score_card is None


def test_nobody_is_impossible() -> None:
    none = np.zeros(5)
    model = OrganicModel(0.0, True, "", 1, 0, None, none, np.ones(5), none, -60.0)
    assert model.rate(planted(3, 1)[0]).tolist() == [FLOOR] * 3


def test_a_missing_column_is_named() -> None:
    frame, _ = planted(10)
    with pytest.raises(MissingColumn, match="recency_days"):
        fit_organic(frame.drop("recency_days"))
    with pytest.raises(MissingColumn, match="observed_days"):
        fit_organic(frame).rate(frame.drop("observed_days"))


def test_scores_agree_with_hand_calculation() -> None:
    card = score(np.array([1.0, 1.0, 2.0]), np.array([0.0, 2.0, 3.0]), constant=1.0)
    assert card.calibration == pytest.approx(5 / 4)
    # deviances: flat 2(1 + 2 ln 2 - 1 + 3 ln 3 - 2), model 2(1 + 2 ln 2 - 1 + 3 ln 1.5 - 1)
    flat = 2 * (1 + 2 * np.log(2) - 1 + 3 * np.log(3) - 2)
    assert card.deviance_explained == pytest.approx(1 - 2 * (2 * np.log(2) + 3 * np.log(1.5) - 1) / flat)
    assert card.auc == pytest.approx(0.75)
    assert auc(np.array([1.0, 2.0]), np.array([True, True])) is None


def test_the_score_card_does_not_know_the_newest_origin() -> None:
    frame, _ = planted(800)
    newest = pl.col("origin") == frame["origin"].max()
    tripled = frame.with_columns(
        pl.when(newest).then(pl.col("conversions") * 3).otherwise("conversions").alias("conversions")
    )
    plain, surprised = fit_organic(frame).score_card, fit_organic(tripled).score_card
    assert plain is not None
    assert surprised is not None
    assert surprised.calibration == pytest.approx(3 * plain.calibration)
