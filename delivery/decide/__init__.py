"""Who gets what now: `Decider` decides for the engine; `PooledThompson` is the bandit under it."""

from delivery.decide.arms import PooledThompson
from delivery.decide.decider import Choice, Chooser, Decider, dearest_first

__all__ = ["Choice", "Chooser", "Decider", "PooledThompson", "dearest_first"]
