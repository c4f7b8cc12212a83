"""What to bid for a place in paid media: the value of a click or view, less what keeps the bid honest and safe.

Amounts are micros. A bid is never above the cap and never below the floor: below it, there is no bid at all (0).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tools.budget.errors import BudgetError
from tools.budget.shapes import Column

Micros = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Limits:
    """`cap` is the most a bid may be, `floor` the least that the exchange accepts (micros)."""

    cap: int
    floor: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.floor <= self.cap:
            raise BudgetError(
                f"Bids from {self.floor} to {self.cap} micros are no range; give a floor from 0 and a cap above it."
            )


def bid_for_value(
    probability: npt.ArrayLike, value: npt.ArrayLike, limits: Limits, roas: float = 1.0, price: float = 1.0
) -> Micros:
    """The bid per view: probability of an incremental conversion x its value / max(target return, price of money).

    `roas` (> 0) is the margin that a unit of money must bring (target ROAS); `price` what it brings elsewhere, such as
    the allocation's marginal return or the pace's price. Bids are truthful where the second price is paid.
    """
    chance, worth = _chances(probability), np.asarray(value, np.float64)
    if not np.isfinite(worth).all() or (worth < 0).any():
        raise BudgetError("A conversion is worth a negative or endless amount; give micros from 0.")
    if not min(roas, price) > 0 or not np.isfinite([roas, price]).all():
        raise BudgetError(f"A target return of {roas:g} at a price of {price:g} is no rule; give numbers above 0.")
    return _bounded(chance * worth / max(roas, price), limits)


def bid_for_action(probability: npt.ArrayLike, cpa: int, limits: Limits) -> Micros:
    """The bid per view under a target cost per action: probability of the action x `cpa` micros."""
    if cpa < 0:
        raise BudgetError(f"A target of {cpa} micros an action is negative; give what an action may cost.")
    return _bounded(_chances(probability) * cpa, limits)


def shaded(bid: Micros, prices: npt.ArrayLike, limits: Limits) -> Micros:
    """Bids for an auction where one's own bid is paid: each lowered to what earned most against prices seen to win.

    `prices` are winning prices of such auctions (micros). At a bid b the surplus is (value - b) x share of prices at or
    below b; b is sought among the prices, never above the truthful bid. Without prices the bids stay as they are.
    """
    seen = np.sort(np.asarray(prices, np.float64))
    if not np.isfinite(seen).all() or (seen < 0).any():
        raise BudgetError("A winning price is negative or endless; give the micros that were paid.")
    if len(seen) == 0:
        return _bounded(bid.astype(np.float64), limits)
    won = np.arange(1, len(seen) + 1) / len(seen)
    surplus = np.where(seen[None] <= bid[:, None], (bid[:, None] - seen[None]) * won[None], -1.0)
    best = np.where(surplus.max(axis=1) > 0, seen[surplus.argmax(axis=1)], 0.0)
    return _bounded(best, limits)


def corrected(target: float, reached: float, present: float, most: float = 0.2) -> float:
    """The next target to bid with, when the present one reached another: moved by at most `most` (share) a step.

    All are costs per action, or all returns; nothing reached yet (0) leaves the target as it is.
    """
    if not min(target, present) > 0 or reached < 0:
        raise BudgetError(f"A target of {target:g} that reached {reached:g} cannot be corrected; give amounts above 0.")
    if reached == 0:
        return present
    return present * float(np.clip(target / reached, 1 - most, 1 + most))


def _chances(probability: npt.ArrayLike) -> Column:
    chance = np.asarray(probability, np.float64)
    if not ((chance >= 0) & (chance <= 1)).all():
        raise BudgetError("A probability is outside 0 to 1 or unknown; leave such a place without a bid.")
    return chance


def _bounded(bid: Column, limits: Limits) -> Micros:
    whole = np.floor(np.minimum(bid, limits.cap)).astype(np.int64)
    return np.where(whole >= max(limits.floor, 1), whole, 0)
