"""What the twin knows of responses, told to the engine's chooser: it begins where calibration ended."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from delivery.decide.beliefs import Known
from simulator.parameters import Parameters
from tools.prediction.priors import PRIOR

LEAST_SHARE = 0.5
"""Share of a prior's own spread below which what the twin says is not believed (the authors' judgement): the model may
be wrong where it is sure."""


def known_of(drawn: Sequence[Parameters], channels: Sequence[str]) -> Known:
    """Mean and spread over draws of the twin's parameters, relative to the priors' means, of what messages on these
    channels share: clicks, orders with and without an offer, what of them is incremental."""
    said = {f"clicks {name}": (f"attention_{name}", f"click_{name}") for name in channels}
    said |= {
        "orders with offer": ("convert_offer",),
        "orders without offer": ("convert_plain",),
        "incremental": ("incremental_share",),
    }
    return {name: _relative(drawn, parts) for name, parts in said.items()}


def _relative(drawn: Sequence[Parameters], parts: tuple[str, ...]) -> tuple[float, float]:
    ratios = np.array([[getattr(one, name) / PRIOR[name].mean for name in parts] for one in drawn]).prod(axis=1)
    prior = float(np.hypot.reduce([PRIOR[name].sd / PRIOR[name].mean for name in parts]))
    return float(ratios.mean()), max(float(ratios.std()), LEAST_SHARE * prior)


def plain(known: Known) -> dict[str, tuple[float, float]]:
    """The same in numbers that a rehearsal keeps."""
    return {name: (round(mean, 6), round(spread, 6)) for name, (mean, spread) in sorted(known.items())}
