"""What can go wrong in policies; in every case nothing is allowed.

campaigns.errors.BadInput
├── BadPolicy        a pack or rule cannot be used: file, line, rule and what to write instead
├── BadFacts         facts were handed over in a form that no rule can be asked about
└── campaigns.errors.Refused
    └── NoPermit     a batch has no valid leave to be sent
"""

from __future__ import annotations

from campaigns.errors import BadInput, Refused


class BadPolicy(BadInput):
    """A policy text cannot be used; until it is mended everything is refused."""


class BadFacts(BadInput):
    """Columns of facts do not fit the batch they describe."""


class NoPermit(Refused):
    """The permit was not made by this guard, was altered, has expired, or does not cover what is to be sent."""
