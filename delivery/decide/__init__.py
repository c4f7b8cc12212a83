"""Who gets what now: `Decider` decides for the engine; `PooledThompson` and `FactoredThompson` are the bandits under it."""

from delivery.decide.arms import PooledThompson
from delivery.decide.arms_of import Arms
from delivery.decide.asked import Answers, Asked, Choice, Chooser, Journal, Sent, Unlearning, dearest_first
from delivery.decide.beliefs import Beliefs
from delivery.decide.decider import Decider
from delivery.decide.errors import BadDecision
from delivery.decide.evidence import Declared
from delivery.decide.factors import FactoredThompson

__all__ = [
    "Answers",
    "Arms",
    "Asked",
    "BadDecision",
    "Beliefs",
    "Choice",
    "Chooser",
    "Decider",
    "Declared",
    "FactoredThompson",
    "Journal",
    "PooledThompson",
    "Sent",
    "Unlearning",
    "dearest_first",
]
