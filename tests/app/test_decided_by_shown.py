"""The report names the versions of the decision policy that decided, and says nothing where none is known."""

from __future__ import annotations

import pytest

from app.report.blocks import Text
from app.report.sections_outcome import guard_section
from delivery.audit import DecidedBy
from tests.app.stories import audited, measurement
from tests.builders import plan


@pytest.mark.parametrize(
    ("decided", "words"),
    [
        ((), None),
        ((DecidedBy(version=1, decisions=1_200), DecidedBy(version=2, decisions=30)), "version 1 made 1,200, version 2 made 30."),
    ],
)  # fmt: skip
def test_versions_and_their_decisions_are_told(decided: tuple[DecidedBy, ...], words: str | None) -> None:
    made = plan()
    found = audited(made).model_copy(update={"decided_by": decided})

    blocks = guard_section(found, measurement(made)).blocks

    told = [str(block.text) for block in blocks if isinstance(block, Text) and "decision policy" in str(block.text)]
    assert len(told) == (words is not None)
    assert all(one.endswith(words or "") for one in told)
