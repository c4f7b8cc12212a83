"""One planned comparison of treated and held-out people: its effect, and the power that sizes give it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from campaigns.brief import Metric
from tools.experiment.baseline import Baseline
from tools.experiment.baseline import Outcome as PerPerson
from tools.experiment.expected import Expected
from tools.experiment.looks import inflation, power_of
from tools.experiment.power import mde_means, people_needed, power_means

Outcome = Literal["conversions", "margin"]


def outcome_of(metric: Metric) -> Outcome:
    """Which outcome per person a primary metric is judged by: money or conversions."""
    return "margin" if metric in ("incremental_margin", "incremental_revenue") else "conversions"


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is compared: means per person of the treated and the held-out, as `effect.difference` will (Welch, CUPED).

    The variance that last year's outcome explains is taken out beforehand, as the adjustment will do with the data.
    The share of people who convert would be a simpler planning figure and promises too much: buyers who come back
    add variance that two proportions do not see (the tests simulate it). With more than one of `looks`, planned at equal
    steps, every power and smallest effect is that of O'Brien and Fleming's boundaries.
    """

    outcome: Outcome
    baseline: Baseline
    expected: Expected
    alpha: float
    looks: int = 1

    @property
    def level(self) -> float:
        """The expected outcome per person without contact: conversions, or micros."""
        return self._without.mean

    @property
    def effect(self) -> float:
        """The expected change per person: conversions, or micros."""
        return self.expected.conversions if self.outcome == "conversions" else self.expected.margin

    @property
    def removed(self) -> float:
        """The share (0-1) of the variance that the adjustment is expected to remove."""
        return self._without.r2

    @property
    def _without(self) -> PerPerson:
        return self.baseline.conversions if self.outcome == "conversions" else self.baseline.margin

    @property
    def _sds(self) -> tuple[float, float]:
        """Standard deviations per person, treated and control, after the adjustment."""
        control = self._without.sd**2 * (1 - self._without.r2)
        conversions = self.outcome == "conversions"
        added = self.expected.conversions_variance if conversions else self.expected.margin_variance
        return (control + added) ** 0.5, control**0.5

    def power(self, n_treated: float, n_control: float) -> float:
        """Probability of a significant difference if the expected effect is true; `alpha` when it is not above 0."""
        if self.effect <= 0:
            return self.alpha
        once = power_means(self.effect, *self._sds, n_treated, n_control, self.alpha)
        return power_of(self.looks, once, self.alpha)

    def mde(self, n_treated: float, n_control: float, wanted: float) -> float:
        """The smallest effect that these sizes (two or more each) see with the wanted power."""
        once = mde_means(*self._sds, n_treated, n_control, wanted, self.alpha)
        return once * inflation(self.looks, wanted, self.alpha)

    def needed(self, treated_share: float, control_share: float, wanted: float) -> int | None:
        """People whom an audience must have for the wanted power when split like this; None when no number gives it."""
        if self.effect <= 0:
            return None
        return people_needed(lambda people: self.power(people * treated_share, people * control_share), wanted)
