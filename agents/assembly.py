"""A plan from its parts: code alone puts it together, so no figure passes through a language model."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from agents.slots import weekly_slots
from campaigns.allocation import Allocation
from campaigns.audience import Audience
from campaigns.brief import Brief, Goal
from campaigns.experiment import Experiment
from campaigns.money import Money
from campaigns.plan import Plan
from campaigns.workspace import Settings
from tools.audience import snapshot
from tools.audience.recipients import recipients_digest
from tools.budget.compared import PART, BudgetCompared
from tools.desk import Desk, Messages
from tools.prediction.priors import priors_of

EXPIRES_AFTER = timedelta(days=7)
"""A plan holds until this long after the last day of its window."""


def assemble(desk: Desk, goal: Goal, data_version: str, policy_hash: str) -> Plan:
    """The plan of a draft's revision; tools.desk.MissingPart when a part was not made."""
    people = snapshot.load(desk.workspace, desk.need("audience", Audience).snapshot_id)["person_id"].to_list()
    allocation = desk.need("budget", Allocation)
    recipients = recipients_digest(desk.workspace, people)
    return plan_from(desk, goal, allocation, data_version, policy_hash, recipients)


def plan_from(
    desk: Desk, goal: Goal, allocation: Allocation, data_version: str, policy_hash: str, recipients: str
) -> Plan:
    """A plan of the other parts of a draft's revision with this allocation; `recipients` is its recipients' digest."""
    settings = desk.workspace.settings
    brief, audience = desk.brief, desk.need("audience", Audience)
    messages = desk.need("creative", Messages)
    return Plan(
        plan_id=desk.plan_id,
        goal=goal,
        brief=brief,
        audience=audience,
        offers=messages.offers,
        creatives=messages.creatives,
        experiment=desk.need("experiment", Experiment),
        allocation=allocation,
        slots=weekly_slots(brief.max_contacts_per_week, brief.window),
        owner=settings.owner,
        created_at=desk.now,
        expires_at=datetime.combine(brief.window.end, time(), UTC) + EXPIRES_AFTER,
        exit_condition=_exit_condition(brief),
        autonomy="suggest",
        margin_rate=settings.margin_rate,
        postal_address=settings.postal_address,
        data_version=data_version,
        recipients_digest=recipients,
        policy_hash=policy_hash,
        seed=settings.seed,
        assumptions=_assumptions(brief, audience, settings, desk.find(PART, BudgetCompared)),
        revision=desk.revision,
    )


def _exit_condition(brief: Brief) -> str:
    money = "" if brief.budget is None else f", when {brief.budget} is spent or reserved"
    return f"The last message is sent on {brief.window.end}{money}, or when somebody stops the campaign, whichever comes first."


def _assumptions(
    brief: Brief, audience: Audience, settings: Settings, compared: BudgetCompared | None
) -> tuple[str, ...]:
    """What the plan rests on, one sentence each: the brief's own, the settings used, budgets that were compared, what is
    known of whom a message harms, and the response priors of its channels."""
    read = [f"{assumed.field} = {assumed.value}: {assumed.why}." for assumed in brief.assumptions]
    prices = ", ".join(
        f"{channel} {Money(amount_micros=price, currency=settings.currency)}"
        if price % 10_000 == 0
        else f"{channel} {settings.currency} {price / 1_000_000:g}"
        for channel, price in (("email", settings.email_cost_micros), ("push", settings.push_cost_micros))
    )
    used = [
        f"The margin is {settings.margin_rate:g} of revenue, a setting of the workspace.",
        f"One message costs: {prices}; settings of the workspace.",
        *([] if compared is None else [compared.sentence()]),
        *([audience.uplift] if audience.uplift else []),
    ]
    return (*read, *used, *(prior.sentence() for prior in priors_of(brief.channels)))
