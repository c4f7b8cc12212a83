"""One figure of the suite: what a method did in one kind of world."""

from __future__ import annotations

from campaigns.border import Border


class Row(Border):
    """`value` is the share (0-1) of `runs` simulated tests, each looked at `looks` times, in which `what` happened."""

    world: str
    method: str
    what: str
    value: float
    runs: int
    looks: int


def row(world: str, method: str, what: str, value: float, runs: int, looks: int) -> Row:
    """A row, its value kept to six decimals."""
    return Row(world=world, method=method, what=what, value=round(float(value), 6), runs=runs, looks=looks)
