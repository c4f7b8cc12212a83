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
from campaigns.money import CURRENCIES, LARGEST_MICROS
from campaigns.plan import AutonomyLevel
from campaigns.rehearsal import Verdict

Kind = Literal["bool", "int", "float", "str"]
Scope = Literal["plan", "audience", "creative", "contact", "change", "report", "tool", "audit", "rehearsal"]
Value: TypeAlias = bool | int | float | str

NULL_INT = int(np.iinfo(np.int64).min)
"""Stands for null in an int64 column of facts; no fact's range contains it."""
NULL_BOOL = -1
"""Stands for null in an int8 column of a bool fact, whose other values are 0 and 1."""

CLOCK_MINUTE, CLOCK_WEEKDAY = "local_minute", "local_weekday"
"""The facts that move with the clock in a person's zone: minute of the day, and weekday with Monday as 1."""


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


def _change(name: str, meaning: str, guarded: bool = False) -> Fact:
    return Fact(name, "float", meaning, "share", 0.0, 1e6, guarded=guarded)


def _currency(name: str, meaning: str) -> Fact:
    return Fact(name, "str", meaning, values=CURRENCIES)


def _one_of(name: str, meaning: str, values: tuple[str, ...], guarded: bool = False) -> Fact:
    return Fact(name, "str", meaning, values=values, guarded=guarded)


def _ratio(name: str, meaning: str, guarded: bool = False) -> Fact:
    return Fact(name, "float", meaning, "ratio", 0.0, 1.0, guarded=guarded)


def _schema(*facts: Fact, words: tuple[str, ...] = ()) -> ScopeSchema:
    return ScopeSchema({fact.name: fact for fact in facts}, words)


_CHANNELS: tuple[str, ...] = Channel.__args__  # type: ignore[attr-defined]
_LEVELS: tuple[str, ...] = AutonomyLevel.__args__  # type: ignore[attr-defined]

_VERDICTS = ("none", *Verdict.__args__)  # type: ignore[attr-defined]

LAWS = ("law_us", "law_ca", "law_eu", "law_in", "law_sms_until_20", "law_sms_from_9", "law_sms_texas")
"""Facts that say whether a law reaches a person; each is also the name of a pack's list of places."""

_SUBJECTS = ("launch", "budget", "audience", "creative", "cadence", "policy")
_EFFECTS = ("read", "draft", "propose", "send")
_AGENTS = ("supervisor", "audience", "creative", "experiment", "budget")


