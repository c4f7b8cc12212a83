"""The experiment of a plan: the smallest holdout that proves the expected effect, or what would be feasible."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.stats import qmc

from campaigns.border import digest
from campaigns.brief import Brief
from campaigns.experiment import ARMS, GLOBAL_HOLDOUT, HOLDOUT, TREATED, Experiment, Look
from campaigns.figure import Figure, Source
from campaigns.keys import person_keys
from campaigns.workspace import Settings
from tools.creative.offers import offers_for
from tools.experiment.assignment import assign, draw
from tools.experiment.baseline import expect
from tools.experiment.comparison import Comparison, Outcome, outcome_of
from tools.experiment.errors import ExperimentError
from tools.experiment.expected import Expected, expected_effect
from tools.experiment.feasible import sentences
from tools.experiment.looks import planned
from tools.prediction.priors import RESPONSE_PRIORS
from tools.prediction.priors import draw as draw_priors

ALPHA = 0.05
SHARES = tuple(percent / 100 for percent in range(10, 51))
"""Campaign holdouts that are tried, from the smallest."""
FEWEST_EVENTS, ENOUGH_SHARE = 10, 0.25
"""A holdout must be expected to convert this often, or be this large: with fewer events in a small arm the skew of
counts takes power and coverage (simulated: 93 % coverage and 7 points of power lost at 4 events in a tenth)."""
SMALLEST_AUDIENCE = 8
"""People under whom no two arms can be compared."""
PRIOR_DRAWS = 200
PRIOR_LEVEL = 0.8
_COLUMNS = (
    "consent_email",
    "consent_push",
    "conversion_rate",
    "conversion_value_micros",
    "basket_value_micros",
    "responsiveness",
    "pre_conversions",
    "pre_margin_micros",
)
_SETTINGS = {
    "brand", "currency", "margin_rate", "email_cost_micros", "push_cost_micros", "global_holdout_share", "power_wanted", "seed",
}  # fmt: skip
GUARD_METRICS = ("unsubscribes", "complaints", "margin after contact and offer cost")


@dataclass(frozen=True, slots=True)
class Question:
    """Everything that fixes a comparison except its window: asked again for other windows and outcomes."""

    brief: Brief
    snapshot: pl.DataFrame
    settings: Settings
    follow_up_days: int
    looks: int = 1

    def compare(self, outcome: Outcome, window_days: int, treated_share: float) -> Comparison:
        """The comparison for a window of contacts and its follow-up."""
        horizon = window_days + self.follow_up_days
        return Comparison(
            outcome=outcome,
            baseline=expect(self.snapshot, horizon, self.settings.margin_rate),
            expected=self.expected(window_days, treated_share),
            alpha=ALPHA,
            looks=self.looks,
        )

    def expected(self, window_days: int, treated_share: float, prior: dict[str, float] | None = None) -> Expected:
        """The expected change, at the priors' means or at given values of them."""
        offers = offers_for(self.brief, self.settings, self.snapshot.height)
        return expected_effect(
            self.snapshot,
            self.brief,
            self.settings,
            window_days=window_days,
            horizon_days=window_days + self.follow_up_days,
            treated_share=treated_share,
            face_value_micros=max((offer.face_value.amount_micros for offer in offers), default=0),
            prior=prior,
        )


def global_salt(settings: Settings) -> str:
    """The workspace's persistent salt: the same people stay out of every campaign of this brand and seed."""
    return "g-" + digest({"brand": settings.brand, "seed": settings.seed}, 16)


