"""What is known of a plan outside itself, judged by the rules of scope `audit`: its rehearsal, earlier audiences, groups.

Asked when a plan is checked and again when it is launched; the findings join those of `policies.check`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from campaigns.contact import KeyArray
from campaigns.finding import Finding
from policies.check import asked
from policies.fairness.report import NOT_EXAMINED, FairnessReport
from policies.rule import PolicySet
from policies.sheets import Sheet


@dataclass(frozen=True, slots=True)
class Audit:
    """What was looked up about a plan. `rehearsal` is the twin's verdict on exactly this plan, or `none`.

    `audience_difference` comes from `smallest_difference`; `emails_per_day` is the most that may leave on one day;
    `messages_sent` and `complaints` are those of the last 30 days by e-mail. None is not known, and violates.
    """

    rehearsal: str | None
    audience_difference: int | None
    emails_per_day: int | None
    messages_sent: int | None
    complaints: int | None
    launching: bool = False
    sender_aligned: bool = False
    fairness: FairnessReport = NOT_EXAMINED


def check_audit(audit: Audit, policies: PolicySet, today: date) -> tuple[Finding, ...]:
    """Every complaint of the audit rules, in their order; one denial when the packs have no such rule at all."""
    rules = policies.scope("audit")
    if not rules:
        return (Finding(
            rule="audit", severity="deny", subject="audit", observed="no pack has a rule of scope audit",
            limit="rehearsal, earlier audiences and groups are asked about", remedy="add the packs house and fairness",
        ),)  # fmt: skip
    return tuple(asked(rules, "audit", audit_sheet(audit, policies, today), ""))


def audit_sheet(audit: Audit, policies: PolicySet, today: date) -> Sheet:
    """The facts of scope `audit`, with the packs' ages on a day; a pack dated ahead of it is new."""
    ages = {note.pack: max((today - note.as_of).days, 0) for note in policies.packs}
    oldest = max(ages.values(), default=None)
    return Sheet(
        "audit",
        {
            "launching": audit.launching,
            "rehearsal": audit.rehearsal,
            "audience_difference": audit.audience_difference,
            "emails_per_day": audit.emails_per_day,
            "sender_aligned": audit.sender_aligned,
            "messages_sent": audit.messages_sent,
            "complaints": audit.complaints,
            "oldest_pack_days": oldest,
            **audit.fairness.facts(),
        },
        {
            **audit.fairness.words(),
            "stale_found": ", ".join(sorted(pack for pack, age in ages.items() if age == oldest)) or "none",
        },
    )


def smallest_difference(audience: KeyArray, earlier: Iterable[KeyArray]) -> int:
    """The fewest people by whom one audience goes beyond the other, over the earlier ones that are not the same.

    Two counts whose audiences differ by a few people tell something of those few. Audiences are sets of person keys;
    the audience's own size when there is no earlier one.
    """
    own = frozenset(audience.tolist())
    smallest = len(own)
    for other in earlier:
        others = frozenset(other.tolist())
        beyond = [len(own - others), len(others - own)]
        smallest = min([smallest, *(count for count in beyond if count)])
    return smallest
