"""A lift is shown out of a claim that the rules of scope `report` have judged, and from nowhere else."""

from __future__ import annotations

import ast
import json
import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from app.report.page import render
from app.report.story import Story
from app.report.summary import as_plain
from app.report.verdict import verdict
from campaigns.border import Border
from delivery.claims import Claims, Lift, Told, claims, facts_of
from delivery.expected import expected
from delivery.measurement import Measurement, Result
from policies.load import load_policies
from tests.app.stories import story
from tools.experiment.claim import LiftClaim
from tools.experiment.errors import NoClaim

ROOT = Path(__file__).resolve().parents[2]
POLICIES = load_policies()
NUMBERS = {"per_person", "treated_mean", "control_mean", "variance_removed", "came_back"}
"""Fields in which a measurement's effects lie; `total` is a name of other things too, and is reached through these alone."""
EFFECTS = {"results", "primary", "daily", "forecast", "outcomes", "fan", "acquisition", "retained", "variables"}
HOLDERS = {"measured", "measurement", "rehearsal", "found"}
MAKERS = {Lift.__name__, Claims.__name__, Told.__name__, LiftClaim.__name__}
"""What an effect is told from; made in `delivery/claims.py` alone."""
DUMPS = {"plain", "model_dump", "model_dump_json", "__dict__"}


