"""Which of many tests found something, with the share of false discoveries held down.

Under `q`, of those that are called discoveries a share of at most q is expected to be none (the false discovery rate).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tools.experiment.errors import ExperimentError

Mask = npt.NDArray[np.bool_]


def discoveries(p: npt.ArrayLike, q: float = 0.1, dependent: bool = False) -> Mask:
    """Which p-values are discoveries: Benjamini and Hochberg (1995), for tests that are independent or move together.

    With `dependent`, Benjamini and Yekutieli (2001): whatever the dependence, at the cost of a logarithm.
    """
    values = _column(p, "p-value", 1.0)
    return adjusted(values, dependent) <= _rate(q)


def adjusted(p: npt.ArrayLike, dependent: bool = False) -> npt.NDArray[np.float64]:
    """The smallest q at which each p-value is a discovery."""
    values = _column(p, "p-value", 1.0)
    many = len(values)
    order = np.argsort(values, kind="stable")
    ranks = np.arange(1, many + 1)
    cost = float((1 / ranks).sum()) if dependent and many else 1.0
    raised = np.minimum.accumulate((values[order] * many * cost / ranks)[::-1])[::-1]
    out = np.empty(many)
    out[order] = np.minimum(raised, 1.0)
    return out


def e_discoveries(log_e: npt.ArrayLike, q: float = 0.1) -> Mask:
    """Which e-values (their natural logarithms) are discoveries: e-BH (Wang and Ramdas, 2022).

    Valid whatever the dependence, and for e-values of sequences that were each stopped when somebody liked
    (`sequential.log_evidence`, `adaptive.Adaptive.log_evidence`, `srm.log_evidence`).
    """
    evidence = _column(log_e, "logarithm of an e-value", np.inf)
    many = len(evidence)
    order = np.argsort(-evidence, kind="stable")
    passes = np.flatnonzero(evidence[order] >= np.log(many / (_rate(q) * np.arange(1, many + 1)))) if many else order
    found = np.zeros(many, bool)
    if len(passes):
        found[order[: passes[-1] + 1]] = True
    return found


def _column(values: npt.ArrayLike, name: str, most: float) -> npt.NDArray[np.float64]:
    column = np.asarray(values, float)
    least = 0.0 if most == 1 else -np.inf
    bad = np.isnan(column) | (column < least) | (column > most)
    if column.ndim != 1 or bad.any():
        shown = column[bad][0] if column.ndim == 1 else column.shape
        raise ExperimentError(f"{shown} is no {name}; give one number per test, those without evidence left out.")
    return column


def _rate(q: float) -> float:
    if not 0 < q < 1:
        raise ExperimentError(f"A false discovery rate of {q} is not between 0 and 1; use 0.1.")
    return q
