"""The sections that every plan has: who, how the money is spread, the proof, the rehearsal, what is assumed."""

from __future__ import annotations

from app.rehearsed import assumption, at_risk, outcome_rows
from app.report import pictures
from app.report.blocks import Facts, Folded, Points, Section, Table, Text, bar, pill
from app.report.look import Picture
from app.report.notes import Notes
from app.report.sections_outcome import GROUPS
from app.report.story import Story
from app.wording import SIGNS, amount, clock, decimal, listed, money, percent, whole
from campaigns.money import MICROS
from campaigns.rehearsal import Rehearsal
from delivery.expected import Expected
from tools.prediction.priors import JUDGEMENT

TIERS = ("high", "mid", "low")
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
VERDICTS = {"go": ("go", "good"), "stop": ("stop", "bad"), "cannot_tell": ("cannot tell", "open")}


def brief_section(story: Story, notes: Notes) -> Section:
    """How the goal was understood, and when and by whom the plan was approved."""
    plan, brief = story.plan, story.plan.brief
    times = listed([f"{WEEKDAYS[slot.weekday - 1]} {clock(slot.local_minute)}" for slot in plan.slots])
    approved = "not yet"
    if story.approval is not None:
        approving = story.approval.decision == "approve"
        who = listed(story.approved_by) if approving and story.approved_by else story.approval.by
        more = ", and waits for another person" if approving and story.state == "proposed" else ""
        note = f": {story.approval.note}" if story.approval.note else ""
        approved = f"{'approved' if approving else 'rejected'} by {who}{more}{note}"
    rows = (
        ("Objective", f"{brief.objective.replace('_', ' ')}, measured by {brief.primary_metric.replace('_', ' ')}"),
        ("Population", brief.population),
        ("Channels", listed(brief.channels)),
        ("Budget", notes.mark(plan.allocation.budget, "budget")),
        ("Window", f"{brief.window.start} to {brief.window.end}, at {times} in each person's own zone"),
        ("Contacts", f"at most {brief.max_contacts_per_week} a week and person"),
        ("Decision", approved),
        ("Ends", plan.exit_condition),
        ("Expires", f"{plan.expires_at:%Y-%m-%d}"),
    )
    return Section("plan", "The plan", "How the goal was understood.", (Facts(rows),))


def findings_section(story: Story) -> Section:
    """What the policies found on the plan before it was approved."""
    rows = [
        (
            pill(found.severity.replace("_", " "), "bad" if found.severity == "deny" else "open"),
            found.rule.replace("_", " "),
            found.observed,
            found.limit,
            found.remedy,
        )
        for found in story.findings
    ]
    columns = ("", "Rule", "Found", "Limit", "What would change it")
    return Section(
        "findings",
        "Policy check",
        "What the policies said about the plan before a person decided.",
        (Table(columns, rows),),
    )


def audience_section(story: Story, notes: Notes) -> Section:
    """From everybody who matches to those who may be contacted, and why they are worth it."""
    audience, experiment = story.plan.audience, story.plan.experiment
    steps = [pictures.Step("match the goal", int(audience.matched.value), 0, "matched")]
    steps += [
        pictures.Step(_after(exclusion.reason), int(exclusion.remaining.value), int(exclusion.removed.value), "kept")
        for exclusion in audience.exclusions
    ]
    steps += [
        pictures.Step(GROUPS[arm], int(found.value), 0, "treated" if arm == "treated" else "control")
        for arm, found in sorted(experiment.arms.items(), key=lambda item: list(GROUPS).index(item[0]))
    ]
    rows = [
        (
            exclusion.reason,
            notes.mark(exclusion.removed, f"removed: {exclusion.reason}", _minus(exclusion.removed.value)),
            notes.mark(exclusion.remaining, f"left after: {exclusion.reason}", whole(exclusion.remaining.value)),
        )
        for exclusion in audience.exclusions
    ]
    tiers = [
        (f"{name} value", notes.mark(found, f"people of {name} value", whole(found.value)))
        for name, found in sorted(
            audience.segments.items(),
            key=lambda item: (item[0] not in TIERS, TIERS.index(item[0]) if item[0] in TIERS else 0, item[0]),
        )
    ]
    drivers = [(driver.name, notes.mark(driver.effect, driver.name)) for driver in audience.drivers]
    blocks: list[Picture | Table | Text] = [
        pictures.funnel(steps),
        Table(
            ("Left out because of", "#People", "#Left"),
            [
                ("(match the goal)", "", notes.mark(audience.matched, "match the goal", whole(audience.matched.value))),
                *rows,
            ],
        ),
        Table(("Tier", "#People"), tiers, "Value tiers"),
    ]
    if drivers:
        blocks.append(Table(("What makes them worth contacting", "#Strength"), drivers))
    return Section("audience", "Audience", audience.words, blocks)


