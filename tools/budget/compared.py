"""What the twin said of other budgets before the money was spread: kept beside the draft, stated among its assumptions."""

from __future__ import annotations

from campaigns.border import Border
from campaigns.figure import Figure
from campaigns.money import MICROS

PART = "what_if"
"""The part's name on the desk; a draft without it is whole all the same."""


class Compared(Border):
    """The mean net incremental margin of the draft with `factor` times the most that it may spend; source `twin`."""

    factor: float
    margin: Figure


class BudgetCompared(Border):
    """Budgets compared on `people` people in `runs` paired runs each, scaled to all people of the draft."""

    points: tuple[Compared, ...]
    people: int
    runs: int

    def sentence(self) -> str:
        """The comparison in one sentence, for progress and for the plan's assumptions."""
        said = ", ".join(
            f"{point.factor:g}x {_money(point.margin, point.margin.value)}"
            f" ({_money(point.margin, point.margin.low)} to {_money(point.margin, point.margin.high)})"
            for point in self.points
        )
        ref = self.points[0].margin.source.ref
        return (
            f"Net margin by budget before the money was spread, in the twin ({ref}; {self.runs} paired runs on "
            f"{self.people:,} people, 95 % intervals of the mean): {said}."
        )


def _money(figure: Figure, micros: float | None) -> str:
    return f"{figure.unit.removeprefix('micros:')} {(micros or 0) / MICROS:,.2f}"
