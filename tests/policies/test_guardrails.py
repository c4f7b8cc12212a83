"""Every shipped rule, once allowing and once blocking."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import polars as pl
import pytest

from campaigns.brief import Brief, Channel, Window
from campaigns.creative import Claim, Creative
from campaigns.figure import Figure
from campaigns.money import Money
from campaigns.plan import Plan, SendSlot
from policies.check import check
from policies.guard import Guard
from policies.load import SHIPPED, load_policies
from policies.rule import PolicySet
from tools.creative.library import CHANNELS, Theme, creative, tones

Change = Callable[[Plan], Plan]
THEMES: tuple[Theme, ...] = ("category", "shop")
KEY = b"a key of the guard's own, 32 byte"


def on(**fields: object) -> Change:
    return lambda plan: plan.model_copy(update=fields)


def on_brief(**fields: object) -> Change:
    return lambda plan: plan.model_copy(update={"brief": Brief(**{**dict(plan.brief), **fields})})


def on_experiment(**fields: object) -> Change:
    return lambda plan: plan.model_copy(update={"experiment": plan.experiment.model_copy(update=fields)})


def on_variant(place: int = 0, **fields: object) -> Change:
    def changed(plan: Plan) -> Plan:
        made = [c.model_copy(update=fields) if i == place else c for i, c in enumerate(plan.creatives)]
        return plan.model_copy(update={"creatives": tuple(made)})

    return changed


def adding(**texts: str) -> Change:
    """The e-mail with text put behind that of its fields."""

    def changed(plan: Plan) -> Plan:
        email: Creative = plan.creatives[0]
        return on_variant(0, **{name: getattr(email, name) + text for name, text in texts.items()})(plan)

    return changed


def spending(total: int, currency: str = "USD") -> Change:
    def changed(plan: Plan) -> Plan:
        money = Figure(value=total, unit=f"micros:{currency}", source=plan.allocation.total.source)
        return plan.model_copy(update={"allocation": plan.allocation.model_copy(update={"total": money})})

    return changed


def with_price(channels: dict[Channel, int]) -> Change:
    return lambda plan: plan.model_copy(
        update={"allocation": plan.allocation.model_copy(update={"contact_cost_micros": channels})}
    )


def at(*moments: tuple[int, int]) -> Change:
    return on(slots=tuple(SendSlot(weekday=day, local_minute=minute) for day, minute in moments))


def same(plan: Plan) -> Plan:
    return plan


PLAN_CASES: list[tuple[str, Change, Change]] = [
    ("budget_ceiling", spending(5_000_000_000), spending(5_000_000_001)),
    ("budget_ceiling", same, on_brief(budget=None)),
    ("budget_ceiling", same, on_brief(budget=Money(amount_micros=4_000_000_000, currency="USD"))),
    ("one_currency", spending(100), spending(100, "EUR")),
    ("prices_known", with_price({"email": 1, "push": 0}), with_price({"email": 1})),
    ("holdout_required", on_experiment(holdout_share=0.05), on_experiment(holdout_share=0.049)),
    ("holdout_required", on_experiment(global_share=0.01), on_experiment(global_share=0.0)),
    ("experiment_powered", on_experiment(powered=True), on_experiment(powered=False)),
    ("owner_required", on(owner="Ada"), on(owner=" \t")),
    ("expiry_required", on(expires_at=datetime.fromisoformat("2017-10-17T00:00:00Z")), on(expires_at=datetime.fromisoformat("2017-10-16T00:00:00Z"))),
    ("expiry_required", same, on(expires_at=datetime.fromisoformat("2018-10-18T00:00:00Z"))),
    ("exit_required", on(exit_condition="spent"), on(exit_condition="")),
    ("window_ahead", on_brief(window=Window(start=date(2017, 10, 1), end=date(2017, 10, 16))), on_brief(window=Window(start=date(2017, 10, 1), end=date(2017, 10, 15)))),
    ("frequency_cap", at((1, 600), (4, 600)), at((1, 600), (3, 600), (5, 600))),
    ("frequency_cap", same, at()),
    ("frequency_cap", on_brief(max_contacts_per_week=5), lambda plan: at(*((day, 600) for day in range(1, 6)))(on_brief(max_contacts_per_week=5)(plan))),
    ("slot_spacing", at((7, 600), (1, 600)), at((7, 600), (1, 540))),
    ("slots_outside_quiet_hours", at((1, 480)), at((1, 479))),
    ("slots_outside_quiet_hours", at((1, 1259)), at((1, 1260))),
    ("exclusions_kept", on_brief(excluded_channels=("sms",)), on_brief(excluded_channels=("push",))),
    ("exclusions_kept", on_brief(prohibitions=("no SMS",)), on_brief(prohibitions=("never use push notifications",))),
    ("offers_wanted", lambda plan: on_brief(prohibitions=("no discounts",))(on_variant(offer_id=None)(on(offers=())(plan))), on_brief(prohibitions=("no discounts",))),
    ("prohibitions_understood", on_brief(prohibitions=("do not mention alcohol",)), on_brief(prohibitions=("nobody under 18",))),
    ("questions_answered", same, on_brief(questions=("Which budget?",))),
    ("questions_answered", same, on_brief(conflicts=("no email", "email only"))),
    ("variants_present", same, on(creatives=())),
    ("autonomy_bounded", on(autonomy="suggest"), on(autonomy="bounded")),
    ("policies_current", same, on(policy_hash="0" * 64)),
    ("channel_in_brief", same, on_variant(1, channel="sms")),
    ("banned_claims", adding(body=" A tasty idea."), adding(body=" cl\u0456nic\u200bally PR0VEN to help")),
    ("banned_claims", adding(html="<p>tasty</p>"), adding(html='<img alt="risk free"/>')),
    ("prohibitions_kept", on_brief(prohibitions=("do not mention wine",)), on_brief(prohibitions=("do not mention dinner",))),
    ("prohibitions_kept", same, on_brief(prohibitions=("no coupons",))),
    ("claims_have_evidence", on_variant(claims=(Claim(text="caught in Maine", evidence="label"),)), on_variant(claims=(Claim(text="caught in Maine", evidence=" "),))),
    ("claims_are_listed", lambda plan: on_variant(claims=(Claim(text="Locally sourced fish", evidence="contract 7"),))(adding(body=" Locally sourced fish!")(plan)), adding(body=" Locally sourced fish!")),
    ("amounts_from_offers", adding(body=" Ready in 10 minutes."), adding(body=" Now 10 % less.")),
    ("amounts_from_offers", same, adding(subject=" for $3")),
    ("amounts_from_offers", same, adding(body=" now $\u200b\u20603")),
    ("offer_from_plan", on_variant(offer_id=None), on_variant(offer_id="save-90")),
    ("links_from_slots", same, adding(html='<a href="https://evil.invalid/?q=1">x</a>')),
    ("links_from_slots", same, adding(body=" see www.evil.example")),
    ("passive_markup", same, adding(html="<script>x()</script>")),
    ("passive_markup", same, adding(html='<p onclick="x()">a</p>')),
    ("plain_slots", adding(body="{% if brand %}{{ category | upper }}{% endif %}"), adding(body="{{ 'a' * 10 ** 9 }}")),
    ("declared_slots", same, adding(body="{{ password }}")),
    ("one_line_header", same, adding(subject="\r\nBcc: all@shop.invalid")),
    ("one_line_header", same, on_variant(subject=" ")),
    ("unsubscribe_present", same, on_variant(body="Try it. {{ postal_address }}")),
    ("unsubscribe_present", same, on_variant(html="<mjml>{{ postal_address }}</mjml>")),
    ("postal_address_present", same, on_variant(body="Try it. {{ unsubscribe_url }}")),
    ("claims_supported", adding(body=" A tasty idea."), adding(body=" Experts recommend it.")),
    ("claims_sourced", same, on_variant(claims=(Claim(text="caught in Maine", evidence="label"),))),
    ("no_comparisons", adding(body=" Better than ever."), adding(body=" Fresher than other shops.")),
    ("brand_words", adding(body=" Good value."), adding(body=" So ch\u0435ap.")),
    ("calm_tone", adding(body=" Come by when it suits you."), adding(body=" H u r r y, be quick.")),
    ("calm_tone", adding(subject="!"), adding(subject="!!!")),
    ("nothing_sensitive", adding(body=" You may like it."), adding(body=" Since you are pregnant, try it.")),
    ("plain_letters", adding(body=" Soup."), adding(body=" So\u200bup.")),
    ("disclosures_present", adding(html="<p>Soup.</p>"), on_variant(html='<mjml><a href="{{ unsubscribe_url }}">x</a> {{ postal_address }}</mjml>')),
    ("links_to_brand", adding(html='<a href="{{ shop_url }}">x</a>'), adding(html='<a href="{{ brand }}">x</a>')),
    ("one_click_unsubscribe", same, lambda plan: on_variant(html=plan.creatives[0].html.replace("<a href", '<a style="display:none" href'))(plan)),
    ("language_judged", same, on_variant(language="es")),
    ("reading_level", adding(body=" It is good food."), adding(body=" Notwithstanding considerable organisational complexity, institutional procurement continuously demonstrates extraordinary international responsibility throughout administrative environments.")),
    ("pacing", at((1, 600)), lambda plan: on_brief(window=Window(start=date(2017, 10, 16), end=date(2017, 10, 20)))(at((2, 600))(plan))),
    ("us_can_spam_opt_out", on_brief(markets=("US",)), on_variant(body="Try it. {{ postal_address }}")),
    ("us_can_spam_address", on_brief(markets=("US",)), on_variant(body="Try it. {{ unsubscribe_url }}")),
    ("us_can_spam_address", on_brief(markets=()), lambda plan: on_brief(markets=())(on_variant(body="Try it.")(plan))),
    ("us_can_spam_subject", same, on_variant(subject=" ")),
    ("ca_casl_identification", lambda plan: on_brief(markets=("DE",))(on_variant(body="Try it.")(plan)), lambda plan: on_brief(markets=("CA",))(on_variant(body="Try it.")(plan))),
    ("eu_withdrawal_easy", on_variant(body="Try it."), lambda plan: on_brief(markets=("FR", "US"))(on_variant(body="Try it.")(plan))),
    ("mailbox_one_click", same, on_variant(body="Try it. {{ postal_address }}")),
    ("eu_dsa_special_categories", on_brief(population="people with diabetes"), on_brief(markets=("DE",), population="people with diabetes")),
    ("eu_dsa_special_categories", on_brief(markets=("DE",)), on_brief(markets=(), population="people with d\u0456abetes")),
]  # fmt: skip

AUDIENCE_CASES: list[tuple[str, pl.Expr, pl.Expr]] = [
    ("audience_consents", pl.lit(1, pl.Int8).alias("consent_push"), pl.lit(-1, pl.Int8).alias("consent_push")),
    ("audience_unsuppressed", pl.lit(False).alias("suppressed"), pl.lit(True).alias("suppressed")),
    ("audience_unsuppressed", pl.lit(False).alias("suppressed"), pl.lit(None, pl.Boolean).alias("suppressed")),
    ("audience_zone_known", pl.lit("UTC").alias("time_zone"), pl.lit("Mars/Olympus").alias("time_zone")),
    ("audience_zone_known", pl.lit("UTC").alias("time_zone"), pl.lit(None, pl.String).alias("time_zone")),
    ("audience_in_market", pl.lit("US").alias("country"), pl.lit("CA").alias("country")),
]

SMS: dict[str, object] = {"by_sms": True, "sms_written_consent": True}
FLORIDA = {**SMS, "law_sms_until_20": True}
NINE = {**SMS, "law_sms_from_9": True}
TEXAS = {**NINE, "law_sms_texas": True}

CONTACT_CASES: list[tuple[str, dict[str, object], dict[str, object]]] = [
    ("consent_required", {"consent": True}, {"consent": False}),
    ("suppression", {"suppressed": False}, {"suppressed": True}),
    ("holdout_untouched", {"arm": 0}, {"arm": 1}),
    ("holdout_untouched", {"arm": 0}, {"arm": 2}),
    ("daily_cap", {"sends_1d": 0}, {"sends_1d": 1}),
    ("weekly_cap", {"sends_7d": 1, "cap_7d": 2}, {"sends_7d": 2, "cap_7d": 2}),
    ("weekly_cap", {"sends_7d": 3, "cap_7d": 9}, {"sends_7d": 4, "cap_7d": 9}),
    ("quiet_hours", {"local_minute": 480}, {"local_minute": 479}),
    ("quiet_hours", {"local_minute": 1259}, {"local_minute": 1260}),
    ("quiet_hours", {"local_minute": 600}, {"local_minute": None}),
    (
        "budget_left",
        {"cost_micros": 10, "budget_left_micros": 10},
        {"cost_micros": 11, "budget_left_micros": 10},
    ),
    ("budget_left", {"cost_micros": 0, "budget_left_micros": 0}, {"cost_micros": -1, "budget_left_micros": 0}),
    ("plan_in_force", {"plan_expired": False}, {"plan_expired": True}),
    ("channel_permitted", {"channel_allowed": True}, {"channel_allowed": False}),
    ("marketing_purpose", {"purpose_marketing": True}, {"purpose_marketing": False}),
    ("local_day_cap", {"sends_local_day": 0}, {"sends_local_day": 1}),
    ("age_for_category", {"age_from": 21, "age_needed": 21}, {"age_from": 20, "age_needed": 21}),
    ("age_for_category", {"age_from": 0, "age_needed": 0}, {"age_from": 0, "age_needed": 18}),
    ("minors_untouched", {"minor": False}, {"minor": True}),
    ("complaint_answered", {"open_complaint": False}, {"open_complaint": True}),
    ("complaint_answered", {"open_complaint": False}, {"open_complaint": None}),
    ("us_sms_written_consent", SMS, {"by_sms": True, "sms_written_consent": False}),
    ("us_sms_hours", {**SMS, "local_minute": 480}, {**SMS, "local_minute": 479}),
    ("us_sms_hours", {**SMS, "local_minute": 1259}, {**SMS, "local_minute": 1260}),
    ("us_state_sms_until_20", {**FLORIDA, "local_minute": 1199}, {**FLORIDA, "local_minute": 1200}),
    ("us_state_sms_from_9", {**NINE, "local_minute": 540}, {**NINE, "local_minute": 539}),
    ("us_state_sms_from_9", {**NINE, "local_minute": 1199}, {**NINE, "local_minute": 1200}),
    ("us_state_sms_from_9", {**TEXAS, "local_minute": 1200}, {**TEXAS, "local_minute": 539}),
    ("us_texas_sms_hours", {**TEXAS, "local_minute": 1259}, {**TEXAS, "local_minute": 1260}),
    (
        "us_texas_sms_hours",
        {**TEXAS, "local_minute": 720, "local_weekday": 7},
        {**TEXAS, "local_minute": 719, "local_weekday": 7},
    ),
    ("ca_casl_consent", {"law_ca": True, "consent": True}, {"law_ca": True, "consent": False}),
    ("eu_opt_in", {"law_eu": True}, {"law_eu": True, "consent": False}),
    ("eu_opt_in", {"law_eu": True}, {"law_eu": True, "purpose_marketing": False}),
    ("eu_objection", {"law_eu": True}, {"law_eu": True, "suppressed": True}),
    ("eu_dsa_minors", {"law_eu": True}, {"law_eu": True, "minor": True}),
    ("in_dpdp_consent", {"law_in": True, "age_from": 18}, {"law_in": True, "age_from": 18, "consent": False}),
    ("in_dpdp_adults", {"law_in": True, "age_from": 18}, {"law_in": True, "age_from": 0}),
]

OTHER_CASES = ("audience_minimum", "audience_as_stated")


def test_a_sound_plan_has_no_findings(plan: Plan, snapshot: pl.DataFrame, policies: PolicySet, now: datetime) -> None:
    assert check(plan, snapshot, policies, now) == ()


@pytest.mark.parametrize(("rule", "passing", "blocked"), PLAN_CASES)
def test_plan_and_creative_rules_allow_and_block(
    rule: str, passing: Change, blocked: Change, plan: Plan, snapshot: pl.DataFrame, policies: PolicySet, now: datetime
) -> None:
    allowed = {finding.rule for finding in check(passing(plan), snapshot, policies, now)}
    refused = {finding.rule: finding for finding in check(blocked(plan), snapshot, policies, now)}
    assert rule not in allowed
    assert rule in refused
    assert "{" not in refused[rule].observed.replace("{{", "").replace("{%", "") + refused[rule].limit
    assert refused[rule].severity == policies.rule(rule).severity


@pytest.mark.parametrize(("rule", "passing", "blocked"), AUDIENCE_CASES)
def test_audience_rules_allow_and_block_with_a_count(
    rule: str,
    passing: pl.Expr,
    blocked: pl.Expr,
    plan: Plan,
    snapshot: pl.DataFrame,
    policies: PolicySet,
    now: datetime,
) -> None:
    some = pl.col("person_id") < "h0003"
    name = blocked.meta.output_name()
    bad = snapshot.with_columns(pl.when(some).then(blocked).otherwise(pl.col(name)).alias(name))
    if name == "consent_push":
        bad = bad.with_columns(
            pl.when(some).then(pl.lit(0, pl.Int8)).otherwise(pl.col("consent_email")).alias("consent_email")
        )
    refused = {finding.rule: finding for finding in check(plan, bad, policies, now)}
    assert rule not in {finding.rule for finding in check(plan, snapshot.with_columns(passing), policies, now)}
    assert list(refused) == [rule]
    assert "3 of 200" in refused[rule].observed


@pytest.mark.parametrize(("rule", "passing", "blocked"), CONTACT_CASES)
def test_contact_rules_allow_and_block(
    rule: str, passing: dict[str, object], blocked: dict[str, object], facts: dict[str, object], policies: PolicySet
) -> None:
    guard = Guard(policies, KEY)
    assert guard.judge(facts | passing) == 0
    refused = guard.rules_in(guard.judge(facts | blocked))
    assert rule in refused
    assert [refusal.rule for refusal in guard.refusals(facts | blocked)] == list(refused)
    others = [policies.rule(other) for other in refused if other != rule]
    unknown = {name for name, value in blocked.items() if value is None}
    if not policies.rule(rule).pack.startswith("law_"):
        assert all(other.pack.startswith("law_") or unknown & set(other.facts) for other in others)


@pytest.mark.parametrize(("people", "found"), [(200, []), (49, ["audience_minimum"]), (50, [])])
def test_an_audience_needs_fifty_people(
    people: int, found: list[str], plan: Plan, snapshot: pl.DataFrame, policies: PolicySet, now: datetime
) -> None:
    size = plan.audience.size.model_copy(update={"value": people})
    sized = plan.model_copy(update={"audience": plan.audience.model_copy(update={"size": size})})
    assert [finding.rule for finding in check(sized, snapshot.head(people), policies, now)] == found


def test_a_plan_about_other_people_than_its_snapshot_is_denied(
    plan: Plan, snapshot: pl.DataFrame, policies: PolicySet, now: datetime
) -> None:
    assert [finding.rule for finding in check(plan, snapshot.head(199), policies, now)] == ["audience_as_stated"]


def test_every_shipped_rule_has_a_passing_and_a_blocked_case() -> None:
    cases = {case[0] for case in [*PLAN_CASES, *AUDIENCE_CASES, *CONTACT_CASES]} | set(OTHER_CASES)
    assert cases == {
        rule.id for rule in load_policies().rules if rule.scope in ("plan", "audience", "creative", "contact")
    }


@pytest.mark.parametrize("column", ["suppressed", "time_zone", "country"])
def test_a_snapshot_without_a_column_violates_for_everybody(
    column: str, plan: Plan, snapshot: pl.DataFrame, policies: PolicySet, now: datetime
) -> None:
    found = check(plan, snapshot.drop(column), policies, now)
    assert len(found) == 1
    assert "200 of 200" in found[0].observed


def test_an_underpowered_experiment_asks_for_approval_and_says_what_is_feasible(
    plan: Plan, snapshot: pl.DataFrame, policies: PolicySet, now: datetime
) -> None:
    weak = on_experiment(powered=False, feasible=("a holdout of 0.5 sees 0.041 conversions",))(plan)
    (finding,) = check(weak, snapshot, policies, now)
    assert finding.severity == "require_approval"
    assert finding.remedy == "a holdout of 0.5 sees 0.041 conversions"


def test_findings_come_gravest_first_and_repeat_exactly(
    plan: Plan, snapshot: pl.DataFrame, policies: PolicySet, now: datetime
) -> None:
    bad = adding(body=" Eating it is risk free.")(
        on(owner="")(at((1, 600), (1, 700))(on_experiment(powered=False)(plan)))
    )
    found = check(bad, snapshot, policies, now)
    assert [finding.severity for finding in found] == ["deny", "deny", "deny", "require_approval", "warn"]
    assert found == check(bad, snapshot, policies, now)


def test_a_plan_expires_at_its_very_instant(plan: Plan, snapshot: pl.DataFrame, policies: PolicySet) -> None:
    before = plan.expires_at - timedelta(seconds=1)
    late = on_brief(window=Window(start=date(2017, 10, 16), end=date(2018, 1, 1)))(plan)
    assert check(late, snapshot, policies, before) == ()
    assert [finding.rule for finding in check(late, snapshot, policies, plan.expires_at)] == ["expiry_required"]


def test_a_refusal_says_what_was_seen_what_is_allowed_and_what_helps(
    facts: dict[str, object], policies: PolicySet
) -> None:
    found = Guard(policies, KEY).refusals(facts | {"local_minute": None, "budget_left_micros": 500_000}, "USD")
    refused = [refusal for refusal in found if policies.rule(refusal.rule).pack == "contact"]
    assert [(refusal.rule, refusal.observed) for refusal in refused] == [
        ("quiet_hours", "local_minute is not known"),
        ("budget_left", "cost_micros is USD 1.00, budget_left_micros is USD 0.50"),
    ]
    assert refused[0].limit == "between 08:00 and 21:00 in the person's own zone"
    assert refused[1].limit == "message and offer fit into the USD 0.50 left"


def test_the_shipped_copy_breaks_no_rule(
    plan: Plan, snapshot: pl.DataFrame, policies: PolicySet, now: datetime
) -> None:
    made = [
        creative(channel, theme, tone, offer)
        for channel in CHANNELS
        for theme in THEMES
        for tone in tones(channel, theme)
        for offer in (None, *plan.offers)
    ]
    assert len(made) >= 40
    assert check(plan.model_copy(update={"creatives": tuple(made)}), snapshot, policies, now) == ()


def test_the_readme_lists_every_rule_with_its_severity() -> None:
    page = (SHIPPED.parent / "README.md").read_text(encoding="utf-8")
    rows = {line.rsplit(" | ", 1)[0] for line in page.splitlines() if line.startswith("| ") and "`" in line}
    assert {f"| {rule.scope} | `{rule.id}` | {rule.severity}" for rule in load_policies().rules} <= rows