def allocation_section(story: Story, notes: Notes) -> Section:
    """Spend per value tier and channel with its expected return."""
    allocation = story.plan.allocation
    currency = allocation.budget.unit.removeprefix("micros:")
    bars = [
        pictures.CellBar(cell.segment, cell.channel, cell.spend.value / MICROS, float(cell.marginal_return.value))
        for cell in allocation.cells
    ]
    rows = [
        (
            f"{cell.segment} value", cell.channel, notes.mark(cell.spend, "planned spend per cell"), notes.mark(cell.ceiling, "ceiling per cell"),
            notes.mark(cell.contacts, "planned contacts", whole(cell.contacts.value)), notes.mark(cell.incremental_margin, "expected margin per cell"),
            notes.mark(cell.marginal_return, "marginal return", decimal(cell.marginal_return.value)),
        )
        for cell in allocation.cells
    ]  # fmt: skip
    prices = listed(
        [f"{channel} {money(price, currency, 4)}" for channel, price in allocation.contact_cost_micros.items()]
    )
    blocks = [
        pictures.allocation(bars, SIGNS.get(currency, f"{currency} ")),
        Table(("Tier", "Channel", "#Spend", "#At most", "#Contacts", "#Expected margin", "#Next unit brings"), rows),
        Text(
            f"A message costs {prices}. Pacing: {allocation.pacing}. {percent(allocation.exploration_share)} of choices explore."
        ),
    ]
    total = notes.mark(allocation.total, "planned spend")
    return Section(
        "allocation",
        "Allocation",
        total + f" expected to be spent of {amount(allocation.budget.value, allocation.budget.unit)}.",
        blocks,
    )


def experiment_section(story: Story, notes: Notes) -> Section:
    """How the effect is proven: who is kept out, what can be seen with what certainty."""
    made = story.plan.experiment
    rows = (
        (
            "Drawn by",
            f"lot per {made.unit}: {percent(made.holdout_share)} campaign control, {percent(made.global_share)} control of all campaigns",
        ),
        (
            "Measured",
            f"{made.primary_metric.replace('_', ' ')} over {made.horizon_days} days; watched besides: {listed([m.replace('_', ' ') for m in made.guard_metrics])}",
        ),
        ("Method", made.method),
        ("Without contact", notes.mark(made.baseline, "baseline")),
        ("Expected effect", notes.mark(made.expected_effect, "expected effect")),
        (
            "Smallest effect seen",
            notes.mark(made.mde, "smallest detectable effect")
            + f" with {percent(made.power_wanted, 0)} power at a {percent(made.alpha, 0)} error rate",
        ),
        (
            "Power",
            notes.mark(made.power, "power at the expected effect")
            + " "
            + (pill("enough", "good") if made.powered else pill("too little", "open")),
        ),
    )
    blocks: list[Facts | Points] = [Facts(rows)]
    if made.feasible:
        blocks.append(Points(made.feasible, "What would be feasible"))
    return Section("experiment", "Experiment", "No holdout, no claim: this was fixed before the first message.", blocks)


