"""Who is left out because a randomised test says that contacting them harms, or brings less than it costs.

Only a test can tell: who buys often is not who buys because of a message. Without one nobody is left out on this ground,
and the plan says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
from scipy.stats import norm

from campaigns.money import MICROS
from campaigns.workspace import Settings
from tools.audience.contactability import CHANNELS, Step
from tools.prediction.uplift_choice import SURE
from tools.prediction.uplift_kept import KeptUplift

HARMED = f"a contact takes margin away ({SURE:.0%} sure, randomised test)"
TOO_LITTLE = "a contact is expected to bring less than it costs (randomised test)"
NO_EVIDENCE = (
    "Nobody is left out because a message would harm them or bring less than it costs: no randomised test that this "
    "workspace keeps tells who that is (`twinpilot predict uplift PLAN --keep` learns it from a completed plan)."
)


def prices(settings: Settings) -> dict[str, int]:
    """What one message costs on each channel on which a consent is kept, micros."""
    costs = {"email": settings.email_cost_micros, "push": settings.push_cost_micros}
    return {channel: costs[channel] for channel in CHANNELS}


def spare(
    frame: pl.DataFrame, kept: KeptUplift, channels: Sequence[str], price: Mapping[str, int]
) -> tuple[pl.DataFrame, tuple[Step, ...]]:
    """The rows left after two steps, each person counted at the first that takes them out.

    First those for whom every arm of the test has an expected uplift below 0 with a probability of `SURE`; then those
    whose best expected uplift is below the price of one message on the cheapest channel of the plan that they consent
    to. Whom the test leaves unsure of stays. `price` is in micros per channel.
    """
    mean, error = kept.predict(frame)
    harmed = (mean + float(norm.ppf(SURE)) * error < 0).all(axis=1)
    cheapest = np.full(len(frame), np.inf)
    for channel in (name for name in channels if name in CHANNELS):
        consents = (frame[f"consent_{channel}"] == 1).to_numpy()
        cheapest = np.where(consents, np.minimum(cheapest, price[channel] / MICROS), cheapest)
    short = ~harmed & (mean.max(axis=1) < cheapest)
    left = len(frame) - int(harmed.sum())
    steps = (
        Step(HARMED, int(harmed.sum()), left, kept.ref),
        Step(TOO_LITTLE, int(short.sum()), left - int(short.sum()), kept.ref),
    )
    return frame.filter(pl.Series(~(harmed | short))), steps


def assumed(kept: KeptUplift | None) -> str:
    """What the plan rests on here, one sentence without a count of people of the audience."""
    if kept is None:
        return NO_EVIDENCE
    value, low, high = kept.qini
    return (
        f"Whom a message harms, or does not pay for, is taken from the randomised test {kept.source} of {kept.people:,} "
        f"people (its order is worth {kept.currency} {value:.4f} a person over a random one, 95 % interval {low:.4f} to "
        f"{high:.4f}); that these people answer like those is an assumption."
    )
