"""A what-if in words: what a change would keep, bring or cost, with the interval of the paired runs, and the best region."""

from __future__ import annotations

import numpy as np

from campaigns.money import MICROS
from simulator.whatif import LEVEL, Point, WhatIf, as_good
from simulator.whatif_points import Factors

RESAMPLES = 2_000
_NAMED = {0.25: "A quarter of", 1 / 3: "A third of", 0.5: "Half of", 0.75: "Three quarters of", 1.5: "One and a half times", 2.0: "Twice", 3.0: "Three times"}  # fmt: skip
_OF = {"budget": "the money", "audience": "the audience (the best people)", "depth": "the offer's face value"}


def kept(point: Point, present: Point, seed: int) -> tuple[float, float, float] | None:
    """The share of the present plan's mean margin that a point has, with its 95 % interval.

    Runs are paired, so the bootstrap (Efron, 1979; percentiles of 2,000 resamples) draws them together. None when the
    present mean is not surely above zero: a share of it would mean nothing.
    """
    if present.interval[0] <= 0:
        return None
    picks = np.random.Generator(np.random.PCG64(seed)).integers(len(present.net), size=(RESAMPLES, len(present.net)))
    below = np.array(present.net)[picks].mean(axis=1)
    if below.min() <= 0:
        return None
    low, high = np.quantile(np.array(point.net)[picks].mean(axis=1) / below, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return point.mean / present.mean, float(low), float(high)


def sentences(found: WhatIf) -> tuple[str, ...]:
    """The answer, one sentence per point that differs from the plan on one axis, then the best region."""
    here = found.present
    low, high = here.interval
    said = [
        f"As planned: {_money(here.mean, found)} net incremental margin in the mean of {found.runs} runs "
        f"[{_money(low, found)} to {_money(high, found)}], a loss in {here.harm[0]:.0%} of them "
        f"[{here.harm[1]:.0%}-{here.harm[2]:.0%}]."
    ]
    for point in found.points:
        beside = point.factors.beside(found.here)
        if len(beside) != 1:
            continue
        what = named(point.factors, beside[0], found.here)
        said.append(
            f"{what} is refused: {'; '.join(point.refused)}." if point.refused else _compared(what, point, found)
        )
    return (*said, *_together(found), *_best(found))


def _together(found: WhatIf) -> tuple[str, ...]:
    """Where a change on the first axis goes better with one on another axis too: one sentence per such value."""
    said = []
    for value in sorted({point.factors.on(axis) for axis in found.axes[:1] for point in found.rehearsed}):
        axis = found.axes[0]
        row = [point for point in found.rehearsed if point.factors.on(axis) == value]
        alone = next((point for point in row if not set(point.factors.beside(found.here)) - {axis}), None)
        top = max(row, key=lambda point: point.mean)
        if alone is None or top is alone or alone is found.present or as_good(alone, top):
            continue
        ratio = kept(top, found.present, found.seed)
        how = (
            f"{_money(top.mean, found)} in the mean"
            if ratio is None
            else f"{ratio[0]:.0%} [{ratio[1]:.0%} to {ratio[2]:.0%}] of the margin"
        )
        also = " and ".join(
            named(top.factors, other, found.here).lower() for other in top.factors.beside(found.here) if other != axis
        )
        said.append(f"{named(top.factors, axis, found.here)} goes better with {also}: {how}.")
    return tuple(said)


def named(factors: Factors, axis: str, here: Factors) -> str:
    """A point's value on an axis in words, fit to begin a sentence: `Half of the money`."""
    if axis == "cadence":
        count = factors.cadence
        return f"{count} {'message' if count == 1 else 'messages'} a week in place of {here.cadence}"
    factor = factors.on(axis)
    close = next((words for value, words in _NAMED.items() if abs(value - factor) < 1e-6), f"{factor:g} times")
    return f"{close} {_OF[axis]}"


def _compared(what: str, point: Point, found: WhatIf) -> str:
    harm = f"a loss in {point.harm[0]:.0%} of the runs"
    against = f"; policy would not say go ({', '.join(point.against)})" if point.against else ""
    ratio = kept(point, found.present, found.seed)
    if ratio is not None:
        value, low, high = ratio
        if point.net == found.present.net:
            return f"{what} changes nothing; {harm}{against}."
        verb = "keeps" if value <= 1 else "brings"
        return f"{what} {verb} {value:.0%} [{low:.0%} to {high:.0%}] of the margin; {harm}{against}."
    apart = np.array(point.net) - np.array(found.present.net)
    picks = np.random.Generator(np.random.PCG64(found.seed)).integers(len(apart), size=(RESAMPLES, len(apart)))
    low, high = np.quantile(apart[picks].mean(axis=1), [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return (
        f"{what} changes the mean margin by {_money(float(apart.mean()), found)} "
        f"[{_money(float(low), found)} to {_money(float(high), found)}]; {harm}{against}."
    )


def _best(found: WhatIf) -> tuple[str, ...]:
    best = found.best()
    if not best:
        return ("Policy would say go at none of these points.",)
    top = best[0]
    ranges = []
    for axis in found.axes:
        values = sorted({point.factors.on(axis) for point in best})
        unit = " a week" if axis == "cadence" else "x"
        shown = f"{values[0]:g}" if len(values) == 1 else f"{values[0]:g} to {values[-1]:g}"
        ranges.append(f"{axis} {shown}{unit}")
    where = ", ".join(ranges) or "the plan as it is"
    low, high = top.interval
    here = "the plan as it is among them" if found.present in best else "the plan as it is not among them"
    return (
        f"Best that policy permits: {where}; at its top {_money(top.mean, found)} "
        f"[{_money(low, found)} to {_money(high, found)}]. {len(best)} of {len(found.points)} points cannot be told from it, {here}.",
    )


def _money(micros: float, found: WhatIf) -> str:
    return f"{found.currency} {micros / MICROS:,.2f}"
