"""What a campaign caused, from its control group only: results with intervals, spend, blocked contacts, daily series."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import numpy.typing as npt

from campaigns.contact import IntArray
from campaigns.experiment import ARMS, HOLDOUT, TREATED
from campaigns.figure import Figure
from campaigns.plan import Plan
from campaigns.store import Store
from campaigns.workspace import Workspace
from delivery.errors import NoControl
from delivery.horizon import FOLLOW_UP_DAYS, horizon_end
from delivery.measurement import CreativeResult, Daily, ForecastLine, Measurement, Result
from delivery.measuring import attribution, contamination, cost, retention, touches, variables
from delivery.measuring.looks import Reached, reached
from delivery.measuring.results import Maker, results_of, retained_of, shown
from delivery.outbox.reading import LedgerAccount, OutboxReader, PersonTotals
from delivery.roster import Roster
from delivery.srm_watch import planned_shares
from tools.experiment.srm import sample_ratio_p

_COMPARED = (
    "difference in means, treated minus campaign holdout, everybody assigned counted (intent to treat); "
    "CUPED on what the person did before the campaign; "
)
METHOD = _COMPARED + "Welch interval"
METHOD_SO_FAR = _COMPARED + "confidence sequence, which holds at every look"
METHOD_PLANNED = _COMPARED + "repeated interval at the planned looks (O'Brien-Fleming spending)"
DAY = 86_400


def measure(ws: Workspace, plan: Plan, roster: Roster) -> Measurement:
    """The measurement of a launched plan, from the outbox and the arms of its roster.

    Margins of treated people are net of their message and redeemed offer cost. A result is labelled `cannot tell`
    unless the plan has ended and its interval excludes 0; until then intervals hold at every look, or are those of the
    planned looks where the plan names some. NotLaunched before a launch; NoControl when the campaign
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
    made = Maker(plan)
    looks = _looks(plan, roster, reader, account)
    seen = totals if account.closed or not isinstance(looks, Reached) else reader.totals(looks.at)
    results = results_of(made, roster, seen, account.closed, looks)
    touched = touches.touches(ws, plan)
    clock, back = _clock(ws, plan, roster, touched, account)
    spend, accepted = _spend(made, account, totals), states.get("accepted", 0)
    shares = planned_shares(plan.experiment)
    return Measurement(
        plan_id=plan.plan_id,
        plan_hash=plan.hash,
        final=account.closed,
        started=account.started,
        until=account.until,
        ends=horizon_end(plan) - timedelta(days=FOLLOW_UP_DAYS),
        halted=account.halted,
        control=ARMS[HOLDOUT],
        method=METHOD_PLANNED if looks is not None else METHOD if account.closed else METHOD_SO_FAR,
        arms={name: made.figure(counts[place], "people") for place, name in enumerate(ARMS)},
        planned_shares=shares,
        srm_p=made.figure(sample_ratio_p(counts, list(shares.values())), "probability"),
        results=results,
        acquisition=_acquisition(made, roster, totals, results[0], account.closed),
        retention=clock,
        retained=retained_of(made, roster, back, clock, results, account.closed),
        variables=variables.variables(touched, roster, plan.creatives, made.source),
        attribution=attribution.credits(touched, plan.creatives),
        contamination=contamination.contamination(ws, plan, roster, touched, account),
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


def _looks(plan: Plan, roster: Roster, reader: OutboxReader, account: LedgerAccount) -> Reached | datetime | None:
    """The planned looks that are over, by the conversions of both arms until then."""
    if not plan.experiment.looks:
        return None
    rows, at = reader.conversions()
    return reached(plan, account.until, at[np.isin(roster.arm[rows], (TREATED, HOLDOUT))], account.closed)


def _acquisition(
    made: Maker, roster: Roster, totals: PersonTotals, conversions: Result, final: bool
) -> cost.AcquisitionCost:
    """What each incremental conversion cost, told when more of them are claimed."""
    treated, control = roster.arm == TREATED, roster.arm == HOLDOUT
    paid = (totals.offer_cost + totals.message_cost)[treated]
    ratio = cost.cost_per_acquisition(
        paid, totals.conversions[treated], totals.conversions[control],
        roster.pre_conversions[treated], roster.pre_conversions[control], made.plan.experiment.alpha,
    )  # fmt: skip
    figure = None
    if ratio.low is not None and ratio.high is not None:
        figure = made.interval(ratio.value, ratio.low, ratio.high, f"{made.money}/acquisition")
    words = "" if figure is None else shown(figure.model_copy(update={"unit": made.money}))
    return cost.told(ratio, figure, conversions.label == "gain", final, words)


def _clock(
    ws: Workspace, plan: Plan, roster: Roster, touched: touches.Touches, account: LedgerAccount
) -> tuple[retention.Retention, IntArray]:
    """The 90-day clock over the books and, once they are closed, over what the data tell of the time after."""
    rows, at, until = touched.bought_row, touched.bought_at, account.until
    if account.closed:
        more, when, until = retention.later_conversions(ws, plan, roster, account.until)
        rows, at = np.concatenate([rows, more]), np.concatenate([at, when])
    found, back = retention.clock(roster.arm.astype(np.int64), ARMS, rows, at, until, horizon_end(plan))
    return found, back.astype(np.int64)


def _spend(made: Maker, account: LedgerAccount, totals: PersonTotals) -> dict[str, Figure]:
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
