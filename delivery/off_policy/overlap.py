"""Whether the log did often enough what the target would do: weights, their effective number, and what is missing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from campaigns.contact import FloatArray
from delivery.off_policy.errors import BadLogs
from delivery.off_policy.logs import Logs

OFF_BALANCE = 5.0
"""Standard errors by which the mean weight may differ from 1 before the log is taken to leave something out."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """How far the log carries a target: `decisions` in the log, `acted` those whose action the target may take too,
    `effective` sample size (sum w)^2 / sum w^2 (Kish, 1965), `largest` share of one decision in all weights, `mean`
    weight with its standard error `mean_error` (1 is due in a whole log; None where the log holds contacts only)."""

    decisions: int
    acted: int
    effective: float
    largest: float
    mean: float | None = None
    mean_error: float | None = None

    @property
    def balanced(self) -> bool:
        """Whether the weights average 1 within chance, as they must where everything the target does was possible."""
        if self.mean is None or self.mean_error is None:
            return True
        return abs(self.mean - 1) <= max(OFF_BALANCE * self.mean_error, 1e-9)

    @classmethod
    def of(cls, w: FloatArray, whole: bool = True) -> Overlap:
        """The overlap that weights show; `whole` when every decision is among them, those without contact too."""
        square, total = float(np.square(w).sum()), float(w.sum())
        return cls(
            decisions=len(w),
            acted=int((w > 0).sum()),
            effective=total * total / square if square else 0.0,
            largest=float(w.max(initial=0.0)) / total if total else 0.0,
            mean=float(w.mean()) if whole else None,
            mean_error=float(w.std() / np.sqrt(len(w))) if whole else None,
        )


def weights(logs: Logs, target: FloatArray) -> FloatArray:
    """Each logged action's probability under the target by its propensity, 0 where the target does not take it.

    BadLogs, with the count, where the target takes an action whose propensity is 0 or missing or which was never logged.
    """
    wanted = target[np.arange(logs.rows), logs.column]
    refuse_unknown(wanted, logs.propensity)
    if logs.shares is not None:
        closed = ((target > 0) & (logs.shares == 0)).any(axis=1)
        if closed.any():
            raise BadLogs(
                f"In {int(closed.sum())} of {logs.rows} decisions the target may take an action that the log's policy could not; score a target inside what was possible."
            )
    never = np.setdiff1d(np.flatnonzero((target > 0).any(axis=0)), logs.column) - 1
    if len(never):
        rows = int((target[:, never[0] + 1] > 0).sum())
        raise BadLogs(
            f"The target may take action {never[0]} in {rows} decisions, and the log never did; explore it before it is scored."
        )
    return quotient(wanted, logs.propensity)


def refuse_unknown(wanted: FloatArray, propensity: FloatArray) -> None:
    """BadLogs, with the count, where an action with a probability above 0 under the target has no known propensity."""
    unknown = (wanted > 0) & ~(propensity > 0)
    if unknown.any():
        raise BadLogs(
            f"{int(unknown.sum())} of {len(wanted)} logged decisions have no propensity (0 or missing) where the target acts; without them nothing is estimated, so log every choice's probability."
        )


def quotient(wanted: FloatArray, propensity: FloatArray) -> FloatArray:
    """`wanted` by `propensity` where the target acts, 0 elsewhere."""
    return np.divide(wanted, propensity, out=np.zeros(len(wanted)), where=wanted > 0)
