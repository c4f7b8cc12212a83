"""A randomised test as columns: who was sent what with which probability, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tools.prediction.errors import NoUplift

Floats = npt.NDArray[np.float64]
LEAST = 400
"""People that every arm needs: below it a fold of an outcome model holds too few to say anything."""
LEAST_OUTCOMES = 30
"""People of an arm whose outcome differs from the commonest, at least: rarer ones say nothing person by person."""
AWRY = 5.0
"""Standard errors by which an arm's stated chances may miss its people; chance alone does so once in two million tests."""


@dataclass(frozen=True, slots=True)
class RandomisedTest:
    """People of a test, one row each.

    `features` (people, names) are what was known before anybody was contacted, `arm` the place in `arms`, whose first
    is the control, `propensity` the known chance (0 to 1, both excluded) of the arm that the person got, `outcome` its
    value in whole currency: margin less offers, before the price of the message. NoUplift, in one sentence, for a test
    that cannot carry an estimate.
    """

    names: tuple[str, ...]
    features: Floats
    arms: tuple[str, ...]
    arm: npt.NDArray[np.int64]
    propensity: Floats
    outcome: Floats

    def __post_init__(self) -> None:
        _same_length(self)
        _finite(self)
        _each_arm(self)

    @property
    def size(self) -> int:
        """Number of people."""
        return len(self.outcome)


def _same_length(test: RandomisedTest) -> None:
    lengths = {len(column) for column in (test.features, test.arm, test.propensity, test.outcome)}
    if len(lengths) > 1 or test.features.shape[1:] != (len(test.names),):
        raise NoUplift(
            f"The columns of the test have {sorted(lengths)} rows and {test.features.shape[1:]} features for "
            f"{len(test.names)} names; give one row per person and one name per feature."
        )
    if not test.names:
        raise NoUplift("The test has no features, so people cannot be told apart; add what was known before the test.")


def _finite(test: RandomisedTest) -> None:
    unknown = np.flatnonzero(~((test.propensity > 0) & (test.propensity < 1)))
    if len(unknown):
        raise NoUplift(
            f"The propensity of person {unknown[0] + 1} is {test.propensity[unknown[0]]:g}; "
            "give the known chance of the arm that the person got, above 0 and below 1."
        )
    for what, column in (("outcome", test.outcome), ("features", test.features)):
        bad = np.flatnonzero(~np.isfinite(column.reshape(test.size, -1)).all(axis=1))
        if len(bad):
            raise NoUplift(f"The {what} of person {bad[0] + 1} are no finite number; correct it or leave the row out.")


def _each_arm(test: RandomisedTest) -> None:
    people = np.bincount(test.arm, minlength=len(test.arms))
    there = [name for name, count in zip(test.arms, people, strict=False) if count]
    if len(people) != len(test.arms) or len(there) < 2 or not people[0]:
        raise NoUplift(
            f"Of the arms {', '.join(test.arms)} only {', '.join(there) or 'none'} has people, so nothing can be "
            "compared; a test needs a control and at least one other arm."
        )
    for place, name in enumerate(test.arms):
        mine = test.arm == place
        if people[place] < LEAST:
            raise NoUplift(
                f"The arm {name} has {people[place]} people and needs {LEAST} before people can be told apart; "
                "test more of them, and decide for all alike until then."
            )
        _, counts = np.unique(test.outcome[mine], return_counts=True)
        if people[place] - counts.max() < LEAST_OUTCOMES:
            raise NoUplift(
                f"In the arm {name} all but {people[place] - counts.max()} people have the same outcome and at least "
                f"{LEAST_OUTCOMES} have to differ; measure something that varies, or test more people."
            )
        # Horvitz and Thompson's count of everybody has the test's size on average when the chances are the true ones.
        weight = np.where(mine, 1 / test.propensity, 0.0)
        off, error = weight.sum() - test.size, np.sqrt((weight * np.maximum(weight - 1, 0.0)).sum())
        if abs(off) > AWRY * error:
            raise NoUplift(
                f"The stated chances of the arm {name} stand for {weight.sum():.0f} people and the test has "
                f"{test.size}: {abs(off) / max(error, 1e-9):.0f} standard errors off; correct the propensities or find out who is missing."
            )
