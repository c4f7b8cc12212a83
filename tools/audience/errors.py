"""What can go wrong between a population in words and its people.

campaigns.errors.BadInput
├── UnreadableWords     the words name no population that can be queried, or hold a part that was not understood
│   └── UnknownCategory a category word fits no product category, or more than one
├── EmptyAudience       nobody matches, or nobody is left after the exclusions
├── NoEvidence          the data hold nothing to value the wanted conversion with
└── SnapshotDamaged     the snapshot's file is missing, unreadable or not the one that the plan was made with
"""

from __future__ import annotations

from campaigns.errors import BadInput


class UnreadableWords(BadInput):
    """The population's words, or a part of them, were not understood; nothing was queried."""


class UnknownCategory(UnreadableWords):
    """A category word fits no product category or several; the text lists near ones."""


class EmptyAudience(BadInput):
    """Nobody matches the population, or nobody is left after the exclusions."""


class NoEvidence(BadInput):
    """No conversion of the wanted kind is in the data, so that its value is unknown."""


class SnapshotDamaged(BadInput):
    """A snapshot file cannot be used: missing, unreadable, or other rows than its id says."""
