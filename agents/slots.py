"""On which local moments of the week a plan sends, given how often a person may be contacted."""

from __future__ import annotations

from datetime import timedelta

from campaigns.brief import Window
from campaigns.plan import SendSlot

MORNING, AFTERNOON, EVENING = 10 * 60, 14 * 60, 18 * 60
"""Minutes of the local day; all lie outside the house's quiet hours."""
DAYS = {1: (2,), 2: (2, 5), 3: (2, 4, 6), 4: (1, 3, 5, 6), 5: (1, 2, 3, 4, 5), 6: (1, 2, 3, 4, 5, 6)}
"""ISO weekdays for so many contacts a week, spread as evenly as the week allows; Sunday is used last."""


def weekly_slots(contacts: int, window: Window) -> tuple[SendSlot, ...]:
    """At most `contacts` (1-21) weekly moments inside the window's weekdays: Tuesday and Friday at 10:00 for two.

    More than seven a week add the afternoon and then the evening of each day. In a window shorter than a week the
    weekdays that do not occur are left out, and its first day is taken when none of the usual ones occurs.
    """
    occurring = {(window.start + timedelta(days=offset)).isoweekday() for offset in range(min(7, window.days))}
    wanted = DAYS.get(contacts, (1, 2, 3, 4, 5, 6, 7))
    days = [day for day in wanted if day in occurring] or [window.start.isoweekday()]
    moments = [(day, minute) for minute in (MORNING, AFTERNOON, EVENING) for day in days]
    chosen = moments[:contacts] if contacts > len(days) and contacts > 7 else moments[: min(contacts, len(days))]
    return tuple(SendSlot(weekday=day, local_minute=minute) for day, minute in sorted(chosen))
