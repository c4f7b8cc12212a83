"""A fit of the twin as tables and as plain JSON types."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from campaigns.contact import FloatArray
    from simulator.fitting.fit import Fit

LEVELS = (0.05, 0.95)


@dataclass(frozen=True, slots=True)
class Row:
    """One parameter: prior and posterior mean with their 90 % intervals, from what, and the share of prior variance left.

    The variance is of the logarithm where only that is bounded by nothing: levels, shapes and spreads.
    """

    parameter: str
    prior: tuple[float, float, float]
    posterior: tuple[float, float, float]
    learnt_from: str
    identified: bool
    variance_left: float


def parameters(fit: Fit) -> list[Row]:
    """Every response parameter, everybody's own purchases, and every factor of the rhythm."""
    import numpy as np

    from tools.prediction.priors import RESPONSE_PRIORS

    rows = []
    evenly = (np.arange(2_000) + 0.5) / 2_000
    for prior in RESPONSE_PRIORS:
        before = _mean_and_range(prior.quantile(evenly))
        learnt = prior.name in fit.response.learnt_from
        column = fit.response.particles.column(prior.name) if learnt else prior.quantile(evenly)
        source = fit.response.learnt_from[prior.name] if learnt else f"prior: {prior.source}"
        left = float(np.var(column) / np.var(prior.quantile(evenly))) if learnt else 1.0
        rows.append(Row(prior.name, before, _mean_and_range(column) if learnt else before, source, learnt, left))
    return rows + _own(fit) + _rhythm(fit)


def _own(fit: Fit) -> list[Row]:
    """Own purchases of everybody beside what would be believed without any history."""
    import numpy as np

    from simulator.fitting.fit import MOVED, SHIFTED
    from simulator.learning import posterior
    from simulator.parameters import LEARNT

    if fit.everybody is None:
        return []
    prior, evenly = posterior([], np.zeros(0)), (np.arange(2_000) + 0.5) / 2_000
    found = []
    for name in (*LEARNT, *prior.joint.names):
        before, after = (
            getattr(belief, name).quantile(evenly) if name in LEARNT else belief.joint.column(name)
            for belief in (prior, fit.everybody)
        )
        scale = (lambda column: column) if name == "delay_log_mean" else np.log
        left = float(np.var(scale(after)) / np.var(scale(before)))
        shift = abs(np.mean(scale(after)) - np.mean(scale(before))) / np.std(scale(before))
        learnt = left < MOVED or bool(shift > SHIFTED)
        source = f"{fit.everybody.origins} earlier horizons" if learnt else "prior: the authors' judgement"
        if learnt and name.startswith("delay"):
            source = "redemptions in past campaigns"
        found.append(Row(name, _mean_and_range(before), _mean_and_range(after), source, learnt, left))
    return found


def _rhythm(fit: Fit) -> list[Row]:
    from simulator.fitting.rhythm import DAY_PRIOR_SD, MONTH_PRIOR_SD

    found = []
    for name, factors, prior_sd in (
        ("weekday", fit.rhythm.weekday, DAY_PRIOR_SD),
        ("month", fit.rhythm.month, MONTH_PRIOR_SD),
    ):
        for place, (value, sd) in enumerate(zip(factors.value, factors.sd, strict=True), start=1):
            learnt = sd < prior_sd
            source = f"purchases of {fit.rhythm.weeks} weeks" if learnt else "prior: the authors' judgement"
            before = _normal(1.0, prior_sd)
            found.append(Row(f"{name}_{place}", before, _normal(value, sd), source, learnt, (sd / prior_sd) ** 2))
    return found


def plain(fit: Fit, version: str, rows: list[Row]) -> dict[str, Any]:
    """The fit for `--json`."""
    rhythm = asdict(fit.rhythm)
    return {
        "version": version,
        "data_version": fit.data_version,
        "fitted_at": fit.fitted_at.isoformat(),
        "parameters": [
            {
                "name": row.parameter,
                "prior": dict(zip(("mean", "low", "high"), row.prior, strict=True)),
                "posterior": dict(zip(("mean", "low", "high"), row.posterior, strict=True)),
                "learnt_from": row.learnt_from,
                "identified": row.identified,
                "variance_left": row.variance_left,
            }
            for row in rows
        ],
        "hours": rhythm["hour"],
        "clock_shift_hours": {"value": rhythm["shift_hours"], "sd": rhythm["shift_sd"]},
        "levels": {**asdict(fit.pooled.common), "categories": len(fit.pooled.groups), "said": fit.pooled.sentence()},
        "tests": [one.plain() for one in fit.response.lifts],
        "sampler": {
            "plain_effective_sample": fit.response.plain_ess,
            "steps": fit.response.steps,
            "distinct": fit.response.distinct,
        },
        "forecasts": [{**asdict(one), "error": one.error} for one in fit.forecasts],
        "not_learnt": list(fit.gaps),
    }


def show(fit: Fit, version: str, rows: list[Row]) -> None:
    """Print the fit: parameters, tests, forecasts that came true or not, and what could not be learnt."""
    from app.screen import answer, table

    told = [
        (row.parameter, _shown(row.prior), _shown(row.posterior), row.learnt_from, f"{row.variance_left:.0%}")
        for row in rows
        if row.identified
    ]
    columns = ("Parameter", "#Prior [90 %]", "#Posterior [90 %]", "Learnt from", "#Prior variance left")
    table(f"Fit {version} on data {fit.data_version}", columns, told)
    fixed = [(row.parameter, _shown(row.prior), row.learnt_from) for row in rows if not row.identified]
    table("Not identified by this workspace: assumptions", ("Parameter", "#Prior [90 %]", "Source"), fixed)
    if fit.response.lifts:
        lifts = [
            (
                one.source,
                f"{one.measured:.5f} ± {one.standard_error:.5f}",
                f"{one.mean:.5f} [{one.interval[0]:.5f}, {one.interval[1]:.5f}]",
            )
            for one in fit.response.lifts
        ]
        table("Randomised tests: incremental conversions per person treated", ("Test", "#Measured", "#Believed [95 %]"), lifts)  # fmt: skip
    if fit.forecasts:
        errors = [
            (
                one.plan_id,
                one.metric.replace("_", " "),
                f"{one.forecast_low:.4g} to {one.forecast_high:.4g}",
                f"{one.measured:.4g}",
                f"{one.error:+.4g}",
                "yes" if one.inside else "no",
            )
            for one in fit.forecasts
        ]
        table("Forecasts of finished campaigns (5-95 %)", ("Plan", "Quantity", "#Forecast", "#Came", "#Off", "Inside"), errors)  # fmt: skip
    said = (fit.pooled.sentence(), fit.past.sentence(), *fit.rhythm.gaps, *fit.response.gaps, *fit.silent)
    table("Learnt of levels and past campaigns, and what could not be learnt", ("",), [(line,) for line in dict.fromkeys(said)])  # fmt: skip
    answer().print(
        "Levels, differences, values and delays of an audience are fitted for it in each rehearsal.", markup=False
    )


def _mean_and_range(column: FloatArray) -> tuple[float, float, float]:
    import numpy as np

    low, high = np.quantile(column, LEVELS)
    return float(np.mean(column)), float(low), float(high)


def _normal(mean: float, sd: float) -> tuple[float, float, float]:
    return mean, mean - 1.645 * sd, mean + 1.645 * sd


def _shown(three: tuple[float, float, float]) -> str:
    return "{:.3g} [{:.3g}, {:.3g}]".format(*three)
