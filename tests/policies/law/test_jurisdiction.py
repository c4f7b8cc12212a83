"""Which law reaches whom: known places by list, unknown ones by the strictest; ages; and what every law pack must say."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.facts import LAWS
from policies.jurisdiction import Place, age_needed, laws, laws_of_markets, reaches
from policies.load import SHIPPED
from policies.pack import PackFile
from policies.rule import PolicySet

LAW_PACKS = sorted((SHIPPED / "law").glob("*.yaml"))


@pytest.mark.parametrize(
    ("place", "reached"),
    [
        (Place("US", "NY"), {"law_us"}),
        (Place("US", "TX"), {"law_us", "law_sms_texas", "law_sms_from_9"}),
        (Place("US", "FL"), {"law_us", "law_sms_until_20"}),
        (Place("US"), {"law_us", "law_sms_texas", "law_sms_from_9", "law_sms_until_20"}),
        (Place("CA", "QC"), {"law_ca"}),
        (Place("NO"), {"law_eu"}),
        (Place("IN"), {"law_in"}),
        (Place("BR"), set()),
        (Place(), set(LAWS)),
        (Place("", "TX"), set(LAWS)),
    ],
)
def test_an_unknown_country_or_region_counts_as_the_strictest(
    place: Place, reached: set[str], policies: PolicySet
) -> None:
    assert {law for law, flags in laws(policies.lists, [place]).items() if flags[0]} == reached


@given(st.sampled_from(["US", "CA", "DE", "IN", "BR"]), st.sampled_from(["TX", "FL", "CT", "NY", ""]))
def test_knowing_less_never_frees_from_a_law(policies: PolicySet, country: str, region: str) -> None:
    for law in LAWS:
        known = reaches(policies.lists[law], Place(country, region))
        assert reaches(policies.lists[law], Place(country)) >= known
        assert reaches(policies.lists[law], Place()) >= known


def test_a_law_without_its_list_is_not_known(policies: PolicySet) -> None:
    assert "law_us" not in laws({}, [Place("US")])
    assert laws_of_markets({}, ["US"])["law_us"] is None
    assert laws_of_markets(policies.lists, []) == dict.fromkeys(LAWS, True)


def test_age_follows_the_place_and_the_strictest_where_it_is_unknown(policies: PolicySet) -> None:
    places = [Place("US"), Place("DE"), Place("BR"), Place()]
    assert age_needed(policies.lists, ["cheese"], places).tolist() == [0, 0, 0, 0]
    for text in ("A crate of BEER", "DOMESTIC WINE", "v\u043edka", "cigarettes, cheaper"):
        assert age_needed(policies.lists, ["bread", text], places).tolist() == [21, 18, 25, 25]
    assert age_needed({}, ["beer"], places) is None
    assert age_needed({"age_restricted_terms": ("beer",), "legal_ages": ("US: 21",)}, ["beer"], places) is None


@pytest.mark.parametrize("path", LAW_PACKS, ids=lambda path: path.stem)
def test_every_law_rule_says_where_it_is_from_and_that_it_is_no_advice(path: Path) -> None:
    pack = PackFile.read(path).pack
    assert "not legal advice" in pack.source.lower()
    assert path.read_text().startswith("# No legal advice.")
    for rule in pack.rules:
        assert rule.legal_ref
        assert rule.source
        assert rule.reviewed_by
        assert isinstance(rule.as_of, date)


def test_every_law_of_the_issue_has_a_pack() -> None:
    assert {path.stem for path in LAW_PACKS} == {
        "law_us_can_spam", "law_ca_casl", "law_us_tcpa", "law_eu_gdpr_eprivacy", "law_eu_dsa", "law_in_dpdp",
        "law_mailbox_providers",
    }  # fmt: skip
