"""Which arm a person is in: a pure function of the person and two salts, whatever the order or the company."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from campaigns.experiment import GLOBAL_HOLDOUT, HOLDOUT, TREATED
from campaigns.keys import key_of, mix64, person_keys
from tools.experiment.errors import ExperimentError


def assign(
    person_ids: Sequence[str], salt: str, global_salt: str, holdout_share: float, global_share: float
) -> npt.NDArray[np.int8]:
    """One arm code per person (see `campaigns.experiment.ARMS`), parallel to `person_ids`.

    The global holdout is drawn first with the workspace's salt, so the same people stay in it in every campaign;
    the campaign's holdout is drawn from the others with the campaign's salt. Both shares are fractions of all
    people. ExperimentError when a share is not in [0, 1) or nobody is left to treat.
    """
    return assign_keys(person_keys(person_ids), salt, global_salt, holdout_share, global_share)


def assign_keys(
    persons: npt.NDArray[np.uint64], salt: str, global_salt: str, holdout_share: float, global_share: float
) -> npt.NDArray[np.int8]:
    """`assign` for people whose keys are there already (see `campaigns.keys.person_keys`)."""
    for name, share in (("holdout_share", holdout_share), ("global_share", global_share)):
        if not 0 <= share < 1:
            raise ExperimentError(f"A {name} of {share} is not a fraction below 1; give one from 0 up to 0.9.")
    if holdout_share + global_share >= 1:
        raise ExperimentError(
            f"Holdouts of {holdout_share} and {global_share} leave nobody to treat; keep their sum below 1."
        )
    arms = np.full(len(persons), TREATED, np.int8)
    arms[draw(persons, salt) < holdout_share / (1 - global_share)] = HOLDOUT
    arms[draw(persons, global_salt) < global_share] = GLOBAL_HOLDOUT
    return arms


def draw(persons: npt.NDArray[np.uint64], salt: str) -> npt.NDArray[np.float64]:
    """A uniform in [0, 1) per person key, fixed by the salt; draws of two salts are independent."""
    offset = mix64(np.array([key_of(salt)], np.uint64))
    return (mix64(mix64(persons ^ offset) + offset) >> np.uint64(11)).astype(np.float64) * 2.0**-53
