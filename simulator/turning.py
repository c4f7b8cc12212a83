"""What would change the verdict: the value of an assumption at which the chance of a loss crosses a limit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from campaigns.contact import BoolArray, FloatArray
from campaigns.rehearsal import Sensitivity, Spread, Turning, Verdict
from simulator.variance import Surface, chances
from simulator.verdict import Case

DRIVERS = 8
"""How many assumptions are named; the others move the result less than these."""
TURNED = 4
"""For how many of them it is asked what would change the verdict."""
LEVELS = np.arange(1, 100) / 100
"""Cumulative probabilities over an assumption's central 98 %."""


def drivers(found: Surface, learnt: frozenset[str]) -> tuple[Sensitivity, ...]:
    """The assumptions that move the result most, by their total share."""
    named = [
        Sensitivity(parameter=name, share=found.first[name], total=min(found.total[name], 1.0), learnt=name in learnt)
        for name in found.first
        if found.total[name] > 0
    ]
    return tuple(sorted(named, key=lambda driver: (-driver.total, driver.parameter))[:DRIVERS])


def spread(found: Surface, learnt: frozenset[str]) -> Spread:
    """The variance of the result by what the data identify and what they do not."""
    taught = sum(share for name, share in found.first.items() if name in learnt)
    judged = sum(share for name, share in found.first.items() if name not in learnt)
    return Spread(
        assumed=_share(judged), learnt=_share(taught), interplay=_share(found.interplay), luck=_share(found.luck),
        unexplained=_share(found.unexplained),
    )  # fmt: skip


def turnings(
    case: Case, columns: Mapping[str, FloatArray], lost: BoolArray, named: Sequence[Sensitivity]
) -> tuple[Turning, ...]:
    """For the first drivers, the value nearest to the middle at which the verdict becomes another one.

    `columns` are the runs' assumptions and `lost` whether they lose money. The chance of a loss at a value is that of
    the runs around it (`variance.chances`); what the policies say is asked at every whole per cent.
    """
    said: dict[float, Verdict] = {}
    now = replace(case, facts={**case.facts, "settled": True})
    return tuple(_turning(now, one.parameter, columns[one.parameter], lost, said) for one in named[:TURNED])


def _turning(case: Case, name: str, column: FloatArray, lost: BoolArray, said: dict[float, Verdict]) -> Turning:
    curve = [round(chance, 2) for chance in chances(column, lost, LEVELS).tolist()]
    for chance in curve:
        if chance not in said:
            said[chance] = case.at(chance)
    values = np.quantile(column, LEVELS)
    middle, here = len(LEVELS) // 2, case.verdict()
    others = [place for place, chance in enumerate(curve) if said[chance] != here]
    place = min(others, key=lambda one: (abs(one - middle), one)) if others else None
    value, becomes = (None, None) if place is None else (float(values[place]), said[curve[place]])
    low, half, high = float(values[0]), float(values[middle]), float(values[-1])
    least, most = min(curve), max(curve)
    return Turning(
        parameter=name, low=low, middle=half, high=high, chance_low=least, chance_high=most, value=value, becomes=becomes,
        told=_told(name, (low, half, high), (least, most), value, becomes, None if place is None else curve[place]),
    )  # fmt: skip


def _told(
    name: str,
    span: tuple[float, float, float],
    chances: tuple[float, float],
    value: float | None,
    becomes: Verdict | None,
    chance: float | None,
) -> str:
    words, (low, middle, high) = name.replace("_", " "), span
    if value is None or becomes is None:
        return (
            f"No value of {words} in its central 98 % ({low:.3g} to {high:.3g}) changes the verdict: the chance of a loss "
            f"stays between {chances[0]:.0%} and {chances[1]:.0%}."
        )
    way = "at" if value == middle else "below" if value < middle else "above"
    return (
        f"With {words} {way} about {value:.3g} (its middle is {middle:.3g}, 98 % lie in {low:.3g} to {high:.3g}) the chance "
        f"of a loss is {chance:.0%} and the verdict becomes {becomes.replace('_', ' ')}."
    )


def with_shares(sentences: Sequence[str], begins: Mapping[str, str], found: Surface) -> tuple[str, ...]:
    """The assumptions' sentences, each that belongs to a parameter with the share of the spread that hangs on it.

    `begins` holds the beginning of each such sentence and its parameter.
    """
    told = []
    for sentence in sentences:
        name = begins.get(sentence.partition(": ")[0] + ": ")
        told.append(sentence if name is None else f"{sentence} {_of_spread(found.total.get(name, 0.0))}")
    return tuple(told)


def _of_spread(share: float) -> str:
    return "Its share of the spread: " + (f"{share:.0%}." if share >= 0.01 else "below 1%.")


def _share(value: float) -> float:
    return float(min(max(value, 0.0), 1.0))
