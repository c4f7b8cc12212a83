"""How a plan, its findings and its rehearsal read on the screen."""

from __future__ import annotations

from app.record import Record
from app.rehearsed import assumption, at_risk, outcome_rows, spread_told
from app.screen import answer, table
from app.wording import STATES, clock, decimal, figure, listed, percent, whole
from campaigns.finding import Finding
from campaigns.plan import Plan
from campaigns.rehearsal import Rehearsal

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
VERDICTS = {"go": "go", "stop": "stop", "cannot_tell": "cannot tell"}


def show_plan(record: Record, options: str) -> None:
    """Print the whole plan and, at the end, what can be done with it next."""
    plan = record.plan
    _overview(plan, record)
    _audience(plan)
    _messages(plan)
    _money(plan)
    _proof(plan)
    show_findings(record.findings)
    _refused(record)
    if record.rehearsal is not None:
        show_rehearsal(record.rehearsal)
    _next(record, options)


def _refused(record: Record) -> None:
    rows = [(call.agent, call.tool, ", ".join(call.rules), call.said) for call in record.refused_calls]
    if rows:
        table("Tool calls that the policies refused", ("Agent", "Tool", "Rules", "What it was told"), rows)


def show_findings(findings: tuple[Finding, ...]) -> None:
    """Print what the policies found, or that nothing was found."""
    if not findings:
        answer().print("Policies: nothing to object.\n")
        return
    rows = [(f.severity.replace("_", " "), f.rule, f.observed, f.limit, f.remedy) for f in findings]
    table("Policies", ("", "Rule", "Found", "Limit", "What would change it"), rows)


def show_rehearsal(found: Rehearsal) -> None:
    """Print the verdict, the distributions, and what they hang on."""
    title = f"Rehearsal, {whole(found.runs)} paired runs: {VERDICTS[found.verdict]}"
    table(title, ("Over the runs", "#5%", "#median", "#95%"), outcome_rows(found.outcomes.items()))
    for reason in found.reasons:
        answer().print(f"· {reason}", markup=False)
    answer().print(
        f"Chance of harm {figure(found.p_harm)}, of a broken guardrail {figure(found.p_breach)}.", markup=False
    )
    if found.risk is not None:
        answer().print(f"At risk: {at_risk(found.risk)}", markup=False)
    if found.usual:
        answer().print(found.usual, markup=False)
    answer().print()
    if found.drivers:
        moved = [
            (driver.parameter.replace("_", " "), assumption(driver.parameter), "data" if driver.learnt else "assumed", percent(driver.total, 0))
            for driver in found.drivers
        ]  # fmt: skip
        table("What the spread hangs on", ("Assumption", "What it is", "From", "#Share"), moved)
    for sentence in (*spread_told(found), *(turning.told for turning in found.turnings)):
        answer().print(sentence, markup=False)
    answer().print()
    if found.placebos:
        rows = [(placebo.name, "holds" if placebo.held else "FAILED", placebo.told) for placebo in found.placebos]
        table("Placebos: comparisons whose answer is known", ("", "", ""), rows)
    answer().print("A rehearsal proves no effect.\n", markup=False)


def _overview(plan: Plan, record: Record) -> None:
    brief = plan.brief
    times = listed([f"{DAYS[slot.weekday - 1]} {clock(slot.local_minute)}" for slot in plan.slots])
    rows = [
        ("Goal", plan.goal.words),
        ("State", STATES[record.state]),
        ("Objective", f"{brief.objective.replace('_', ' ')}, measured by {brief.primary_metric.replace('_', ' ')}"),
        ("Window", f"{brief.window.start} to {brief.window.end}; {times} in each person's zone"),
        ("Owner", f"{plan.owner}; expires {plan.expires_at:%Y-%m-%d}. {plan.exit_condition}"),
        ("Hash", record.hash),
    ]
    table(f"Plan {plan.plan_id}", ("", ""), rows)


def _audience(plan: Plan) -> None:
    audience = plan.audience
    rows = [("match the goal", "", whole(audience.matched.value))]
    rows += [
        (step.reason, f"−{whole(step.removed.value)}", whole(step.remaining.value)) for step in audience.exclusions
    ]
    rows += [(f"drawn: {arm.replace('_', ' ')}", "", whole(found.value)) for arm, found in plan.experiment.arms.items()]
    table("Audience", ("", "#Left out", "#People"), rows)


def _messages(plan: Plan) -> None:
    rows = []
    for creative in plan.creatives:
        offer = plan.offer(creative.offer_id)
        rows.append(
            (
                creative.creative_id,
                creative.channel,
                creative.tone.replace("_", " "),
                offer.title if offer else "–",
                creative.subject,
            )
        )
    table("Messages", ("Variant", "Channel", "Angle", "Offer", "Subject"), rows)


def _money(plan: Plan) -> None:
    allocation = plan.allocation
    rows = [
        (
            cell.segment,
            cell.channel,
            figure(cell.spend),
            whole(cell.contacts.value),
            figure(cell.incremental_margin),
            decimal(cell.marginal_return.value),
        )
        for cell in allocation.cells
    ]
    title = f"Money: {figure(allocation.total)} expected to be spent of {figure(allocation.budget)}"
    table(title, ("Value tier", "Channel", "#Spend", "#Contacts", "#Expected margin", "#Next unit brings"), rows)


def _proof(plan: Plan) -> None:
    made = plan.experiment
    rows = [
        (
            "Control",
            f"{percent(made.holdout_share)} of the audience, and {percent(made.global_share)} kept out of every campaign",
        ),
        ("Without contact", figure(made.baseline)),
        (
            "Expected effect",
            figure(made.expected_effect),
        ),
        ("Smallest effect seen", figure(made.mde)),
        (
            "Power",
            f"{figure(made.power)}, wanted {percent(made.power_wanted, 0)}: {'enough' if made.powered else 'too little'}",
        ),
        *(("Feasible", line) for line in made.feasible),
    ]
    table(f"Experiment: {made.method}", ("", ""), rows)


def _next(record: Record, options: str) -> None:
    unsure = record.rehearsal is not None and record.rehearsal.verdict == "cannot_tell"
    why = " --note WHY" if unsure else ""
    steps = {
        "proposed": f"twinpilot approve {record.plan_id} --by NAME{why}{options}"
        + (f" (approved by {listed(record.approved_by)} so far)" if record.approved_by else ""),
        "approved": f"twinpilot launch {record.plan_id}{options}",
        "live": f"twinpilot launch {record.plan_id} --resume{options}",
        "completed": f"twinpilot report {record.plan_id}{options}",
    }
    if record.state in steps:
        answer().print(f"Next: {steps[record.state]}", markup=False, soft_wrap=True)
