"""The reward model of the direct and the doubly robust estimates: a ridge regression per action, cross-fitted.

Every decision is foretold by a model that has seen no decision of the same person, so that its own luck is not in
what is said of it (Chernozhukov and others, 2018).
"""

from __future__ import annotations

import numpy as np

from campaigns.contact import FloatArray
from delivery.off_policy.logs import Logs

FOLDS = 5
PENALTY = 1.0
"""Precision of each weight's prior around 0, in decisions: an action without data is foretold the mean of all."""


def cross_fitted(logs: Logs, seed: int = 0, folds: int = FOLDS, penalty: float = PENALTY) -> FloatArray:
    """Expected reward of every action for every decision, (rows, actions + 1) with no contact first, in closed form.

    Features are standardised; weights shrink towards the mean reward; values are kept in the declared range. People
    are dealt into folds by `seed`.
    """
    people, columns = logs.people, logs.actions + 1
    dealt = np.random.default_rng(seed).permutation(int(people.max()) + 1) % folds
    fold = dealt[people]
    spread = logs.features.std(axis=0)
    z = np.concatenate(
        [np.ones((logs.rows, 1)), (logs.features - logs.features.mean(axis=0)) / np.where(spread > 0, spread, 1.0)],
        axis=1,
    )
    size = z.shape[1]
    square, cross = np.zeros((folds, columns, size, size)), np.zeros((folds, columns, size))
    seen, total = np.zeros(folds), np.zeros(folds)
    np.add.at(seen, fold, 1.0)
    np.add.at(total, fold, logs.reward)
    mean = (total.sum() - total) / np.maximum(seen.sum() - seen, 1.0)
    middle = float(logs.reward.mean())
    code = fold * columns + logs.column
    order = np.argsort(code, kind="stable")
    ends = np.searchsorted(code[order], np.arange(folds * columns + 1))
    weight = np.zeros((folds, columns, size))
    for place in np.flatnonzero(np.diff(ends)):
        rows = order[ends[place] : ends[place + 1]]
        part, action = divmod(int(place), columns)
        square[part, action] = z[rows].T @ z[rows]
        cross[part, action] = z[rows].T @ (logs.reward[rows] - middle)
        weight[part, action] = z[rows].sum(axis=0)
    others = square.sum(axis=0) - square + penalty * np.eye(size)
    # Rewards are taken from the mean of the other folds, so that a fold's own rewards are nowhere in its model.
    wanted = cross.sum(axis=0) - cross + (middle - mean)[:, None, None] * (weight.sum(axis=0) - weight)
    beta = np.linalg.solve(others, wanted[..., None])[..., 0]
    q = np.empty((logs.rows, columns))
    for part in range(folds):
        mine = fold == part
        q[mine] = z[mine] @ beta[part].T + mean[part]
    return np.clip(q, logs.low, logs.high)
