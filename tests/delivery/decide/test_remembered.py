"""What is no state of a decider is refused, whatever stands in its place."""

from __future__ import annotations

import pytest

from delivery.decide import BadDecision, house
from delivery.decide.remembered import Remembered


def test_a_state_is_read_as_it_was_written() -> None:
    state = Remembered(2, house(0.1), (1.5, 0.5), "begins", "tally")

    assert Remembered.read(state.line()) == state


@pytest.mark.parametrize(
    "version", ["1e999", "NaN", '"two"', "null", "9" * 5_000, "[" * 50_000], ids=["inf", "nan", "word", "null", "long", "deep"]
)  # fmt: skip
def test_a_version_that_is_no_number_is_refused(version: str) -> None:
    line = Remembered(2, house(0.1), None, "begins", "tally").line()

    with pytest.raises(BadDecision, match="none of a decider"):
        Remembered.read(line.replace('"version":2', f'"version":{version}'))
