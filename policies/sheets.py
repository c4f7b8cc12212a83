"""Facts of a plan and of each message variant, made from the plan as it is, with the words that findings show."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from campaigns.brief import Channel
from campaigns.creative import Creative
from campaigns.figure import Figure
from campaigns.plan import Plan
from policies.brand.file import Brand
from policies.brand.variant import Reviewed, review
from policies.copy import Copy, read_copy
from policies.facts import Value
from policies.jurisdiction import Lists, laws_of_markets
from policies.prohibitions import Prohibitions, read_prohibitions
from policies.text import find_terms, normalise

NO_LISTS: Lists = {}
_WEEK_MINUTES = 7 * 24 * 60


@dataclass(frozen=True, slots=True)
class Sheet:
    """The facts of one subject (None where nothing is known) and further words for the texts of findings."""

    subject: str
    facts: Mapping[str, Value | None]
    words: Mapping[str, str]


def currency_of(plan: Plan) -> str:
    """The plan's currency, for writing money; empty when the brief has no budget."""
    return plan.brief.budget.currency if plan.brief.budget else ""


def plan_sheet(plan: Plan, people: int, policy_hash: str, now: datetime, lists: Lists = NO_LISTS) -> Sheet:
    """The plan's facts at this instant, for a snapshot of so many people, under policies with this hash and lists.

    A fact that is made by a list that is in no pack is null and so violates.
    """
    brief, experiment, allocation = plan.brief, plan.experiment, plan.allocation
    forbidden = read_prohibitions(brief.prohibitions)
    excluded = sorted(_used_channels(plan) & (set(brief.excluded_channels) | forbidden.channels))
    unpriced = sorted(set(brief.channels) - set(allocation.contact_cost_micros))
    asked = (*brief.questions, *brief.conflicts)
    offers = [offer.title for offer in plan.offers] if forbidden.offers else []
    minutes = [slot.local_minute for slot in plan.slots]
    special = _special(plan, lists.get("special_category_terms"))
    facts: dict[str, Value | None] = {
        "budget_micros": brief.budget.amount_micros if brief.budget else None,
        "total_micros": _whole(allocation.total),
        "cells_micros": round(math.fsum(cell.spend.value for cell in allocation.cells)),
        "allocation_budget_micros": _whole(allocation.budget),
        "currencies": len(_currencies(plan)),
        "unpriced_channels": len(unpriced),
        "holdout_share": experiment.holdout_share,
        "global_share": experiment.global_share,
        "powered": experiment.powered,
        "audience_size": people,
        "audience_stated": _whole(plan.audience.size),
        "owner_named": bool(plan.owner.strip()),
        "expired": plan.expired(now),
        "lifetime_days": math.ceil((plan.expires_at - plan.created_at).total_seconds() / 86_400),
        "snapshot_age_days": math.ceil((now - plan.created_at).total_seconds() / 86_400),
        "window_over": brief.window.end < now.date(),
        "exit_stated": bool(plan.exit_condition.strip()),
        "slots_per_week": len(plan.slots),
        "max_contacts_per_week": brief.max_contacts_per_week,
        "slot_gap_minutes": _gap(plan),
        "first_slot_minute": min(minutes, default=None),
        "last_slot_minute": max(minutes, default=None),
        "excluded_channels_used": len(excluded),
        "creatives": len(plan.creatives),
        "offers_forbidden": len(offers),
        "prohibitions_unread": len(forbidden.unread),
        "open_questions": len(asked),
        "autonomy": plan.autonomy,
        "currency": brief.budget.currency if brief.budget else None,
        "policy_current": plan.policy_hash == policy_hash,
        "pace_share": _pace(plan),
        "special_terms": _count(special),
        **laws_of_markets(lists, brief.markets),
    }
    words = {
        "owner": plan.owner,
        "created_at": plan.created_at.date().isoformat(),
        "expires_at": plan.expires_at.date().isoformat(),
        "window_end": brief.window.end.isoformat(),
        "feasible": " ".join(experiment.feasible) or "widen the audience or lengthen the window, or accept the risk",
        "power": f"{experiment.power.value:.2f}",
        "power_wanted": f"{experiment.power_wanted:.2f}",
        "mde": _amount(experiment.mde),
        "excluded_found": _named(excluded),
        "unpriced_found": _named(unpriced),
        "prohibitions_found": _quoted(forbidden.unread),
        "offers_found": _quoted(offers),
        "questions_found": _quoted(asked),
        "special_found": _quoted(special or ()),
    }
    return Sheet("plan", facts, words)


