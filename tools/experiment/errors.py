"""What can go wrong in this room.

campaigns.errors.BadInput
└── ExperimentError         shares, samples or an audience with which nothing can be randomised or estimated
"""

from __future__ import annotations

from campaigns.errors import BadInput


class ExperimentError(BadInput):
    """A share, sample or audience that no randomised comparison can be made with."""
