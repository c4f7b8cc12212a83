"""What a campaign caused, from its control group only: results with intervals, spend, blocked contacts, daily series."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import numpy.typing as npt

from campaigns.contact import IntArray
from campaigns.experiment import ARMS, HOLDOUT, TREATED
from campaigns.figure import Figure, Source
from campaigns.money import MICROS
from campaigns.plan import Plan
from campaigns.store import Store
from campaigns.workspace import Workspace
from delivery.errors import NoControl
from delivery.measurement import CreativeResult, Daily, ForecastLine, Label, Measurement, Result
from delivery.outbox.reading import LedgerAccount, OutboxReader, PersonTotals
from delivery.roster import Roster
from tools.experiment.effect import Effect, difference
from tools.experiment.srm import sample_ratio_p

METHOD = (
    "difference in means, treated minus campaign holdout, everybody assigned counted (intent to treat); "
    "CUPED on what the person did before the campaign; Welch interval"
)
DAY = 86_400


_SEQUENCE = {
    "incremental_conversions": ("incremental_conversions", "incremental_margin", "incremental_revenue"),
    "incremental_margin": ("incremental_margin", "incremental_conversions", "incremental_revenue"),
}
"""The order in which metrics may be claimed, by primary metric: each only when those before it show an effect, so
that a report claims something false with probability `alpha` at most (fixed sequence; Maurer and others, 1995)."""


def measure(ws: Workspace, plan: Plan, roster: Roster) -> Measurement:
    """The measurement of a launched plan, from the outbox and the arms of its roster.

    Margins of treated people are net of their message and redeemed offer cost. A result is labelled `cannot tell`
    unless the plan has ended and its interval excludes 0. NotLaunched before a launch; NoControl when the campaign
    holdout or the treated arm has fewer than two people.
    """
    reader = OutboxReader(ws, plan, roster.size)
    account, totals, states = reader.account(), reader.totals(), reader.states()
    counts = [int((roster.arm == arm).sum()) for arm in range(len(ARMS))]
    if counts[HOLDOUT] < 2 or counts[TREATED] < 2:
        raise NoControl(
            f"Plan {plan.plan_id} has {counts[TREATED]} treated people and {counts[HOLDOUT]} in its holdout; without a "
            "randomised control of at least two nothing can be claimed. Plan again with a holdout."
        )
    made = _Maker(plan)
    results = _results(made, roster, totals, account.closed)
    spend, accepted = _spend(made, account, totals), states.get("accepted", 0)
    holdout, everywhere = plan.experiment.holdout_share, plan.experiment.global_share
    return Measurement(
        plan_id=plan.plan_id,
        plan_hash=plan.hash,
        final=account.closed,
        started=account.started,
        until=account.until,
        halted=account.halted,
        control=ARMS[HOLDOUT],
        method=METHOD,
        arms={name: made.figure(counts[place], "people") for place, name in enumerate(ARMS)},
        srm_p=made.figure(sample_ratio_p(counts, [1 - holdout - everywhere, holdout, everywhere]), "probability"),
        results=results,
        spend=spend,
        events=_events(reader, roster),
        blocked=_blocked(reader.refusals(), account.rules),
        contacts=accepted,
        people_reached=int((totals.messages > 0).sum()),
        refused_by_channel=states.get("refused", 0),
        creatives=_creatives(plan, reader),
        daily=_daily(reader, roster, account),
        forecast=_forecast(ws, plan, results, spend, made.figure(accepted, "contacts")),
    )


class _Maker:
    """Makes figures whose source is this measurement of this plan."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.money = f"micros:{plan.brief.budget.currency if plan.brief.budget else 'USD'}"
        self.level = 1 - plan.experiment.alpha
        self._source = Source(kind="measured", name="delivery.measure.measure", ref=plan.hash[:16])

    def figure(self, value: float, unit: str) -> Figure:
        return Figure(value=value, unit=unit, source=self._source)

    def interval(self, value: float, low: float, high: float, unit: str) -> Figure:
        return Figure(value=value, unit=unit, source=self._source, low=low, high=high, level=self.level)


def _results(made: _Maker, roster: Roster, totals: PersonTotals, final: bool) -> tuple[Result, ...]:
    net = totals.margin - totals.offer_cost - totals.message_cost
    primary = "incremental_conversions" if made.plan.experiment.outcome == "conversions" else "incremental_margin"
    table: tuple[tuple[str, IntArray, IntArray, str], ...] = (
        ("incremental_conversions", totals.conversions, roster.pre_conversions, "conversions"),
        ("incremental_revenue", totals.revenue, roster.pre_margin_micros, made.money),
        ("incremental_margin", net, roster.pre_margin_micros, made.money),
    )
    results: dict[str, Result] = {}
    claimed = True
    for name, outcome, before, unit in sorted(table, key=lambda row: _SEQUENCE[primary].index(row[0])):
        results[name] = _result(made, name, name == primary, unit, roster, outcome, before, final, claimed)
        claimed = claimed and results[name].label != "cannot tell"
    return tuple(results[row[0]] for row in table)


