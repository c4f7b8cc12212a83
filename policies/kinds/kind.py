"""What a kind is: its scope, its typed parameters, and the texts that they are put into."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from campaigns.border import Border
from campaigns.finding import Severity
from policies.facts import Scope


class NoParameters(Border):
    """The parameters of a kind that has none."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A common rule with gaps. `must` and the texts are those of an ordinary rule, over the parameters written out.

    A parameter named in `words` is no number of the rule but chooses words of `must`: `{name}` there is replaced by what
    `words` has for its value.
    """

    name: str
    meaning: str
    scope: Scope
    must: str
    message: str
    limit: str
    remedy: str
    params: type[Border] = NoParameters
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    severity: Severity = "deny"
