"""Kinds: each stands for ordinary rule text, and a parameter of another type or unit is refused with its line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from policies.errors import BadPolicy
from policies.facts import SCOPES
from policies.kinds.catalogue import KINDS
from policies.kinds.expand import expand
from policies.language.parse import parse
from policies.language.syntax import text
from policies.load import SHIPPED, load_policies, read_rules

PARAMS: dict[str, dict[str, object]] = {
    "frequency_cap": {"most": 4, "window": "week"},
    "quiet_hours": {"opens": "08:00", "closes": "21:00"},
    "spend_ceiling": {"most": "5000.00 USD"},
    "holdout_share": {"least": 0.05, "most": 0.9},
    "audience_min_size": {"people": 50},
    "plan_lifetime": {"most": 366},
    "pacing_band": {"least": 0.0, "most": 0.5},
    "data_freshness": {"days": 3},
    "slot_spacing": {"minutes": 1440},
    "autonomy_bounded": {"allowed": ["suggest"]},
    "impact_ratio": {"of": "benefit", "least": 0.8},
    "audience_difference": {"people": 50},
    "pack_freshness": {"days": 365},
    "change_limit": {"each": 0.2, "together": 0.5},
    "spend_limit": {"most": "10.50 EUR"},
    "tool_effect": {"effects": ["read"]},
}


def pack(folder: Path, *rules: dict[str, object]) -> Path:
    path = folder / "pack.yaml"
    head = {"pack": "some", "title": "Some rules", "source": "A test.", "as_of": "2026-11-22"}
    path.write_text(yaml.safe_dump({**head, "rules": list(rules)}, sort_keys=False))
    return path


@pytest.mark.parametrize("name", list(KINDS))
def test_every_kind_expands_to_a_rule_that_loads(name: str, tmp_path: Path) -> None:
    (rule,) = read_rules(pack(tmp_path, {"id": "some_rule", "kind": name, "params": PARAMS.get(name, {})}))
    assert (rule.kind, rule.scope, rule.severity) == (name, KINDS[name].scope, KINDS[name].severity)
    assert set(rule.facts) <= set(SCOPES[rule.scope].facts)
    assert rule.must == text(parse(str(expand({"id": "x1", "kind": name, "params": PARAMS.get(name, {})})["must"])))


@pytest.mark.parametrize(
    ("kind", "params", "must"),
    [
        ("frequency_cap", {"most": 1, "window": "day"}, "(sends_1d < 1)"),
        ("frequency_cap", {"most": 1, "window": "calendar_day"}, "(sends_local_day < 1)"),
        ("quiet_hours", {"opens": "09:30", "closes": "24:00"}, "((local_minute >= 570) && (local_minute < 1440))"),
        ("spend_ceiling", {"most": "12.5 EUR"}, '((total_micros <= 12500000) && (currency == "EUR"))'),
        ("impact_ratio", {"of": "burden", "least": 0.8}, "(burden_measured && (burden_high >= 0.8))"),
        ("audience_min_size", {}, "(audience_size >= 50)"),
    ],
)
def test_parameters_arrive_in_the_units_of_the_facts(
    kind: str, params: dict[str, object], must: str, tmp_path: Path
) -> None:
    (rule,) = read_rules(pack(tmp_path, {"id": "some_rule", "kind": kind, "params": params}))
    assert text(rule.tree) == must


def test_a_shipped_rule_written_as_its_kind_is_the_same_policy(tmp_path: Path) -> None:
    shutil.copytree(SHIPPED, tmp_path / "packs")
    path = tmp_path / "packs" / "contact.yaml"
    data = yaml.safe_load(path.read_text())
    as_kinds = {"consent_required": None, "suppression": None, "holdout_untouched": None, "budget_left": None,
                "plan_in_force": None, "quiet_hours": {"opens": "08:00", "closes": "21:00"}}  # fmt: skip
    data["rules"] = [
        {"id": rule["id"], "kind": rule["id"], **({"params": as_kinds[rule["id"]]} if as_kinds[rule["id"]] else {})}
        if rule["id"] in as_kinds
        else rule
        for rule in data["rules"]
    ]
    path.write_text(yaml.safe_dump(data, sort_keys=False, allow_unicode=True))
    assert load_policies(tmp_path / "packs").hash == load_policies().hash


def test_severity_and_texts_beside_a_kind_replace_its_own(tmp_path: Path) -> None:
    written = {"id": "some_rule", "kind": "audience_min_size", "severity": "warn", "remedy": "ask the analyst"}
    (rule,) = read_rules(pack(tmp_path, written))
    assert (rule.severity, rule.remedy) == ("warn", "ask the analyst")
    assert rule.limit == KINDS["audience_min_size"].limit


BAD = [
    ({"kind": "quiet_hour"}, "kind 'quiet_hour' is not known; did you mean `quiet_hours`?"),
    ({"kind": "quiet_hours", "params": {"opens": 480, "closes": "21:00"}}, 'a clock time is wanted, in quotes, like "08:00"'),
    ({"kind": "quiet_hours", "params": {"opens": "24:01", "closes": "21:00"}}, "a clock time is wanted"),
    ({"kind": "quiet_hours", "params": {"opens": "08:00"}}, "quiet_hours needs the parameter `closes`; add it"),
    ({"kind": "quiet_hours", "params": {"opens": "08:00", "close": "21:00"}}, "did you mean `closes`?"),
    ({"kind": "spend_limit", "params": {"most": 500}}, "an amount with its currency is wanted"),
    ({"kind": "spend_limit", "params": {"most": "500 USX"}}, "The currency 'USX' is not known"),
    ({"kind": "spend_limit", "params": {"most": "0 USD"}}, "give one above zero"),
    ({"kind": "change_limit", "params": {"each": 20, "together": 0.5}}, "a fraction from 0.0 to 1.0 is wanted"),
    ({"kind": "change_limit", "params": {"each": 1.5, "together": 0.5}}, "a fraction from 0.0 to 1.0 is wanted"),
    ({"kind": "frequency_cap", "params": {"most": 4, "window": "month"}}, "'day', 'calendar_day' or 'week'"),
    ({"kind": "frequency_cap", "params": {"most": True, "window": "day"}}, "a whole number"),
    ({"kind": "tool_effect", "params": {"effects": ["reed"]}}, "did you mean `read`?"),
    ({"kind": "consent_required", "params": {"most": 1}}, "consent_required has no parameter `most`"),
    ({"kind": "consent_required", "must": "true"}, "`must` comes from the kind consent_required; leave it out"),
    ({"kind": "consent_required", "scope": "contact"}, "`scope` comes from the kind"),
    ({"kind": "consent_required", "remdy": "x"}, "`remdy` is not a field here; did you mean `remedy`?"),
    ({"kind": "consent_required", "severity": "denny"}, "did you mean `deny`?"),
    ({"kind": 5}, "kind 5 is not known"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "said"), BAD, ids=[said[:40] for _, said in BAD])
def test_a_bad_parameter_names_file_line_rule_and_remedy(written: dict[str, object], said: str, tmp_path: Path) -> None:
    path = pack(tmp_path, {"id": "some_rule", **written})
    with pytest.raises(BadPolicy) as error:
        read_rules(path)
    message = str(error.value)
    line = int(message.removeprefix(f"{path}:").split(":")[0])
    assert 6 <= line <= len(path.read_text().splitlines())
    assert "rule some_rule: " in message
    assert said in message
    assert "\n" not in message


@pytest.mark.parametrize(
    ("must", "params", "said"),
    [
        ("cost_micros < params.most_minute", {"most_minute": 5}, "`<` has micros on one side and local_minute"),
        ("local_minute < params.most_micros", {"most_micros": 5}, "local_minute on one side and micros"),
        ("local_minute < params.closes_minute", {"closes_minute": 1441}, "a minute of the day is 0 to 1440"),
    ],
)
def test_the_name_of_a_parameter_tells_its_unit(
    must: str, params: dict[str, object], said: str, tmp_path: Path
) -> None:
    texts = {"message": "m", "limit": "l", "remedy": "r", "severity": "deny", "scope": "contact"}
    with pytest.raises(BadPolicy, match=said):
        read_rules(pack(tmp_path, {"id": "some_rule", "must": must, "params": params, **texts}))


def test_the_page_about_the_language_lists_every_kind_with_its_text() -> None:
    page = (SHIPPED.parent.parent / "docs" / "policy-language.md").read_text(encoding="utf-8")
    for kind in KINDS.values():
        (row,) = [line for line in page.splitlines() if f"| `{kind.name}` |" in line]
        assert row.startswith(f"| {kind.scope} | ")
        assert f"`{kind.must}`" in row.replace("\\|", "|")
        assert all(f"`{name}`" in row for name in kind.params.model_fields)