def creative_sheet(
    plan: Plan,
    creative: Creative,
    lists: Mapping[str, tuple[str, ...]],
    brand: Brand | None = None,
    today: date | None = None,
) -> Sheet:
    """A variant's facts under the packs' word lists and the brand on this day (default: when the plan was made).

    A count whose list is in no pack is null and so violates, and so are the facts about a brand when there is none.
    """
    copy = read_copy(creative)
    reviewed = review(creative, copy, brand, today or plan.created_at.date()) if brand else None
    amounts = tuple(dict.fromkeys((*copy.amounts, *(_further(reviewed, copy.amounts) if reviewed else ()))))
    forbidden = read_prohibitions(plan.brief.prohibitions)
    banned = _found(copy, lists.get("banned_claims"))
    prohibited = _broken(creative, copy, forbidden)
    weak = [claim.text for claim in creative.claims if not claim.evidence.strip()]
    unlisted = _unlisted_claims(creative, copy, lists.get("claim_markers"))
    undeclared = sorted(copy.used - set(creative.slots))
    facts: dict[str, Value | None] = {
        "channel": creative.channel,
        "channel_planned": creative.channel in _open_channels(plan, forbidden),
        "banned_terms": _count(banned),
        "prohibited_terms": len(prohibited),
        "claims_without_evidence": len(weak),
        "unlisted_claims": _count(unlisted),
        "literal_amounts": len(amounts),
        "literal_links": len(copy.links),
        "active_parts": len(copy.active),
        "computed_slots": len(copy.computed),
        "unlisted_slots": len(undeclared),
        "header_breaks": sum(unicodedata.category(c) in ("Cc", "Zl", "Zp") for c in creative.subject),
        "subject_given": bool(creative.subject.strip()),
        "unsubscribe_slot": _carries(copy, lists.get("unsubscribe_slots")),
        "postal_slot": _carries(copy, lists.get("postal_slots")),
        **laws_of_markets(lists, plan.brief.markets),
        **_brand_facts(plan, creative, brand, reviewed),
        "offer_known": creative.offer_id is None or creative.offer_id in {offer.offer_id for offer in plan.offers},
    }
    words = {
        "banned_found": _quoted(banned or ()),
        "prohibited_found": _quoted(prohibited),
        "claims_found": _quoted(weak),
        "unlisted_found": _quoted(unlisted or ()),
        "amounts_found": _quoted(amounts),
        "links_found": _quoted(copy.links),
        "parts_found": _quoted(copy.active),
        "computed_found": _quoted(copy.computed),
        "slots_found": _named(undeclared),
        "offer_id": creative.offer_id or "",
        "language": creative.language,
        **_brand_words(plan, creative, brand, reviewed),
    }
    return Sheet(f"creative {creative.creative_id}", facts, words)


def _brand_facts(
    plan: Plan, creative: Creative, brand: Brand | None, reviewed: Reviewed | None
) -> dict[str, Value | None]:
    """What the linter found, as facts; all null without a brand."""
    if brand is None or reviewed is None:
        return {}
    return {
        "unsupported_claims": len(reviewed.words("claim")),
        "unsourced_claims": len(_unsourced(plan, creative, brand)),
        "comparisons": len(reviewed.words("comparison")),
        "unwanted_words": len(reviewed.words("banned")),
        "pressure_terms": len(reviewed.words("pressure", "shouting")),
        "sensitive_terms": len(reviewed.words("sensitive")),
        "hidden_marks": len(reviewed.words("hidden")),
        "missing_disclosures": None if reviewed.missing is None else len(reviewed.missing),
        "foreign_links": len(reviewed.foreign),
        "one_click_unsubscribe": reviewed.one_click,
        "reading_grade": reviewed.grade,
        "reading_limit": brand.reading_grade,
        "language_judged": reviewed.judged,
    }


def _brand_words(plan: Plan, creative: Creative, brand: Brand | None, reviewed: Reviewed | None) -> dict[str, str]:
    if brand is None or reviewed is None:
        return {}
    return {
        "unsupported_found": _named(reviewed.words("claim")),
        "unsourced_found": _quoted(_unsourced(plan, creative, brand)),
        "comparisons_found": _named(reviewed.words("comparison")),
        "unwanted_found": _named(reviewed.words("banned")),
        "pressure_found": _named(reviewed.words("pressure", "shouting")),
        "sensitive_found": _named(reviewed.words("sensitive")),
        "hidden_found": _named(reviewed.words("hidden")),
        "disclosures_found": _quoted(reviewed.missing or ()),
        "foreign_found": _quoted(reviewed.foreign),
    }


