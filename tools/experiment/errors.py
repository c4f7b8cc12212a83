"""What can go wrong in this room.

campaigns.errors.BadInput
└── ExperimentError         shares, samples or an audience with which nothing can be randomised or estimated
    └── NoClaim             an analysis that may not be shown as a lift: too early, no control, arms not as planned
"""

from __future__ import annotations

from campaigns.errors import BadInput


class ExperimentError(BadInput):
    """A share, sample or audience that no randomised comparison can be made with."""


class NoClaim(ExperimentError):
    """A lift that may not be shown, and from when or with what it may."""
