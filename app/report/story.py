"""Everything a report tells of one plan, gathered in one value: what was wanted, expected, done, measured and audited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from campaigns.approval import Approval
from campaigns.finding import Finding
from campaigns.lifecycle import State
from campaigns.plan import Plan
from campaigns.rehearsal import Rehearsal
from delivery.audit import Audit
from delivery.claims import Claims
from delivery.expected import Expected
from delivery.measurement import Measurement


@dataclass(frozen=True, slots=True)
class Story:
    """A plan with everything known of it; `measured`, `claims` and `audit` are None until it was launched.

    Effects are told from `claims` and `expected` alone, which the rules of scope `report` have judged; of `measured` only what
    is no effect (people, money, messages, blocked contacts).

    `who` is what a person of this data is called, in the plural: `households` or `people`. `origins` are sentences
    about where the data come from, `messages_folder` is where in the workspace the rendered messages lie,
    `answered_by` says whether people or a simulation answered (empty before a launch), `approved_by` everybody who
    approved these bytes, `paused_because` why the program paused the campaign (empty when it did not).
    """

    plan: Plan
    state: State
    as_of: datetime
    findings: tuple[Finding, ...]
    rehearsal: Rehearsal | None
    approval: Approval | None
    expected: Expected | None
    measured: Measurement | None
    claims: Claims | None
    audit: Audit | None
    origins: tuple[str, ...]
    who: str
    messages_folder: str
    answered_by: str
    approved_by: tuple[str, ...] = ()
    paused_because: str = ""
