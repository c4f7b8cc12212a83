"""Which values count as known: of the fact's kind, and inside its range or closed set."""

from __future__ import annotations

import numpy as np

from policies.facts import Fact, Kind

_TYPES: dict[Kind, type] = {"bool": bool, "int": int, "float": float, "str": str}


def is_valid(fact: Fact, value: object) -> bool:
    """Whether a plain value may be asked about; None, NaN, another type or a value out of range may not."""
    if type(value) is not _TYPES[fact.kind]:
        return False
    if isinstance(value, int | float) and fact.kind != "bool":
        return fact.low <= value <= fact.high
    return not fact.values or value in fact.values


def plain(value: object) -> object:
    """A numpy scalar as the Python value it holds; anything else as it is."""
    return value.item() if isinstance(value, np.generic) else value