def reads(tree: ast.Module) -> set[str]:
    """Every place at which code takes an effect from a measurement or a rehearsal instead of from a claim."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            owner = node.value
            holder = owner.attr if isinstance(owner, ast.Attribute) else owner.id if isinstance(owner, ast.Name) else ""
            if node.attr in NUMBERS or (holder in HOLDERS and node.attr in EFFECTS | DUMPS):
                found.add(f"{holder}.{node.attr}")
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in (*MAKERS, "getattr", "vars", "asdict"):
            found.add(ast.unparse(node))
        if isinstance(node, ast.ImportFrom) and node.module == "delivery.measurement":
            found |= {alias.name for alias in node.names} & {"Result"}
    return found


@pytest.mark.parametrize(
    "path", [*sorted((ROOT / "app" / "report").rglob("*.py")), ROOT / "app" / "demo_said.py"], ids=lambda p: p.name
)
def test_no_page_takes_an_effect_from_anything_but_a_claim(path: Path) -> None:
    assert reads(ast.parse(path.read_text(encoding="utf-8"))) == set()


@pytest.mark.parametrize(
    "code",
    [
        "x = story.measured.results[0]",
        "r.per_person.value",
        "measured.plain()",
        "getattr(measured, 'results')",
        "found.outcomes",
        "measured.acquisition.figure",
        "measured.retained",
        "measured.variables.effects",
        "cohort.came_back",
        "LiftClaim(analysis, study, ratio, at)",
        "Told('a lift', 'words', figure, lift)",
    ],
)
def test_the_walk_sees_an_effect_that_is_taken(code: str) -> None:
    assert reads(ast.parse(code))


def test_templates_print_what_the_page_made_and_no_measurement() -> None:
    for path in (ROOT / "app" / "report" / "templates").rglob("*.jinja"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(
            r"measured|results|per_person|claim|rehearsal", "".join(re.findall(r"\{[{%].*?[%}]\}", text))
        )


def test_every_field_of_a_result_and_a_measurement_is_known_to_this_walk() -> None:
    known = {"metric", "primary", "label", "total", "words", "valid", "p"} | NUMBERS - {"came_back"}
    assert set(Result.model_fields) == known
    figures = {
        name
        for name, field in Measurement.model_fields.items()
        if re.search("Result|Daily|Forecast|Cost|Variables|Retention|Credit", str(field.annotation))
    }
    plain = {"retention", "attribution", "creatives"}
    assert figures - plain == EFFECTS - {"primary", "outcomes", "fan"}


def refusing(told: Story, **changes: object) -> Story:
    """The story with its measurement changed, and judged again."""
    assert told.measured is not None
    measured = told.measured.model_copy(update=changes)
    return replace(told, measured=measured, claims=claims(measured, POLICIES))


def cut(found: Result, name: str, **changes: object) -> Result:
    """The result with one of its figures changed."""
    figure: Border = getattr(found, name)
    return found.model_copy(update={name: figure.model_copy(update=changes)})


def broken() -> dict[str, Story]:
    """A story per thing that a claim needs, with that thing taken away."""
    told = story()
    assert told.measured is not None
    results, arms = told.measured.results, told.measured.arms
    bare_interval = {"low": None, "high": None, "level": None}
    guess = results[0].per_person.source.model_copy(update={"kind": "twin"})
    small = arms["holdout"].model_copy(update={"value": 49})
    return {
        "control": refusing(told, control="treated"),
        "a control that was not drawn": refusing(told, arms={"treated": arms["treated"]}),
        "estimator": refusing(told, method=" "),
        "interval": refusing(told, results=tuple(cut(one, "per_person", **bare_interval) for one in results)),
        "window": refusing(told, until=told.measured.started),
        "evidence": refusing(told, results=tuple(cut(one, "per_person", source=guess) for one in results)),
        "people": refusing(told, arms=arms | {"holdout": small}),
        "arms as planned": refusing(told, arms=arms | {"holdout": small.model_copy(update={"value": 700})}),
        "a window that is over": refusing(told, until=told.measured.ends),
        "sizes that the lot gives": refusing(told, srm_p=told.measured.srm_p.model_copy(update={"value": 1e-5})),
    }


RULES = {
    "people": "claim_about_groups",
    "arms as planned": "the arms are not as planned",
    "a window that is over": "is not a result yet",
    "sizes that the lot gives": "is not claimed",
}
"""What is said to refuse a claim, where it is not the rule that asks for all five supports."""


@pytest.mark.parametrize("missing", broken())
def test_a_claim_without_one_of_its_supports_is_shown_as_no_claim_and_without_a_number(missing: str) -> None:
    told = broken()[missing]
    assert told.claims is not None
    rule = RULES.get(missing, "claim_supported")

    page, plain = render(told), as_plain(told, Path("x.html"))

    assert all(claim.effect is None and claim.label == "no claim" for claim in told.claims.every)
    assert verdict(told).headline.startswith(("No claim about conversions.", "Cannot tell: the groups are not of"))
    assert rule in page
    assert "no claim" in page
    assert "5.8" in only_of_this_effect()
    assert not only_of_this_effect() & numbers(page)
    assert [set(result) for result in plain["measurement"]["results"]] == [{"metric", "primary", "label", "words"}] * 3  # type: ignore[index]
    assert json.dumps(plain).count("no claim") >= 3


def test_a_claim_that_stands_carries_what_supports_it() -> None:
    told = story()
    assert told.claims is not None
    claim = told.claims.deciding

    assert (claim.control, claim.groups) == ("holdout", {"treated": 932, "holdout": 484})
    assert claim.evidence.kind == "measured"
    assert "CUPED" in claim.estimator
    assert claim.effect is not None
    assert claim.effect.claim.label == "gain"
    assert claim.effect.claim.study.control == "holdout"
    assert facts_of(claim, claim.effect.difference, claim.effect.in_all) == dict.fromkeys(
        ("control", "estimator", "interval", "window", "evidence"), True
    ) | {"group_size": 484}


def test_without_rules_of_the_scope_nothing_is_claimed() -> None:
    told, bare_rules = (
        story(),
        replace(POLICIES, rules=tuple(rule for rule in POLICIES.rules if rule.scope != "report")),
    )
    assert told.measured is not None
    assert told.rehearsal is not None

    assert all(claim.effect is None for claim in claims(told.measured, bare_rules).every)
    assert "no_rule_permits" in expected(told.plan, told.rehearsal, bare_rules).refused


def test_a_rehearsal_of_other_bytes_or_of_few_people_tells_no_effect() -> None:
    told = story(launched=False)
    assert told.rehearsal is not None
    other = told.rehearsal.model_copy(update={"plan_hash": "0" * 64})

    quoted = expected(told.plan, other, POLICIES)
    page = render(replace(told, expected=quoted))

    assert (quoted.quantities, quoted.by_day) == ({}, ())
    assert "claim_supported allows a claim has all five" in page
    assert "It expects" in render(told)
    assert "It expects" not in page


@cache
def only_of_this_effect() -> set[str]:
    """The numbers that a story's page has because of its effect, and would not have with another."""
    return numbers(render(story())) - numbers(render(story((0.11, 0.22, 0.33))))


def numbers(page: str) -> set[str]:
    """Every number in the words of a page."""
    return set(re.findall(r"[\d.,$−]*\d", _text(page)))


def _text(page: str) -> str:
    return re.sub(r"<style.*?</style>|<svg.*?</svg>|<[^>]*>", " ", page, flags=re.DOTALL)


def test_a_figure_that_rests_on_no_claim_cannot_be_told() -> None:
    told = story()
    assert told.measured is not None

    with pytest.raises(NoClaim, match="rests on no claim"):
        Told("a lift", "words", told.measured.results[0].total)


def test_a_claim_is_made_in_one_place() -> None:
    makers = {
        path.relative_to(ROOT).as_posix()
        for room in ("app", "agents", "delivery", "simulator", "tools")
        for path in (ROOT / room).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in MAKERS
    }

    assert makers == {"delivery/claims.py"}
