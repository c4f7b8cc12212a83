from __future__ import annotations

from evals.ope.suite import gates_of, samples_of, span
from evals.suites import NAMES


def test_a_few_worlds_of_the_suite_pass_what_does_not_hang_on_their_number() -> None:
    found = span(seed=3, first=0, last=6)
    gates = {gate.name: gate for gate in gates_of(found, samples_of(found))}

    assert "ope" in NAMES
    assert not gates["worlds"].passed
    for name in (
        "hopeless targets refused",
        "targets outside what was possible refused",
        "policies no better than the logged one that may act",
        "better policies that may act, on logs that explored much",
    ):
        assert gates[name].passed, name


def test_the_same_seed_lives_through_the_same_worlds() -> None:
    assert span(seed=4, first=2, last=3) == span(seed=4, first=2, last=3) != span(seed=4, first=3, last=4)
