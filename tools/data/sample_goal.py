"""A goal that the bundled sample has the power to answer."""

from __future__ import annotations

SAMPLE_GOAL = (
    "Get households that have not bought fresh seafood in twelve weeks to buy some, at most $5,000, no more than two "
    "messages a week, email and push, maximise conversions by 10 December 2017"
)
