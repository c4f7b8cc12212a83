"""What a message adds person by person, learnt from a randomised test: a doubly robust learner with known propensities.

Outcome models of either arm are fitted to one half of the people and applied to the other; what they miss is weighted by
the known chance of the arm. The resulting pseudo-outcome has everybody's uplift as its mean whatever the outcome models
are worth (Robins and Rotnitzky, 1995), and one linear model of it is the uplift (Kennedy, 2023).

The uplift is a mean over people with the same features. Whether one of them would be put off by the message is never
seen: the same person cannot be both contacted and left alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tools.prediction.errors import MissingColumn
from tools.prediction.uplift_linear import Linear
from tools.prediction.uplift_trial import Floats, RandomisedTest

_PARTS = 1
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Uplift:
    """The uplift of every arm but the control, in whole currency per contact before the message's price."""

    names: tuple[str, ...]
    arms: tuple[str, ...]
    models: tuple[Linear, ...]

    @classmethod
    def fit(cls, test: RandomisedTest, seed: int = 0) -> Uplift:
        """The model of a whole test; the same seed cuts the same halves."""
        psi = pseudo_outcomes(test, seed)
        models = tuple(Linear.fit(test.features, column) for column in psi.T)
        return cls(test.names, test.arms[1:], models)

    def predict(self, features: Floats) -> tuple[Floats, Floats]:
        """Expected uplift and its standard error, (people, arms) each, for columns in the order of `names`."""
        if features.ndim != 2 or features.shape[1] != len(self.names):
            raise MissingColumn(
                f"The uplift was learnt on {len(self.names)} columns ({', '.join(self.names)}) and is asked about a "
                f"table of shape {features.shape}; give it the same columns in the same order."
            )
        columns = [(model.predict(features), model.error(features)) for model in self.models]
        return np.stack([mean for mean, _ in columns], axis=1), np.stack([error for _, error in columns], axis=1)


def pseudo_outcomes(test: RandomisedTest, seed: int = 0) -> Floats:
    """A column per arm but the control, whose mean given anybody's features is their uplift; (people, arms)."""
    found = np.empty((test.size, len(test.arms) - 1))
    half = parts(test.arm, seed)
    for side in (0, 1):
        found[half == side] = pseudo_outcomes_of(test, half == side, half != side)
    return found


def pseudo_outcomes_of(test: RandomisedTest, here: Mask, seen: Mask) -> Floats:
    """The same of the people `here`, by outcome models that know the people `seen` only."""
    expected = []
    for arm in range(len(test.arms)):
        mine = seen & (test.arm == arm)
        expected.append(Linear.fit(test.features[mine], test.outcome[mine]).predict(test.features[here]))
    return robust(np.stack(expected), test.arm[here], test.propensity[here], test.outcome[here])


def robust(expected: Floats, arm: npt.NDArray[np.int64], propensity: Floats, outcome: Floats) -> Floats:
    """m_k - m_0 + 1[k](y - m_k)/e - 1[0](y - m_0)/e for each arm k, from outcomes `expected` (arms, people)."""
    missed = (outcome - expected[arm, np.arange(len(arm))]) / propensity
    corrected = expected + np.where(arm == np.arange(len(expected))[:, None], missed, 0.0)
    return np.asarray((corrected[1:] - corrected[0]).T)


def parts(arm: npt.NDArray[np.int64], seed: int, count: int = 2) -> npt.NDArray[np.int64]:
    """A part (0 to `count` - 1) for every person, each arm dealt out evenly and at random."""
    rng = np.random.default_rng([seed, _PARTS, count])
    order = np.lexsort((rng.random(len(arm)), arm))
    part = np.empty(len(arm), np.int64)
    part[order] = np.arange(len(arm)) % count
    return part
