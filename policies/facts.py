"""What a rule may read, per scope: the name, kind, unit and range of every fact, and how nulls look in columns.

A value that is null, absent, of another kind or outside its range violates every rule that reads it. The ranges also
bound arithmetic at load, so that no evaluator can overflow where another does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from campaigns.brief import Channel
from campaigns.money import LARGEST_MICROS
from campaigns.plan import AutonomyLevel

Kind = Literal["bool", "int", "float", "str"]
Scope = Literal["plan", "audience", "creative", "contact"]
Value: TypeAlias = bool | int | float | str

NULL_INT = int(np.iinfo(np.int64).min)
"""Stands for null in an int64 column of facts; no fact's range contains it."""
NULL_BOOL = -1
"""Stands for null in an int8 column of a bool fact, whose other values are 0 and 1."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that rules of a scope may read.

    `unit` is what two numbers must share to be compared or added. `low` and `high` (both included) bound a number;
    `values` lists what a text may be, when that is a closed set. A `guarded` fact must be read by some deny rule.
    """

    name: str
    kind: Kind
    meaning: str
    unit: str = ""
    low: float | int = 0
    high: float | int = 0
    values: tuple[str, ...] = ()
    guarded: bool = False


@dataclass(frozen=True, slots=True)
class ScopeSchema:
    """The facts of one scope, and the further `words` that its rules' texts (not their conditions) may show."""

    facts: Mapping[str, Fact]
    words: tuple[str, ...] = ()


def _flag(name: str, meaning: str, guarded: bool = False) -> Fact:
    return Fact(name, "bool", meaning, guarded=guarded)


def _count(name: str, meaning: str, unit: str, high: int = 10**9, low: int = 0) -> Fact:
    return Fact(name, "int", meaning, unit, low, high)


def _micros(name: str, meaning: str, guarded: bool = False) -> Fact:
    return Fact(name, "int", meaning, "micros", -LARGEST_MICROS, LARGEST_MICROS, guarded=guarded)


def _share(name: str, meaning: str, guarded: bool = False) -> Fact:
    return Fact(name, "float", meaning, "share", 0.0, 1.0, guarded=guarded)


def _schema(*facts: Fact, words: tuple[str, ...] = ()) -> ScopeSchema:
    return ScopeSchema({fact.name: fact for fact in facts}, words)


_CHANNELS: tuple[str, ...] = Channel.__args__  # type: ignore[attr-defined]
_LEVELS: tuple[str, ...] = AutonomyLevel.__args__  # type: ignore[attr-defined]