def rehearsal_section(story: Story, rehearsal: Rehearsal, told: Expected, notes: Notes) -> Section:
    """What the twin said and what it rests on; effects that the rules of reports refuse are left out, with the reason."""
    word, mood = VERDICTS[rehearsal.verdict]
    passport = rehearsal.passport
    rows = (
        ("Verdict", pill(word, mood)),
        ("Runs", f"{whole(rehearsal.runs)}, each beside the same world without the campaign, seed {rehearsal.seed}"),
        *((("Beside", rehearsal.usual),) if rehearsal.usual else ()),
        ("Chance of harm", notes.mark(rehearsal.p_harm, "chance that the campaign costs more than it brings")),
        *((("At risk", at_risk(rehearsal.risk)),) if rehearsal.risk is not None and not told.refused else ()),
        ("Chance of a breach", notes.mark(rehearsal.p_breach, "chance that a guardrail breaks")),
        (
            "The twin's own test",
            f"{passport.origins - 1} earlier horizons forecast from those before: "
            + notes.mark(passport.coverage, "coverage of the twin's 80% interval")
            + " of outcomes inside its 80% range, direction right "
            + notes.mark(passport.direction, "direction of the twin right"),
        ),
        ("Fitted on", f"{passport.fitted_on} (twin {passport.twin_version})"),
    )
    shown: list[Facts | Picture | Table | Points] = [Facts(rows)]
    if told.refused:
        shown.append(Points((f"Effects are not told: {told.refused}.",), "What is not claimed"))
    else:
        shown.append(Points(rehearsal.reasons, "Why"))
    if story.measured is None and told.by_day:
        days = [
            pictures.FanDay(point.day, point.p05 / MICROS, point.p50 / MICROS, point.p95 / MICROS)
            for point in told.by_day
        ]
        shown.insert(
            0, pictures.fan(days, None, SIGNS.get(story.plan.allocation.budget.unit.removeprefix("micros:"), ""))
        )
    shown.extend(_hangs_on(rehearsal))
    shown.append(Table(("Over the runs", "#5%", "#Median", "#95%"), outcome_rows(told.quantities.items())))
    if rehearsal.placebos:
        tried = [
            (placebo.name, pill("holds", "good") if placebo.held else pill("failed", "bad"), placebo.told)
            for placebo in rehearsal.placebos
        ]
        shown.append(Table(("Placebo", "", "What was found"), tried, "Comparisons whose answer is known beforehand"))
    if passport.unsupported_because:
        shown.append(Points(passport.unsupported_because, "Where the twin has no support"))
    if passport.not_learnt:
        shown.append(Points(passport.not_learnt, "What the history could not teach the twin"))
    return Section(
        "rehearsal",
        "Rehearsal",
        "What the digital twin expected before anybody was contacted. It licenses a launch; it never proves an effect.",
        shown,
    )


def _hangs_on(rehearsal: Rehearsal) -> list[Table | Points]:
    """The assumptions that move the forecast, where its spread comes from, and what would change the verdict."""
    drivers = [
        (
            driver.parameter.replace("_", " "),
            assumption(driver.parameter),
            "learnt from the data" if driver.learnt else "assumed",
            bar(driver.total, 90) + percent(driver.total),
        )
        for driver in rehearsal.drivers[:8]
    ]
    columns = ("Assumption", "What it is", "From", "Share of the spread")
    found: list[Table | Points] = [Table(columns, drivers, "What the forecast hangs on")]
    if rehearsal.spread is not None:
        apart = rehearsal.spread
        parts = (
            ("assumptions that no data here identify", apart.assumed),
            ("what the data taught", apart.learnt),
            ("several of them together", apart.interplay),
            ("luck: the same assumptions, another draw", apart.luck),
            ("unexplained", apart.unexplained),
        )
        rows = [(name, bar(share, 90) + percent(share)) for name, share in parts]
        found.append(Table(("The spread comes from", "Share"), rows))
    if rehearsal.turnings:
        found.append(Points([turning.told for turning in rehearsal.turnings], "What would change the verdict"))
    return found


def variants_section(story: Story) -> Section:
    """The texts of every variant, as templates."""
    folded = [
        Folded(
            f"{creative.creative_id} — {creative.subject}",
            creative.body,
        )
        for creative in story.plan.creatives
    ]
    return Section(
        "texts", "Texts of the messages", "Names in double braces are filled in when a message is sent.", folded
    )


def assumptions_section(story: Story) -> Section:
    """Everything that was assumed, and where the data comes from."""
    brief = [
        f"{a.field.replace('_', ' ').replace('.', ', ')}: {a.value} — {a.why}" for a in story.plan.brief.assumptions
    ]
    fields = tuple(f"{assumed.field} = " for assumed in story.plan.brief.assumptions)
    other = [line for line in story.plan.assumptions if not line.startswith(fields)]
    blocks = [Points(story.origins, "About the data")]
    if brief:
        blocks.append(Points(brief, "Taken from the goal"))
    common = f"; {JUDGEMENT}."
    judged = [line.removesuffix(common) + "." for line in other if line.endswith(common)]
    other = [line for line in other if not line.endswith(common)]
    if other:
        blocks.append(Points(other, "Taken for the plan and its rehearsal"))
    if judged:
        blocks.append(Points(judged, f"Taken by {JUDGEMENT}"))
    return Section("assumptions", "Assumptions and data", "What this report rests on besides the measurement.", blocks)


def _after(reason: str) -> str:
    """A short label: what is left when these are taken out; a bracket's detail stays in the table."""
    return f"less: {reason.partition(' (')[0]}"


def _minus(count: float) -> str:
    return f"−{whole(count)}" if count else "0"
