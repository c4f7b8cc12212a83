"""How far something was moved within a rolling window, everything counted that was not taken back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from campaigns.change import Change, Recorded


@dataclass(frozen=True, slots=True)
class Moved:
    """Sizes as shares of the smallest value that the window has seen; None when that is 0, so that no share exists.

    `change` is this change with what is in flight, `cumulative` with everything in the window as well. Signs do not
    cancel: up by 9 % and down again by 9 % is 18 %.
    """

    change: float | None
    cumulative: float | None
    in_flight: int


def moved(change: Change, recorded: Iterable[Recorded], now: datetime, window: timedelta) -> Moved:
    """What a change would add to those of its class and target that are in flight or ended within the window.

    A change in flight counts however old it is. One that is done counts for the whole window after it was done, and
    one dated later than `now` counts too, so that setting a clock back frees nothing.
    """
    earlier = [one for one in recorded if _of(one, change) and _counts(one, now, window)]
    flying = [one for one in earlier if one.progress == "in_flight"]
    smallest = min([change.before, *(one.change.before for one in earlier)])
    return Moved(
        _share([change, *(one.change for one in flying)], smallest),
        _share([change, *(one.change for one in earlier)], smallest),
        len(flying),
    )


def _of(one: Recorded, change: Change) -> bool:
    same = (one.change.action, one.change.target) == (change.action, change.target)
    return same and one.change.change_id != change.change_id


def _counts(one: Recorded, now: datetime, window: timedelta) -> bool:
    if one.progress == "withdrawn":
        return False
    return one.finished is None or one.finished > now - window


def _share(changes: list[Change], of: int) -> float | None:
    return sum(abs(change.after - change.before) for change in changes) / of if of else None
