from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.errors import Refused
from campaigns.lifecycle import NEXT, STATES, State, step

states = st.sampled_from(STATES)
ENDED = {"completed", "stopped", "rejected", "expired"}


@given(states, states)
def test_a_step_exists_or_is_refused_with_what_is_allowed(current: State, wanted: State) -> None:
    if wanted in NEXT[current]:
        assert step("p-1", current, wanted) == wanted
    else:
        with pytest.raises(Refused, match=f"is {current} and cannot become {wanted}"):
            step("p-1", current, wanted)


@given(st.lists(states, max_size=30))
def test_no_walk_goes_live_without_check_rehearsal_proposal_and_approval(wanted: list[State]) -> None:
    current: State = "draft"
    since_draft: list[State] = []
    for state in wanted:
        if state not in NEXT[current]:
            continue
        current = step("p-1", current, state)
        since_draft = [] if state == "draft" else [*since_draft, state]
        if state == "live" and "paused" not in since_draft:
            assert since_draft == ["checked", "rehearsed", "proposed", "approved", "live"]


def test_every_state_has_its_steps_and_those_that_ended_have_none() -> None:
    assert set(NEXT) == set(STATES)
    assert {state for state in STATES if not NEXT[state]} == ENDED


@pytest.mark.parametrize("state", ["live", "paused", *sorted(ENDED)])
def test_what_was_launched_or_ended_is_never_a_draft_again(state: State) -> None:
    with pytest.raises(Refused):
        step("p-1", state, "draft")
