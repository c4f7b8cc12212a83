"""The people of a plan as columns: what the engine and a simulated world need of each of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from campaigns.contact import BoolArray, FloatArray, IntArray, KeyArray, SmallArray
from campaigns.experiment import TREATED
from campaigns.keys import person_keys
from campaigns.plan import Plan
from policies.jurisdiction import ADULT_YEARS, OLDEST, Place
from tools.experiment.assignment import assign_keys

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
        keys = person_keys(ids)
        segments, segment = _codes(snapshot["segment"])
        zones, zone = _codes(snapshot["time_zone"])
        countries, country = _codes(_column(snapshot, "country", ""))
        regions, region = _codes(_column(snapshot, "region", ""))
        # Both lists are in order, so that the numbers of pairs are in the order of the pairs.
        pairs, place = np.unique(country.astype(np.int64) * len(regions) + region, return_inverse=True)
        return cls(
            person_id=ids,
            person_key=keys,
            arm=np.asarray(
                assign_keys(
                    keys,
                    experiment.salt,
                    experiment.global_salt,
                    experiment.holdout_share,
                    experiment.global_share,
                ),
                np.int16,
            ),
            segments=segments,
            segment=segment,
            zones=zones,
            zone=zone,
            channels=plan.brief.channels,
            consent=np.column_stack([_consent(snapshot, f"consent_{channel}") for channel in plan.brief.channels]),
            suppressed=snapshot["suppressed"].to_numpy().astype(np.int16),
            conversion_rate=snapshot["conversion_rate"].to_numpy().astype(np.float64),
            conversion_value_micros=snapshot["conversion_value_micros"].to_numpy().astype(np.int64),
            basket_value_micros=snapshot["basket_value_micros"].to_numpy().astype(np.int64),
            responsiveness=snapshot["responsiveness"].to_numpy().astype(np.float64),
            pre_conversions=snapshot["pre_conversions"].to_numpy().astype(np.int64),
            pre_margin_micros=snapshot["pre_margin_micros"].to_numpy().astype(np.int64),
            places=tuple(
                Place(countries[pair // len(regions)], regions[pair % len(regions)]) for pair in pairs.tolist()
            ),
            place=place.astype(np.int16),
            age_from=_column(snapshot, "age_from", 0).to_numpy().astype(np.int16),
            minor=_column(snapshot, "age_to", OLDEST).to_numpy().astype(np.int16) < ADULT_YEARS,
            open_complaint=_column(snapshot, "open_complaint", False).to_numpy().astype(bool),
            basket_rate=_column(snapshot, "baskets_84d", 0).to_numpy().astype(np.float64) / BASKET_DAYS,
        )


def _column(snapshot: pl.DataFrame, name: str, unknown: str | int | bool) -> pl.Series:
    """The column's values, with `unknown` for nulls and for every row of a snapshot that has no such column."""
    if name not in snapshot.columns:
        return pl.repeat(unknown, snapshot.height, eager=True)
    return snapshot[name].fill_null(unknown)


def _consent(snapshot: pl.DataFrame, name: str) -> SmallArray:
    """The column as it stands; -1 (unknown, which means no) for nulls and where the data keep no such consent."""
    if name not in snapshot.columns:
        return np.full(snapshot.height, -1, np.int16)
    return snapshot[name].fill_null(-1).to_numpy().astype(np.int16)


def _codes(column: pl.Series) -> tuple[tuple[str, ...], SmallArray]:
    """The names in a column in order, and the place of each value among them."""
    names = column.unique().sort()
    codes = column.replace_strict(names, pl.arange(len(names), dtype=pl.Int16, eager=True), return_dtype=pl.Int16)
    return tuple(names.to_list()), codes.to_numpy()
