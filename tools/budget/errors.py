"""What can go wrong in this room.

campaigns.errors.BadInput
└── BudgetError             no budget, another currency, or limits that no allocation can keep
"""

from __future__ import annotations

from campaigns.errors import BadInput


class BudgetError(BadInput):
    """Money cannot be allocated as asked."""
