"""The proposed audience carries counts that add up, each with the query it came from."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from campaigns.brief import Brief
from campaigns.workspace import Workspace
from tests.tools.audience.conftest import NOW, World
from tools.audience.errors import UnknownCategory, UnreadableWords
from tools.audience.propose import propose_audience

Briefs = Callable[..., Brief]
SEAFOOD = "households that have not bought frozen seafood in twelve weeks"


def test_the_demo_audience_adds_up_and_names_its_sources(sample: Workspace, brief: Briefs) -> None:
    audience = propose_audience(sample, brief(SEAFOOD), NOW)
    assert audience.category == "SEAFOOD - FROZEN"
    assert audience.matched.value - sum(step.removed.value for step in audience.exclusions) == audience.size.value
    assert audience.exclusions[-1].remaining == audience.size.model_copy(
        update={"source": audience.exclusions[-1].remaining.source}
    )
    assert sum(figure.value for figure in audience.segments.values()) == audience.size.value
    assert all(0 < figure.value <= audience.size.value for figure in audience.reachable.values())
    counts = [audience.matched, audience.size, *audience.segments.values(), *audience.reachable.values()]
    assert {figure.source.kind for figure in counts} == {"query"}
    assert {figure.source.ref for figure in counts} == {audience.matched.source.ref}
    assert len(audience.drivers) >= 3
    baseline = next(driver.effect for driver in audience.drivers if "earlier dates" in driver.name)
    assert baseline.low is not None
    assert baseline.low < baseline.value < baseline.high


def test_proposing_twice_gives_the_same_bytes(sample: Workspace, brief: Briefs) -> None:
    assert propose_audience(sample, brief(SEAFOOD), NOW) == propose_audience(sample, brief(SEAFOOD), NOW)


def test_other_channels_are_another_query(sample: Workspace, brief: Briefs) -> None:
    both, one = (propose_audience(sample, brief(SEAFOOD, channels=c), NOW) for c in (("email", "push"), ("push",)))
    assert both.size.source.ref != one.size.source.ref
    assert both.snapshot_id != one.snapshot_id
    assert one.size.value == one.reachable["push"].value < both.size.value


@pytest.mark.parametrize(
    ("words", "error"), [("have not bought unicorns in 3 weeks", UnknownCategory), ("the rich", UnreadableWords)]
)
def test_words_that_cannot_be_read_write_nothing(
    sample: Workspace, brief: Briefs, words: str, error: type[Exception]
) -> None:
    before = sorted(sample.folder("snapshots").iterdir())
    with pytest.raises(error):
        propose_audience(sample, brief(words), NOW)
    assert sorted(sample.folder("snapshots").iterdir()) == before


def test_a_shop_with_little_data_says_so_and_still_gives_three_drivers(world: World, brief: Briefs) -> None:
    shop = world(
        people={f"p{number}": "America/Chicago" for number in range(6)},
        purchases=[(f"p{number}", 30 + number, "COFFEE", 4_000_000) for number in range(6)],
        consents=[(f"p{number}", "email", "granted", 60) for number in range(6)],
    )
    audience = propose_audience(shop, brief("not shopped for four weeks"), NOW)
    assert audience.size.value == 6
    assert len(audience.drivers) >= 3
    assert any("not enough data" in driver.name for driver in audience.drivers)
