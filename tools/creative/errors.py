"""What can go wrong in this room.

campaigns.errors.BadInput
└── CreativeError           copy that cannot be made under the brief's limits
    ├── BadTemplate         a template with an unknown slot, an expression, or markup that is not allowed
    └── BadSlot             a slot without a value, or a value that may not stand where the slot is
"""

from __future__ import annotations

from campaigns.errors import BadInput


class CreativeError(BadInput):
    """No copy can be made: language, channel or prohibitions leave nothing."""


class BadTemplate(CreativeError):
    """A template that may not be compiled."""


class BadSlot(CreativeError):
    """A slot value that is missing or would change more than the words in its place."""