SCOPES: Mapping[Scope, ScopeSchema] = {
    "plan": _schema(
        _micros("budget_micros", "the brief's budget; null when the brief has none", guarded=True),
        _micros("total_micros", "what the allocation spends in all", guarded=True),
        _micros("cells_micros", "sum of the spend of the allocation's cells"),
        _micros("allocation_budget_micros", "the budget the allocation was made under"),
        _count("currencies", "currencies found in budget, offers and allocation", "currencies"),
        _count("unpriced_channels", "channels of the plan without a price per message", "channels"),
        _share("holdout_share", "share of the audience kept as the campaign's control", guarded=True),
        _share("global_share", "share of the audience in the persistent holdout", guarded=True),
        _flag("powered", "whether the experiment reaches its wanted power at the expected effect"),
        _count("audience_size", "people in the snapshot", "people"),
        _count("audience_stated", "people the plan says are in its audience", "people"),
        _flag("owner_named", "whether a person or team owns the plan", guarded=True),
        _flag("expired", "whether the plan's expiry has passed", guarded=True),
        _count("lifetime_days", "whole days from creation to expiry, rounded up", "days", low=-(10**6), high=10**7),
        _flag("window_over", "whether the contact window ended before today"),
        _flag("exit_stated", "whether the plan says when it ends early"),
        _count("slots_per_week", "send slots in a week", "messages"),
        _count("max_contacts_per_week", "messages a week the brief allows per person", "messages"),
        _count("slot_gap_minutes", "shortest time between two slots, over the end of the week too", "minutes", 10_080),
        _count("first_slot_minute", "earliest local minute of a slot", "local_minute", 1439),
        _count("last_slot_minute", "latest local minute of a slot", "local_minute", 1439),
        _count("excluded_channels_used", "channels the brief excludes that the plan uses all the same", "channels"),
        _count("creatives", "message variants", "creatives"),
        _count("offers_forbidden", "offers in the plan although the brief forbids discounts", "offers"),
        _count("prohibitions_unread", "prohibitions that no rule can check by itself", "prohibitions"),
        _count("open_questions", "questions and conflicts left in the brief", "questions"),
        Fact("autonomy", "str", "how much the plan may do by itself", values=_LEVELS),
        _flag("policy_current", "whether the plan was made under these policies"),
        words=("owner", "expires_at", "created_at", "window_end", "feasible", "power", "power_wanted", "mde",
               "excluded_found", "prohibitions_found", "offers_found", "questions_found", "unpriced_found"),
    ),
    "audience": _schema(
        _flag("consent_any", "consent to marketing is granted on a channel of the plan"),
        _flag("suppressed", "the person asked not to be contacted at all"),
        _flag("zone_known", "the time zone is known and exists"),
        _flag("in_market", "the country is one of the brief's markets, or known when the brief names none"),
        words=("violating", "rows"),
    ),
    "creative": _schema(
        Fact("channel", "str", "the channel of the variant", values=_CHANNELS),
        _flag("channel_planned", "the brief names the channel and does not exclude it"),
        _count("banned_terms", "banned claims found in the normalised text", "terms"),
        _count("prohibited_terms", "words that the brief prohibits found in the normalised text", "terms"),
        _count("claims_without_evidence", "listed claims with empty evidence", "claims"),
        _count("unlisted_claims", "claim wording that belongs to no listed claim", "claims"),
        _count("literal_amounts", "prices or percentages written into the template", "amounts"),
        _count("literal_links", "web addresses written into the template", "links"),
        _count("active_parts", "scripts, event handlers, forms or frames in the template", "parts"),
        _count("computed_slots", "template expressions that are more than a slot's name", "expressions"),
        _count("unlisted_slots", "slots used but not declared", "slots"),
        _count("header_breaks", "line breaks or control characters in subject or title", "characters"),
        _flag("subject_given", "subject or title is not empty"),
        _flag("unsubscribe_slot", "the unsubscribe address is a used slot"),
        _flag("postal_slot", "the postal address is a used slot"),
        _flag("offer_known", "the variant has no offer, or one of the plan's"),
        words=("banned_found", "prohibited_found", "claims_found", "unlisted_found", "amounts_found", "links_found",
               "parts_found", "computed_found", "slots_found", "offer_id"),
    ),
    "contact": _schema(
        _flag("consent", "consent to marketing on this channel, now", guarded=True),
        _flag("suppressed", "the person asked not to be contacted at all", guarded=True),
        Fact("arm", "int", "0 treated, 1 campaign holdout, 2 global holdout", "arm", 0, 2, guarded=True),
        _count("sends_1d", "messages of every campaign in the last 24 hours, in flight included", "messages"),
        Fact("sends_7d", "int", "messages of every campaign in the last 168 hours, in flight included", "messages",
             0, 10**9, guarded=True),
        _count("cap_7d", "messages a week the brief allows per person", "messages"),
        Fact("local_minute", "int", "minute of the person's local day (0-1439); null when the zone is not known",
             "local_minute", 0, 1439, guarded=True),
        _micros("cost_micros", "price of the message plus the offer value reserved with it", guarded=True),
        _micros("budget_left_micros", "what can still be reserved of the plan's budget", guarded=True),
        _flag("plan_expired", "whether the plan's expiry has passed", guarded=True),
        _flag("channel_allowed", "the brief names the channel and does not exclude it"),
        words=("violating", "rows"),
    ),
}  # fmt: skip
"""Every scope's facts. Contact facts come as numpy columns, audience facts as polars columns, the others one by one."""


def row_of(columns: Mapping[str, npt.NDArray[np.generic]], position: int) -> dict[str, Value | None]:
    """One contact's facts as plain values, from the columns the engine builds; null markers become None."""
    facts = SCOPES["contact"].facts
    row: dict[str, Value | None] = {}
    for name, column in columns.items():
        array = np.asarray(column)
        value = (array if array.ndim == 0 else array[position]).item()
        if name in facts and facts[name].kind == "bool" and not isinstance(value, bool):
            value = {0: False, 1: True}.get(value)
        row[name] = None if value == NULL_INT and not isinstance(value, bool) else value
    return row
