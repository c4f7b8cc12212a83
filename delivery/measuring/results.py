"""Each metric's effect: read once when the campaign is over, and at any look with a wider interval while it runs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from campaigns.contact import IntArray
from campaigns.experiment import HOLDOUT, TREATED
from campaigns.figure import Figure, Source
from campaigns.money import MICROS
from campaigns.plan import Plan
from delivery.horizon import horizon_end
from delivery.measurement import Label, Metric, Result
from delivery.measuring import retention
from delivery.measuring.looks import Reached, so_far
from delivery.outbox.reading import PersonTotals
from delivery.roster import Roster
from tools.experiment.analysis import Analysis, at_the_end
from tools.experiment.arm import Arm
from tools.experiment.effect import compared
from tools.experiment.errors import ExperimentError

_SEQUENCE: dict[str, tuple[Metric, ...]] = {
    "incremental_conversions": ("incremental_conversions", "incremental_margin", "incremental_revenue"),
    "incremental_margin": ("incremental_margin", "incremental_conversions", "incremental_revenue"),
}
"""The order in which metrics may be claimed, by primary metric: each only when those before it show an effect, so
that a report claims something false with probability `alpha` at most (fixed sequence; Maurer and others, 1995).
People who came back, which is known last, come last."""


class Maker:
    """Makes figures whose source is the measurement of this plan."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.money = f"micros:{plan.brief.budget.currency if plan.brief.budget else 'USD'}"
        self.level = 1 - plan.experiment.alpha
        self.source = Source(kind="measured", name="delivery.measure.measure", ref=plan.hash[:16])

    def figure(self, value: float, unit: str) -> Figure:
        """A figure without an interval."""
        return Figure(value=value, unit=unit, source=self.source)

    def interval(self, value: float, low: float, high: float, unit: str) -> Figure:
        """A figure with its interval of the plan's level."""
        return Figure(value=value, unit=unit, source=self.source, low=low, high=high, level=self.level)


@dataclass(frozen=True, slots=True)
class _Compared:
    """One metric's columns, and its analysis or why it is too early for one."""

    metric: Metric
    unit: str
    treated: Arm
    control: Arm
    analysis: Analysis | None
    early: str = ""


def results_of(
    made: Maker, roster: Roster, totals: PersonTotals, final: bool, looks: Reached | datetime | None = None
) -> tuple[Result, ...]:
    """Conversions, revenue and margin (net of messages and redeemed offers), in this order.

    A result is labelled `cannot tell` unless the campaign is over (`final`), its interval excludes 0, and so do those of
    the metrics judged before it. Until then each has the interval that holds at any look, or, where the plan names its
    `looks` (see `delivery.measuring.looks.reached`), that of the last of them, whose data the totals then are.
    """
    net = totals.margin - totals.offer_cost - totals.message_cost
    table: tuple[tuple[Metric, IntArray, IntArray, str], ...] = (
        ("incremental_conversions", totals.conversions, roster.pre_conversions, "conversions"),
        ("incremental_revenue", totals.revenue, roster.pre_margin_micros, made.money),
        ("incremental_margin", net, roster.pre_margin_micros, made.money),
    )
    compared_ = {
        metric: _analysed(made, metric, unit, roster, outcome, before, None if final else totals, looks)
        for metric, outcome, before, unit in table
    }
    results: dict[str, Result] = {}
    primary, claimed = _primary(made.plan), True
    for metric in _SEQUENCE[primary]:
        results[metric] = _result(made, compared_[metric], metric == primary, final, claimed, looks)
        claimed = claimed and results[metric].label != "cannot tell"
    return tuple(results[row[0]] for row in table)


def retained_of(
    made: Maker, roster: Roster, back: IntArray, clock: retention.Retention, before: tuple[Result, ...], final: bool
) -> Result:
    """How many more people bought and came back within 90 days (`back`, 0 or 1 per person), of everybody assigned.

    Without an interval until the clock has run out for whoever could have bought last.
    """
    ready = retention.readable(horizon_end(made.plan))
    mature = final and clock.known_until >= ready
    found = _analysed(made, "incremental_retained", "people", roster, back, roster.pre_conversions, None)
    if not mature:
        early = f"is read from {ready:%Y-%m-%d} on, known is what happened until {clock.known_until:%Y-%m-%d}"
        found = _Compared(found.metric, found.unit, found.treated, found.control, None, early)
    return _result(made, found, False, mature, all(result.label != "cannot tell" for result in before))


def _primary(plan: Plan) -> Metric:
    return "incremental_conversions" if plan.experiment.outcome == "conversions" else "incremental_margin"


