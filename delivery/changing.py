"""The one door for a change to what runs: judged with everything in flight, and put in flight only when nothing is against it."""

from __future__ import annotations

from datetime import datetime

from campaigns.change import Change, Recorded
from campaigns.errors import Refused
from campaigns.ledger import Ledger
from campaigns.rehearsal import Verdict
from campaigns.workspace import Workspace
from delivery.track_record import standings
from policies.authority.judge import judge
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
) -> None:
    """Put a change in flight, approved by these people; Refused, with nothing kept, for the first rule against it.

    `owners` own what is changed, `audience_size` people are affected, `verdict` is that of a rehearsal of the change.
    Say what became of it with `Ledger.finish`; until then its size counts against every later change.
    """
    standing = next(one for one in standings(ws, policies) if one.action == change.action)

    def asked(recorded: tuple[Recorded, ...]) -> None:
        proposal = change_facts(
            change, recorded, standing, now, policies,
            owners=owners, audience_size=audience_size, offers=offers, verdict=verdict,
        )  # fmt: skip
        against = [one for one in judge(proposal, approvers, policies) if one.severity != "warn"]
        if against:
            first = against[0]
            raise Refused(
                f"Policy {first.rule} refuses {first.subject}: {first.observed}; allowed is {first.limit}. To pass, {first.remedy}."
            )

    Ledger(ws).begin(change, asked)
