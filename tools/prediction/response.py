"""What one more message is expected to bring, in closed form from the response priors.

A message is read, clicked and followed by a purchase; part of those purchases would not have happened otherwise.
Each recent message tires: after messages `gap` days apart with a half-life h, the fatigue before message j is
F_j = q (1 - q^j) / (1 - q) with q = 2^(-gap / h), and attention is multiplied by exp(-fatigue_per_contact * F_j).
For many messages F tends to its steady state q / (1 - q). Every number is at the priors' means unless `parameters`
gives others (for instance one draw of `priors.draw`); all arguments broadcast as numpy arrays.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from tools.prediction.errors import UnknownChannel
from tools.prediction.priors import ANNOYED_DAYS, OWN_USE_DAYS, PRIOR, means

Column = npt.NDArray[np.float64]
Parameters = Mapping[str, float]


def fatigue_steady_state(per_week: float, parameters: Parameters | None = None) -> float:
    """The fatigue (in recent messages) that `per_week` evenly spaced messages lead to in the end."""
    q = _carry(per_week, parameters or means())
    return q / (1 - q)


def attention_factor(
    contacts_per_person: npt.ArrayLike = 1.0, per_week: float = 2.0, parameters: Parameters | None = None
) -> Column:
    """The mean factor (0-1] on attention over a person's first n messages at a weekly cadence; 1 for a single one.

    Between whole numbers of messages the total attention is interpolated.
    """
    given = parameters or means()
    contacts = np.maximum(np.asarray(contacts_per_person, dtype=np.float64), 1e-9)
    most = int(np.ceil(contacts.max(initial=1.0)))
    q = _carry(per_week, given)
    fatigue = q * (1 - q ** np.arange(most)) / (1 - q)
    total = np.concatenate(([0.0], np.cumsum(np.exp(-given["fatigue_per_contact"] * fatigue))))
    return np.asarray(np.interp(contacts, np.arange(most + 1), total) / contacts)


def expected_clicks_per_contact(
    channel: str,
    contacts_per_person: npt.ArrayLike = 1.0,
    per_week: float = 2.0,
    responsiveness: npt.ArrayLike = 1.0,
    parameters: Parameters | None = None,
) -> Column:
    """Clicks per message; `responsiveness` multiplies the odds of a click. UnknownChannel without a prior."""
    given = parameters or means()
    if f"attention_{channel}" not in PRIOR:
        known = ", ".join(name.removeprefix("attention_") for name in PRIOR if name.startswith("attention_"))
        raise UnknownChannel(f"How people respond on {channel!r} is not known; plan with {known}.")
    relative, click = np.asarray(responsiveness, dtype=np.float64), given[f"click_{channel}"]
    clicked = relative * click / (1 - click + relative * click)
    return given[f"attention_{channel}"] * attention_factor(contacts_per_person, per_week, given) * clicked


def expected_conversions_per_contact(
    channel: str,
    has_offer: bool,
    contacts_per_person: npt.ArrayLike = 1.0,
    per_week: float = 2.0,
    responsiveness: npt.ArrayLike = 1.0,
    parameters: Parameters | None = None,
) -> Column:
    """Incremental conversions per message: clicks x purchases per click x the share that would not have happened."""
    given = parameters or means()
    clicks = expected_clicks_per_contact(channel, contacts_per_person, per_week, responsiveness, given)
    return clicks * given["convert_offer" if has_offer else "convert_plain"] * given["incremental_share"]


def expected_redemptions_per_contact(
    channel: str,
    conversion_rate: npt.ArrayLike,
    contacts_per_person: npt.ArrayLike = 1.0,
    per_week: float = 2.0,
    responsiveness: npt.ArrayLike = 1.0,
    parameters: Parameters | None = None,
) -> Column:
    """Offers redeemed per message, each of which costs its face value.

    Incremental purchases redeem; of the others only those with a purchase of their own in the next 14 days, which
    at `conversion_rate` per day has probability 1 - exp(-14 rate).
    """
    given = parameters or means()
    clicks = expected_clicks_per_contact(channel, contacts_per_person, per_week, responsiveness, given)
    anyway = -np.expm1(-OWN_USE_DAYS * np.asarray(conversion_rate, dtype=np.float64))
    share = given["incremental_share"]
    return clicks * given["convert_offer"] * (share + (1 - share) * anyway)


def expected_value_of_conversion(
    conversion_value_micros: npt.ArrayLike, basket_value_micros: npt.ArrayLike, parameters: Parameters | None = None
) -> Column:
    """Revenue micros of one incremental conversion: its own, and a whole extra basket for the share that brings one."""
    halo = (parameters or means())["halo_trip_share"]
    own = np.asarray(conversion_value_micros, dtype=np.float64)
    return own + halo * np.asarray(basket_value_micros, dtype=np.float64)


def expected_conversions_lost(
    conversion_rate: npt.ArrayLike,
    contacts_per_person: npt.ArrayLike,
    per_week: float = 2.0,
    parameters: Parameters | None = None,
) -> Column:
    """Conversions per person that sleeping dogs withhold over n messages: overlapping fortnights count once."""
    given = parameters or means()
    contacts = np.maximum(np.asarray(contacts_per_person, dtype=np.float64), 0.0)
    gap = 7.0 / per_week
    sulking = np.where(
        contacts > 0, np.maximum(contacts - 1, 0) * min(gap, ANNOYED_DAYS) + ANNOYED_DAYS * np.minimum(contacts, 1), 0.0
    )
    return given["sleeping_dog_share"] * given["sleeping_dog_loss"] * np.asarray(conversion_rate) * sulking


def expected_unsubscribes_per_contact(parameters: Parameters | None = None) -> float:
    """Unsubscribes per message to a rested person."""
    return float((parameters or means())["unsubscribe_per_contact"])


def _carry(per_week: float, given: Parameters) -> float:
    """The share of fatigue that is left at the next message."""
    return float(2.0 ** (-(7.0 / per_week) / given["fatigue_halflife_days"]))
