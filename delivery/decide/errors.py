"""What can go wrong when deciding: BadDecision is a ValueError with one sentence that says what to change."""

from __future__ import annotations


class BadDecision(ValueError):
    """An arm, a feature, a reward or a probability that cannot be; the message names the value and the rule."""
