"""Who gets what now: `Decider` decides for the engine; `PooledThompson`, `OddsThompson` and
`FactoredThompson` are general bandits for users of the library."""

from delivery.decide.arms import PooledThompson
from delivery.decide.arms_of import Arms
from delivery.decide.asked import Answers, Asked, Choice, Chooser, Journal, Sent, Unlearning, dearest_first
from delivery.decide.beliefs import Beliefs
from delivery.decide.decider import Decider
from delivery.decide.errors import BadDecision
from delivery.decide.evidence import Declared
from delivery.decide.factors import FactoredThompson
from delivery.decide.odds import OddsThompson
from delivery.decide.policy import DecisionPolicy, house, read_policy

__all__ = [
    "Answers",
    "Arms",
    "Asked",
    "BadDecision",
    "Beliefs",
    "Choice",
    "Chooser",
    "Decider",
    "DecisionPolicy",
    "Declared",
    "FactoredThompson",
    "Journal",
    "OddsThompson",
    "PooledThompson",
    "Sent",
    "Unlearning",
    "dearest_first",
    "house",
    "read_policy",
]
