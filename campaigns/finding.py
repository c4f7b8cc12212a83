"""What a check found: the rule, what it saw, what it allows, and what would make it pass."""

from __future__ import annotations

from typing import Literal

from campaigns.border import Border

Severity = Literal["deny", "require_approval", "warn"]


class Finding(Border):
    """One rule's complaint about one subject (the plan, a creative, an audience, a batch of contacts)."""

    rule: str
    severity: Severity
    subject: str
    observed: str
    limit: str
    remedy: str


def denied(findings: tuple[Finding, ...]) -> bool:
    """Whether any finding denies; one is enough."""
    return any(finding.severity == "deny" for finding in findings)
