"""How the channels differ: when a message reaches people and is read, who sees it, what it can cost in good will.

Every number is the authors' judgement. A channel's attention and click rates are priors (`tools.prediction.priors`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Traits:
    """One channel. `reaches` says whether a message arrives by itself, waits for a visit, or must win an auction.

    `read_hours` is the mean time from arrival to reading, `transit` multiplies `delivery_minutes`, `report` multiplies
    `report_hours`, `side` is 1 where the phone is the place to read and -1 where the desk is, `leaves` multiplies the
    chances of unsubscribing and complaining (0: there is nothing to unsubscribe from).
    """

    reaches: Literal["post", "visit", "auction"]
    read_hours: float
    transit: float
    side: int
    leaves: float
    report: float


CHANNELS: dict[str, Traits] = {
    "email": Traits("post", read_hours=6.0, transit=1.0, side=-1, leaves=1.0, report=1.0),
    "push": Traits("post", read_hours=6.0, transit=0.1, side=1, leaves=1.0, report=1.0),
    "sms": Traits("post", read_hours=0.5, transit=0.3, side=1, leaves=1.0, report=1.0),
    "onsite": Traits("visit", read_hours=0.02, transit=0.0, side=-1, leaves=0.0, report=1.0),
    "ads": Traits("auction", read_hours=0.02, transit=0.0, side=1, leaves=0.0, report=4.0),
}
CLICK_MINUTES = 3.0
"""Mean minutes from reading to clicking (exponential), on every channel."""
