"""How long a test must run: the first day on which the people who have come give the power wanted."""

from __future__ import annotations

from collections.abc import Callable

from tools.experiment.errors import ExperimentError

LONGEST_DAYS = 365


def days_needed(power_on: Callable[[int], float], power: float = 0.8, longest: int = LONGEST_DAYS) -> int | None:
    """The first day (1 ...) on which `power_on(day)` reaches `power`; None when no day up to `longest` does.

    `power_on` knows the metric and how people come: any power of this room at `came(day, ...)` people.
    """
    if not 0 < power < 1 or longest < 1:
        raise ExperimentError(
            f"A power of {power} within {longest} days cannot be asked for; give one below 1 and a day or more."
        )
    return next((day for day in range(1, longest + 1) if power_on(day) >= power), None)


def came(day: int, people: float, daily_share: float) -> float:
    """How many of `people` have come at least once by the end of a day, when each comes with this chance every day."""
    if not 0 <= daily_share <= 1:
        raise ExperimentError(f"A daily share of {daily_share} is not a fraction; give one from 0 to 1.")
    return float(people * (1 - (1 - daily_share) ** day))