def _unsourced(plan: Plan, creative: Creative, brand: Brand) -> list[str]:
    """Listed claims whose words are neither a claim of the brand file nor the title of an offer of the plan."""
    known = {normalise(claim.text) for claim in brand.claims} | {normalise(offer.title) for offer in plan.offers}
    return [claim.text for claim in creative.claims if normalise(claim.text) not in known]


def _further(reviewed: Reviewed, amounts: tuple[str, ...]) -> list[str]:
    """Prices in words that plain numerals do not show."""
    known = [normalise(amount) for amount in amounts]
    seen = [words.split('"')[1] if words.count('"') >= 2 else words for words in reviewed.words("price")]
    return [words for words in seen if not any(amount in normalise(words) for amount in known)]


def _broken(creative: Creative, copy: Copy, forbidden: Prohibitions) -> list[str]:
    broken = list(_found(copy, forbidden.terms) or ())
    if forbidden.offers and creative.offer_id is not None:
        broken.append(f"offer {creative.offer_id}")
    return broken


def _unlisted_claims(creative: Creative, copy: Copy, markers: tuple[str, ...] | None) -> tuple[str, ...] | None:
    """Claim wording left in the text once the listed claims are taken out of it.

    A marker that no listed claim contains counts wherever it occurs: taking claims out works on normalised words,
    where a disguise may be lost.
    """
    if markers is None:
        return None
    claims = sorted((normalise(claim.text) for claim in creative.claims), key=len, reverse=True)
    listed = {term for claim in claims for term in find_terms(claim, markers)}
    found: dict[str, None] = {}
    for text in copy.texts:
        rest = f" {normalise(text)} "
        for claim in filter(None, claims):
            rest = rest.replace(f" {claim} ", " | ")
        left = find_terms(rest, markers)
        found |= dict.fromkeys(term for term in find_terms(text, markers) if term in left or term not in listed)
    return tuple(found)


def _found(copy: Copy, terms: tuple[str, ...] | None) -> tuple[str, ...] | None:
    if terms is None:
        return None
    return tuple(dict.fromkeys(term for text in copy.texts for term in find_terms(text, terms)))


def _carries(copy: Copy, names: tuple[str, ...] | None) -> bool | None:
    return None if names is None else copy.in_every_body(names)


def _count(found: tuple[str, ...] | None) -> int | None:
    return None if found is None else len(found)


def _open_channels(plan: Plan, forbidden: Prohibitions) -> set[Channel]:
    return set(plan.brief.channels) - set(plan.brief.excluded_channels) - forbidden.channels


def _used_channels(plan: Plan) -> set[Channel]:
    spending = {cell.channel for cell in plan.allocation.cells}
    return set(plan.brief.channels) | spending | {creative.channel for creative in plan.creatives}


def _currencies(plan: Plan) -> set[str]:
    found = {offer.face_value.currency for offer in plan.offers}
    if plan.brief.budget:
        found.add(plan.brief.budget.currency)
    figures = [plan.allocation.total, plan.allocation.budget, *(cell.spend for cell in plan.allocation.cells)]
    return found | {figure.unit.removeprefix("micros:") for figure in figures}


def _special(plan: Plan, terms: tuple[str, ...] | None) -> tuple[str, ...] | None:
    if terms is None:
        return None
    said = (plan.audience.words, plan.brief.population, *(p.category or "" for p in plan.audience.predicates))
    return tuple(dict.fromkeys(term for text in said for term in find_terms(text, terms)))


def _pace(plan: Plan) -> float | None:
    """The share of the budget at one send moment of the window when all are given the same; None without any."""
    window, weekdays = plan.brief.window, [slot.weekday for slot in plan.slots]
    first = window.start.isoweekday()
    moments = sum((window.days - 1 - (day - first) % 7) // 7 + 1 for day in weekdays)
    return 1 / moments if moments else None


def _gap(plan: Plan) -> int | None:
    starts = sorted((slot.weekday - 1) * 1440 + slot.local_minute for slot in plan.slots)
    if not starts:
        return None
    return min(later - earlier for earlier, later in pairwise([*starts, starts[0] + _WEEK_MINUTES]))


def _whole(figure: Figure) -> int:
    """The figure in whole micros or people; a fraction of a micro is an artefact of floating-point sums."""
    return round(figure.value)


def _amount(figure: Figure) -> str:
    """The figure in words: money as `USD 7.67`, anything else with its unit."""
    if figure.unit.startswith("micros:"):
        return f"{figure.unit.removeprefix('micros:')} {figure.value / 1_000_000:,.2f} per person"
    return f"{figure.value:.4g} {figure.unit}"


def _named(names: Sequence[str]) -> str:
    return ", ".join(names) or "none"


def _quoted(texts: Sequence[str]) -> str:
    return ", ".join(f'"{text}"' for text in texts) or "none"
