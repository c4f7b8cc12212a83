"""The sections that only a launched plan has: results by group, forecast against outcome, guardrails, money, messages."""

from __future__ import annotations

from collections.abc import Callable

from app.rehearsed import quantity
from app.report import pictures
from app.report.blocks import Cell, Facts, Meter, Points, Section, Table, Text, bar, pill
from app.report.look import Picture
from app.report.notes import Notes
from app.report.story import Story
from app.report.verdict import hundredfold, kept, named
from app.wording import SIGNS, amount, bare, percent, span, whole
from campaigns.figure import Figure
from campaigns.money import MICROS
from delivery.audit import Audit
from delivery.claims import NO_CLAIM, Claims, sample_ratio
from delivery.expected import Expected
from delivery.measurement import Daily, ForecastLine, Measurement

EFFECTS = ("measured_incremental_conversions", "measured_incremental_revenue", "measured_incremental_margin")
GROUPS = {"treated": "in the campaign", "holdout": "campaign control", "global_holdout": "control of all campaigns"}
SO_FAR = "The campaign is still running. What follows is so far, with intervals that hold however often somebody looks; it is not a result."


def results_section(story: Story, measured: Measurement, claims: Claims, notes: Notes) -> Section:
    """The course of both groups, what each did on average, and the difference with its interval; a claim that the rules
    refuse is named without a number."""
    rows: list[tuple[Cell, ...]] = []
    for claim in claims.every:
        name, effect = named(claim), claim.effect
        title = name + (" (decides)" if claim.decides else "")
        if effect is None:
            rows.append((title, "–", "–", "–", "–", pill(NO_CLAIM, "open")))
            continue
        rows.append(
            (
                title,
                notes.mark(effect.with_campaign, f"{name} in the campaign", _per_hundred(effect.with_campaign)),
                notes.mark(effect.without, f"{name} in the control group", _per_hundred(effect.without)),
                notes.mark(effect.difference, f"{name}: difference", _per_hundred(effect.difference)),
                span(hundredfold(effect.difference)),
                pill(claim.label, {"gain": "good", "loss": "bad"}.get(claim.label, "open")),
            )
        )
    people = [
        (GROUPS[arm], notes.mark(found, f"people: {GROUPS[arm]}", whole(found.value)), _course_end(claims, arm))
        for arm, found in measured.arms.items()
    ]
    primary = claims.deciding
    noise = ""
    if primary.effect is not None:
        noise = (
            f" What was known of each person before took {percent(primary.effect.noise_removed)} of the noise "
            "out of the deciding comparison."
        )
    refused = [f"No claim about {named(claim).lower()}: {claim.refused}." for claim in claims.every if claim.refused]
    running = [] if measured.final else [Text(SO_FAR)]
    course = [_course(story, claims)] if {"treated", primary.control} <= {daily.arm for daily in claims.course} else []
    return Section(
        "results",
        "Results by group",
        "The campaign's group beside the control group. Margins are after the cost of messages and redeemed offers.",
        (
            *running,
            *course,
            Table((f"Per 100 {story.who}", "#Campaign", "#Control", "#Difference", "95% interval", ""), rows),
            Table(("Group", "#People", "#Conversions per 100"), people, "Who is in which group"),
            Text(
                f"How: {primary.estimator}.{noise} Chance gives groups of these sizes with p = {measured.srm_p.value:.2g}; "
                f"looked at all the time: {sample_ratio(measured).words}"
            ),
            *([Points(refused, "What is not claimed")] if refused else []),
        ),
    )


def forecast_section(story: Story, claims: Claims, told: Expected, notes: Notes) -> Section:
    """How far the rehearsal was off, in a picture, in words and as the range it gave day by day."""
    rows, checks, formats = [], [], []
    for line in claims.forecast:
        found, expected, name = line.measured, line.forecast, quantity(line.metric)
        unit = found.unit
        rows.append(
            (
                name,
                f"{bare(round(expected.p50), unit)} ({bare(round(expected.p05), unit)} to {bare(round(expected.p95), unit)})",
                notes.mark(found, name, bare(round(found.value), unit)),
                span(line.measured, whole_units=True),
                _off(line),
            )
        )
        if line.metric in EFFECTS and found.low is not None and found.high is not None:
            scale = MICROS if unit.startswith("micros:") else 1
            ours = (expected.p05, expected.p50, expected.p95, found.value, found.low, found.high)
            checks.append(pictures.Check(name, *(float(edge) / scale for edge in ours)))
            formats.append(_shown(unit, scale))
    blocks: list[Picture | Table] = [pictures.checks(checks, formats)] if checks else []
    blocks.append(Table(("", "#Expected (90% of runs)", "#Measured", "95% interval", "How far off"), rows))
    if told.by_day:
        blocks.append(_fan(story, claims, told))
    return Section(
        "forecast",
        "Forecast against outcome",
        "The rehearsal ran before anybody was contacted, and the world that answered has parameters of its own. So the forecast can be wrong; this is by how much.",
        blocks,
    )


