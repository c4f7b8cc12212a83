"""What can go wrong while planning.

TwinpilotError (campaigns.errors)   exit code 1
├── Unfinished                      exit code 1: the model stopped, or ran into a limit, before every part was made
├── ModelFailed                     exit code 1: the language model's service did not answer as it should
└── BadInput                        exit code 2
    ├── UnknownModel                exit code 2: the model setting, or the key that it needs, cannot be used
    └── Refused
        └── Busy                    exit code 2: another process holds the same plan for too long
"""

from __future__ import annotations

from campaigns.errors import BadInput, Refused, TwinpilotError


class Unfinished(TwinpilotError):
    """The agents ended without every part of the plan, or used up their calls; what was made is kept."""


class ModelFailed(TwinpilotError):
    """The language model's service refused, timed out or answered with something that is no chat message."""


class UnknownModel(BadInput):
    """`TWINPILOT_MODEL` names no model that can be used here."""


class Busy(Refused):
    """Another process works on the same plan and did not finish in time."""
