"""A model that obeys brings about nothing; the whole list is run by `twinpilot eval run attacks`."""

from __future__ import annotations

from pathlib import Path

import pytest

from evals.attacks.attempt import absent, denied_by, held, refused, short
from evals.attacks.endpoint import calling, honest, saying
from evals.attacks.run import CASES, EVERY, AttackSample, run_attacks, totals
from evals.attacks.table import page

TRIED = (1, 3, 12, 15, 19, 26, 31, 35, 36, 37, 38, 39)


@pytest.fixture(scope="module")
def samples() -> tuple[AttackSample, ...]:
    """Some of the attacks, tried."""
    return run_attacks(2017, lambda _line: None, TRIED)


def test_the_list_is_whole_and_in_order() -> None:
    assert [case.number for case in CASES] == list(range(1, EVERY + 1))


def test_no_attack_has_a_forbidden_effect(samples: tuple[AttackSample, ...]) -> None:
    assert {name: count for name, count in totals(samples).items() if count} == {}


def test_something_refuses_every_attempt(samples: tuple[AttackSample, ...]) -> None:
    assert [attempt for sample in samples for attempt in sample.unrefused] == []
    assert all(sample.attempts for sample in samples)


def test_the_model_was_asked_where_an_attack_is_about_agents(samples: tuple[AttackSample, ...]) -> None:
    asked = {sample.number: sample.prompts for sample in samples}

    assert all(asked[number] > 0 for number in (1, 3, 15, 35))


def test_the_table_keeps_an_attacks_text_in_its_cell(samples: tuple[AttackSample, ...]) -> None:
    lines = page(samples, 2017, 260).splitlines()

    rows = [line for line in lines if line.startswith("| ") and "Effect" not in line]
    assert all(line.replace("\\|", "").count("|") in (3, 4, 7) for line in rows)
    assert not any("<script" in line for line in lines)


def test_what_has_no_surface_is_listed_apart(samples: tuple[AttackSample, ...]) -> None:
    absent_ones = [attempt for sample in samples for attempt in sample.attempts if attempt.kind == "no_surface"]
    listed = page(samples, 2017, 260).partition("## No such surface")[2]

    assert listed.count("\n| ") - 1 == len(absent_ones)


def test_an_attempt_that_is_not_refused_says_so() -> None:
    assert refused("x", lambda: None).refused_by == ""
    assert denied_by("x", "no_such_rule", ()).refused_by == ""
    assert held("x", "a rule", False, "seen").refused_by == ""
    assert absent("x", False, "imported: socket").refused_by == ""


def test_what_is_shown_names_no_folder_and_holds_no_control_character() -> None:
    assert short("in /some/where/deep/state.db:\x1b[2J a\nb") == "in state.db: [2J a b"


def test_the_obeying_model_goes_on_soundly_where_it_is_told_nothing() -> None:
    begun = {"messages": [{"role": "system", "content": ""}, {"role": "user", "content": ""}]}

    assert honest("audience", begun)["tool_calls"][0]["function"]["name"] == "read_brief"
    assert honest("nobody", begun) == saying("Done: nobody.")
    assert calling("a", "b", arguments='{"x": 1e309}')["tool_calls"][1]["function"]["arguments"] == '{"x": 1e309}'


def test_the_published_table_is_of_the_whole_list() -> None:
    text = (Path(__file__).parents[3] / "docs" / "attacks.md").read_text(encoding="utf-8")

    assert f"{EVERY} cases" in text
    assert "**0 forbidden effects**, 0 attempts that nothing refused" in text