def guard_section(audited: Audit, measured: Measurement) -> Section:
    """What was promised and kept, counted afresh from the outbox, and what each policy kept from being sent."""
    promises = [
        (check.name.replace("_", " "), pill(kept(check), "bad" if check.violations else "good"), check.meaning)
        for check in audited.checks
    ]
    blocks: list[Table | Text] = [Table(("Promise", "Broken", "What was counted"), promises)]
    if audited.decided_by:
        by = ", ".join(f"version {one.version} made {whole(one.decisions)}" for one in audited.decided_by)
        blocks.append(
            Text(f"Decisions by the campaign's decision policy, those to leave somebody alone included: {by}.")
        )
    if measured.blocked:
        most = max(measured.blocked.values())
        rows: list[tuple[Cell, Cell]] = [
            (rule.replace("_", " "), bar(count / most) + whole(count))
            for rule, count in sorted(measured.blocked.items(), key=lambda item: (-item[1], item[0]))
        ]
        blocks.append(Table(("Policy", "Contacts it blocked"), rows, "What each policy blocked while the campaign ran"))
    else:
        blocks.append(Text("No policy had to block a contact while the campaign ran."))
    return Section(
        "guardrails",
        "Guardrails",
        "Counted after the campaign, by queries on the outbox that share nothing with the engine that sent the messages.",
        blocks,
    )


def money_section(story: Story, measured: Measurement, notes: Notes) -> Section:
    """What was spent of the budget, on what."""
    spent, budget = measured.spend["total"], measured.spend["budget"]
    share = spent.value / budget.value if budget.value else 0.0
    label = notes.mark(spent, "spend") + f" spent of {amount(budget.value, budget.unit)} ({percent(share)})"
    facts = Facts(
        (
            (
                "Messages",
                notes.mark(measured.spend["messages"], "spent on messages")
                + f" for {whole(measured.contacts)} messages to {whole(measured.people_reached)} {story.who}",
            ),
            ("Redeemed offers", notes.mark(measured.spend["offers"], "spent on offers")),
            ("Planned", notes.mark(story.plan.allocation.total, "planned spend")),
            ("Budget", notes.mark(budget, "budget")),
        )
    )
    lead = "Money is planned only as long as one more unit of it brings back at least as much margin; the rest of the budget stays unspent."
    return Section("money", "Money", lead, (Meter(share, label), facts))


def messages_section(story: Story, measured: Measurement) -> Section:
    """Each message variant, how often it was sent and what came back directly."""
    known = {creative.creative_id: creative for creative in story.plan.creatives}
    rows = []
    for sent in sorted(measured.creatives, key=lambda row: (-row.sends, row.creative_id)):
        creative = known[sent.creative_id]
        offer = story.plan.offer(creative.offer_id)
        chosen = "–" if sent.mean_propensity is None else percent(sent.mean_propensity, 0)
        clicks = f"{whole(sent.clicks)} ({percent(sent.clicks / sent.sends)})" if sent.sends else "–"
        rows.append(
            (
                sent.creative_id,
                sent.channel,
                creative.tone.replace("_", " "),
                offer.title if offer else "–",
                whole(sent.sends),
                chosen,
                clicks,
                whole(sent.redemptions),
                whole(sent.unsubscribes),
            )
        )
    columns = ("Variant", "Channel", "Angle", "Offer", "#Sent", "#Chosen with", "#Clicks", "#Redeemed", "#Unsubscribed")
    lead = "Direct responses show which variant is liked, not what the campaign caused; only the control group shows that. “Chosen with” is the mean logged probability of the choice."
    return Section(
        "messages",
        "Messages",
        lead,
        (Table(columns, rows), Text(f"Every message is a file in {story.messages_folder} of the workspace.")),
    )


def _per_hundred(found: Figure) -> str:
    scaled = hundredfold(found)
    return bare(scaled.value, scaled.unit)


def _off(line: ForecastLine) -> str:
    gap = line.measured.value - line.forecast.p50
    if line.inside is None:
        return f"{bare(round(abs(gap)), line.measured.unit)} {'more' if gap >= 0 else 'less'} than the median of the true effect, which cannot be seen itself"
    place = (
        "inside the expected range"
        if line.inside
        else "above the expected range"
        if gap > 0
        else "below the expected range"
    )
    return f"{bare(round(abs(gap)), line.measured.unit)} {'more' if gap >= 0 else 'less'} than the median; {place}"


def _shown(unit: str, scale: int) -> Callable[[float], str]:
    return lambda value: bare(round(value * scale), unit)


def _fan(story: Story, claims: Claims, told: Expected) -> Picture:
    effect, end = claims.of("incremental_margin").effect, None
    margin = None if effect is None else effect.in_all
    if margin is not None and margin.low is not None and margin.high is not None:
        end = (margin.low / MICROS, margin.value / MICROS, margin.high / MICROS)
    days = [
        pictures.FanDay(point.day, point.p05 / MICROS, point.p50 / MICROS, point.p95 / MICROS) for point in told.by_day
    ]
    currency = story.plan.allocation.budget.unit.removeprefix("micros:")
    return pictures.fan(days, end, SIGNS.get(currency, f"{currency} "))


def _course(story: Story, claims: Claims) -> Picture:
    points = [
        pictures.ArmDay(on, GROUPS[arm], value * 100)
        for arm in ("treated", "holdout")
        for on, value in zip(_daily(claims, arm).days, _daily(claims, arm).conversions_per_person, strict=True)
    ]
    return pictures.by_arm(points, (GROUPS["treated"], GROUPS["holdout"]), story.plan.brief.window.end, story.who)


def _course_end(claims: Claims, arm: str) -> str:
    found = [daily.conversions_per_person for daily in claims.course if daily.arm == arm]
    return f"{found[0][-1] * 100:.1f}" if found and found[0] else "–"


def _daily(claims: Claims, arm: str) -> Daily:
    return next(daily for daily in claims.course if daily.arm == arm)
