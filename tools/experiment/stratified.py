"""Arms balanced within strata: each stratum holds out its share nearly to the person, and nobody's arm ever changes.

A plain hash (`assignment.assign`) leaves the balance to chance. Here newcomers of a stratum take numbers, in an order
drawn by hash, and the numbers that are held out are spread evenly with a random start in blocks whose order is drawn too
(systematic sampling within permuted blocks). Whoever has an arm keeps it; the global holdout is drawn as ever.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from campaigns.experiment import GLOBAL_HOLDOUT, HOLDOUT, TREATED
from campaigns.keys import key_of, mix64
from tools.experiment.assignment import assign_keys, draw
from tools.experiment.errors import ExperimentError

BLOCK = 10
"""Numbers whose order is drawn together; a stratum is off its share by less than this at any time, by 1 at block ends."""

Keys = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Assigned:
    """Everybody who has an arm: person keys (ascending), the key of the stratum they came in with, and arm codes."""

    persons: Keys
    strata: Keys
    arms: npt.NDArray[np.int8]

    @classmethod
    def nobody(cls) -> Assigned:
        """Nobody yet."""
        return cls(np.zeros(0, np.uint64), np.zeros(0, np.uint64), np.zeros(0, np.int8))

    def of(self, persons: Keys) -> npt.NDArray[np.int8]:
        """The arms of these persons. ExperimentError when one has none."""
        place = np.searchsorted(self.persons, persons).clip(max=max(len(self.persons) - 1, 0))
        if len(persons) and (not len(self.persons) or (self.persons[place] != persons).any()):
            raise ExperimentError("Somebody has no arm yet; assign the newcomers first.")
        return np.asarray(self.arms[place])


def assign_stratified(
    before: Assigned,
    persons: Keys,
    strata: Sequence[str],
    salt: str,
    global_salt: str,
    holdout_share: float,
    global_share: float,
) -> Assigned:
    """`before` and the newcomers among `persons` (see `campaigns.keys.person_keys`), in whatever order they are given.

    `strata` names each person's stratum (of a person who has an arm it is not looked at). Shares and salts as in
    `assignment.assign`: each person's chance to be held out is the same as there. ExperimentError as there, and when
    persons and strata do not match.
    """
    if len(persons) != len(strata):
        raise ExperimentError(f"{len(strata)} strata do not describe {len(persons)} persons; give one each.")
    fresh, where = np.unique(persons, return_index=True)
    unknown = ~np.isin(fresh, before.persons)
    fresh, where = fresh[unknown], where[unknown]
    names, place = np.unique(np.asarray(strata, str)[where], return_inverse=True)
    keys = np.array([key_of(name) for name in names.tolist()], np.uint64)
    arms = assign_keys(fresh, salt, global_salt, holdout_share, global_share)
    open_to = arms != GLOBAL_HOLDOUT
    taken = before.strata[before.arms != GLOBAL_HOLDOUT]
    counted = np.array([int((taken == key).sum()) for key in keys], np.int64)
    order = np.lexsort((draw(fresh, f"{salt}/order"), place))
    order = order[open_to[order]]
    stratum = place[order]
    starts = np.r_[0, np.cumsum(np.bincount(stratum, minlength=len(keys)))]
    number = np.arange(len(order)) - starts[stratum] + counted[stratum]
    held = _held(number, keys[stratum], salt, holdout_share / (1 - global_share))
    arms[order] = np.where(held, HOLDOUT, TREATED)
    persons_all = np.r_[before.persons, fresh]
    sorting = np.argsort(persons_all)
    return Assigned(persons_all[sorting], np.r_[before.strata, keys[place]][sorting], np.r_[before.arms, arms][sorting])


def _held(number: npt.NDArray[np.int64], stratum: Keys, salt: str, share: float) -> npt.NDArray[np.bool_]:
    """Whether each number of a stratum is one that is held out."""
    block = number // BLOCK
    seats = mix64(stratum ^ mix64(block.astype(np.uint64)))[:, None] ^ mix64(np.arange(BLOCK, dtype=np.uint64))
    ranks = draw(seats.ravel(), f"{salt}/seats").reshape(-1, BLOCK).argsort(1)
    seat = block * BLOCK + ranks[np.arange(len(number)), number % BLOCK]
    start = draw(stratum, f"{salt}/start")
    return np.asarray(np.floor((seat + 1) * share + start) > np.floor(seat * share + start))
