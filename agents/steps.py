"""The fixed steps of planning, one function per node of the graph.

A step that was interrupted runs again from its top, so each finds what it has already done in the store and leaves it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Literal

from langgraph.graph import END
from langgraph.runtime import Runtime
from langgraph.types import Command, interrupt

from agents.assembly import assemble as put_together
from agents.context import RunContext
from agents.decision import accepted, approval_of, people_missing, people_to_launch
from agents.errors import Unfinished
from agents.intake import read_goal, understand_goal
from agents.revision import kept_parts, revised
from agents.start import start_of
from agents.state import Decision, PlanningState
from agents.team import supervisor
from campaigns.brief import Brief, Goal, said
from campaigns.errors import BadInput
from campaigns.finding import denied
from campaigns.lifecycle import State
from campaigns.store import Store
from delivery.evidence import audited
from delivery.horizon import FOLLOW_UP_DAYS
from policies.check import check as check_policies
from policies.check import gravest_first
from policies.in_force import policies_in_force
from simulator.rehearse import rehearse as rehearse_plan
from tools.audience import snapshot
from tools.data.warehouse import categories
from tools.desk import KINDS, ORDER, Desk

PROGRAM = "twinpilot"
"""Who takes the steps in a plan's life that no person takes."""


def intake(state: PlanningState, runtime: Runtime[RunContext]) -> PlanningState:
    """Keep the brief of the goal's words as the first revision's; BadInput when it cannot be planned for.

    With nothing but `words` in the state (as from `langgraph dev`) the rest of the start is taken from the workspace.
    """
    workspace = runtime.context.workspace
    if "plan_id" not in state:
        state = start_of(workspace, read_goal(workspace, state["words"])[0])
    desk = desk_of(state, runtime)
    if desk.find("brief", Brief) is None:
        brief = understand_goal(goal_of(state, runtime), desk.now, workspace.settings, categories(workspace))
        if not brief.plannable:
            raise BadInput(" ".join([*brief.conflicts, *brief.questions]))
        desk.keep("brief", brief)
        desk.progress(f"Goal understood: {brief.objective.replace('_', ' ')}, {brief.population}.")
    return {**state, "revision": 0}


def propose(state: PlanningState, runtime: Runtime[RunContext]) -> PlanningState:
    """Have the supervisor and its sub-agents make the four parts of this revision; Unfinished when one is missing."""
    desk = desk_of(state, runtime)
    request = "Make the plan's four parts for this brief, in order.\n" + desk.read_brief()
    supervisor(desk).invoke({"messages": [{"role": "user", "content": request}]})
    missing = [part for part in ORDER if desk.find(part, KINDS[part]) is None]
    if missing:
        raise Unfinished(
            f"The model ended without making the {' and the '.join(missing)}; run `twinpilot plan` again, or with TWINPILOT_MODEL=playbook."
        )
    return {}


def assemble(state: PlanningState, runtime: Runtime[RunContext]) -> PlanningState:
    """Put the plan together from its parts and write it as a draft."""
    desk = desk_of(state, runtime)
    store = Store(desk.workspace)
    plan = put_together(desk, goal_of(state, runtime), state["data_version"], state["policy_hash"])
    store.begin(desk.plan_id, state["words"], desk.now)
    store.save_plan(plan)
    return {"plan_hash": plan.hash}


def check(state: PlanningState, runtime: Runtime[RunContext]) -> Command[Literal["rehearse", "revise"]]:
    """Run the policies over plan and audience; a denial leads back to a revision."""
    desk = desk_of(state, runtime)
    store = Store(desk.workspace)
    plan = store.plan(desk.plan_id)
    findings = store.findings(plan.hash)
    if findings is None:
        frame = snapshot.load(desk.workspace, plan.audience.snapshot_id)
        policies = policies_in_force(desk.workspace)
        found = [
            *check_policies(plan, frame, policies, desk.now),
            *audited(desk.workspace, plan, frame, policies, desk.now),
        ]
        findings = gravest_first(found)
        store.save_findings(plan.hash, plan.policy_hash, findings)
        desk.progress(f"Policies: {_counted(findings)}.")
    if denied(findings):
        reasons = [f"{f.rule}: {f.observed}, limit {f.limit}" for f in findings if f.severity == "deny"]
        return Command(update={"reasons": reasons}, goto="revise")
    advance(store, desk, "checked")
    return Command(goto="rehearse")


def rehearse(state: PlanningState, runtime: Runtime[RunContext]) -> Command[Literal["submit", "revise"]]:
    """Rehearse the plan in the twin; a stop leads back to a revision."""
    desk = desk_of(state, runtime)
    store = Store(desk.workspace)
    plan = store.plan(desk.plan_id)
    rehearsal = store.rehearsal(plan.hash)
    if rehearsal is None:
        settings = desk.workspace.settings
        frame = snapshot.load(desk.workspace, plan.audience.snapshot_id)
        rehearsal = rehearse_plan(
            desk.workspace,
            plan,
            frame,
            policies_in_force(desk.workspace),
            settings.seed,
            runs=settings.rehearsal_runs,
            progress=desk.progress,
        )
        store.save_rehearsal(plan.plan_id, rehearsal)
        desk.progress(f"Rehearsal: {rehearsal.verdict.replace('_', ' ')} after {rehearsal.runs} paired runs.")
    advance(store, desk, "rehearsed")
    if rehearsal.verdict == "stop":
        return Command(update={"reasons": ["the rehearsal said stop", *rehearsal.reasons]}, goto="revise")
    return Command(goto="submit")


