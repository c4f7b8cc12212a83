"""Fitting the twin of a workspace anew: from its data, the tests given to it, and the holdouts of finished campaigns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from campaigns.workspace import Workspace
    from simulator.fitting.fit import Fit
    from simulator.fitting.randomised import Trial


def refitted(workspace: Workspace, given: Sequence[Trial], say: Callable[[str], None]) -> tuple[Fit, str]:
    """The fit that is in force from now on, and its version; how far finished campaigns were off goes on the track record."""
    from dataclasses import replace

    from campaigns.store import Store
    from simulator.calibration import fit_workspace
    from simulator.fitting.live import lived, remember
    from simulator.fitting.stored import kept_trials, merged, save

    say("reading finished campaigns and their holdouts")
    campaigns = lived(workspace)
    tests = merged(kept_trials(workspace), [*given, *campaigns.trials])
    made = fit_workspace(workspace, Store(workspace).now(), tests, say)
    found = replace(made, forecasts=campaigns.errors, silent=campaigns.gaps)
    say("keeping the fit")
    version = save(workspace, found)
    remember(workspace, campaigns)
    return found, version


def learnt_of(workspace: Workspace, plan_id: str, say: Callable[[str], None]) -> str:
    """What the twin learnt when a campaign was over, in one sentence; also when it could learn nothing.

    The campaign is done by then, so what cannot be fitted is said and nothing is raised.
    """
    from campaigns.errors import TwinpilotError
    from campaigns.lifecycle import OVER
    from campaigns.store import Store
    from simulator.fitting.fit import campaign

    if Store(workspace).record(plan_id).state not in OVER:
        return "The twin learns from campaigns that ran to their end; this one did not."
    try:
        found, version = refitted(workspace, (), say)
    except TwinpilotError as error:
        return f"The twin was not fitted anew: {error}"
    mine = [one for one in found.forecasts if one.plan_id == plan_id]
    held = (
        f"{sum(one.inside for one in mine)} of its {len(mine)} forecasts held"
        if mine
        else "none of its forecasts can be judged"
    )
    taught = next((one for one in found.response.lifts if one.source == campaign(plan_id)), None)
    if taught is None:
        why = next((gap for gap in (*found.silent, *found.gaps) if plan_id in gap), "it taught nothing of responses.")
        return f"The twin is fitted anew (fit {version}): {held}; {why}"
    low, high = taught.interval
    return (
        f"The twin is fitted anew (fit {version}): {held}; with this campaign's control it believes in {taught.mean:.4f} "
        f"[{low:.4f} to {high:.4f}] more conversions per person treated."
    )