def _result(
    made: _Maker,
    name: str,
    primary: bool,
    unit: str,
    roster: Roster,
    outcome: IntArray,
    before: IntArray,
    final: bool,
    may_claim: bool,
) -> Result:
    """One metric's effect; without `may_claim` its interval is shown and nothing is claimed."""
    treated, control = roster.arm == TREATED, roster.arm == HOLDOUT
    effect = difference(
        outcome[treated], outcome[control], before[treated], before[control], made.plan.experiment.alpha
    )
    label = _label(effect, final) if may_claim else "cannot tell"
    total = made.interval(effect.estimate * effect.n_t, effect.low * effect.n_t, effect.high * effect.n_t, unit)
    return Result.model_validate(
        {
            "metric": name,
            "primary": primary,
            "label": label,
            "treated_mean": made.figure(float(outcome[treated].mean()), f"{unit}/person"),
            "control_mean": made.figure(float(outcome[control].mean()), f"{unit}/person"),
            "per_person": made.interval(effect.estimate, effect.low, effect.high, f"{unit}/person"),
            "total": total,
            "variance_removed": effect.variance_removed,
            "words": _words(name, label, total, effect, made.level, final),
        }
    )


def _label(effect: Effect, final: bool) -> Label:
    if not final or not effect.significant:
        return "cannot tell"
    return "gain" if effect.estimate > 0 else "loss"


def _words(name: str, label: Label, total: Figure, effect: Effect, level: float, final: bool) -> str:
    what = name.replace("_", " ")
    shown = [_shown(number, total.unit) for number in (total.value, effect.low * effect.n_t, effect.high * effect.n_t)]
    compared = f"{effect.n_t:,} treated against {effect.n_c:,} held out"
    measured = f"{shown[0]} ({level:.0%} interval {shown[1]} to {shown[2]}; {compared})"
    if not final:
        return f"The campaign is still running; {what} so far {measured}, which is not a result yet."
    if not effect.varied:
        return f"Cannot tell: nobody's {what.removeprefix('incremental ')} differed ({compared})."
    if label == "cannot tell" and effect.significant:
        return f"Cannot tell: {what} {measured}; a metric that was to be judged before it shows no effect."
    if label == "cannot tell":
        return f"Cannot tell: {what} {measured}; the interval holds 0."
    return f"{what.capitalize()} {measured}."


def _shown(number: float | int, unit: str) -> str:
    return f"{unit.split(':')[1]} {number / MICROS:,.2f}" if unit.startswith("micros:") else f"{number:,.1f}"


def _spend(made: _Maker, account: LedgerAccount, totals: PersonTotals) -> dict[str, Figure]:
    return {
        "messages": made.figure(int(totals.message_cost.sum()), made.money),
        "offers": made.figure(int(totals.offer_cost.sum()), made.money),
        "total": made.figure(account.spent, made.money),
        "reserved": made.figure(account.reserved, made.money),
        "budget": made.figure(account.budget, made.money),
    }


def _events(reader: OutboxReader, roster: Roster) -> dict[str, dict[str, int]]:
    return {
        kind: {name: int(column[roster.arm == arm].sum()) for arm, name in enumerate(ARMS)}
        for kind, column in reader.events().items()
    }


def _blocked(refusals: list[tuple[int, int]], rules: tuple[str, ...]) -> dict[str, int]:
    counts = {rule: sum(count for mask, count in refusals if mask >> bit & 1) for bit, rule in enumerate(rules)}
    return {rule: count for rule, count in counts.items() if count}


def _creatives(plan: Plan, reader: OutboxReader) -> tuple[CreativeResult, ...]:
    sends, answers = reader.sends(), reader.answers()
    rows = []
    for action, creative in enumerate(plan.creatives):
        count, propensity = sends.get(action, (0, None))
        rows.append(
            CreativeResult(
                creative_id=creative.creative_id,
                channel=creative.channel,
                sends=count,
                opens=answers.get((action, "open"), 0),
                clicks=answers.get((action, "click"), 0),
                conversions=answers.get((action, "conversion"), 0),
                redemptions=answers.get((action, "redemption"), 0),
                unsubscribes=answers.get((action, "unsubscribe"), 0),
                mean_propensity=propensity,
            )
        )
    return tuple(rows)


def _daily(reader: OutboxReader, roster: Roster, account: LedgerAccount) -> tuple[Daily, ...]:
    first = account.started.date()
    last = (account.until - timedelta(microseconds=1)).date()
    days: tuple[date, ...] = tuple(first + timedelta(days=offset) for offset in range(max((last - first).days + 1, 1)))
    origin = int(datetime(first.year, first.month, first.day, tzinfo=UTC).timestamp())
    rows, at = reader.conversions()
    day = np.minimum((at - origin) // DAY, len(days) - 1)
    series = []
    for arm, name in enumerate(ARMS):
        people = int((roster.arm == arm).sum())
        of_arm = day[roster.arm[rows] == arm]
        running: npt.NDArray[np.float64] = np.cumsum(np.bincount(of_arm, minlength=len(days))) / max(people, 1)
        series.append(Daily(arm=name, people=people, days=days, conversions_per_person=tuple(running.tolist())))
    return tuple(series)


def _forecast(
    ws: Workspace, plan: Plan, results: tuple[Result, ...], spend: dict[str, Figure], contacts: Figure
) -> tuple[ForecastLine, ...]:
    rehearsal = Store(ws).rehearsal(plan.hash)
    if rehearsal is None:
        return ()
    measured = {f"{kind}{result.metric}": result.total for kind in ("", "measured_") for result in results}
    measured |= {"spend": spend["total"], "contacts": contacts}
    lines = []
    for name, figure in measured.items():
        forecast = rehearsal.outcomes.get(name)
        if forecast is not None:
            seen = not name.startswith("incremental_")
            inside = forecast.p05 <= figure.value <= forecast.p95 if seen else None
            lines.append(ForecastLine(metric=name, forecast=forecast, measured=figure, inside=inside))
    return tuple(lines)
