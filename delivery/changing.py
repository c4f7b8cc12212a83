"""The one door for a change to what runs: judged with everything in flight, and put in flight only when nothing is against it."""

from __future__ import annotations

from datetime import datetime

from campaigns.change import Change, Recorded, Standing
from campaigns.errors import Refused
from campaigns.finding import Finding
from campaigns.ledger import Effect, Ledger
from campaigns.rehearsal import Verdict
from campaigns.workspace import Workspace
from delivery.track_record import standings
from policies.authority.judge import judge, people_needed
from policies.authority.launch import change_facts
from policies.rule import PolicySet


def begin_change(
    ws: Workspace,
    change: Change,
    approvers: tuple[str, ...],
    policies: PolicySet,
    now: datetime,
    *,
    owners: tuple[str, ...] = (),
    audience_size: int = 0,
    offers: int = 0,
    verdict: Verdict | None = None,
    effect: Effect | None = None,
) -> None:
    """Put a change in flight, approved by these people; Refused, with nothing kept, for the first rule against it.

    `owners` own what is changed, `audience_size` people are affected, `verdict` is that of a rehearsal of the change.
    With `effect` it is carried out in the same transaction and is done. Else say what became of it with `Ledger.finish`;
    until then its size counts against every later change.
    """
    standing = _standing(ws, change, policies)

    def asked(recorded: tuple[Recorded, ...]) -> None:
        proposal = change_facts(
            change, recorded, standing, now, policies,
            owners=owners, audience_size=audience_size, offers=offers, verdict=verdict,
        )  # fmt: skip
        _allowed([one for one in judge(proposal, approvers, policies) if one.severity != "warn"])

    Ledger(ws).begin(change, asked, approvers, effect, now)


def people_for(
    ws: Workspace,
    change: Change,
    approvers: tuple[str, ...],
    policies: PolicySet,
    now: datetime,
    owners: tuple[str, ...] = (),
) -> int:
    """How many different people have to approve a change that touches nobody by itself.

    Refused, naming the rule, when no number is enough, or when one of these approvers may not approve it.
    """
    proposal = change_facts(change, Ledger(ws).changes(), _standing(ws, change, policies), now, policies, owners=owners)
    people = people_needed(proposal, policies)
    _allowed([one for one in judge(proposal, approvers, policies) if one.severity == "deny"])
    return people


def _standing(ws: Workspace, change: Change, policies: PolicySet) -> Standing:
    return next(one for one in standings(ws, policies) if one.action == change.action)


def _allowed(against: list[Finding]) -> None:
    """Refused for the first finding, if any."""
    if against:
        first = against[0]
        raise Refused(
            f"Policy {first.rule} refuses {first.subject}: {first.observed}; allowed is {first.limit}. To pass, {first.remedy}."
        )
