"""Whom a changed policy reaches: verdicts over the same messages and people under OLD and NEW, compared and counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from campaigns.contact import BoolArray, IntArray
from campaigns.finding import Finding
from campaigns.plan import Plan
from policies.check import audience_facts
from policies.evaluators.frame import violated
from policies.rule import PolicySet

NOT_DUE = -1
"""Stands for a message that is not attempted in a matrix of masks."""


@dataclass(frozen=True, slots=True)
class Verdicts:
    """The contact rules over a plan's messages: `masks` has shape (people, send occurrences); 0 allowed, bit i refused
    by the i-th of `rules`, `NOT_DUE` where nothing is attempted."""

    rules: tuple[str, ...]
    masks: IntArray

    @property
    def allowed(self) -> BoolArray:
        """Which messages may be sent."""
        return np.asarray(self.masks == 0)

    def refusing(self, where: BoolArray) -> dict[str, int]:
        """How many of these messages each rule refuses, by rule, without rules that refuse none."""
        masks = self.masks[where & (self.masks > 0)]
        counts = {rule: int((masks >> bit & 1).sum()) for bit, rule in enumerate(self.rules)}
        return {rule: count for rule, count in counts.items() if count}


@dataclass(frozen=True, slots=True)
class MessageChange:
    """Messages (a person at a send occurrence) that only one version allows, and the people they are for.

    `loses` and `gains` count people with at least one message newly denied or newly allowed; `denied_by` and
    `was_denied_by` count those messages by the rule of NEW, or of OLD, that refuses them.
    """

    messages: int
    allowed_before: int
    allowed_after: int
    newly_allowed: int
    newly_denied: int
    gains: int
    loses: int
    people: IntArray
    denied_by: dict[str, int]
    was_denied_by: dict[str, int]


@dataclass(frozen=True, slots=True)
class FindingChange:
    """Findings over the plan, its variants and its audience that only one version makes."""

    added: tuple[Finding, ...]
    removed: tuple[Finding, ...]


def message_change(old: Verdicts, new: Verdicts) -> MessageChange:
    """What changes between two verdicts over the same people and occurrences."""
    opened = ~old.allowed & new.allowed
    closed = old.allowed & ~new.allowed
    return MessageChange(
        messages=int(((old.masks != NOT_DUE) | (new.masks != NOT_DUE)).sum()),
        allowed_before=int(old.allowed.sum()),
        allowed_after=int(new.allowed.sum()),
        newly_allowed=int(opened.sum()),
        newly_denied=int(closed.sum()),
        gains=int(opened.any(axis=1).sum()),
        loses=int(closed.any(axis=1).sum()),
        people=np.flatnonzero((opened | closed).any(axis=1)),
        denied_by=new.refusing(closed),
        was_denied_by=old.refusing(opened),
    )


def audience_change(plan: Plan, snapshot: pl.DataFrame, old: PolicySet, new: PolicySet) -> tuple[IntArray, IntArray]:
    """Rows of the snapshot whom only NEW, and whom only OLD, finds fit to be in an audience."""
    people = audience_facts(plan, snapshot)
    before, after = (_unfit(people, policies) for policies in (old, new))
    return np.flatnonzero(before & ~after), np.flatnonzero(~before & after)


def finding_change(before: Sequence[Finding], after: Sequence[Finding]) -> FindingChange:
    """The findings that come and those that go, each in its order."""
    return FindingChange(
        added=tuple(finding for finding in after if finding not in before),
        removed=tuple(finding for finding in before if finding not in after),
    )


def _unfit(people: pl.DataFrame, policies: PolicySet) -> BoolArray:
    rules = [rule for rule in policies.scope("audience") if rule.severity == "deny"]
    if not rules or not people.height:
        return np.zeros(people.height, bool)
    flags = people.select(pl.any_horizontal(violated(rule.tree, people.schema) for rule in rules).alias("unfit"))
    return flags["unfit"].to_numpy().astype(bool)
