"""What can go wrong when a campaign is run or measured.

campaigns.errors.BadInput
├── NoControl        there is no randomised control to measure against: no claim can be made
└── campaigns.errors.Refused
    ├── NotLaunched  the plan has no account in the outbox yet
    └── InUse        another process runs this plan now
"""

from __future__ import annotations

from campaigns.errors import BadInput, Refused


class NoControl(BadInput):
    """Without people who were randomly left alone nothing can be said about what a campaign caused."""


class NotLaunched(Refused):
    """There is nothing to measure, audit or take up again."""


class InUse(Refused):
    """The plan's lease is held by a living process."""
