"""Many simulated tests at once: the difference of two arms and its standard error at every look, runs in rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Column = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Tests:
    """`n` people per arm at each look; `estimate` and `se` of shape (runs, looks)."""

    n: npt.NDArray[np.int64]
    estimate: Column
    se: Column

    @property
    def z(self) -> Column:
        """Estimate over standard error; 0 where nothing varied."""
        return np.divide(self.estimate, self.se, out=np.zeros_like(self.se), where=self.se > 0)


def conversions(
    rng: np.random.Generator, runs: int, looks: int, people: int, control: float, treated: float | Column
) -> Tests:
    """Tests of a share of converted people, the same number of newcomers at each look; `treated` may differ by run."""
    n = people // looks * np.arange(1, looks + 1)
    shares = []
    for rate in (np.broadcast_to(treated, runs), np.broadcast_to(control, runs)):
        shares.append(np.cumsum(rng.binomial(people // looks, rate[:, None], (runs, looks)), 1) / n)
    a, b = shares
    return Tests(n, a - b, np.sqrt((a * (1 - a) + b * (1 - b)) / (n - 1)))


def money(
    rng: np.random.Generator, runs: int, looks: int, people: int, buyers: tuple[float, float], log_sd: float = 1.0
) -> Tests:
    """Tests of money per person: shares of buyers (treated, control) with lognormal values of median 20."""
    n = people // looks * np.arange(1, looks + 1)
    means, variances = [], []
    for share in buyers:
        bought = rng.binomial(people // looks, share, runs * looks)
        value = 20 * rng.lognormal(0, log_sd, int(bought.sum()))
        place = np.repeat(np.arange(runs * looks), bought)
        total, square = (
            np.cumsum(np.bincount(place, value**power, runs * looks).reshape(runs, looks), 1) for power in (1, 2)
        )
        means.append(total / n)
        variances.append((square - total**2 / n) / (n - 1) / n)
    return Tests(n, means[0] - means[1], np.sqrt(variances[0] + variances[1]))
