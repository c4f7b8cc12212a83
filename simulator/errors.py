"""What can go wrong in the simulated world.

campaigns.errors.TwinpilotError
└── campaigns.errors.BadInput
    ├── BackInTime          the world was asked for an instant that has passed
    ├── BadRehearsal        too few runs to judge by, a plan that is over, or a channel nobody knows
    ├── BadTest             a randomised test's file that cannot be read or believed
    └── BadWhatIf           factors of a what-if that cannot be tried
"""

from __future__ import annotations

from campaigns.errors import BadInput


class BackInTime(BadInput):
    """A world's clock only moves forward."""


class BadRehearsal(BadInput):
    """The rehearsal that was asked for could not be judged by."""


class BadTest(BadInput):
    """The file of a randomised test cannot be read, or holds what no test can."""


class BadWhatIf(BadInput):
    """What was asked for in a what-if cannot be tried."""
