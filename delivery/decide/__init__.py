"""Who gets what now: `Decider` decides for the engine; `PooledThompson` and `FactoredThompson` are the bandits under it."""

from delivery.decide.arms import PooledThompson
from delivery.decide.decider import Choice, Chooser, Decider, dearest_first
from delivery.decide.errors import BadDecision
from delivery.decide.evidence import Declared
from delivery.decide.factors import FactoredThompson

__all__ = [
    "BadDecision",
    "Choice",
    "Chooser",
    "Decider",
    "Declared",
    "FactoredThompson",
    "PooledThompson",
    "dearest_first",
]
