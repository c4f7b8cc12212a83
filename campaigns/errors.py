"""What can go wrong, as a tree; every other package's errors hang from it.

TwinpilotError              exit code 1
├── BadInput                exit code 2: the value, the rule it broke and the next step, in one sentence
│   └── Refused             exit code 2: a step that the campaign's state or a hash does not allow
└── GateFailed              exit code 1: a threshold was measured and not met
"""


class TwinpilotError(Exception):
    """Any error that Twinpilot raises on purpose; its text is fit for a user to read."""

    exit_code = 1


class BadInput(TwinpilotError):
    """The user's words, file or settings cannot be used as they are; nothing was changed."""

    exit_code = 2


class Refused(BadInput):
    """The step is not allowed in this state, or binds to other bytes than those shown; nothing was changed."""


class GateFailed(TwinpilotError):
    """A measured value is beyond its threshold."""

    exit_code = 1
