"""The door to Z3, opened at the first question, so that nothing else needs it installed."""

from __future__ import annotations

from functools import cache
from types import ModuleType

TIMEOUT_MS = 2_000
"""Longest time for one question; what is not answered by then is stated as undecided."""


@cache
def z3() -> ModuleType:
    """The module `z3`; ImportError, naming the extra to install, when it is missing."""
    try:
        import z3 as module
    except ImportError:
        raise ImportError(
            "Proofs about policies need Z3, which is not installed; install it with `pip install 'twinpilot[verify]'`."
        ) from None
    return module  # type: ignore[no-any-return]


def installed() -> bool:
    """Whether proofs can be made here."""
    try:
        z3()
    except ImportError:
        return False
    return True