def revise(state: PlanningState, runtime: Runtime[RunContext]) -> Command[str]:
    """Start the next, more careful revision, or reject the plan when there is none."""
    desk = desk_of(state, runtime)
    store = Store(desk.workspace)
    reasons = tuple(state["reasons"])
    brief = desk.brief
    after = revised(brief, state["revision"] + 1, reasons)
    if after is None:
        advance(store, desk, "rejected", "; ".join(reasons))
        desk.progress(f"Plan {desk.plan_id} is rejected: {'; '.join(reason.rstrip('.') for reason in reasons)}.")
        return Command(goto=END)
    advance(store, desk, "draft", "; ".join(reasons))
    following = replace(desk, revision=state["revision"] + 1)
    following.keep("brief", after)
    for part in kept_parts(brief, after):
        following.keep(part, desk.need(part, KINDS[part]))
    desk.progress(
        f"Revision {following.revision}: {'; '.join(a.why for a in after.assumptions[len(brief.assumptions) :])}."
    )
    return Command(update={"revision": following.revision}, goto="propose")


def submit(state: PlanningState, runtime: Runtime[RunContext]) -> PlanningState:
    """Put the checked and rehearsed plan before a person."""
    desk = desk_of(state, runtime)
    advance(Store(desk.workspace), desk, "proposed")
    return {}


def approve(state: PlanningState, runtime: Runtime[RunContext]) -> Command[Literal["launch", "approve"]]:
    """Wait for a person's decision over this hash; one that cannot be accepted is asked for again."""
    # The node runs again from here when it is answered, so nothing above the interrupt may change anything.
    store = Store(runtime.context.workspace)
    plan = store.plan(state["plan_id"])
    rehearsal = store.rehearsal(plan.hash)
    answer = interrupt(
        {
            "kind": "plan_approval",
            "plan_id": plan.plan_id,
            "plan_hash": plan.hash,
            "verdict": "none" if rehearsal is None else rehearsal.verdict,
            "findings": [finding.plain() for finding in store.findings(plan.hash) or ()],
            "people_needed": people_to_launch(store, plan),
            "approved_by": [approval.by for approval in store.approvals(plan, store.now())],
            "refusal": state.get("refusal", ""),
        },
        response_schema=Decision,
    )
    decision = Decision.model_validate(answer)
    try:
        accepted(store, plan, decision)
    except BadInput as refusal:
        return Command(update={"refusal": str(refusal)}, goto="approve")
    return Command(update={"decision": decision.plain()}, goto="launch")


def launch(state: PlanningState, runtime: Runtime[RunContext]) -> Command[Literal["approve", "__end__"]]:
    """Record the decision, which clears the plan for `twinpilot launch`, ends it, or waits for the next person.

    Nothing is sent from here.
    """
    desk = desk_of(state, runtime)
    store = Store(desk.workspace)
    decision = Decision.model_validate(state["decision"])
    plan = store.plan(desk.plan_id)
    approval = approval_of(store, plan, decision)
    # What is in the store already was accepted before this step was cut off.
    if store.approval(plan.plan_id) != approval:
        store.save_approval(accepted(store, plan, decision))
    if decision.decision == "approve" and people_missing(store, plan, approval.at):
        return Command(update={"refusal": ""}, goto="approve")
    wanted: State = "approved" if decision.decision == "approve" else "rejected"
    if store.record(plan.plan_id).state != wanted:
        store.move(plan.plan_id, wanted, decision.by, approval.at, decision.note)
    return Command(goto=END)


def desk_of(state: PlanningState, runtime: Runtime[RunContext]) -> Desk:
    """The desk of the state's draft and revision."""
    context = runtime.context
    now = datetime.fromisoformat(state["now"])
    return Desk(context.workspace, state["plan_id"], state.get("revision", 0), now, FOLLOW_UP_DAYS, context.progress)


def goal_of(state: PlanningState, runtime: Runtime[RunContext]) -> Goal:
    """The goal as it was said when planning began."""
    settings = runtime.context.workspace.settings
    return said(state["words"], state.get("by", settings.owner), settings.brand, datetime.fromisoformat(state["now"]))


def advance(store: Store, desk: Desk, wanted: State, note: str = "") -> None:
    """Take one step in the plan's life unless it was taken before an interruption."""
    if store.record(desk.plan_id).state != wanted:
        store.move(desk.plan_id, wanted, PROGRAM, desk.now, note)


def _counted(findings: tuple[object, ...]) -> str:
    return "no findings" if not findings else f"{len(findings)} finding{'s' if len(findings) > 1 else ''}"
