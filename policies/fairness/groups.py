"""Groups of people, for the audit only: codes with their names, and which groups are large enough to be shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from campaigns.contact import BoolArray, IntArray

SMALLEST_GROUP = 50
"""k: a figure about fewer people is neither assessed nor shown (guardrails.md section 5)."""
LEAST_KNOWN = 0.5
"""Share of people whose group must be known, or those who are known may be a selection of their own."""


@dataclass(frozen=True, slots=True)
class Groups:
    """One attribute of some people: `codes` are positions in `names`, -1 where it is not known; `sizes` per name."""

    attribute: str
    names: tuple[str, ...]
    codes: IntArray

    @classmethod
    def of(cls, attribute: str, labels: Sequence[str | None]) -> Groups:
        """Groups from one label per person, in the order of the labels' texts."""
        names = tuple(sorted({label for label in labels if label}))
        places = {name: place for place, name in enumerate(names)}
        return cls(attribute, names, np.array([places.get(label or "", -1) for label in labels], np.int64))

    @property
    def sizes(self) -> IntArray:
        """People per group."""
        return np.bincount(self.codes[self.codes >= 0], minlength=len(self.names))

    @property
    def known_share(self) -> float:
        """Share of the people whose group is known; 0 for nobody."""
        return float((self.codes >= 0).mean()) if len(self.codes) else 0.0

    def large(self, smallest: int = SMALLEST_GROUP) -> IntArray:
        """The codes of the groups with at least so many people."""
        return np.flatnonzero(self.sizes >= smallest)

    def sufficient(self, smallest: int = SMALLEST_GROUP, least_known: float = LEAST_KNOWN) -> bool:
        """Whether every group is large enough, there are two or more, and enough people are known to be in one."""
        return len(self.names) >= 2 and len(self.large(smallest)) == len(self.names) and self.known_share >= least_known

    def where(self, rows: BoolArray) -> Groups:
        """The same attribute of the people in these rows."""
        return Groups(self.attribute, self.names, self.codes[rows])
