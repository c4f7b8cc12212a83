"""What changes when a plan is denied by policy or stopped by its rehearsal: less of it, at most twice, by fixed rules."""

from __future__ import annotations

from campaigns.brief import Assumption, Brief

MOST_REVISIONS = 2
NO_OFFERS = "no discounts"
"""The prohibition that takes every offer out of a plan."""


def revised(brief: Brief, revision: int, reasons: tuple[str, ...]) -> Brief | None:
    """The next, more careful brief, or None when `revision` (1 for the first) is one too many or nothing is left to cut.

    The first revision sends one message a week less, the second takes the offers out and sends once a week. What
    changed and why stands in the brief's assumptions.
    """
    if revision > MOST_REVISIONS:
        return None
    why = f"revision {revision}, because {'; '.join(reasons)}"
    fewer = max(1, brief.max_contacts_per_week - 1) if revision == 1 else 1
    changes: dict[str, object] = {}
    notes: list[Assumption] = []
    if fewer < brief.max_contacts_per_week:
        changes["max_contacts_per_week"] = fewer
        notes.append(
            Assumption(
                field="max_contacts_per_week",
                value=str(fewer),
                why=f"down from {brief.max_contacts_per_week} in {why}",
            )
        )
    if (revision == MOST_REVISIONS or not changes) and NO_OFFERS not in brief.prohibitions:
        changes["prohibitions"] = (*brief.prohibitions, NO_OFFERS)
        notes.append(Assumption(field="prohibitions", value=NO_OFFERS, why=f"offers taken out in {why}"))
    if not changes:
        return None
    return brief.model_copy(update={**changes, "assumptions": (*brief.assumptions, *notes)})


def kept_parts(before: Brief, after: Brief) -> tuple[str, ...]:
    """The parts that a revision leaves as they were, so that they are not made again."""
    if before.prohibitions != after.prohibitions:
        return ("audience",)
    return ("audience", "creative")
