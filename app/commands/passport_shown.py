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
        ("Supports this plan", "yes" if found.supported else "no"),
        *(("Because", reason) for reason in found.unsupported_because),
        *(("Not learnt", sentence) for sentence in found.not_learnt),
    ]


def of_workspace(history: History) -> Rows:
    """The campaigns' back-test of a workspace, the region in which the twin has support, and what it could not learn."""
    seen, record = history.region, history.record
    return [
        *_campaigns(record),
        ("Purchases", f"{seen.first_day} to {seen.last_day}, {seen.history_days} days" if seen.last_day else "none"),
        ("Channels used", ", ".join(seen.channels) or "none is recorded"),
        (
            "Deepest discount known",
            f"{seen.deepest_discount / 1e6:,.2f} a basket" if seen.deepest_discount is not None else "none",
        ),
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


def _campaigns(found: Passport) -> Rows:
    rows = [
        (
            "Data are",
            "of unknown age"
            if found.data_age_days is None
            else f"{found.data_age_days} day{'' if found.data_age_days == 1 else 's'} old",
        )
    ]
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
