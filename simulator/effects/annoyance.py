"""What messages cost in good will: leaving, complaining, and staying away afterwards."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from campaigns.contact import FloatArray


def annoyance(base: float, fatigue: FloatArray, per_contact: float) -> FloatArray:
    """Chance of leaving or complaining: rises with fatigue as attention falls, at most 1."""
    return np.minimum(base * np.exp(per_contact * fatigue), 1.0)


def precision_ratio(variables: npt.ArrayLike, per_variable: float) -> FloatArray:
    """How much likelier a message that knows this many things about a person makes them leave or complain."""
    return np.asarray(np.exp(per_variable * np.asarray(variables, np.float64)))
