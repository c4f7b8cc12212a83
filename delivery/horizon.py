"""When a campaign is over: the last instant whose outcomes count for it."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from campaigns.plan import Plan

FOLLOW_UP_DAYS = 3
"""Whole days after the window's last day in which late answers are still taken in."""


def horizon_end(plan: Plan) -> datetime:
    """Midnight UTC after the follow-up: the world is run to here, then the books are closed and the result measured."""
    return datetime.combine(plan.brief.window.end + timedelta(days=1 + FOLLOW_UP_DAYS), time(), UTC)