def _markets() -> tuple[Fact, ...]:
    return tuple(_flag(law, f"a market of the brief is, or may be, in the list {law}") for law in LAWS)


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
        _count("snapshot_age_days", "whole days since the plan and its snapshot were made, rounded up", "days", 10**7),
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
        _one_of("autonomy", "how much the plan may do by itself", _LEVELS),
        _currency("currency", "the currency of the brief's budget"),
        _flag("policy_current", "whether the plan was made under these policies"),
        _share("pace_share", "share of the budget that an even pace spends at one send moment; null without one"),
        _count("special_terms", "words of the audience's definition that reveal health, belief or the like", "terms"),
        *_markets(),
        words=("owner", "expires_at", "created_at", "window_end", "feasible", "power", "power_wanted", "mde",
               "excluded_found", "prohibitions_found", "offers_found", "questions_found", "unpriced_found",
               "special_found"),
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
        _count("unsupported_claims", "statements of fact that are no claim of the brand file", "claims"),
        _count("unsourced_claims", "listed claims that neither the brand file nor the offer table has", "claims"),
        _count("comparisons", "comparisons with others", "terms"),
        _count("unwanted_words", "words and phrases that the brand does not use", "terms"),
        _count("pressure_terms", "wording that hurries, scares or shames, and shouting", "terms"),
        _count("sensitive_terms", "wording that shows or guesses something private about the reader", "terms"),
        _count("hidden_marks", "invisible characters, direction marks and words of mixed alphabets", "marks"),
        _count("missing_disclosures", "disclosures that a body, filled in and rendered, does not show", "disclosures"),
        _count("foreign_links", "links that lead neither through a slot of the brand nor to its domains", "links"),
        _flag("one_click_unsubscribe", "the slot of the one-click header is declared and the target of a visible link"),
        Fact("reading_grade", "float", "Flesch-Kincaid grade of the hardest part", "grade", -20.0, 200.0),
        Fact("reading_limit", "float", "highest grade that the brand allows", "grade", 0.0, 20.0),
        _flag("language_judged", "the text is English, in which the linter can judge it"),
        *_markets(),
        words=("banned_found", "prohibited_found", "claims_found", "unlisted_found", "amounts_found", "links_found",
               "parts_found", "computed_found", "slots_found", "offer_id", "unsupported_found", "unsourced_found",
               "comparisons_found", "unwanted_found", "pressure_found", "sensitive_found", "hidden_found",
               "disclosures_found", "foreign_found", "language"),
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
        _flag("purpose_marketing", "the consent that is asked for was given for marketing, which is what is sent"),
        _count("sends_local_day", "messages of every campaign since the person's local midnight", "messages"),
        Fact("local_weekday", "int", "the person's local day of the week, 1 Monday to 7 Sunday", "weekday", 1, 7),
        _count("age_from", "the least age in years that is known of the person; 0 when none is", "years", 150),
        _count("age_needed", "the age in years that what is sold asks for where the person lives; 0 for none", "years",
               150),
        _flag("minor", "the person is known to be under 18"),
        _flag("open_complaint", "a complaint of the person waits for an answer"),
        _flag("by_sms", "the message leaves as a text message"),
        _flag("sms_written_consent", "consent to text messages was given in writing"),
        *(_flag(law, f"the person lives, or may live, in a place of the list {law}") for law in LAWS),
        words=("violating", "rows"),
    ),
    "audit": _schema(
        _flag("launching", "whether the plan is about to be launched"),
        _one_of("rehearsal", "the twin's verdict on exactly this plan, none before its rehearsal", _VERDICTS, True),
        _count("audience_difference", "people in whom this audience differs from the nearest earlier one that is not "
               "the same; the audience's size when there is none", "people"),
        _flag("benefit_measured", "every group is large enough to compare who gets the offer"),
        _ratio("benefit_ratio", "lowest over highest share of a group that gets the offer; 0 when not measured"),
        _ratio("benefit_high", "upper bound of that ratio; 1 when nothing can be excluded", True),
        _flag("burden_measured", "every group is large enough to compare messages per person"),
        _ratio("burden_ratio", "lowest over highest mean messages per person of a group; 0 when not measured"),
        _ratio("burden_high", "upper bound of that ratio; 1 when nothing can be excluded", True),
        _flag("proxies_measured", "there are enough people with known groups to look for proxies"),
        _count("proxies", "columns behind the plan's choices that give a group away", "columns"),
        _count("emails_per_day", "the most e-mails that may leave on one day", "messages"),
        _flag("sender_aligned", "SPF, DKIM and DMARC of the sending domain are known to be aligned"),
        _count("messages_sent", "e-mails of every campaign in the last 30 days", "messages"),
        _count("complaints", "complaints about them", "messages"),
        _count("oldest_pack_days", "days since the oldest pack was last held against its sources", "days"),
        words=("groups", "benefit_found", "burden_found", "proxies_found", "stale_found"),
    ),
    "change": _schema(
        _one_of("subject", "what the change is about", _SUBJECTS, guarded=True),
        _change("relative_change", "size of the change over the value before it, with what is in flight", guarded=True),
        _change("cumulative_change", "the same over the whole window, every change in it added up", guarded=True),
        _micros("spend_micros", "what the change may spend on top, with what is in flight"),
        _count("autonomy_level", "the level that this class of action has now, 0 to 4", "level", 4),
        _count("level_needed", "the level at which this class of action needs no person, 0 to 4", "level", 4),
        _count("approvals", "different people who approved this very change", "people"),
        _count("approvals_needed", "people that the change's risk asks for", "people"),
        _flag("author_is_approver", "whether the author of the change is among those who approved it", guarded=True),
        _flag("reversible", "whether the change can be taken back without a trace at a person"),
        _count("in_flight", "changes of this class that were started and are not finished", "changes"),
        _flag("by_program", "whether the program carries the change out, and no person"),
        _count("audience_size", "people whom the change is about", "people"),
        _count("offers", "offers that the change makes to people", "offers"),
        _one_of("verdict", "what the rehearsal of the change said; none when it was not rehearsed", _VERDICTS),
        _currency("currency", "the currency that spend_micros is in"),
        words=("author", "approvers", "window", "level"),
    ),
    "rehearsal": _schema(
        _share("p_harm", "share of the paired runs in which the plan loses money against no campaign", guarded=True),
        _share("p_breach", "share of the runs in which a guardrail was breached", guarded=True),
        _share("p_harm_usual", "share of the runs in which business as usual would have earned more than the plan"),
        _flag("reached", "whether anybody was contacted in any run", guarded=True),
        _flag("supported", "whether the plan lies inside the region that the twin has been tested on"),
        _flag("settled", "whether every chance of a loss in its exact 95 % interval gives one and the same verdict"),
        _count("placebos_failed", "comparisons known to have no effect in which the twin found one", "placebos"),
        _count("runs", "paired runs of the rehearsal", "runs"),
        _share("assumed_share", "share of the result's variance from assumptions that no data of the workspace identify"),
        words=("losses", "broken", "unsupported", "failed", "chance"),
    ),
    "report": _schema(
        _flag("control", "the claim compares with people who were not contacted", guarded=True),
        _flag("estimator", "the claim names how its number was estimated", guarded=True),
        _flag("interval", "the claim gives an interval", guarded=True),
        _flag("window", "the claim names the time it is about", guarded=True),
        _flag("evidence", "the claim's number is a figure with a source", guarded=True),
        _count("group_size", "people in the smallest group that the claim is about", "people"),
        words=("claim",),
    ),
    "tool": _schema(
        _flag("known", "the tool is on the golden list", guarded=True),
        _flag("allowed", "the agent that calls may call this tool", guarded=True),
        _one_of("effect", "the strongest thing the tool can do; unknown counts as send", _EFFECTS, guarded=True),
        _flag("arguments_known", "every argument is declared, of its type and in its range", guarded=True),
        _one_of("agent", "the agent that calls", _AGENTS),
        Fact("tool", "str", "the name the agent called"),
        words=("arguments",),
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
