"""A made-up grocer's customers with known habits, written as the files that any user would load."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

NOW = datetime(2024, 9, 2, tzinfo=UTC)
"""The instant at which every evaluation world starts (a Monday)."""
HISTORY_DAYS = 364
CATEGORIES = ("BREAD", "MILK", "PRODUCE", "HOUSEHOLD", "FROZEN FISH")
ZONES = ("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles")
_BASKETS_PER_WEEK = 1.3
_SHAPE = 0.9
_FISH = 0.02


def write(folder: Path, people: int, seed: int) -> pl.DataFrame:
    """Write people, identifiers, events, consents and products as Parquet; what the files do not tell is returned.

    The returned frame has `person_id` and `conversion_rate`, the person's true days' rate of buying the target
    category. Same seed, same bytes.

    People buy baskets at gamma-distributed rates (mean 1.3 a week, shape 0.9); each basket holds each category with
    the person's own chance, the target category (`FROZEN FISH`) with 2 % on average.
    """
    rng = np.random.default_rng(seed)
    folder.mkdir(parents=True, exist_ok=True)
    ids = [f"c{number:05d}" for number in range(people)]
    _people(rng, ids).write_parquet(folder / "people.parquet")
    _identifiers(ids).write_parquet(folder / "identifiers.parquet")
    _consents(rng, ids).write_parquet(folder / "consents.parquet")
    _products().write_parquet(folder / "products.parquet")
    rate = rng.gamma(_SHAPE, _BASKETS_PER_WEEK / _SHAPE / 7, people)
    own = np.column_stack(
        [rng.beta(4, 4, (people, len(CATEGORIES) - 1)), rng.beta(0.8, 0.8 / _FISH - 0.8, (people, 1))]
    )
    _events(rng, ids, rate, own).write_parquet(folder / "events.parquet")
    return pl.DataFrame({"person_id": ids, "conversion_rate": rate * own[:, -1]})


def _people(rng: np.random.Generator, ids: list[str]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "person_id": ids,
            "country": ["US"] * len(ids),
            "time_zone": rng.choice(ZONES, len(ids)).tolist(),
        }
    )


def _identifiers(ids: list[str]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "person_id": [*ids, *ids],
            "kind": ["email"] * len(ids) + ["push_token"] * len(ids),
            "value": [f"{person}@people.invalid" for person in ids] + [f"token-{person}" for person in ids],
        }
    )


def _consents(rng: np.random.Generator, ids: list[str]) -> pl.DataFrame:
    frames = []
    for channel, share in (("email", 0.85), ("push", 0.55)):
        asked = rng.random(len(ids)) < share + 0.05
        granted = rng.random(len(ids)) < share / (share + 0.05)
        frames.append(
            pl.DataFrame(
                {
                    "person_id": np.array(ids)[asked].tolist(),
                    "channel": [channel] * int(asked.sum()),
                    "purpose": ["marketing"] * int(asked.sum()),
                    "status": np.where(granted[asked], "granted", "withdrawn").tolist(),
                    "recorded_at": [NOW - timedelta(days=400)] * int(asked.sum()),
                }
            )
        )
    return pl.concat(frames)


def _products() -> pl.DataFrame:
    return pl.DataFrame(
        {
            "product_id": [f"s{number}" for number in range(len(CATEGORIES))],
            "department": ["GROCERY"] * len(CATEGORIES),
            "category": list(CATEGORIES),
            "kind": [name.title() for name in CATEGORIES],
        }
    )


def _events(
    rng: np.random.Generator, ids: list[str], rate: npt.NDArray[np.float64], own: npt.NDArray[np.float64]
) -> pl.DataFrame:
    baskets = rng.poisson(rate * HISTORY_DAYS)
    person = np.repeat(np.arange(len(ids)), baskets)
    day = rng.random(len(person)) * HISTORY_DAYS
    held = rng.random((len(person), len(CATEGORIES))) < own[person]
    held[~held.any(axis=1), 0] = True
    place, product = np.nonzero(held)
    spend = np.round(np.exp(rng.normal(1.6, 0.6, len(place))), 2)
    start = np.datetime64((NOW - timedelta(days=HISTORY_DAYS)).replace(tzinfo=None), "us")
    at = start + (day[place] * 86_400_000_000).astype("timedelta64[us]")
    names = np.array(ids)
    return pl.DataFrame(
        {
            "event_id": [f"e{number}" for number in range(len(place))],
            "person_id": names[person[place]].tolist(),
            "kind": ["purchase"] * len(place),
            "occurred_at": pl.Series(at).dt.replace_time_zone("UTC"),
            "basket_id": [f"b{number}" for number in place.tolist()],
            "product_id": [f"s{number}" for number in product.tolist()],
            "quantity": [1] * len(place),
            "revenue_micros": (spend * 1_000_000).astype(np.int64),
        }
    ).sort("occurred_at", "event_id")
