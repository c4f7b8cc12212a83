"""The twin's passport as table rows: of a rehearsed plan, or of a workspace alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.wording import figure

if TYPE_CHECKING:
    from campaigns.rehearsal import Passport
    from simulator.fitting.fit import ForecastError
    from simulator.passport import History

Rows = list[tuple[str, str]]


def of_plan(found: Passport) -> Rows:
    """The passport that a rehearsal carries."""
    return [
        ("Twin", found.twin_version),
        ("Fitted on", found.fitted_on),
        ("Tested at", f"{found.origins} earlier dates"),
        ("Inside its 80% interval", figure(found.coverage)),
        ("Right direction", figure(found.direction)),
        *_campaigns(found),
        *_region(found),
        ("Supports this plan", "yes" if found.supported else "no"),
        *(("Because", reason) for reason in found.unsupported_because),
        *(("Not learnt", sentence) for sentence in found.not_learnt),
    ]


def of_workspace(history: History) -> Rows:
    """The campaigns' back-test of a workspace, the region in which the twin has support, and what it could not learn."""
    record = history.record
    return [
        *_campaigns(record),
        *_region(record),
        *(("Not supported", reason) for reason in record.unsupported_because),
        *(("Not learnt", sentence) for sentence in record.not_learnt),
    ]


def of_own(forecasts: Sequence[ForecastError]) -> Rows:
    """How the workspace's own finished campaigns came out beside their rehearsals; nothing before the first."""
    if not forecasts:
        return []
    plans = len({one.plan_id for one in forecasts})
    held = sum(one.inside for one in forecasts)
    return [
        (
            "Own campaigns rehearsed",
            f"{plans}: {held} of {len(forecasts)} outcomes inside the 5-95% range of their rehearsal",
        )
    ]


def _region(found: Passport) -> Rows:
    """What the history holds, by what a plan is judged for."""
    return [(f"Seen: {name}", text) for name, text in found.region.items()]


def _campaigns(found: Passport) -> Rows:
    rows: Rows = []
    if not (found.campaign_coverage_80 and found.campaign_coverage_95 and found.campaign_direction):
        return rows
    rows.append(("Earlier campaigns foretold", str(found.campaigns)))
    if found.campaigns:
        rows += [
            ("Outcomes inside the 80% interval", figure(found.campaign_coverage_80)),
            ("Outcomes inside the 95% interval", figure(found.campaign_coverage_95)),
            ("Right direction, where stated", figure(found.campaign_direction)),
            *((f"Mean error, {name}", f"{error:.3f}") for name, error in found.campaign_errors.items()),
        ]
    return rows
