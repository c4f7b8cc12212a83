"""Every kind: what a compliance officer edits most, with parameters that are checked for type and unit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from campaigns.border import Border
from policies.kinds.kind import Kind
from policies.kinds.parameters import Amount, Clock, Fraction, Ratio, Whole, Words


class _Frequency(Border):
    most: Whole
    window: Literal["day", "calendar_day", "week"]


class _Hours(Border):
    opens: Clock
    closes: Clock


class _Amount(Border):
    most: Amount


class _People(Border):
    people: Whole = Field(default=50)


class _Days(Border):
    most: Whole


class _Age(Border):
    days: Whole


class _Band(Border):
    least: Fraction
    most: Fraction


class _Impact(Border):
    of: Literal["benefit", "burden"]
    least: Ratio


class _Gap(Border):
    minutes: Whole


class _Change(Border):
    each: Fraction
    together: Fraction


class _Levels(Border):
    allowed: Words


class _Effects(Border):
    effects: Words


_CONTACT = (
    Kind("consent_required", "known consent to marketing on the channel", "contact", "consent",
         "{violating} of {rows} contacts are without known consent to marketing on the channel",
         "consent to marketing on this channel, granted and not withdrawn",
         "contact the person on a channel they agreed to, or ask for consent elsewhere"),
    Kind("suppression", "nobody who asked to be left alone", "contact", "!suppressed",
         "{violating} of {rows} contacts go to suppressed people", "nobody who asked not to be contacted",
         "leave the person alone"),
    Kind("holdout_untouched", "nobody of a control group", "contact", "arm == 0",
         "{violating} of {rows} contacts go to members of a holdout", "only the treated arm is contacted",
         "leave the person in the control group"),
    Kind("frequency_cap", "at most so many messages in a rolling window, over all campaigns", "contact",
         "{window} < params.most",
         "{violating} of {rows} contacts are beyond the number of messages allowed in the window",
         "at most {params.most} messages in the window, over all campaigns", "wait until older messages leave the window",
         _Frequency, words={"window": {"day": "sends_1d", "calendar_day": "sends_local_day", "week": "sends_7d"}}),
    Kind("quiet_hours", "messages only between two clock times in the person's zone", "contact",
         "local_minute >= params.opens_minute && local_minute < params.closes_minute",
         "{violating} of {rows} contacts fall into the person's quiet hours or have no known local time",
         "between {params.opens_minute} and {params.closes_minute} in the person's own zone",
         "send after {params.opens_minute} local time; a person without a known zone is not contacted", _Hours),
    Kind("budget_left", "the message and its offer fit into what is left", "contact",
         "cost_micros >= 0 && cost_micros <= budget_left_micros",
         "{violating} of {rows} contacts cost more than is left of the budget",
         "message and offer fit into the {budget_left_micros} left",
         "choose a cheaper offer, or raise the budget in a new plan"),
    Kind("plan_in_force", "only while the plan holds", "contact", "!plan_expired",
         "{violating} of {rows} contacts belong to an expired plan", "the plan's expiry lies ahead",
         "have the plan approved again with a later expiry"),
)  # fmt: skip
_PERSON = (
    Kind("purpose_allowed", "consent that was given for what is sent", "contact", "purpose_marketing",
         "{violating} of {rows} contacts rest on a consent that was given for another purpose",
         "a consent that was given for marketing", "ask the person for consent to marketing"),
    Kind("minimum_age", "old enough for what is sold, where the person lives", "contact", "age_from >= age_needed",
         "{violating} of {rows} contacts offer age-restricted goods to people not known to be old enough",
         "people known to be at least {age_needed} years old",
         "leave out people whose age is not known or too low, or take the age-restricted goods out of the plan"),
    Kind("complaint_answered", "nobody who waits for an answer to a complaint", "contact", "!open_complaint",
         "{violating} of {rows} contacts go to people whose complaint is not answered yet",
         "nobody who waits for an answer to a complaint", "answer the complaint first"),
)  # fmt: skip
_PLAN = (
    Kind("budget_ceiling", "spend within the brief's budget", "plan",
         "total_micros >= 0 && total_micros <= budget_micros && cells_micros <= budget_micros",
         "the allocation spends {total_micros} (its cells {cells_micros})", "at most the brief's budget, {budget_micros}",
         "reduce the allocation to {budget_micros} or less; a brief without a budget needs one first"),
    Kind("spend_ceiling", "spend within an amount of the house, in its currency", "plan",
         "total_micros <= params.most_micros && currency == params.most_currency",
         "the allocation spends {total_micros}", "at most {params.most_micros} in {params.most_currency}",
         "reduce the allocation, and state it in {params.most_currency}", _Amount),
    Kind("holdout_share", "a control group of a share in a range", "plan",
         "holdout_share >= params.least_share && holdout_share <= params.most_share",
         "the campaign's holdout is {holdout_share} of the audience",
         "a holdout of {params.least_share} to {params.most_share}",
         "set the campaign's holdout between {params.least_share} and {params.most_share}", _Band),
    Kind("audience_min_size", "no audience so small that figures are about single people", "plan",
         "audience_size >= params.people", "the audience has {audience_size} people",
         "at least {params.people} people", "widen the audience's definition", _People),
    Kind("plan_lifetime", "a plan that ends by itself", "plan",
         "!expired && lifetime_days >= 1 && lifetime_days <= params.most", "the plan holds for {lifetime_days} days",
         "an expiry that lies ahead, at most {params.most} days after the plan was made",
         "plan the goal again with an earlier expiry", _Days),
    Kind("pacing_band", "an even pace neither too slow nor too fast", "plan",
         "pace_share >= params.least_share && pace_share <= params.most_share",
         "an even pace spends {pace_share} of the budget at one send moment",
         "from {params.least_share} to {params.most_share} of the budget at one send moment",
         "choose more or fewer send slots, or another window", _Band),
    Kind("data_freshness", "a snapshot that is not too old", "plan", "snapshot_age_days <= params.days",
         "the snapshot is {snapshot_age_days} days old", "at most {params.days} days", "plan the goal again on fresh data",
         _Age),
    Kind("sensitive_attribute", "an audience that reveals no health, belief or the like", "plan", "special_terms == 0",
         "{special_terms} words of the definition reveal something sensitive: {special_found}",
         "none in the audience's definition", "take {special_found} out of the definition"),
    Kind("slot_spacing", "time between two send slots", "plan", "slot_gap_minutes >= params.minutes",
         "two send slots are {slot_gap_minutes} minutes apart", "at least {params.minutes} minutes between slots",
         "move one slot to another day", _Gap),
    Kind("autonomy_bounded", "levels of autonomy that need no person", "plan", "autonomy in params.allowed",
         'the plan asks for autonomy "{autonomy}"', "{params.allowed} without asking a person",
         "lower the plan's autonomy, or have a person approve it", _Levels, severity="require_approval"),
)  # fmt: skip
_AUDIT = (
    Kind("impact_ratio", "no group gets clearly less benefit, or more messages, than another", "audit",
         "{of}_measured && {of}_high >= params.least", "the ratio between groups is benefit {benefit_ratio}, burden {burden_ratio}",
         "a ratio that can be {params.least}, measured on groups large enough",
         "widen the audience, or choose by something that does not go with the group", _Impact,
         words={"of": {"benefit": "benefit", "burden": "burden"}}),
    Kind("audience_difference", "no audience that singles people out against an earlier one", "audit",
         "audience_difference >= params.people", "the audience differs from an earlier one in {audience_difference} people",
         "a difference of at least {params.people} people", "use the earlier audience, or a clearly different one", _People),
    Kind("pack_freshness", "packs held against their sources not too long ago", "audit",
         "oldest_pack_days <= params.days", "the oldest pack was checked {oldest_pack_days} days ago",
         "at most {params.days} days", "hold the pack against its sources and date it", _Age, severity="warn"),
)  # fmt: skip
_CREATIVE = (
    Kind("claim_ban", "none of the banned claims, however they are spelt", "creative", "banned_terms == 0",
         "{banned_terms} banned claims: {banned_found}", "none of the banned claims", "take out {banned_found}"),
    Kind("claims_have_evidence", "every claim names its evidence", "creative", "claims_without_evidence == 0",
         "{claims_without_evidence} claims without evidence: {claims_found}", "every claim names its evidence",
         "give the evidence for {claims_found}, or take the claim out"),
    Kind("unsubscribe_present", "a way out in every e-mail", "creative", 'channel != "email" || unsubscribe_slot',
         "the e-mail has no unsubscribe link", "every e-mail carries the slot unsubscribe_url",
         "add the slot unsubscribe_url to the e-mail"),
)  # fmt: skip
_CHANGE = (
    Kind("change_limit", "size of one change, and of all in the window together", "change",
         "relative_change <= params.each_share && cumulative_change <= params.together_share",
         "the change is {relative_change} of the value before, and {cumulative_change} with the others of the window",
         "at most {params.each_share} at once and {params.together_share} in the window",
         "make the change smaller, wait until the window has passed, or have a person approve it", _Change),
    Kind("autonomy_level", "the level earned is enough for the action", "change", "autonomy_level >= level_needed",
         "the level is {autonomy_level}", "level {level_needed} for this action", "have a person approve the change",
         severity="require_approval"),
    Kind("four_eyes", "enough different people approved, and the author is none of them", "change",
         "approvals >= approvals_needed && !author_is_approver",
         "{approvals} people approved (the author among them: {author_is_approver})",
         "{approvals_needed} people other than the author", "have somebody else approve the change"),
    Kind("spend_limit", "what a change may spend on top", "change",
         "spend_micros <= params.most_micros && currency == params.most_currency", "the change spends {spend_micros}",
         "at most {params.most_micros} in {params.most_currency}", "make the change smaller",
         _Amount),
)  # fmt: skip
_REPORT = (
    Kind("claim_supported", "a number is claimed only with control, estimator, interval, window and evidence", "report",
         "control && estimator && interval && window && evidence",
         "control {control}, estimator {estimator}, interval {interval}, window {window}, evidence {evidence}",
         "a claim has all five", "add what is missing, or take the claim out"),
)  # fmt: skip
_TOOL = (
    Kind("tool_listed", "only tools of the golden list, by agents that may, with declared arguments", "tool",
         "known && allowed && arguments_known", "{agent} called {tool}", "a listed tool with declared arguments",
         "use a tool of the list"),
    Kind("tool_effect", "no stronger effect than these", "tool", "effect in params.effects",
         "{tool} can {effect}", "{params.effects}", "have the program or a person do it", _Effects),
)  # fmt: skip

KINDS: Mapping[str, Kind] = {
    kind.name: kind for kind in (*_CONTACT, *_PERSON, *_PLAN, *_AUDIT, *_CREATIVE, *_CHANGE, *_REPORT, *_TOOL)
}
