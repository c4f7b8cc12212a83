"""Logs whose truth is known: people with two features, three actions and no contact, softmax propensities."""

from __future__ import annotations

import numpy as np

from campaigns.contact import FloatArray
from delivery.off_policy import Logs

ACTIONS = 3


def chances(x: FloatArray) -> FloatArray:
    """The true expected reward of every person and action, no contact first."""
    slope = np.array([[0.0, 0.5, -0.5, 0.2], [0.3, 0.0, 0.3, -0.3]])
    return np.asarray(1 / (1 + np.exp(1.0 - x @ slope - 0.3 * np.square(x[:, :1]) * np.array([0.0, 1.0, 0.0, -1.0]))))


def shares(x: FloatArray) -> FloatArray:
    """The logging policy's probabilities."""
    raw = np.exp(x @ np.array([[0.0, 0.4, 0.2, -0.4], [0.0, -0.2, 0.2, 0.0]]))
    return np.asarray(0.1 / (ACTIONS + 1) + 0.9 * raw / raw.sum(axis=1, keepdims=True))


def wanted(x: FloatArray) -> FloatArray:
    """The target's probabilities: no contact for some, mostly one action by the first feature for the others."""
    target = np.full((len(x), ACTIONS + 1), 0.05)
    target[np.arange(len(x)), np.where(x[:, 1] < -1, 0, np.where(x[:, 0] > 0, 1, 2))] += 0.8
    return target


def log(size: int, seed: int, **changes: object) -> Logs:
    """`size` independent decisions; keyword arguments replace columns."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(size, 2))
    p = shares(x)
    column = (rng.random((size, 1)) > np.cumsum(p, axis=1)).sum(axis=1).clip(0, ACTIONS)
    rows = np.arange(size)
    fields: dict[str, object] = {
        "features": x,
        "action": column - 1,
        "propensity": p[rows, column],
        "reward": (rng.random(size) < chances(x)[rows, column]).astype(np.float64),
        "actions": ACTIONS,
        "low": 0.0,
        "high": 1.0,
    }
    return Logs(**{**fields, **changes})  # type: ignore[arg-type]


def truth() -> float:
    """The target's true value, over a million people."""
    x = np.random.default_rng(99).normal(size=(1_000_000, 2))
    return float((wanted(x) * chances(x)).sum(axis=1).mean())
