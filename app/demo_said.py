"""What the demo says at each step; every number is read from the plan or the launch that was just made."""

from __future__ import annotations

from app.context import command
from app.screen import answer
from app.wording import bare, figure, listed, money, percent, whole
from campaigns.store import Store
from campaigns.workspace import Workspace
from delivery.expected import expected
from delivery.live import LaunchReport
from policies.in_force import policies_in_force

VERDICTS = {"go": "go", "stop": "stop", "cannot_tell": "cannot tell"}


def data() -> None:
    """Where the people come from."""
    _step(1, "Data")
    _line(
        "Complete Journey: groceries of 2,469 households in 2017; simulated from real shopping patterns, meant for education."
    )
    _line("It has no addresses, time zones or consents: these are generated from a seed and marked as synthetic.")


def goal(words: str) -> None:
    """What was asked for."""
    _step(2, "Goal")
    _line(f"“{words}”")
    _line("Agents plan it, code does the sums, policies permit; no agent can send, spend or approve.")


def plan(workspace: Workspace, plan_id: str) -> None:
    """What was planned, what the policies say, and what the twin expects."""
    store = Store(workspace)
    made = store.plan(plan_id)
    audience, proof, allocation = made.audience, made.experiment, made.allocation
    arms = {arm: whole(found.value) for arm, found in proof.arms.items()}
    _step(3, f"Plan {plan_id}")
    _line(
        f"Audience: {whole(audience.matched.value)} match, {whole(audience.size.value)} may be contacted and measured."
    )
    _line(
        f"Proof: {arms['treated']} in the campaign, {arms['holdout']} kept out by lot, {arms['global_holdout']} kept out of every campaign; power {figure(proof.power)}."
    )
    channels = listed(sorted({creative.channel for creative in made.creatives}))
    _line(
        f"Messages: {len(made.creatives)} variants over {channels}. Money: {figure(allocation.total)} expected to be spent of {figure(allocation.budget)}, where it pays."
    )
    _step(4, "Check and rehearsal")
    findings = store.findings(made.hash) or ()
    _line(
        "Policies: "
        + (
            listed([f"{f.rule} ({f.severity.replace('_', ' ')})" for f in findings])
            if findings
            else "nothing to object"
        )
        + "."
    )
    found = store.rehearsal(made.hash)
    if found is not None:
        _line(
            f"Twin: {VERDICTS[found.verdict]} after {whole(found.runs)} paired runs; chance of harm {percent(found.p_harm.value)}, of a broken guardrail {percent(found.p_breach.value)}."
        )
        told = expected(made, found, policies_in_force(workspace))
        effects = [
            f"{bare(round(dist.p50), dist.unit)} incremental {what} ({bare(round(dist.p05), dist.unit)} to {bare(round(dist.p95), dist.unit)})"
            for what in ("conversions", "margin")
            if (dist := told.quantities.get(f"incremental_{what}")) is not None
        ]
        _line(
            f"What it expects is not told: {told.refused}."
            if told.refused
            else f"It expects {listed(effects)}; the brackets hold 90% of the runs."
        )


def paused(plan_id: str, options: str) -> None:
    """How a person goes on from the approval."""
    _step(5, "Approval")
    _line("Nothing was sent. A person decides now:")
    for text in (
        f"{command()} show {plan_id}{options}",
        f"{command()} approve {plan_id} --by YOUR-NAME{options}",
        f"{command()} demo{options}",
    ):
        answer().print(f"     {text}", markup=False, soft_wrap=True, style="bold")


def approval(workspace: Workspace, plan_id: str) -> None:
    """Who approved which bytes."""
    names, plan_hash = Store(workspace).approvers(plan_id)
    _step(5, "Approval")
    if names:
        _line(f"Approved by {listed(names)} for hash {plan_hash[:12]}; one changed byte would void it.")


def campaign(state: str) -> None:
    """What answers the messages."""
    _step(6, "Campaign")
    _line(
        "The engine that was rehearsed now runs against a sandbox audience whose behaviour was drawn apart from the twin's."
    )
    if state not in ("approved", "live"):
        _line(f"It ran before; the plan is {state}.")


def ran(done: LaunchReport) -> None:
    """What was sent and spent."""
    _line(
        f"{whole(done.ticks)} send moments, {whole(done.accepted)} messages as files in the workspace, {money(done.spent_micros)} spent; followed up to {done.ended:%Y-%m-%d}."
    )


def report() -> None:
    """What the control group is for."""
    _step(7, "Report")
    _line("Only the people who were kept out by lot can show what the campaign changed.")


def _step(number: int, title: str) -> None:
    answer().print(f"\n[bold]{number}/7  {title}[/bold]")


def _line(text: str) -> None:
    from rich.padding import Padding
    from rich.text import Text

    answer().print(Padding(Text(text), (0, 0, 0, 5), expand=False))
