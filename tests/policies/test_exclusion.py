"""Contradictions that are found at load without a solver, and no false alarm."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings

from policies.errors import BadPolicy
from policies.exclusion import excluding
from policies.load import SHIPPED, load_policies
from tests.policies.test_verify import _condition, passing, rule


@pytest.mark.parametrize(
    ("must", "other"),
    [
        ("channel_allowed && sends_1d >= 1", "daily_cap"),
        ("channel_allowed && arm > 0", "holdout_untouched"),
        ("channel_allowed && !consent", "consent_required"),
        ("channel_allowed && cost_micros > budget_left_micros", "budget_left"),
    ],
)
def test_rules_that_exclude_each_other_are_refused_with_both_places(must: str, other: str, tmp_path: Path) -> None:
    packs = Path(shutil.copytree(SHIPPED, tmp_path / "packs"))
    path = packs / "contact.yaml"
    text = path.read_text()
    assert "must: channel_allowed\n" in text
    path.write_text(text.replace("must: channel_allowed\n", f"must: {must}\n"))

    with pytest.raises(BadPolicy) as error:
        load_policies(packs)

    said = str(error.value)
    assert f"rule {other} ({path}:" in said
    assert f"rule channel_permitted ({path}:" in said
    assert "exclude each other" in said
    assert "mend the limit of one or remove one" in said
    assert "\n" not in said


def test_a_rule_that_nothing_satisfies_is_refused_alone() -> None:
    found = excluding([rule("ok", "yes"), rule("never", "n > 3 && n < 2")])

    assert found is not None
    assert [one.id for one in found[0]] == ["never"]


def test_a_warning_excludes_nothing() -> None:
    assert excluding([rule("a", "n < 2"), rule("b", "n > 3", "warn")]) is None


@settings(max_examples=120, deadline=None)
@given(_condition, _condition)
def test_whatever_it_finds_the_solver_finds_too(first: str, second: str) -> None:
    found = excluding([rule("a", first), rule("b", second)])

    if found is not None:
        assert passing(list(found[0])).kind == "no"
