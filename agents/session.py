"""Planning as a caller sees it: a goal in words goes in, a proposed plan comes out; a decision resumes it.

A plan's id is a digest of what it is made from, so the same goal on the same data is the same plan, and running it
again after a crash continues the same thread of checkpoints.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from agents.checkpoints import saver
from agents.context import Progress, silent
from agents.intake import read_goal
from agents.lock import holding
from agents.models import check_model
from agents.running import graph_with, run, thread
from agents.start import start_of
from campaigns.approval import Approval
from campaigns.brief import Brief
from campaigns.errors import BadInput, Refused
from campaigns.finding import Finding
from campaigns.lifecycle import State
from campaigns.plan import Plan
from campaigns.rehearsal import Rehearsal
from campaigns.store import Store
from campaigns.workspace import Workspace

if TYPE_CHECKING:
    from agents.state import Decision

Status = Literal["unclear"] | State


@dataclass(frozen=True, slots=True)
class PlanOutcome:
    """What came of a goal.

    `status` is `unclear` when the brief has open questions or conflicts (then nothing was planned and `plan_id` is
    empty), else the plan's state: `proposed`, `rejected`, or a later one for a goal planned before. `reasons` say why a plan
    was rejected; `continued` is true when an earlier run was taken up or its result returned.
    """

    status: Status
    brief: Brief
    plan_id: str = ""
    plan: Plan | None = None
    findings: tuple[Finding, ...] = ()
    rehearsal: Rehearsal | None = None
    reasons: tuple[str, ...] = ()
    continued: bool = False


@dataclass(frozen=True, slots=True)
class DecisionOutcome:
    """What came of a decision: the approval record as kept, and the plan's state (`approved` or `rejected`).

    The state is still `proposed` while `people_missing` others have to approve the same bytes; `why` says for which rules.
    """

    approval: Approval
    state: State
    plan: Plan
    people_missing: int = 0
    why: tuple[str, ...] = ()


def plan_goal(workspace: Workspace, words: str, progress: Progress = silent, by: str | None = None) -> PlanOutcome:
    """The outcome of planning a goal, up to the point where a person decides.

    `by` says who asks (default: the workspace's owner); neither of the two can approve the plan. The same words on the same data continue or return the same plan. Raises BadInput (exit code 2, nothing kept) for
    words, data or a model setting that cannot be used, Unfinished or ModelFailed (exit code 1) when a language
    model did not do its part; what was made before is then kept for the next run.
    """
    check_model(workspace.settings)
    goal, brief = read_goal(workspace, words, by)
    if not brief.plannable:
        return PlanOutcome(status="unclear", brief=brief)

    start = start_of(workspace, goal)
    plan_id = start["plan_id"]
    with holding(workspace, plan_id, progress), saver(workspace) as keeper:
        graph = graph_with(keeper)
        config = thread(plan_id)
        snapshot = graph.get_state(config)
        continued = snapshot.created_at is not None
        if not continued:
            progress(f"Planning as {plan_id}.")
            run(workspace, graph, plan_id, start, progress)
        elif snapshot.next and not snapshot.interrupts:
            progress(f"Continuing {plan_id} at {snapshot.next[0]}.")
            run(workspace, graph, plan_id, None, progress)
        else:
            progress(f"This goal was planned before as {plan_id}.")
        reasons = tuple(graph.get_state(config).values.get("reasons", ()))
    return _outcome(workspace, plan_id, reasons, continued)


def resume_with_decision(
    workspace: Workspace,
    plan_id: str,
    decision: Literal["approve", "reject"],
    by: str,
    note: str = "",
    plan_hash: str | None = None,
    progress: Progress = silent,
) -> DecisionOutcome:
    """The recorded decision over a proposed plan; `plan_hash` is the hash that was looked at, by default the stored one.

    Where the plan's risk asks for more people than one, an approval leaves it proposed until enough different people
    gave theirs. Raises BadInput for an empty name, Refused for another hash or other policies, a plan that is not
    proposed, a denied plan, a rehearsal that says stop, an expired plan, its author or the same person again, and
    BadInput for a missing note when the rehearsal cannot tell; nothing is changed then. A decision that was interrupted
    by a crash is completed by giving it again. A rejection also withdraws the approval of a plan that is not launched yet, and needs a
    note; it is kept as a step of the plan's life.
    """
    from agents.decision import accepted, people_missing, still_asked
    from agents.state import Decision
    from policies.clock import trusted

    if not by.strip():
        raise BadInput("A decision needs a name; say who decides with --by NAME.")
    store = Store(workspace)
    now = trusted(store)
    store.record(plan_id)
    with holding(workspace, plan_id, progress), saver(workspace) as keeper:
        plan = store.plan(plan_id)
        given = Decision(
            plan_hash=plan_hash or plan.hash, decision=decision, by=by.strip(), at=now.isoformat(), note=note.strip()
        )
        graph = graph_with(keeper)
        config = thread(plan_id)
        waiting = graph.get_state(config)
        if waiting.next == ("launch",):
            _must_be_same(plan_id, waiting.values["decision"], given)
            answer: Any = None
        else:
            state = store.record(plan_id).state
            if state == "approved" and decision == "reject":
                return _withdrawn(store, plan, given)
            if state != "proposed" or not waiting.interrupts:
                raise Refused(
                    f"Plan {plan_id} is {state}, and only a proposed plan can be decided on; see `twinpilot show {plan_id}`."
                )
            asked = waiting.interrupts[0]
            if asked.value["plan_hash"] != plan.hash:
                raise Refused(
                    f"Plan {plan_id} was proposed with hash {asked.value['plan_hash'][:12]} and now has {plan.hash[:12]}; plan the goal again."
                )
            accepted(store, plan, given)

            from langgraph.types import Command

            answer = Command(resume={asked.id: given.plain()})
        run(workspace, graph, plan_id, answer, progress)
    approval = store.approval(plan_id)
    if approval is None:
        raise Refused(f"The decision on plan {plan_id} was not accepted; see `twinpilot show {plan_id}`.")
    state = _state(store, plan_id)
    if state != "proposed":
        return DecisionOutcome(approval, state, plan)
    return DecisionOutcome(approval, state, plan, people_missing(store, plan, now), still_asked(store, plan, now))


def _withdrawn(store: Store, plan: Plan, given: Decision) -> DecisionOutcome:
    """An approved plan rejected, so that it cannot launch any more; Refused when it was launched just now."""
    from agents.decision import accepted

    if not given.note:
        raise BadInput(f"Plan {plan.plan_id} is approved; say with --note why its approval is withdrawn.")
    rejection = accepted(store, plan, given)
    store.move(plan.plan_id, "rejected", given.by, rejection.at, given.note)
    return DecisionOutcome(rejection, _state(store, plan.plan_id), plan)


def _must_be_same(plan_id: str, recorded: dict[str, str], given: Any) -> None:
    """Nothing when an interrupted decision is given again; Refused when another one was taken before it."""
    if (recorded["decision"], recorded["by"], recorded["plan_hash"]) != (given.decision, given.by, given.plan_hash):
        raise Refused(
            f"{recorded['by']} decided to {recorded['decision']} plan {plan_id} before and was cut off; give that decision again first, and see `twinpilot show {plan_id}`."
        )


def _state(store: Store, plan_id: str) -> State:
    state: State = store.record(plan_id).state  # type: ignore[assignment]
    return state


def _outcome(workspace: Workspace, plan_id: str, reasons: tuple[str, ...], continued: bool) -> PlanOutcome:
    store = Store(workspace)
    plan = store.plan(plan_id)
    state = _state(store, plan_id)
    return PlanOutcome(
        status=state,
        brief=plan.brief,
        plan_id=plan_id,
        plan=plan,
        findings=store.findings(plan.hash) or (),
        rehearsal=store.rehearsal(plan.hash),
        reasons=reasons if state == "rejected" else (),
        continued=continued,
    )
