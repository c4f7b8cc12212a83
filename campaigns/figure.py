"""A number with its unit, its interval and where it came from: the only way a number enters a plan or a page."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from campaigns.border import Border

SourceKind = Literal["goal", "query", "tool", "twin", "prior", "setting", "measured"]


class Source(Border):
    """Where a figure came from.

    `kind`: the goal's words, a query on the workspace's data, a tool's computation, the twin, a documented prior,
    a setting of the workspace, or a measurement with a control group. `name` says which one (a function's or
    query's dotted name), `ref` is the digest of its inputs, query text or version.
    """

    kind: SourceKind
    name: Annotated[str, Field(min_length=1)]
    ref: str = ""


class Figure(Border):
    """A value with unit (`people`, `share`, `days`, `contacts`, `conversions`, `micros:USD`, ...) and source.

    `low` and `high` bound an interval of probability `level` (0-1); all three are given or none.
    """

    value: float | int
    unit: Annotated[str, Field(min_length=1)]
    source: Source
    low: float | int | None = None
    high: float | int | None = None
    level: Annotated[float, Field(gt=0, lt=1)] | None = None

    @model_validator(mode="after")
    def _interval_is_whole(self) -> Self:
        given = [part is not None for part in (self.low, self.high, self.level)]
        if any(given) and not all(given):
            raise ValueError("an interval needs low, high and level together")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(f"an interval's low ({self.low}) is above its high ({self.high})")
        return self
