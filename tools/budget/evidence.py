"""What was seen of response: money spent and value counted, period by period, with how far each count may be off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from tools.budget.errors import BudgetError
from tools.budget.shapes import Column

Kind = Literal["test", "twin", "history"]
TRUST: dict[Kind, float] = {"test": 1.0, "twin": 1.5, "history": 3.0}
"""By how much a standard error is widened. A randomised test counts as it is; the twin has an error of its own beyond
its spread; history was not randomised: money went where demand was (Gordon et al., 2019, find non-experimental lifts
off by a factor of about three)."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Columns of shape (cells, periods): micros of `spend`, micros of incremental `value` and its standard `error`; an
    error of infinity means not seen. `starts` (periods) is true where spend before no longer carries over."""

    spend: Column
    value: Column
    error: Column
    starts: npt.NDArray[np.bool_]

    def __post_init__(self) -> None:
        seen = np.isfinite(self.error)
        if self.spend.ndim != 2 or not self.spend.shape == self.value.shape == self.error.shape:
            raise BudgetError("Spend, value and error must be tables of the same cells and periods; align them.")
        if not np.isfinite(self.spend).all() or (self.spend < 0).any():
            raise BudgetError(f"A spend of {float(np.nanmin(self.spend)):g} was seen; spend is a finite amount from 0.")
        if np.isnan(self.error).any() or (self.error <= 0).any() or not np.isfinite(self.value[seen]).all():
            raise BudgetError(
                "A value was seen without a positive standard error; state one, or infinity for not seen."
            )

    @classmethod
    def of(cls, kind: Kind, spend: npt.ArrayLike, value: npt.ArrayLike, error: npt.ArrayLike) -> Evidence:
        """Successive periods of one kind of evidence, its errors widened by how far that kind is trusted."""
        table = np.atleast_2d(np.asarray(spend, np.float64))
        starts = np.zeros(table.shape[1], bool)
        starts[:1] = True
        errors = np.broadcast_to(np.asarray(error, np.float64), table.shape) * TRUST[kind]
        return cls(table, np.atleast_2d(np.asarray(value, np.float64)), errors, starts)

    @classmethod
    def joined(cls, parts: Sequence[Evidence]) -> Evidence:
        """Several kinds of evidence on the same cells, one after the other; nothing carries over between them."""
        return cls(
            np.concatenate([part.spend for part in parts], axis=1),
            np.concatenate([part.value for part in parts], axis=1),
            np.concatenate([part.error for part in parts], axis=1),
            np.concatenate([part.starts for part in parts]),
        )

    def levels(self) -> npt.NDArray[np.int64]:
        """Per cell how many levels of spend were seen that differ by a fifth or more; the shape takes two."""
        found = np.zeros(len(self.spend), np.int64)
        for cell, (spend, error) in enumerate(zip(self.spend, self.error, strict=True)):
            last = -1.0
            for level in np.unique(spend[np.isfinite(error)]).tolist():
                if last < 0 or level > 1.2 * last + 1:
                    found[cell] += 1
                    last = level
        return found
