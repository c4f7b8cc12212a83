"""Claims: an effect with everything that supports it, judged by the rules of scope `report` before anybody sees a number.

A page, a command or a JSON text shows effects of this module and no others; an effect that the rules refuse has no number
here, only the reason. `tests/architecture/test_claims.py` holds the app to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from math import isfinite
from typing import Any

from campaigns.experiment import ARMS, TREATED
from campaigns.figure import Figure, Source
from delivery.measurement import Daily, ForecastLine, Label, Measurement, Result
from policies.rule import PolicySet
from policies.verdict import verdict

NO_CLAIM = "no claim"
_MEASURED = "measured_"


@dataclass(frozen=True, slots=True)
class Lift:
    """The numbers of a claim that stands: the difference per person and over all treated with their intervals, the
    plain means of both groups, and CUPED's share (0-1) of the variance."""

    label: Label
    difference: Figure
    in_all: Figure
    with_campaign: Figure
    without: Figure
    noise_removed: float


@dataclass(frozen=True, slots=True)
class Claim:
    """What is claimed of one metric, and on what: control arm, estimator, time, source of the number, people per group.

    `effect` is None when the rules refuse the claim; `refused` then says why. `decides` marks the primary metric.
    """

    metric: str
    decides: bool
    control: str
    estimator: str
    window: tuple[datetime, datetime]
    evidence: Source
    groups: Mapping[str, int]
    effect: Lift | None
    refused: str = ""

    @property
    def label(self) -> str:
        """`gain`, `loss` or `cannot tell`, and `no claim` when the rules refuse it."""
        return NO_CLAIM if self.effect is None else self.effect.label


@dataclass(frozen=True, slots=True)
class Claims:
    """Everything that may be shown of a measurement's effects.

    `course` holds the groups whose answers day by day may be shown, `forecast` the lines whose measured figure may be.
    """

    every: tuple[Claim, ...]
    course: tuple[Daily, ...]
    forecast: tuple[ForecastLine, ...]

    @property
    def deciding(self) -> Claim:
        """The claim about the metric that was fixed beforehand as the one that decides."""
        return next(claim for claim in self.every if claim.decides)

    def of(self, metric: str) -> Claim:
        """The claim about a metric; StopIteration when there is none."""
        return next(claim for claim in self.every if claim.metric == metric)


def claims(measured: Measurement, policies: PolicySet) -> Claims:
    """The claims of a measurement, each asked about by the rules of scope `report`; without such rules none stands."""
    made = tuple(_claim(measured, result, policies) for result in measured.results)
    standing = {claim.metric for claim in made if claim.effect is not None}
    refused = {claim.metric for claim in made} - standing
    return Claims(
        every=made,
        course=tuple(_course(measured, policies)) if "incremental_conversions" in standing else (),
        forecast=tuple(line for line in measured.forecast if line.metric.removeprefix(_MEASURED) not in refused),
    )


def shown(measured: Measurement, made: Claims) -> dict[str, Any]:
    """The measurement as plain JSON types, with every number that may not be claimed left out and the reason in its place."""
    plain = measured.plain()
    plain["results"] = [
        result if claim.effect is not None else _without(result, claim)
        for result, claim in zip(plain["results"], made.every, strict=True)
    ]
    plain["daily"] = [daily.model_dump(mode="json") for daily in made.course]
    plain["forecast"] = [line.model_dump(mode="json") for line in made.forecast]
    return plain


def _claim(measured: Measurement, result: Result, policies: PolicySet) -> Claim:
    groups = {
        name: int(measured.arms[name].value) for name in (ARMS[TREATED], measured.control) if name in measured.arms
    }
    claim = Claim(
        metric=result.metric,
        decides=result.primary,
        control=measured.control,
        estimator=measured.method,
        window=(measured.started, measured.until),
        evidence=result.per_person.source,
        groups=groups,
        effect=Lift(
            label=result.label,
            difference=result.per_person,
            in_all=result.total,
            with_campaign=result.treated_mean,
            without=result.control_mean,
            noise_removed=result.variance_removed,
        ),
    )
    against = why_not(claim, policies)
    return replace(claim, effect=None, refused=against) if against else claim


def why_not(claim: Claim, policies: PolicySet) -> str:
    """Why the rules refuse a claim, in words with each rule, what it allows and the remedy; empty when it stands."""
    reasons = verdict(policies, "report", facts_of(claim))
    return "; ".join(
        f"{one.rule}{_parts(one.parts)} allows {one.limit}: {one.remedy}" for one in reasons if one.severity != "warn"
    )


def facts_of(claim: Claim) -> dict[str, object]:
    """What the rules of scope `report` read about a claim, taken from what it carries."""
    effect = claim.effect
    held = claim.control != ARMS[TREATED] and claim.groups.get(claim.control, 0) > 0 and len(claim.groups) > 1
    return {
        "control": held,
        "estimator": bool(claim.estimator.strip()),
        "interval": effect is not None and _has_interval(effect.difference) and _has_interval(effect.in_all),
        "window": claim.window[0] < claim.window[1],
        "evidence": claim.evidence.kind == "measured" and bool(claim.evidence.name and claim.evidence.ref),
        "group_size": min(claim.groups.values(), default=0),
    }


def _has_interval(found: Figure) -> bool:
    if found.low is None or found.high is None or found.level is None:
        return False
    return (
        all(isfinite(edge) for edge in (found.low, found.value, found.high)) and found.low <= found.value <= found.high
    )


def _course(measured: Measurement, policies: PolicySet) -> list[Daily]:
    """The groups that are large enough for something to be said of them."""
    facts = {"control": True, "estimator": True, "interval": True, "window": True, "evidence": True}
    return [daily for daily in measured.daily if not verdict(policies, "report", facts | {"group_size": daily.people})]


def _without(result: dict[str, Any], claim: Claim) -> dict[str, Any]:
    return {
        "metric": result["metric"],
        "primary": result["primary"],
        "label": NO_CLAIM,
        "words": f"No claim: {claim.refused}.",
    }


def _parts(failing: tuple[str, ...]) -> str:
    return f" ({', '.join(failing)} does not hold)" if failing else ""
