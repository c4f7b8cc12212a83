"""Arms drawn for whole clusters (households, stores): how alike their people are, power, and the effect.

People of one cluster are worth less than as many strangers, by the design effect. The analysis counts clusters.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt

from tools.experiment.arm import Arm
from tools.experiment.effect import Effect
from tools.experiment.errors import ExperimentError
from tools.experiment.power import mde_means, power_means
from tools.experiment.ratio import ratio_difference


@dataclass(frozen=True, slots=True)
class Clusters:
    """People per cluster (`size`, mean, and `cv`, their coefficient of variation) and the intra-cluster correlation."""

    size: float
    cv: float
    icc: float

    def __post_init__(self) -> None:
        if self.size < 1 or self.cv < 0 or not 0 <= self.icc <= 1:
            raise ExperimentError(
                f"Clusters of {self.size} people, cv {self.cv}, correlation {self.icc} are none; give 1 or more people, a cv "
                "from 0, a correlation from 0 to 1."
            )

    @classmethod
    def of(cls, outcome: npt.ArrayLike, cluster: npt.ArrayLike) -> Clusters:
        """What these people show; the correlation by analysis of variance (Donner, 1986), at least 0.

        ExperimentError for fewer than two clusters or when none holds two people.
        """
        values, names = np.asarray(outcome, float), np.asarray(cluster)
        _, place, sizes = np.unique(names, return_inverse=True, return_counts=True)
        people, many = len(values), len(sizes)
        if many < 2 or people == many:
            raise ExperimentError(
                f"{people} people in {many} clusters show no correlation within; give two clusters or more."
            )
        means = np.bincount(place, values) / sizes
        within = float(((values - means[place]) ** 2).sum()) / (people - many)
        between = float((sizes * (means - values.mean()) ** 2).sum()) / (many - 1)
        usual = (people - float((sizes**2).sum()) / people) / (many - 1)
        whole = between + (usual - 1) * within
        icc = (between - within) / whole if whole > 0 else 0.0
        return cls(float(sizes.mean()), float(sizes.std() / sizes.mean()), min(max(icc, 0.0), 1.0))

    @property
    def design_effect(self) -> float:
        """How many people of these clusters are worth one stranger (Eldridge, Ashby and Kerry, 2006)."""
        return 1 + ((1 + self.cv**2) * self.size - 1) * self.icc

    def sd(self, person_sd: float) -> float:
        """Standard deviation that one cluster adds to the mean per person, from that between people."""
        return person_sd * sqrt(self.design_effect / self.size)


def power_clusters(
    effect: float, person_sd: float, clusters: Clusters, treated: float, control: float, alpha: float = 0.05
) -> float:
    """Probability (0-1) to see a difference per person with so many treated and control clusters."""
    sd = clusters.sd(person_sd)
    return power_means(effect, sd, sd, treated, control, alpha)


def mde_clusters(
    person_sd: float, clusters: Clusters, treated: float, control: float, power: float = 0.8, alpha: float = 0.05
) -> float:
    """The smallest difference per person that so many treated and control clusters see with this power."""
    sd = clusters.sd(person_sd)
    return mde_means(sd, sd, treated, control, power, alpha)


def clustered_difference(
    outcome: npt.ArrayLike, cluster: npt.ArrayLike, treated: npt.ArrayLike, alpha: float = 0.05
) -> Effect:
    """The effect per person where whole clusters were drawn; its `n_t` and `n_c` count clusters.

    The mean per person is a ratio of cluster sums (delta method). ExperimentError when a cluster is in both arms.
    """
    values, arm = np.asarray(outcome, float), np.asarray(treated, bool)
    names, place = np.unique(np.asarray(cluster), return_inverse=True)
    sizes, sums, in_arm = np.bincount(place), np.bincount(place, values), np.bincount(place, arm)
    mixed = (in_arm > 0) & (in_arm < sizes)
    if mixed.any():
        raise ExperimentError(
            f"Cluster {names[mixed.argmax()]} has people in both arms; whole clusters must share one."
        )
    treated_arm, control_arm = (
        Arm.of(sums[side], sizes[side], name) for side, name in ((in_arm > 0, "treated"), (in_arm == 0, "control"))
    )
    return ratio_difference(treated_arm, control_arm, alpha)
