"""How the answers of the `policy` commands look: tables for people, plain types for JSON; people by id only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from app.screen import answer, table

if TYPE_CHECKING:
    from app.policy_questions import Checked, Compared, Reach, Tested
    from delivery.person import VariantSeen
    from policies.mutation.score import Score
    from policies.verify.change import Shift

MOST_PEOPLE = 20
"""People listed on a screen; `--json` has all."""


def show_idle(found: Checked) -> None:
    """Say which rules refuse nothing by themselves, or that nobody could prove it."""
    if not found.proved:
        _say("Rules were compared interval by interval only; install `twinpilot[verify]` for proofs.")
        return
    if not found.idle:
        _say("Proved: something can pass, and every rule refuses something that no other does.")
        return
    rows = [(e.rule, e.scope, e.kind, ", ".join(e.because) or e.why or "no facts violate it") for e in found.idle]
    table("Rules without an effect of their own", ("Rule", "Scope", "Kind", "Because of"), rows)


def show_explained(plan: str, person: str, at: datetime, variants: Sequence[VariantSeen]) -> None:
    """One table per message variant."""
    for variant in variants:
        word = "allowed" if variant.allowed else "refused"
        rows = [
            (
                rule.rule,
                "holds" if rule.holds else "refuses",
                ", ".join(f"{name} {value}" for name, value in rule.seen),
                rule.limit,
                rule.change,
                "" if rule.passes_at is None else f"{rule.passes_at:%Y-%m-%d %H:%M} UTC",
            )
            for rule in variant.rules
        ]
        title = f"{person}, {variant.creative_id} ({variant.channel}) of plan {plan} at {at:%Y-%m-%d %H:%M} UTC: {word}"
        table(title, ("Rule", "", "Seen", "Allowed", "Smallest change", "Passes at"), rows)


def explained_plain(plan: str, person: str, at: datetime, variants: Sequence[VariantSeen]) -> dict[str, object]:
    """The same as JSON types."""
    return {
        "plan_id": plan,
        "person_id": person,
        "at": at.isoformat(),
        "variants": [
            {
                "creative_id": variant.creative_id,
                "channel": variant.channel,
                "allowed": variant.allowed,
                "rules": [
                    {
                        "rule": rule.rule,
                        "holds": rule.holds,
                        "seen": dict(rule.seen),
                        "limit": rule.limit,
                        "change": rule.change,
                        "passes_at": None if rule.passes_at is None else rule.passes_at.isoformat(),
                    }
                    for rule in variant.rules
                ],
            }
            for variant in variants
        ],
    }


def show_diff(found: Compared) -> None:
    """The direction with a row for each shift, and whom it reaches."""
    _say(f"From policies {found.old_hash[:12]} to {found.new_hash[:12]}: the change is {found.said}.")
    rows = [
        (shift.scope, f"{shift.kind}, {shift.level}", ", ".join(shift.rules), _told(shift))
        for shift in found.change.shifts
    ]
    if rows:
        table("Proved by the solver", ("Scope", "What", "By rule", "For example"), rows)
    for sentence in found.change.undecided:
        _say(f"Note: {sentence}.")
    if found.reach is not None:
        _show_reach(found.reach)


def _told(shift: Shift) -> str:
    """The part of the witness that the rules which changed their mind read; everything else passes."""
    from policies.mutation.rules import described

    return described({name: value for name, value in shift.witness.items() if name in shift.read})


def _show_reach(reach: Reach) -> None:
    messages = reach.messages
    rows = [
        ("messages compared", f"{messages.messages:,}"),
        ("messages allowed before", f"{messages.allowed_before:,}"),
        ("messages allowed after", f"{messages.allowed_after:,}"),
        ("messages newly allowed", f"{messages.newly_allowed:,}"),
        ("messages newly denied", f"{messages.newly_denied:,}"),
        ("people with a message more", f"{messages.gains:,}"),
        ("people with a message less", f"{messages.loses:,}"),
        ("people newly fit for the audience", f"{len(reach.audience_gains):,}"),
        ("people no longer fit for the audience", f"{len(reach.audience_loses):,}"),
    ]
    rows += [(f"newly denied by {rule}", f"{count:,}") for rule, count in messages.denied_by.items()]
    rows += [(f"no longer denied by {rule}", f"{count:,}") for rule, count in messages.was_denied_by.items()]
    table(f"Plan {reach.plan_id} under both versions", ("", "#Count"), rows)
    for word, findings in (("comes", reach.findings.added), ("goes", reach.findings.removed)):
        for finding in findings:
            _say(f"Finding that {word}: {finding.rule} ({finding.severity}) on {finding.subject}: {finding.observed}")
    if reach.people:
        more = f" and {len(reach.people) - MOST_PEOPLE:,} more" if len(reach.people) > MOST_PEOPLE else ""
        _say(f"People reached: {', '.join(reach.people[:MOST_PEOPLE])}{more}.")


def diff_plain(found: Compared) -> dict[str, object]:
    """The same as JSON types."""
    return {
        "old_hash": found.old_hash,
        "new_hash": found.new_hash,
        "direction": found.change.direction,
        "shifts": [
            {
                "scope": shift.scope,
                "level": shift.level,
                "kind": shift.kind,
                "rules": list(shift.rules),
                "witness": shift.witness,
            }
            for shift in found.change.shifts
        ],
        "undecided": list(found.change.undecided),
        "audience": None if found.reach is None else _reach_plain(found.reach),
    }


def _reach_plain(reach: Reach) -> dict[str, object]:
    messages = reach.messages
    return {
        "plan_id": reach.plan_id,
        "messages": messages.messages,
        "allowed_before": messages.allowed_before,
        "allowed_after": messages.allowed_after,
        "newly_allowed": messages.newly_allowed,
        "newly_denied": messages.newly_denied,
        "people_gaining": messages.gains,
        "people_losing": messages.loses,
        "denied_by": messages.denied_by,
        "was_denied_by": messages.was_denied_by,
        "people": list(reach.people),
        "audience_gains": list(reach.audience_gains),
        "audience_loses": list(reach.audience_loses),
        "findings_added": [finding.plain() for finding in reach.findings.added],
        "findings_removed": [finding.plain() for finding in reach.findings.removed],
    }


def show_scores(found: Tested) -> None:
    """One line per rule and evaluator, and the survivors by name."""
    for title, score in (("Rules", found.rules), ("Evaluators", found.evaluators)):
        rows = [(name, *_counts(one)) for name, one in score.by_subject().items()]
        table(
            title,
            ("Subject", "#Mutants", "#Killed", "#Equivalent", "#Survived", "#Score"),
            [*rows, ("all", *_counts(score))],
        )
        for outcome in score.excluded():
            _say(f"Not counted: {outcome.subject}: {outcome.mutant} ({outcome.hint})")
        for outcome in score.survivors():
            _say(f"Survived: {outcome.subject}: {outcome.mutant}{f' ({outcome.hint})' if outcome.hint else ''}")


def _counts(score: Score) -> tuple[str, str, str, str, str]:
    fates = (score.count("killed"), score.count("equivalent"), score.count("survived"))
    return f"{len(score.outcomes):,}", *(f"{count:,}" for count in fates), f"{score.share:.1%}"  # type: ignore[return-value]


def tested_plain(found: Tested) -> dict[str, object]:
    """The same as JSON types."""
    return {
        "policy_hash": found.policy_hash,
        "rules": _score_plain(found.rules),
        "evaluators": _score_plain(found.evaluators),
    }


def _score_plain(score: Score) -> dict[str, object]:
    def numbers(one: Score) -> dict[str, object]:
        return {
            "mutants": len(one.outcomes),
            "killed": one.count("killed"),
            "equivalent": one.count("equivalent"),
            "survived": one.count("survived"),
            "score": round(one.share, 6),
        }

    return {
        **numbers(score),
        "by_subject": {name: numbers(one) for name, one in score.by_subject().items()},
        "survivors": [{"subject": o.subject, "mutant": o.mutant, "hint": o.hint} for o in score.survivors()],
        "excluded": [{"subject": o.subject, "mutant": o.mutant, "reason": o.hint} for o in score.excluded()],
    }


def _say(sentence: str) -> None:
    from rich.markup import escape

    answer().print(escape(sentence), soft_wrap=True)
