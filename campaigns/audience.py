"""Whom a plan may contact: a definition that can be run again, and what was counted when it was run."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from campaigns.border import Border
from campaigns.figure import Figure

PredicateField = Literal["days_since_purchase", "days_since_category", "purchases_in_window", "always"]


class Predicate(Border):
    """One testable condition on a person's events up to the snapshot instant.

    `days_since_purchase` and `days_since_category` compare whole days since the last purchase (of `category`);
    a person who never bought counts as infinitely long ago only when `include_never` is set.
    `purchases_in_window` counts distinct baskets in the last `window_days`. `always` holds for everybody.
    """

    field: PredicateField
    op: Literal[">=", "<=", "<", ">", "=="] = ">="
    value: int = 0
    category: str | None = None
    window_days: int | None = None
    include_never: bool = False


class Exclusion(Border):
    """People taken out at one step, in the order applied, with the count that remained."""

    reason: str
    removed: Figure
    remaining: Figure


class Driver(Border):
    """One thing that makes people of this audience worth contacting, with its strength."""

    name: str
    effect: Figure


class Audience(Border):
    """The people a plan is about: definition, snapshot, funnel, drivers, size per segment.

    `snapshot_id` is the digest of the snapshot file's rows; the file holds one row per person (see
    `tools/audience/snapshot.py`). Segments are value tiers used as rows of the allocation. `uplift` says by which
    randomised test people were left out whom a contact harms or does not pay for, or that none tells who they are.
    """

    words: str
    predicates: tuple[Predicate, ...]
    category: str | None
    snapshot_id: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
    matched: Figure
    exclusions: tuple[Exclusion, ...]
    size: Figure
    segments: dict[str, Figure]
    reachable: dict[str, Figure]
    drivers: tuple[Driver, ...]
    # Left out where it is not said, so that plans of earlier versions keep the hash under which they were approved.
    uplift: Annotated[str, Field(exclude_if=lambda uplift: not uplift)] = ""
