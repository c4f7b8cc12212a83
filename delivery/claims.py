"""Claims: an effect with everything that supports it, judged by the rules of scope `report` before anybody sees a number.

A page, a command or a JSON text shows effects of this module and no others; an effect that the rules refuse has no number
here, only the reason. Each rests on a `LiftClaim` (`tools.experiment.claim`), whose constructor refuses a lift without a
control, read before it is whole, or between arms that are not as planned. `tests/architecture/test_claims.py` holds the app to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import isfinite
from typing import Any

from scipy.stats import binomtest

from campaigns.experiment import ARMS, TREATED
from campaigns.figure import Figure, Source
from delivery.horizon import FOLLOW_UP_DAYS
from delivery.measurement import Daily, ForecastLine, Label, Measurement, Result
from delivery.measuring.cost import METRIC as COST
from delivery.measuring.retention import DAYS
from delivery.measuring.variables import VariableEffect
from policies.rule import PolicySet
from policies.verdict import verdict
from tools.experiment.analysis import Analysis, Valid
from tools.experiment.claim import LiftClaim, Study
from tools.experiment.errors import ExperimentError, NoClaim
from tools.experiment.srm import SUSPECT_BELOW, SampleRatio, alarm

NO_CLAIM = "no claim"
_MEASURED = "measured_"
_HOLD = dict.fromkeys(("control", "estimator", "interval", "window", "evidence"), True)
"""What the rules read about a description, which compares nothing: only the group's size is left to them."""


@dataclass(frozen=True, slots=True)
class Lift:
    """The numbers of a claim that stands: the difference per person and over all treated with their intervals, the
    plain means of both groups, and CUPED's share (0-1) of the variance. `claim` is what admitted it; `label` is never
    more than it says, and less while the campaign runs or a metric judged before shows nothing."""

    claim: LiftClaim
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
class Told:
    """A figure that follows from an admitted lift, `None` when there is none to tell; `words` always say which.

    `lift` is the claim it rests on. `sure` is false for an interval that holds 0.
    """

    name: str
    words: str
    figure: Figure | None = None
    lift: LiftClaim | None = None
    sure: bool = False

    def __post_init__(self) -> None:
        if self.figure is not None and self.lift is None:
            raise NoClaim(f"{self.name} rests on no claim; it is told from a `LiftClaim` or not at all.")


@dataclass(frozen=True, slots=True)
class Claims:
    """Everything that may be shown of a measurement's effects.

    `course` holds the groups whose answers day by day may be shown, `forecast` the lines whose measured figure may be.
    `cost` is what an acquisition cost, `retained` who came back because of the campaign, `variables` what each
    personalised variable did, `left_out` which ones cannot be told apart. `back` describes and compares nothing: of the campaign's buyers whose 90 days are over, the
    share (0-1) that came back.
    """

    every: tuple[Claim, ...]
    course: tuple[Daily, ...]
    forecast: tuple[ForecastLine, ...]
    cost: Told
    retained: Claim
    variables: tuple[Told, ...]
    left_out: tuple[str, ...]
    back: Figure | None

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
        cost=_cost(measured, made),
        retained=_claim(measured, measured.retained, policies),
        variables=tuple(_variable(measured, found, policies) for found in measured.variables.effects),
        left_out=measured.variables.left_out,
        back=_back(measured, policies),
    )


def shown(measured: Measurement, made: Claims) -> dict[str, Any]:
    """The measurement as plain JSON types, with every number that may not be claimed left out and the reason in its place."""
    plain = measured.plain()
    plain["results"] = [
        _plain_result(result, claim) for result, claim in zip(plain["results"], made.every, strict=True)
    ]
    plain["retained"] = _plain_result(plain["retained"], made.retained)
    if made.retained.effect is None:
        # Who of each arm came back is the comparison itself.
        plain["retention"]["cohorts"] = [
            {name: value for name, value in cohort.items() if name != "came_back"}
            for cohort in plain["retention"]["cohorts"]
        ]
    plain["acquisition"] = _plain_told(made.cost)
    plain["variables"] = {
        "effects": [_plain_told(told) for told in made.variables],
        "left_out": plain["variables"]["left_out"],
    }
    plain["daily"] = [daily.model_dump(mode="json") for daily in made.course]
    plain["forecast"] = [line.model_dump(mode="json") for line in made.forecast]
    return plain


