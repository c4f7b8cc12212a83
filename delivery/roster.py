"""The people of a plan as columns: what the engine and a simulated world need of each of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from campaigns.contact import BoolArray, FloatArray, IntArray, KeyArray, SmallArray
from campaigns.experiment import TREATED
from campaigns.keys import person_keys
from campaigns.plan import Plan
from policies.jurisdiction import ADULT_YEARS, OLDEST, Place
from tools.experiment.assignment import assign

BASKET_DAYS = 84
"""The days before the snapshot whose baskets it counts."""


@dataclass(frozen=True, slots=True)
class Roster:
    """One row per person of the snapshot, in its order; every column has length `size`.

    `arm` holds positions in `campaigns.experiment.ARMS`, `segment` in `segments`, `zone` in `zones`, `place` in
    `places`, `consent` one column per channel of the plan (1 granted, 0 refused, -1 unknown). `age_from` is the least
    age in years that is known (0 when none is), `minor` whether the person is known to be under 18. Rates are
    conversions, and baskets of any kind, per day; money is micros.
    """

    person_id: tuple[str, ...]
    person_key: KeyArray
    arm: SmallArray
    segments: tuple[str, ...]
    segment: SmallArray
    zones: tuple[str, ...]
    zone: SmallArray
    channels: tuple[str, ...]
    consent: SmallArray
    suppressed: SmallArray
    conversion_rate: FloatArray
    conversion_value_micros: IntArray
    basket_value_micros: IntArray
    responsiveness: FloatArray
    pre_conversions: IntArray
    pre_margin_micros: IntArray
    places: tuple[Place, ...]
    place: SmallArray
    age_from: SmallArray
    minor: BoolArray
    open_complaint: BoolArray
    basket_rate: FloatArray

    @property
    def size(self) -> int:
        """Number of people."""
        return len(self.person_id)

    @property
    def treated(self) -> IntArray:
        """Rows of the only arm that may be contacted, ascending."""
        return np.flatnonzero(self.arm == TREATED)

    @classmethod
    def build(cls, plan: Plan, snapshot: pl.DataFrame) -> Roster:
        """The roster of a plan from its snapshot frame (columns as `tools/audience/snapshot.py` writes them)."""
        ids = tuple(snapshot["person_id"].to_list())
        experiment = plan.experiment
        segments = tuple(sorted(set(snapshot["segment"].to_list())))
        zones = tuple(sorted(set(snapshot["time_zone"].to_list())))
        lived = list(zip(_column(snapshot, "country", ""), _column(snapshot, "region", ""), strict=True))
        pairs = sorted(set(lived))
        return cls(
            person_id=ids,
            person_key=person_keys(ids),
            arm=np.asarray(
                assign(
                    ids,
                    experiment.salt,
                    experiment.global_salt,
                    experiment.holdout_share,
                    experiment.global_share,
                ),
                np.int16,
            ),
            segments=segments,
            segment=_codes(snapshot["segment"], segments),
            zones=zones,
            zone=_codes(snapshot["time_zone"], zones),
            channels=plan.brief.channels,
            consent=np.column_stack([_consent(snapshot, f"consent_{channel}") for channel in plan.brief.channels]),
            suppressed=snapshot["suppressed"].to_numpy().astype(np.int16),
            conversion_rate=snapshot["conversion_rate"].to_numpy().astype(np.float64),
            conversion_value_micros=snapshot["conversion_value_micros"].to_numpy().astype(np.int64),
            basket_value_micros=snapshot["basket_value_micros"].to_numpy().astype(np.int64),
            responsiveness=snapshot["responsiveness"].to_numpy().astype(np.float64),
            pre_conversions=snapshot["pre_conversions"].to_numpy().astype(np.int64),
            pre_margin_micros=snapshot["pre_margin_micros"].to_numpy().astype(np.int64),
            places=tuple(Place(country, region) for country, region in pairs),
            place=np.array([pairs.index(pair) for pair in lived] if len(pairs) > 1 else [0] * len(ids), np.int16),
            age_from=np.array(_column(snapshot, "age_from", 0), np.int16),
            minor=np.array(_column(snapshot, "age_to", OLDEST), np.int16) < ADULT_YEARS,
            open_complaint=np.array(_column(snapshot, "open_complaint", False), bool),
            basket_rate=np.array(_column(snapshot, "baskets_84d", 0), np.float64) / BASKET_DAYS,
        )


def _column(snapshot: pl.DataFrame, name: str, unknown: str | int | bool) -> list[Any]:
    """The column's values, with `unknown` for nulls and for every row of a snapshot that has no such column."""
    if name not in snapshot.columns:
        return [unknown] * snapshot.height
    return snapshot[name].fill_null(unknown).to_list()


def _consent(snapshot: pl.DataFrame, name: str) -> SmallArray:
    """The column as it stands; -1 (unknown, which means no) for nulls and where the data keep no such consent."""
    if name not in snapshot.columns:
        return np.full(snapshot.height, -1, np.int16)
    return snapshot[name].fill_null(-1).to_numpy().astype(np.int16)


def _codes(column: pl.Series, names: tuple[str, ...]) -> SmallArray:
    places = {name: place for place, name in enumerate(names)}
    return np.fromiter((places[value] for value in column.to_list()), dtype=np.int16, count=len(column))