def _analysed(
    made: Maker, metric: Metric, unit: str, roster: Roster, outcome: IntArray, before: IntArray,
    running: PersonTotals | None, looks: Reached | datetime | None = None,
) -> _Compared:  # fmt: skip
    """The arms and their analysis: that of the planned `looks`; without any, with the totals of a `running` campaign
    that of any look, else that of the end."""
    alpha, both = made.plan.experiment.alpha, {"treated": TREATED, "holdout": HOLDOUT}
    treated, control = (
        Arm.of(outcome[roster.arm == arm], before[roster.arm == arm], name) for name, arm in both.items()
    )
    if isinstance(looks, datetime):
        return _Compared(
            metric, unit, treated, control, None, f"is read from the first planned look on, {looks:%Y-%m-%d}"
        )
    if looks is not None:
        try:
            return _Compared(metric, unit, treated, control, looks.analysis(treated, control, alpha))
        except ExperimentError as error:
            return _Compared(metric, unit, treated, control, None, str(error))
    if running is None:
        return _Compared(metric, unit, treated, control, at_the_end(compared(treated, control, alpha), alpha))
    assigned = (roster.arm == TREATED) | (roster.arm == HOLDOUT)
    foreseen = float(roster.conversion_rate[assigned].sum()) * made.plan.experiment.horizon_days
    try:
        look = so_far(treated, control, int(running.conversions[assigned].sum()), foreseen, alpha)
    except ExperimentError as error:
        return _Compared(metric, unit, treated, control, None, str(error))
    return _Compared(metric, unit, treated, control, look)


def _result(
    made: Maker, found: _Compared, primary: bool, final: bool, may_claim: bool, looks: Reached | datetime | None = None
) -> Result:
    """One metric's effect; without `may_claim` its interval is shown and nothing is claimed."""
    seen, unit, people = found.analysis, found.unit, found.treated.n
    apart = found.treated.y - found.control.y
    label: Label = _label(seen) if seen is not None and final and may_claim else "cannot tell"
    each, total = made.figure(apart, f"{unit}/person"), made.figure(apart * people, unit)
    if seen is not None:
        each = made.interval(seen.estimate, seen.low, seen.high, f"{unit}/person")
        total = made.interval(seen.estimate * people, seen.low * people, seen.high * people, unit)
    return Result(
        metric=found.metric,
        primary=primary,
        label=label,
        treated_mean=made.figure(found.treated.y, f"{unit}/person"),
        control_mean=made.figure(found.control.y, f"{unit}/person"),
        per_person=each,
        total=total,
        variance_removed=compared(found.treated, found.control).variance_removed,
        p=1.0 if seen is None else seen.p,
        valid="one look at the end" if seen is None else seen.valid,
        words=_words(found, label, total, made.level, final, looks),
    )


def _label(seen: Analysis) -> Label:
    if not seen.significant:
        return "cannot tell"
    return "gain" if seen.estimate > 0 else "loss"


def _words(
    found: _Compared, label: Label, total: Figure, level: float, final: bool, looks: Reached | datetime | None
) -> str:
    what, seen = found.metric.replace("_", " "), found.analysis
    compared_ = f"{found.treated.n:,} treated against {found.control.n:,} held out"
    if seen is None:
        waits = found.early.startswith("is ")
        return f"Cannot tell yet: {what} {found.early.rstrip('.')} ({compared_})." if waits else (
            f"Cannot tell{'' if final else ' yet'}: {found.early}"
        )  # fmt: skip
    if not seen.varied:
        return f"Cannot tell: nobody's {what.removeprefix('incremental ')} differed ({compared_})."
    shown = [_shown(number, total.unit) for number in (total.value, total.low or 0.0, total.high or 0.0)]
    measured = f"{shown[0]} ({level:.0%} interval {shown[1]} to {shown[2]}; {compared_})"
    if not final and isinstance(looks, Reached):
        crossed = "beyond its bound" if seen.significant else "within its bound"
        return (
            f"The campaign is still running; {what} at planned look {looks.place} of {looks.of} ({looks.at:%Y-%m-%d}) "
            f"{measured}, {crossed}, which is not a result yet."
        )
    if not final:
        return f"The campaign is still running; {what} so far {measured}, which is not a result yet."
    if label == "cannot tell" and seen.significant:
        return f"Cannot tell: {what} {measured}; a metric that was to be judged before it shows no effect."
    if label == "cannot tell":
        return f"Cannot tell: {what} {measured}; the interval holds 0."
    return f"{what.capitalize()} {measured}."


def _shown(number: float | int, unit: str) -> str:
    return f"{unit.split(':')[1]} {number / MICROS:,.2f}" if unit.startswith("micros:") else f"{number:,.1f}"


def shown(figure: Figure) -> str:
    """A figure with its interval, as the words of a result have it."""
    if figure.low is None or figure.high is None or figure.level is None:
        return _shown(figure.value, figure.unit)
    edges = f"{figure.level:.0%} interval {_shown(figure.low, figure.unit)} to {_shown(figure.high, figure.unit)}"
    return f"{_shown(figure.value, figure.unit)} ({edges})"