def sample_ratio(measured: Measurement) -> SampleRatio:
    """The always-valid test of whether the arms hold the planned shares."""
    counts = [int(measured.arms[arm].value) if arm in measured.arms else 0 for arm in measured.planned_shares]
    return alarm(counts, list(measured.planned_shares.values()))


def _claim(measured: Measurement, result: Result, policies: PolicySet) -> Claim:
    claim = Claim(
        metric=result.metric,
        decides=result.primary,
        control=measured.control,
        estimator=measured.method,
        window=(measured.started, measured.until),
        evidence=result.per_person.source,
        groups={
            name: int(measured.arms[name].value) for name in (ARMS[TREATED], measured.control) if name in measured.arms
        },
        effect=None,
    )
    against = _against(claim, result.per_person, result.total, policies)
    retained = result is measured.retained
    try:
        lift = _lift(measured, claim, result, timedelta(days=DAYS if retained else 0))
    except ExperimentError as error:
        if result.per_person.low is None and result.words:  # too early for an interval, and that is all there is to say
            return replace(claim, refused=result.words.rstrip("."))
        return replace(claim, refused="; ".join(part for part in (against, str(error).rstrip(".")) if part))
    if against:
        return replace(claim, refused=against)
    return replace(
        claim,
        effect=Lift(
            claim=lift,
            label=result.label if lift.label == result.label else "cannot tell",
            difference=result.per_person,
            in_all=result.total,
            with_campaign=result.treated_mean,
            without=result.control_mean,
            noise_removed=result.variance_removed,
        ),
    )


def _lift(measured: Measurement, claim: Claim, result: Result, later: timedelta) -> LiftClaim:
    """The claim object of a result; ExperimentError, in words for a page, when it may not be made."""
    found, edges = result.per_person, (result.per_person.low, result.per_person.high)
    analysis = _analysis(
        claim.metric, found, result.p, (claim.groups.get(ARMS[TREATED], 0), claim.groups.get(claim.control, 0)),
        claim.estimator, "interval", result.valid, edges[0] != edges[1],
    )  # fmt: skip
    at = measured.retention.known_until if later else measured.until
    return _admitted(measured, analysis, claim.metric, found, claim.control, later, at)


def _analysis(
    name: str, found: Figure, p: float, people: tuple[int, int], estimator: str, method: str, valid: Valid, varied: bool
) -> Analysis:
    if found.low is None or found.high is None or found.level is None:
        raise NoClaim(f"{name} has no interval; an estimate without one is no claim.")
    return Analysis(
        estimate=found.value,
        low=found.low,
        high=found.high,
        level=found.level,
        p=p,
        n_treated=people[0],
        n_control=people[1],
        varied=varied,
        estimator=estimator,
        method=method,
        valid=valid,
    )


def _admitted(
    measured: Measurement, analysis: Analysis, name: str, found: Figure, control: str, later: timedelta, at: datetime
) -> LiftClaim:
    """What the constructor of a claim lets pass, of arms as the lot should have made them."""
    if measured.srm_p.value < SUSPECT_BELOW:
        raise NoClaim(
            f"{name} is not claimed: the lot gives arms of these sizes with p = {measured.srm_p.value:.2g} only"
        )
    running = analysis.valid != "one look at the end"
    study = Study(
        metric=name,
        unit=found.unit,
        control=control,
        started=measured.started,
        ends=measured.ends,
        matures=timedelta(0) if running else timedelta(days=FOLLOW_UP_DAYS) + later,
        source=found.source,
    )
    return LiftClaim(analysis, study, sample_ratio(measured), at)


