"""The settings by which a campaign decides, as one small named value that is read strictly and kept by its digest."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError

from campaigns.border import Border, digest
from campaigns.errors import BadInput

LEAST_EXPLORED = 0.01
"""Smallest exploration share of a policy from a file: below it what looks bad is never tried again, and no later policy
can be scored on its decisions."""
_SHOWN = 80
"""Characters of a value that are said again in a refusal."""
HOUSE = "house"
"""The name of the policy that every campaign begins with."""


class DecisionPolicy(Border):
    """How a campaign decides; every setting but the first two has the house's value when it is left out.

    `exploration_share` (0-1) of the decisions is spread evenly over what is open, no contact included: the floor of every
    propensity is this share by the number of open actions. `boldness` multiplies the spread of the posterior draws (1 is
    Thompson sampling, less is greedier). An answer counts half after `half_life_days`. What the campaign begins with
    counts `prior_weight` times what it says of its own certainty. `incremental_spread` is the standard deviation of the
    belief, around 1, about the incremental share of credited margin. `written_again` (0-1) is the chance that somebody
    written to now is written to at a later occurrence too, for the attention that a message uses up. The defaults are the
    authors' judgement.
    """

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,39}$")]
    exploration_share: Annotated[float, Field(ge=0, le=1)]
    boldness: Annotated[float, Field(ge=0.05, le=5)] = 1.0
    half_life_days: Annotated[float, Field(ge=1, le=3_650)] = 60.0
    prior_weight: Annotated[float, Field(ge=0.05, le=20)] = 1.0
    incremental_spread: Annotated[float, Field(ge=0.01, le=2)] = 0.25
    written_again: Annotated[float, Field(ge=0, le=1)] = 0.5

    @property
    def hash(self) -> str:
        """The digest of name and settings (64 hex digits)."""
        return digest(self.plain())


def house(exploration_share: float) -> DecisionPolicy:
    """The house's policy with a plan's exploration share (0-1): what a campaign decides by until another is promoted."""
    return DecisionPolicy(name=HOUSE, exploration_share=float(exploration_share))


def read_policy(path: Path) -> DecisionPolicy:
    """The policy in a TOML file of `name`, `exploration_share` and any of the other settings, numbers only.

    BadInput, naming the setting and its range, for a file that cannot be read, a setting that is unknown, missing or
    outside its range, the house's name, and an exploration share below `LEAST_EXPLORED`.
    """
    try:
        found: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise BadInput(
            f"The decision policy {path} cannot be read ({error}); give a TOML file like the one in docs/decisions.md."
        ) from None
    unknown = sorted(set(found) - set(DecisionPolicy.model_fields))
    if unknown:
        known = ", ".join(DecisionPolicy.model_fields)
        raise BadInput(
            f"{path} sets {_shown(unknown[0])}, which is no setting of a decision policy; known are {known}."
        )
    # TOML tells 1 from 1.0, and a person who writes 1 means both.
    try:
        found = {name: float(value) if type(value) is int else value for name, value in found.items()}
        policy = DecisionPolicy(**found)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        told = "is missing" if first["type"] == "missing" else f"= {_shown(first['input'])} cannot be used"
        raise BadInput(f"The setting {name} of {path} {told} ({first['msg']}); mend the file.") from None
    except OverflowError:
        raise BadInput(f"{path} has a number too large to be used; mend the file.") from None
    if policy.name == HOUSE:
        raise BadInput(f"{path} is named {HOUSE!r}, which is the name of the policy shipped; give it another name.")
    if policy.exploration_share < LEAST_EXPLORED:
        raise BadInput(
            f"The exploration_share of {path} is {policy.exploration_share:g}; give at least {LEAST_EXPLORED:g}, or "
            "what looks bad is never tried again and no later policy can be scored."
        )
    return policy


def _shown(value: object) -> str:
    """The value as text, cut; its type where it cannot be written out (too many digits, too deep)."""
    try:
        text = repr(value)
    except (ValueError, RecursionError):
        return f"a {type(value).__name__}"
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
