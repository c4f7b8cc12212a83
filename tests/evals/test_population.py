from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from evals.population import CATEGORIES, HISTORY_DAYS, write


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, pl.DataFrame]:
    folder = tmp_path_factory.mktemp("people")
    return folder, write(folder, 2_000, 5)


def test_the_same_seed_writes_the_same_bytes_and_another_seed_others(
    written: tuple[Path, pl.DataFrame], tmp_path: Path
) -> None:
    write(tmp_path / "again", 2_000, 5)
    write(tmp_path / "other", 2_000, 6)

    first = (written[0] / "events.parquet").read_bytes()
    assert (tmp_path / "again" / "events.parquet").read_bytes() == first
    assert (tmp_path / "other" / "events.parquet").read_bytes() != first


def test_people_buy_the_target_category_as_often_as_the_truth_says(written: tuple[Path, pl.DataFrame]) -> None:
    folder, truth = written
    events = pl.read_parquet(folder / "events.parquet")
    target = f"s{len(CATEGORIES) - 1}"

    bought = events.filter(pl.col("product_id") == target)["basket_id"].n_unique()
    expected = truth["conversion_rate"].sum() * HISTORY_DAYS

    assert bought == pytest.approx(expected, abs=4 * expected**0.5)


def test_every_address_is_synthetic(written: tuple[Path, pl.DataFrame]) -> None:
    addresses = pl.read_parquet(written[0] / "identifiers.parquet").filter(pl.col("kind") == "email")["value"]

    assert addresses.str.ends_with(".invalid").all()