def _cost(measured: Measurement, made: tuple[Claim, ...]) -> Told:
    """The cost of an acquisition, which stands and falls with the claim about conversions."""
    found = measured.acquisition
    conversions = next((claim for claim in made if claim.metric == "incremental_conversions"), None)
    if conversions is None or conversions.effect is None:
        why = conversions.refused if conversions is not None else "conversions were not measured"
        return Told(COST, f"No claim: {why}.")
    if found.figure is None:
        return Told(COST, found.words)
    return Told(COST, found.words, found.figure, conversions.effect.claim, sure=True)


def _variable(measured: Measurement, found: VariableEffect, policies: PolicySet) -> Told:
    """What a variable did, against the level it was drawn with at random."""
    name = f"{found.variable}: {found.level} against {found.against}"
    claim = Claim(
        metric=name,
        decides=False,
        control=found.against,
        estimator=found.estimator,
        window=(measured.started, measured.until),
        evidence=found.effect.source,
        groups={found.level: found.people, found.against: found.people_against},
        effect=None,
    )
    against = _against(claim, found.effect, found.effect, policies)
    if against:
        return Told(name, f"No claim: {against}.")
    people = (found.people, found.people_against)
    try:
        analysis = _analysis(
            name, found.effect, found.p, people, found.estimator, found.method, "one look at the end", True
        )
        lift = _admitted(measured, analysis, name, found.effect, found.against, timedelta(0), measured.until)
    except ExperimentError as error:
        return Told(name, f"No claim: {str(error).rstrip('.')}.")
    words = "differs" if found.discovered else "cannot tell: the interval holds 0"
    return Told(name, words, found.effect, lift, sure=found.discovered)


def _against(claim: Claim, each: Figure, total: Figure, policies: PolicySet) -> str:
    """Why the rules refuse a claim, in words with each rule, what it allows and the remedy; empty when it stands."""
    reasons = verdict(policies, "report", facts_of(claim, each, total))
    return "; ".join(
        f"{one.rule}{_parts(one.parts)} allows {one.limit}: {one.remedy}" for one in reasons if one.severity != "warn"
    )


def facts_of(claim: Claim, each: Figure, total: Figure) -> dict[str, object]:
    """What the rules of scope `report` read about a claim: what it carries, and its figures per person and in all."""
    held = claim.control != ARMS[TREATED] and claim.groups.get(claim.control, 0) > 0 and len(claim.groups) > 1
    return {
        "control": held,
        "estimator": bool(claim.estimator.strip()),
        "interval": _has_interval(each) and _has_interval(total),
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


def _back(measured: Measurement, policies: PolicySet) -> Figure | None:
    """Wilson's interval (1927) around the share of mature buyers that came back; None of a group that is too small."""
    mature, back = next(
        ((one.mature, one.came_back) for one in measured.retention.cohorts if one.arm == ARMS[TREATED]), (0, 0)
    )
    if verdict(policies, "report", _HOLD | {"group_size": mature}) or not mature:
        return None
    level = measured.retained.per_person.level or 0.95
    found = binomtest(back, mature).proportion_ci(level, "wilson")
    source = Source(kind="query", name="delivery.measuring.retention.clock", ref=measured.plan_hash[:16])
    return Figure(
        value=back / mature, unit="share", source=source, low=float(found.low), high=float(found.high), level=level
    )


def _course(measured: Measurement, policies: PolicySet) -> list[Daily]:
    """The groups that are large enough for something to be said of them."""
    return [daily for daily in measured.daily if not verdict(policies, "report", _HOLD | {"group_size": daily.people})]


def _plain_result(result: dict[str, Any], claim: Claim) -> dict[str, Any]:
    if claim.effect is not None:
        return result | {"claim": claim.effect.claim.plain()}
    return {
        "metric": result["metric"],
        "primary": result["primary"],
        "label": NO_CLAIM,
        "words": f"No claim: {claim.refused}.",
    }


def _plain_told(told: Told) -> dict[str, Any]:
    figure = None if told.figure is None else told.figure.plain()
    return {"name": told.name, "figure": figure, "sure": told.sure, "words": told.words}


def _parts(failing: tuple[str, ...]) -> str:
    return f" ({', '.join(failing)} does not hold)" if failing else ""
