"""A new policy is scored on logged decisions before it may act: `score`, and the gate `may_act`, with reasons."""

from delivery.off_policy.errors import BadLogs
from delivery.off_policy.intervals import Estimate
from delivery.off_policy.logs import Logs
from delivery.off_policy.overlap import Overlap
from delivery.off_policy.score import Leave, Score, may_act, score

__all__ = ["BadLogs", "Estimate", "Leave", "Logs", "Overlap", "Score", "may_act", "score"]
