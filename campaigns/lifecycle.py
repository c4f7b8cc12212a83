"""The one state machine of a campaign's life."""

from __future__ import annotations

from typing import Literal, get_args

from campaigns.errors import Refused

State = Literal[
    "draft", "checked", "rehearsed", "proposed", "approved", "live", "paused",
    "completed", "stopped", "rejected", "expired",
]  # fmt: skip
STATES: tuple[State, ...] = get_args(State)

NEXT: dict[State, tuple[State, ...]] = {
    "draft": ("checked", "rejected", "expired"),
    "checked": ("draft", "rehearsed", "rejected", "expired"),
    "rehearsed": ("draft", "proposed", "rejected", "expired"),
    "proposed": ("draft", "approved", "rejected", "expired"),
    "approved": ("draft", "live", "rejected", "expired"),
    "live": ("paused", "completed", "stopped"),
    "paused": ("live", "stopped", "completed"),
    "completed": (),
    "stopped": (),
    "rejected": (),
    "expired": (),
}
"""Allowed steps; a step back to `draft` is a revision, which voids check, rehearsal and approval."""


OVER: tuple[State, ...] = ("completed",)
"""States of a plan whose outcomes are final."""


def step(plan_id: str, current: State, wanted: State) -> State:
    """The wanted state; Refused, naming both states and the allowed ones, when the step does not exist."""
    if wanted not in NEXT[current]:
        allowed = ", ".join(NEXT[current]) or "nothing, it has ended"
        raise Refused(
            f"Plan {plan_id} is {current} and cannot become {wanted}; from {current} it can become: {allowed}."
        )
    return wanted
