"""The answers behind `policy` commands: a plan checked, a person explained, two versions compared, a pack tested."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from app.context import instant_of

if TYPE_CHECKING:
    from campaigns.finding import Finding
    from campaigns.plan import Plan
    from campaigns.workspace import Workspace
    from delivery.person import VariantSeen
    from policies.diff import FindingChange, MessageChange
    from policies.mutation.score import Score
    from policies.rule import PolicySet
    from policies.verify.change import Change
    from policies.verify.questions import Effect


@dataclass(frozen=True, slots=True)
class Checked:
    """A plan's findings and the rules without an effect of their own; `proved` is false when Z3 is not installed."""

    plan_id: str
    plan_hash: str
    policy_hash: str
    findings: tuple[Finding, ...]
    idle: tuple[Effect, ...]
    proved: bool

    def plain(self) -> dict[str, object]:
        """The answer as JSON types."""
        return {
            "plan_id": self.plan_id,
            "plan_hash": self.plan_hash,
            "policy_hash": self.policy_hash,
            "findings": [finding.plain() for finding in self.findings],
            "proved": self.proved,
            "idle_rules": [
                {"rule": e.rule, "scope": e.scope, "kind": e.kind, "because": list(e.because), "why": e.why}
                for e in self.idle
            ],
        }


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom a change of policies reaches of one plan; people by their ids, in the order of the snapshot."""

    plan_id: str
    messages: MessageChange
    findings: FindingChange
    people: tuple[str, ...]
    audience_gains: tuple[str, ...]
    audience_loses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """Two versions by hash, what the solver proved of the change, and, with a plan, whom it reaches."""

    old_hash: str
    new_hash: str
    change: Change
    reach: Reach | None

    @property
    def said(self) -> str:
        """The direction in words."""
        return {
            "tightening": "a tightening", "loosening": "a loosening", "both": "a tightening and a loosening",
            "neither": "none in meaning", "undecided": "not decided",
        }[self.change.direction]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tested:
    """Mutation scores of a folder's rules and of the evaluators."""

    policy_hash: str
    rules: Score
    evaluators: Score


def checked(ws: Workspace, plan_id: str, folder: Path | None) -> Checked:
    """The plan's findings under the policies of a folder (default: in force).

    BadPolicy when rules exclude each other, Refused when the clock or the plan's bytes cannot be trusted.
    """
    from campaigns.store import Store
    from delivery.evidence import audited
    from policies.check import check, gravest_first
    from policies.clock import trusted
    from policies.verify.engine import installed
    from policies.verify.soundness import consistent, idle
    from tools.audience.snapshot import load

    policies, proved = _policies(ws, folder), installed()
    if proved:
        consistent(policies, folder or _kept(ws))
    store = Store(ws)
    plan = store.plan(plan_id)
    now = trusted(store, plan)
    frame = load(ws, plan.audience.snapshot_id)
    findings = gravest_first([*check(plan, frame, policies, now), *audited(ws, plan, frame, policies, now)])
    return Checked(plan_id, plan.hash, policies.hash, findings, idle(policies) if proved else (), proved)


def explained(
    ws: Workspace, plan_id: str, person_id: str, at: str | None, folder: Path | None
) -> tuple[datetime, tuple[VariantSeen, ...]]:
    """The instant asked about and every variant of the plan before every contact rule for one person.

    Without a folder the rules are those that the plan's contacts are judged by now, with those of its approved version.
    """
    from campaigns.store import Store
    from delivery.judged import judged_by
    from delivery.person import explain_person
    from delivery.roster import Roster
    from tools.audience.snapshot import load

    store = Store(ws)
    instant = store.now() if at is None else instant_of(at)
    plan = store.plan(plan_id)
    roster = Roster.build(plan, load(ws, plan.audience.snapshot_id))
    policies = _policies(ws, folder)
    judged = judged_by(ws, plan, policies) if folder is None else None
    return instant, explain_person(ws, plan, roster, judged.both if judged else policies, person_id, instant)


def compared(old: Path | None, new: Path, ws: Workspace | None, plan_id: str | None) -> Compared:
    """What changes from the packs in one folder to those in another.

    The default is the version in force in the workspace, and the packs shipped where there is none. With a plan, also whom
    of the plan it reaches, which is counted without a proof when Z3 is not installed. BadInput when it is not installed
    and no plan is given.
    """
    from campaigns.errors import BadInput
    from campaigns.store import Store
    from policies.load import load_policies
    from policies.verify.change import compare, unproved
    from policies.verify.soundness import consistent

    before = load_policies(old) if ws is None else _policies(ws, old)
    after = load_policies(new)
    try:
        consistent(after, new)
        change = compare(before, after)
    except ImportError as error:
        if plan_id is None:
            raise BadInput(f"{error} Or name a plan with --audience, and whom the change reaches is counted.") from None
        change = unproved(str(error))
    reach = None if ws is None or plan_id is None else _reach(ws, Store(ws).plan(plan_id), before, after)
    return Compared(before.hash, after.hash, change, reach)


def _reach(ws: Workspace, plan: Plan, old: PolicySet, new: PolicySet) -> Reach:
    from campaigns.store import Store
    from delivery.impact import verdicts
    from delivery.roster import Roster
    from policies.check import check
    from policies.diff import audience_change, finding_change, message_change
    from tools.audience.snapshot import load

    snapshot, now = load(ws, plan.audience.snapshot_id), Store(ws).now()
    roster = Roster.build(plan, snapshot)
    messages = message_change(*(verdicts(plan, roster, policies, now) for policies in (old, new)))
    # Each version is asked as if the plan had been made under it, or every change would be a finding by itself.
    before, after = (
        check(plan.model_copy(update={"policy_hash": policies.hash}), snapshot, policies, now)
        for policies in (old, new)
    )
    gains, loses = audience_change(plan, snapshot, old, new)
    names = roster.person_id
    return Reach(
        plan_id=plan.plan_id,
        messages=messages,
        findings=finding_change(before, after),
        people=tuple(names[row] for row in messages.people.tolist()),
        audience_gains=tuple(names[row] for row in gains.tolist()),
        audience_loses=tuple(names[row] for row in loses.tolist()),
    )


def tested(folder: Path | None) -> Tested:
    """The mutation scores under the packs of a folder (default: shipped); BadPolicy for a wrong example in them."""
    from app.screen import working
    from policies.load import check_examples, load_policies
    from policies.mutation.evaluators import score_evaluators
    from policies.mutation.rules import score_rules

    policies = load_policies(folder)
    check_examples(folder)
    with working("Testing the policies") as say:
        return Tested(policies.hash, score_rules(policies), score_evaluators(policies, say))


def _policies(ws: Workspace, folder: Path | None) -> PolicySet:
    """The policies of a folder (default: in force)."""
    from policies.in_force import policies_in_force
    from policies.load import load_policies

    return policies_in_force(ws) if folder is None else load_policies(folder)


def _kept(ws: Workspace) -> Path | None:
    """Where the files of the version in force lie."""
    from campaigns.versions import Versions

    versions = Versions(ws)
    current = versions.current()
    return None if current is None else versions.folder(versions.version(current.content))
