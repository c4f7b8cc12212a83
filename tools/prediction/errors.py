"""What can go wrong in a prediction.

campaigns.errors.BadInput
├── MissingColumn    a frame lacks a column that the model reads
├── NoUplift         a test from which nobody's uplift can be learnt: no control, no known chances, too few people
└── UnknownChannel   there is no response prior for this channel
"""

from __future__ import annotations

from campaigns.errors import BadInput


class MissingColumn(BadInput):
    """A frame lacks a column that the model needs."""


class NoUplift(BadInput):
    """A test from which nobody's uplift can be learnt."""


class UnknownChannel(BadInput):
    """No prior says how people respond on this channel."""
