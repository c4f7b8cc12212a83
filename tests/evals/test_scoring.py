from __future__ import annotations

import pytest

from evals.scoring import Sample, gate, smoke_gates
from evals.worlds import SMOKE

NET = {"nothing": 0, "blast": 20_000_000, "segment rules": 10_000_000, "twinpilot": 30_000_000, "oracle": 40_000_000}


def sample(world: str, **changes: object) -> Sample:
    fields: dict[str, object] = {
        "world": world,
        "description": "made for a test",
        "plan_id": "p-0123456789",
        "status": "proposed",
        "verdict": "go",
        "power": 0.8,
        "powered": world != "budget too small to learn",
        "net": NET,
        "true_conversions": 20,
        "contacts": 1_000,
        "breaches": {"to_holdout": 0},
        "claims": (),
        "false_claims": (),
        "forecast_low": 5.0,
        "forecast_high": 40.0,
        "forecast_covers": True,
        "as_assumed": next(known.as_assumed for known in SMOKE if known.name == world),
    }
    return Sample(**{**fields, **changes})  # type: ignore[arg-type]


def failed(**changes: object) -> set[str]:
    """Names of the gates that fail when the planted-lift world is changed."""
    worlds = [sample(known.name, **(changes if known.name == "planted lift" else {})) for known in SMOKE]
    return {found.name for found in smoke_gates(tuple(worlds)) if not found.passed}


def test_a_system_that_does_well_everywhere_passes() -> None:
    assert failed() == set()


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"breaches": {"to_holdout": 1}}, "breaches"),
        ({"net": {**NET, "twinpilot": 10_000_000}}, "planted lift"),
        ({"net": {**NET, "twinpilot": -200_000_000}}, "all worlds together"),
        ({"net": {**NET, "blast": 200_000_000}}, "best baseline"),
        ({"forecast_covers": False}, "forecast"),
    ],
)
def test_each_fault_fails_its_gate(fault: dict[str, object], words: str) -> None:
    assert any(words in name for name in failed(**fault))


def test_one_false_claim_is_within_what_was_promised_and_two_are_not() -> None:
    false = {"false_claims": ("incremental_margin: gain",)}

    one = smoke_gates(tuple(sample(known.name, **(false if known is SMOKE[0] else {})) for known in SMOKE))
    two = smoke_gates(tuple(sample(known.name, **(false if known in SMOKE[:2] else {})) for known in SMOKE))

    assert all(found.passed for found in one)
    assert [found.name for found in two if not found.passed] == [two[1].name]


def test_a_gate_is_met_at_its_limit() -> None:
    assert gate("share", 0.5, 0.5, at_least=True).passed
    assert gate("count", 0.0, 0.0, at_least=False).passed
    assert not gate("share", 0.499, 0.5, at_least=True).passed
