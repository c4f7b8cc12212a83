"""A story with invented numbers, for tests of how a report looks and reads; nothing of it is shown to a user."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta

from app.report.story import Story
from campaigns.approval import Approval
from campaigns.figure import Figure, Source
from campaigns.finding import Finding
from campaigns.plan import Plan
from campaigns.rehearsal import (
    Distribution,
    FanPoint,
    Passport,
    Placebo,
    Rehearsal,
    Sensitivity,
    Spread,
    Turning,
)
from delivery.audit import Audit, Check
from delivery.claims import claims
from delivery.expected import expected
from delivery.measurement import CreativeResult, Daily, ForecastLine, Measurement, Result
from delivery.measuring.attribution import MODELS, Credit
from delivery.measuring.contamination import Exposure
from delivery.measuring.cost import AcquisitionCost
from delivery.measuring.retention import Cohort, Retention
from delivery.measuring.variables import VariableEffect, Variables
from policies.load import load_policies
from tests.builders import NOW
from tests.builders import plan as small_plan

MEASURED = Source(kind="measured", name="delivery.measure.measure", ref="f" * 16)
TWIN = Source(kind="twin", name="simulator.rehearse.rehearse", ref="e" * 16)
USD = "micros:USD"


def measured_figure(value: float, unit: str, low: float | None = None, high: float | None = None) -> Figure:
    """A measured figure, with a 95 % interval when its edges are given."""
    return Figure(value=value, unit=unit, source=MEASURED, low=low, high=high, level=None if low is None else 0.95)


def result(
    metric: str,
    mean: tuple[float, float, float],
    unit: str,
    treated: int,
    base: float,
    primary: bool = False,
    final: bool = True,
) -> Result:
    """A result from (low, estimate, high) per person; of a campaign that runs unless `final`."""
    low, value, high = mean
    label = "gain" if low > 0 else "loss" if high < 0 else "cannot tell"
    return Result(
        metric=metric,  # type: ignore[arg-type]
        primary=primary,
        label=label if final else "cannot tell",  # type: ignore[arg-type]
        treated_mean=measured_figure(base + value, f"{unit}/person"),
        control_mean=measured_figure(base, f"{unit}/person"),
        per_person=measured_figure(value, f"{unit}/person", low, high),
        total=measured_figure(value * treated, unit, low * treated, high * treated),
        variance_removed=0.14,
        p=0.5 if label == "cannot tell" else 0.01,
        valid="one look at the end" if final else "any look",
        words="",
    )


def rehearsal(plan: Plan) -> Rehearsal:
    """A rehearsal that says go."""
    return Rehearsal(
        plan_hash=plan.hash,
        verdict="go",
        reasons=("the value is positive in most runs and no guardrail broke",),
        runs=200,
        seed=2017,
        outcomes={
            "incremental_conversions": Distribution(
                unit="conversions", mean=41, p05=16, p25=30, p50=41, p75=52, p95=69
            ),
            "incremental_margin": Distribution(unit=USD, mean=3e8, p05=2e7, p25=1.9e8, p50=2.8e8, p75=4e8, p95=6.2e8),
        },
        p_harm=Figure(value=0.035, unit="share", source=TWIN),
        p_breach=Figure(value=0.0, unit="share", source=TWIN),
        blocked={"frequency_cap": 120.5},
        drivers=(
            Sensitivity(parameter="incremental_share", share=0.31),
            Sensitivity(parameter="attention_email", share=0.12),
        ),
        spread=Spread(assumed=0.43, learnt=0.07, interplay=0.02, luck=0.45, unexplained=0.03),
        turnings=(
            Turning(
                parameter="incremental_share",
                low=0.3,
                middle=0.6,
                high=0.9,
                chance_low=0.01,
                chance_high=0.3,
                value=0.4,
                becomes="cannot_tell",
                told="With incremental share below about 0.4 the verdict becomes cannot tell.",
            ),
        ),
        placebos=(Placebo(name="inert edit", held=False, told="3 of 40 runs differ."),),
        usual="Business as usual: 911 messages reached these people in the last 12 weeks.",
        assumptions=("share of clicks that convert: 0.3",),
        fan=tuple(FanPoint(day=day, p05=day * 0.5e6 - 8e6, p50=day * 4.7e6, p95=day * 10.3e6) for day in range(1, 61)),
        passport=Passport(
            twin_version="a1b2c3d4e5f60718",
            fitted_on="purchases to 2017-10-16",
            origins=6,
            coverage=Figure(value=0.83, unit="share", source=TWIN),
            direction=Figure(value=0.67, unit="share", source=TWIN),
            supported=True,
        ),
    )


def measurement(
    plan: Plan, effect: tuple[float, float, float] = (0.004, 0.031, 0.058), final: bool = True
) -> Measurement:
    """A measurement whose primary effect per person is (low, estimate, high)."""
    treated, days = 932, tuple(date(2017, 10, 17) + timedelta(offset) for offset in range(58))
    course = [1 - math.exp(-offset / 40) for offset in range(58)]
    results = (
        result("incremental_conversions", effect, "conversions", treated, 0.21, primary=True, final=final),
        result("incremental_revenue", (-300_000, 310_000, 920_000), USD, treated, 2_400_000, final=final),
        result("incremental_margin", (-90_000, 80_000, 250_000), USD, treated, 640_000, final=final),
    )
    expected = rehearsal(plan).outcomes
    return Measurement(
        plan_id=plan.plan_id,
        plan_hash=plan.hash,
        final=final,
        started=NOW,
        until=datetime(2017, 12, 14, tzinfo=UTC),
        ends=datetime(2017, 12, 1, tzinfo=UTC),
        control="holdout",
        method="difference in means, treated minus campaign holdout, everybody assigned counted; CUPED; Welch interval",
        arms={
            name: measured_figure(count, "people")
            for name, count in (("treated", treated), ("holdout", 484), ("global_holdout", 74))
        },
        planned_shares={"treated": 0.625, "holdout": 0.325, "global_holdout": 0.05},
        srm_p=measured_figure(0.61, "probability"),
        results=results,
        acquisition=AcquisitionCost(
            figure=measured_figure(3_470_000, f"{USD}/acquisition", 1_850_000, 27_200_000),
            words="Each acquisition that would not have come by itself cost USD 3.47.",
        ),
        retention=Retention(
            known_until=datetime(2017, 12, 14, tzinfo=UTC),
            cohorts=tuple(
                Cohort(arm=arm, people=people, buyers=people // 5, mature=people // 50, came_back=people // 100)
                for arm, people in (("treated", treated), ("holdout", 484), ("global_holdout", 74))
            ),
            next=((date(2018, 1, 20), 31),),
            all_mature=datetime(2018, 3, 4, tzinfo=UTC),
            words="29 of 296 buyers' 90 days are over; 31 more on 2018-01-20; the last of them on 2018-03-04.",
        ),
        retained=result("incremental_retained", (0.001, 0.02, 0.039), "people", treated, 0.1),
        variables=Variables(
            effects=(
                VariableEffect(
                    variable="offer",
                    level="one_off",
                    against="no offer",
                    effect=measured_figure(0.0123, "clicks/message", 0.0045, 0.0201),
                    p=0.002,
                    q=0.004,
                    people=466,
                    people_against=444,
                    discovered=True,
                    estimator="least squares",
                    method="robust interval",
                ),
            ),
            left_out=("Tone is not told apart: helpful with one_off has 3 people.",),
        ),
        attribution=tuple(
            Credit(
                model=model,
                conversions=88.0,
                revenue=790_000_000.0,
                by_creative={creative.creative_id: 22.0 for creative in plan.creatives},
            )
            for model in MODELS
        ),
        contamination=(
            Exposure(
                name="people tied to the other arm",
                people=31,
                of=1416,
                limit=0.01,
                words="31 of 1,416 people (2.2%) share an address. Warning: more than 1%.",
            ),
        ),
        spend={
            "messages": measured_figure(14_200_000, USD),
            "offers": measured_figure(86_000_000, USD),
            "total": measured_figure(100_200_000, USD),
            "reserved": measured_figure(0, USD),
            "budget": measured_figure(5_000_000_000, USD),
        },
        events={"click": {"treated": 120, "holdout": 0, "global_holdout": 0}},
        blocked={"consent_required": 214, "frequency_cap": 31, "quiet_hours": 4},
        contacts=7412,
        people_reached=910,
        refused_by_channel=0,
        creatives=tuple(
            CreativeResult(
                creative_id=creative.creative_id,
                channel=creative.channel,
                sends=2600 - 500 * place,
                opens=700,
                clicks=70 - 10 * place,
                conversions=16,
                redemptions=12 if creative.offer_id else 0,
                unsubscribes=3,
                mean_propensity=0.41,
            )
            for place, creative in enumerate(plan.creatives)
        ),
        daily=tuple(
            Daily(arm=arm, people=people, days=days, conversions_per_person=tuple(height * step for step in course))
            for arm, people, height in (
                ("treated", treated, 0.316),
                ("holdout", 484, 0.275),
                ("global_holdout", 74, 0.27),
            )
        ),
        forecast=tuple(
            ForecastLine(
                metric=f"{kind}{found.metric}",
                forecast=expected[found.metric],
                measured=found.total,
                inside=True if kind else None,
            )
            for kind in ("", "measured_")
            for found in results
            if found.metric in expected
        ),
    )


def audited(plan: Plan) -> Audit:
    """An audit that found nothing broken."""
    return Audit(
        plan_id=plan.plan_id,
        contacts=7412,
        checks=(
            Check(name="without_consent", meaning="contacts whose person had no consent", violations=0, of=7412),
            Check(name="in_quiet_hours", meaning="contacts between 21:00 and 08:00", violations=0, of=7412),
            Check(name="over_budget", meaning="money spent above the budget", violations=0, of=100_200_000),
        ),
    )


def story(
    effect: tuple[float, float, float] = (0.004, 0.031, 0.058), launched: bool = True, final: bool = True
) -> Story:
    """A story of a launched or a waiting plan."""
    plan = small_plan(1490)
    measured, forecast, policies = measurement(plan, effect, final), rehearsal(plan), load_policies()
    return Story(
        plan=plan,
        state="completed" if launched else "proposed",
        as_of=datetime(2017, 12, 14, tzinfo=UTC),
        findings=(
            Finding(
                rule="underpowered", severity="require_approval", subject="experiment", observed="power 0.62", limit="0.80", remedy="a longer window",
            ),
        ),
        rehearsal=forecast,
        expected=expected(plan, forecast, policies),
        approval=Approval(
            plan_id=plan.plan_id, plan_hash=plan.hash, decision="approve", by="Ada", at=NOW, until=plan.expires_at, scope="launch", note="go ahead"
        ),
        measured=measured if launched else None,
        claims=claims(measured, policies) if launched else None,
        audit=audited(plan) if launched else None,
        origins=("The sample is simulated from real shopping patterns and meant for education.", "Addresses, zones and consents are synthetic."),
        who="households",
        answered_by="The answers came from the sandbox." if launched else "",
        messages_folder="outbox/p-0123456789",
    )  # fmt: skip
