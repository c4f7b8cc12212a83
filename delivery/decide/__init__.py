"""Who gets what now: `Decider` decides for the engine; `PooledThompson` is the bandit under it."""

from delivery.decide.decider import Choice, Chooser, Decider, dearest_first
from delivery.decide.pool import PooledThompson

__all__ = ["Choice", "Chooser", "Decider", "PooledThompson", "dearest_first"]
