"""How a plan proves what it did: arms, control, power and the analysis that was fixed beforehand."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from campaigns.border import Border
from campaigns.brief import Metric
from campaigns.figure import Figure

ARMS = ("treated", "holdout", "global_holdout")
"""Arm names; their positions are the arm codes in every column (0 is the only arm that may be contacted)."""
TREATED, HOLDOUT, GLOBAL_HOLDOUT = 0, 1, 2


class Look(Border):
    """A planned look: after so many whole days of the horizon, with the error (0-1) that may be spent by then in all.

    `information` is the share of the horizon that is over, by which O'Brien and Fleming's spending goes.
    """

    day: Annotated[int, Field(ge=1)]
    information: Annotated[float, Field(gt=0, le=1)]
    spent: Annotated[float, Field(ge=0, lt=0.5)]


class Experiment(Border):
    """Randomisation by hash of the person, shares of both holdouts, and the power for this audience.

    Shares are fractions of the audience; `salt` makes the campaign's assignment, `global_salt` the workspace's
    persistent one. `powered` is true when `power` at `expected_effect` reaches `power_wanted`. `feasible` says in
    words, with figures, what would make an underpowered question answerable. `looks` are the planned ones, the last of
    them the end; without any the end is the only look that may find something.
    """

    unit: Literal["person"] = "person"
    salt: str
    global_salt: str
    holdout_share: Annotated[float, Field(gt=0, lt=1)]
    global_share: Annotated[float, Field(gt=0, lt=0.5)]
    primary_metric: Metric
    outcome: Literal["conversions", "margin"]
    guard_metrics: tuple[str, ...]
    alpha: Annotated[float, Field(gt=0, lt=0.5)]
    power_wanted: Annotated[float, Field(gt=0.5, lt=1)]
    horizon_days: Annotated[int, Field(ge=1)]
    method: str
    arms: dict[str, Figure]
    baseline: Figure
    expected_effect: Figure
    mde: Figure
    power: Figure
    powered: bool
    feasible: tuple[str, ...] = ()
    # Left out where there are none, so that plans without looks keep the hash under which they were approved.
    looks: Annotated[tuple[Look, ...], Field(exclude_if=lambda looks: not looks)] = ()

    @model_validator(mode="after")
    def _somebody_is_treated(self) -> Self:
        if self.holdout_share + self.global_share >= 1:
            raise ValueError("the holdouts leave nobody to treat")
        return self

    @model_validator(mode="after")
    def _looks_rise_to_the_end(self) -> Self:
        if not self.looks:
            return self
        for before, after in pairwise(self.looks):
            if before.day >= after.day or before.information >= after.information or before.spent > after.spent:
                raise ValueError(f"the look after {after.day} days does not come after the one at {before.day}")
        last = self.looks[-1]
        if last.day != self.horizon_days or last.information != 1 or abs(last.spent - self.alpha) > 1e-12:
            raise ValueError("the last look is not the end, with all of alpha spent")
        return self
