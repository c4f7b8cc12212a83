"""A small network that looks for the few pieces of a sentence which make it a price, a claim or pressure.

Each piece's vector is drawn down to WIDTH numbers; learnt attentions (Bahdanau et al., 2015) and the largest value of
each number (Kim, 2014) sum them up, and one hidden layer reads these with the sentence's meaning, the meaning around it
and the marks of the lists. `evals.copy.network` learns the weights.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

WIDTH = 128
HEADS = 6
HIDDEN = 256

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Network:
    """Weights: `narrow` (numbers of a piece, WIDTH) with `narrow_bias`, `attend` (WIDTH, HEADS); into the hidden layer
    `own` and `around` (numbers of a meaning, HIDDEN), `marks` (MARKS, HIDDEN), `attended` (HEADS * WIDTH, HIDDEN), `largest` (WIDTH, HIDDEN) and
    `hidden_bias`; out of it `out` (HIDDEN, 3) with `out_bias`."""

    narrow: Array
    narrow_bias: Array
    attend: Array
    own: Array
    around: Array
    marks: Array
    attended: Array
    largest: Array
    hidden_bias: Array
    out: Array
    out_bias: Array

    def alone(self, pieces: Array, meaning: Array) -> Array:
        """What the hidden layer gets from the sentence's own words (HIDDEN)."""
        narrow = np.maximum(pieces @ self.narrow + self.narrow_bias, 0)
        told = narrow @ self.attend
        weight = np.exp(told - told.max(axis=0))
        seen = (weight / weight.sum(axis=0)).T @ narrow
        given: Array = (
            meaning @ self.own + seen.ravel() @ self.attended + narrow.max(axis=0) @ self.largest + self.hidden_bias
        )
        return given

    def scores(self, alone: Array, around: NDArray[Any], marks: NDArray[Any]) -> NDArray[np.float64]:
        """Log odds (n, 3) from `alone` of each sentence (n, HIDDEN), the meaning around it and the marks (n, MARKS)."""
        hidden = np.maximum(alone + around @ self.around + marks @ self.marks, 0)
        return np.asarray(hidden @ self.out + self.out_bias, dtype=np.float64)
