"""What can go wrong when a policy is scored on logs: BadLogs, one sentence with the value, the rule and the next step."""

from __future__ import annotations

from campaigns.errors import BadInput


class BadLogs(BadInput):
    """The logs cannot carry a claim about this target; nothing is estimated."""
