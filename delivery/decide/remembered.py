"""The state that decided, as one line of text beside its decisions: what had been learnt by then, and by which settings.

A decider with a state taken in decides as the one it was kept from did, byte for byte, or as another policy would have
with the same knowledge.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from typing import Any

import numpy as np

from campaigns.border import canonical
from delivery.decide.beliefs import Beliefs
from delivery.decide.decider import Decider
from delivery.decide.errors import BadDecision
from delivery.decide.policy import DecisionPolicy


@dataclass(frozen=True, slots=True)
class Remembered:
    """The `version` and `policy` that decided, the control group's `increment` (more conversions, standard error; None
    before anything could be said), a digest of what the campaign `begins` with, and the packed tables of its tally."""

    version: int
    policy: DecisionPolicy
    increment: tuple[float, float] | None
    begins: str
    tally: str

    @classmethod
    def of(cls, decider: Decider, increment: tuple[float, float] | None) -> Remembered:
        """The state of a decider as it stands."""
        return cls(decider.version, decider.policy, increment, _digest(decider.beliefs), _packed(decider))

    @classmethod
    def read(cls, line: str) -> Remembered:
        """The state of a line of text; BadDecision when it is none."""
        try:
            found: dict[str, Any] = json.loads(line)
            more = found["increment"]
            return cls(
                version=int(found["version"]),
                policy=DecisionPolicy.model_validate(found["policy"]),
                increment=None if more is None else (float(more[0]), float(more[1])),
                begins=str(found["begins"]),
                tally=str(found["tally"]),
            )
        except (ValueError, KeyError, TypeError, IndexError, OverflowError, RecursionError) as error:
            raise BadDecision(f"A state of {len(line)} characters is none of a decider ({error}).") from None

    def line(self) -> str:
        """The state as text; equal states give equal text."""
        return canonical(
            {
                "version": self.version,
                "policy": self.policy.plain(),
                "increment": None if self.increment is None else list(self.increment),
                "begins": self.begins,
                "tally": self.tally,
            }
        ).decode()

    def taken_up(self, decider: Decider) -> Decider:
        """The decider with this state in place of its own, deciding by this policy.

        BadDecision when it begins with other beliefs than the one that decided, or is of another plan.
        """
        if _digest(decider.beliefs) != self.begins:
            raise BadDecision(
                "What the campaign began with cannot be made again: its rehearsal, or the people of an earlier campaign, "
                "are not kept any more."
            )
        try:
            rest = base64.b64decode(self.tally, validate=True)
            for table in decider.tally.tables:
                table[:] = np.frombuffer(rest[: table.nbytes], table.dtype).reshape(table.shape)
                rest = rest[table.nbytes :]
        except ValueError as error:
            raise BadDecision(f"The kept state is not one of this plan's decider ({error}).") from None
        if rest:
            raise BadDecision("The kept state is not one of this plan's decider (it holds more).")
        decider.decide_by(self.policy, self.version)
        return decider


def _packed(decider: Decider) -> str:
    whole = b"".join(np.ascontiguousarray(table).tobytes() for table in decider.tally.tables)
    return base64.b64encode(whole).decode()


def _digest(beliefs: Beliefs) -> str:
    # Solving a system may end in another last bit elsewhere; six digits tell beliefs apart.
    made = [np.round(one, 6) + 0.0 for one in (beliefs.mean, beliefs.covariance)]
    return hashlib.sha256(b"".join(one.tobytes() for one in made)).hexdigest()[:16]