def design_experiment(
    brief: Brief, snapshot: pl.DataFrame, horizon_days: int, settings: Settings, plan_salt: str, looks: int = 1
) -> Experiment:
    """The experiment for a snapshot: both holdouts, arms as counted, power, detectable and expected effect.

    The campaign's holdout is the smallest of `SHARES` with which the arms of this very audience reach
    `settings.power_wanted` at the expected effect and the holdout shows enough events; when none does it is the largest, `powered` is false and
    `feasible` says what would do. `horizon_days` is the window of contacts plus the follow-up, in days. Baseline,
    effect and MDE are per person: conversions, or micros of margin. More than one of `looks` are planned at equal steps
    of the horizon (O'Brien-Fleming spending), and power and MDE are those of all of them. ExperimentError when the
    horizon is shorter than the window or than so many looks, or the audience cannot be split.
    """
    follow_up = horizon_days - brief.window.days
    if follow_up < 0:
        raise ExperimentError(
            f"A horizon of {horizon_days} days ends before the window of {brief.window.days} days; measure at least as long."
        )
    if snapshot.height < SMALLEST_AUDIENCE:
        raise ExperimentError(f"An audience of {snapshot.height} people cannot be split into arms; widen it.")
    plan_of_looks = planned(looks, horizon_days, ALPHA)
    question = Question(brief, snapshot, settings, follow_up, looks)
    outcome = outcome_of(brief.primary_metric)
    share_global = settings.global_holdout_share
    persons = person_keys(snapshot["person_id"].to_list())
    kept = draw(persons, global_salt(settings)) >= share_global
    share, comparison, sizes = _smallest(question, outcome, draw(persons, plan_salt)[kept], settings)
    if min(sizes) < 2:
        raise ExperimentError(
            f"An audience of {snapshot.height} people leaves {sizes[1]} in the holdout and {sizes[0]} treated; widen it."
        )
    power = comparison.power(*sizes)
    powered = power >= settings.power_wanted
    arms = assign(snapshot["person_id"].to_list(), plan_salt, global_salt(settings), share, share_global)
    counts = np.bincount(arms, minlength=len(ARMS))
    ref = _fingerprint(snapshot, brief, settings, horizon_days, plan_salt, looks)
    tool = Source(kind="tool", name="tools.experiment.design.design_experiment", ref=ref)
    unit = "conversions" if outcome == "conversions" else f"micros:{settings.currency}"
    return Experiment(
        salt=plan_salt,
        global_salt=global_salt(settings),
        holdout_share=share,
        global_share=share_global,
        primary_metric=brief.primary_metric,
        outcome=outcome,
        guard_metrics=GUARD_METRICS,
        alpha=ALPHA,
        power_wanted=settings.power_wanted,
        horizon_days=horizon_days,
        method=_method(outcome, horizon_days, comparison, plan_of_looks),
        arms={
            ARMS[arm]: Figure(
                value=int(counts[arm]),
                unit="people",
                source=Source(kind="tool", name="tools.experiment.assignment.assign", ref=ref),
            )
            for arm in (TREATED, HOLDOUT, GLOBAL_HOLDOUT)
        },
        baseline=Figure(
            value=comparison.level,
            unit=unit,
            source=Source(kind="tool", name="tools.experiment.baseline.expect", ref=ref),
        ),
        expected_effect=_effect_figure(question, comparison, 1 - share - share_global, unit, ref),
        mde=Figure(value=comparison.mde(*sizes, settings.power_wanted), unit=unit, source=tool),
        power=Figure(value=power, unit="share", source=tool),
        powered=powered,
        feasible=() if powered else sentences(question, comparison, sizes),
        looks=plan_of_looks,
    )


def _smallest(
    question: Question, outcome: Outcome, drawn: npt.NDArray[np.float64], settings: Settings
) -> tuple[float, Comparison, tuple[int, int]]:
    """The first holdout share that reaches the wanted power, or the last one; its comparison and (treated, held out)."""
    days, everywhere = question.brief.window.days, settings.global_holdout_share
    comparison = question.compare(outcome, days, 1 - SHARES[0] - everywhere)
    for share in SHARES:
        held = int(np.count_nonzero(drawn < share / (1 - everywhere)))
        sizes = (len(drawn) - held, held)
        if comparison.expected.affordable < 1:
            comparison = replace(comparison, expected=question.expected(days, 1 - share - everywhere))
        shown = held * comparison.baseline.conversions.mean >= FEWEST_EVENTS or share >= ENOUGH_SHARE
        if shown and comparison.power(*sizes) >= settings.power_wanted:
            break
    return share, comparison, sizes


def _effect_figure(question: Question, comparison: Comparison, treated_share: float, unit: str, ref: str) -> Figure:
    """The expected effect with the interval that the priors' spread gives it (`PRIOR_LEVEL`)."""
    draws = draw_priors(qmc.Halton(len(RESPONSE_PRIORS), scramble=False).random(PRIOR_DRAWS + 1)[1:])
    effects = []
    for place in range(PRIOR_DRAWS):
        prior = {name: float(column[place]) for name, column in draws.items()}
        drawn = replace(comparison, expected=question.expected(question.brief.window.days, treated_share, prior))
        effects.append(drawn.effect)
    low, high = np.quantile(effects, [(1 - PRIOR_LEVEL) / 2, (1 + PRIOR_LEVEL) / 2])
    return Figure(
        value=comparison.effect,
        unit=unit,
        source=Source(kind="prior", name="tools.experiment.expected.expected_effect", ref=ref),
        low=min(float(low), comparison.effect),
        high=max(float(high), comparison.effect),
        level=PRIOR_LEVEL,
    )


def _method(outcome: Outcome, horizon_days: int, comparison: Comparison, looks: tuple[Look, ...]) -> str:
    if looks:
        days, errors = ", ".join(str(look.day) for look in looks), ", ".join(f"{look.spent:.4f}" for look in looks)
        read = f"{len(looks)} looks planned after {days} days, with errors of {errors} spent by then (O'Brien-Fleming)"
    else:
        read = "one look at the end"
    return (
        f"intent to treat: {outcome} per person over {horizon_days} days, treated arm against the campaign's holdout, "
        f"two-sided {'interval' if looks else 'Welch interval'}, adjusted by {outcome} of the year before (CUPED, expected to remove "
        f"{comparison.removed:.0%} of the variance), {read}"
    )


def _fingerprint(
    snapshot: pl.DataFrame, brief: Brief, settings: Settings, horizon_days: int, salt: str, looks: int
) -> str:
    """16 hex digits of everything that the design was computed from."""
    rows = hashlib.sha256()
    for name in _COLUMNS:
        rows.update(snapshot[name].to_numpy().tobytes())
    rows.update("\n".join(snapshot["person_id"].to_list()).encode())
    return digest(
        {
            "rows": rows.hexdigest(),
            "brief": brief.plain(),
            "settings": settings.model_dump(mode="json", include=_SETTINGS),
            "horizon_days": horizon_days,
            "salt": salt,
            **({"looks": looks} if looks > 1 else {}),
        },
        16,
    )
