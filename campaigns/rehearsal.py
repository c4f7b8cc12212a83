"""What the twin says about a plan before anyone real receives anything."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from campaigns.border import Border
from campaigns.figure import Figure

Verdict = Literal["go", "stop", "cannot_tell"]


class Distribution(Border):
    """A quantity over the paired runs: mean and 5/25/50/75/95 % quantiles, in `unit`."""

    unit: str
    mean: float
    p05: float
    p25: float
    p50: float
    p75: float
    p95: float


class Sensitivity(Border):
    """How much of the variance of the incremental margin goes with one assumption (squared rank correlation, 0-1)."""

    parameter: str
    share: Annotated[float, Field(ge=0, le=1)]


class Passport(Border):
    """The twin's own record: what it was fitted on, its back-test, and where it has no support."""

    twin_version: str
    fitted_on: str
    origins: int
    coverage: Figure
    direction: Figure
    supported: bool
    unsupported_because: tuple[str, ...] = ()


class FanPoint(Border):
    """Cumulative incremental margin in micros at the end of one campaign day, over the runs."""

    day: int
    p05: float
    p50: float
    p95: float


class Rehearsal(Border):
    """Verdict with its reasons, the distributions behind it, the drivers, and the assumptions it rests on."""

    plan_hash: str
    verdict: Verdict
    reasons: tuple[str, ...]
    runs: Annotated[int, Field(ge=1)]
    seed: int
    outcomes: dict[str, Distribution]
    p_harm: Figure
    p_breach: Figure
    blocked: dict[str, float]
    drivers: tuple[Sensitivity, ...]
    assumptions: tuple[str, ...]
    fan: tuple[FanPoint, ...]
    passport: Passport
