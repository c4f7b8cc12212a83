"""How many mutants were told from the original, per subject, and the names of those that were not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

LEAST = 0.95
"""The score below which a pack or an evaluator counts as untested."""

Fate = Literal["killed", "survived", "equivalent"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one mutant: `killed` by a case, `equivalent` by proof or for the reason in `hint`, or
    `survived`, with a row that would kill it if known."""

    subject: str
    mutant: str
    fate: Fate
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Score:
    """The outcomes of one subject (a rule, an evaluator) or of many."""

    outcomes: tuple[Outcome, ...]

    def count(self, fate: Fate) -> int:
        """How many mutants met this fate."""
        return sum(outcome.fate == fate for outcome in self.outcomes)

    @property
    def counted(self) -> int:
        """Mutants that a case could tell from the original: all but the equivalent ones."""
        return len(self.outcomes) - self.count("equivalent")

    @property
    def share(self) -> float:
        """Killed over counted, 0 to 1; 1 when there was nothing to kill."""
        return self.count("killed") / self.counted if self.counted else 1.0

    @property
    def enough(self) -> bool:
        """Whether the share reaches `LEAST`."""
        return self.share >= LEAST

    def survivors(self) -> tuple[Outcome, ...]:
        """The mutants that nothing told from the original."""
        return tuple(outcome for outcome in self.outcomes if outcome.fate == "survived")

    def excluded(self) -> tuple[Outcome, ...]:
        """The mutants that do not count for a reason that was written down, and not by proof."""
        return tuple(outcome for outcome in self.outcomes if outcome.fate == "equivalent" and outcome.hint)

    def by_subject(self) -> dict[str, Score]:
        """One score per subject, in the order of first occurrence."""
        names = dict.fromkeys(outcome.subject for outcome in self.outcomes)
        return {name: Score(tuple(o for o in self.outcomes if o.subject == name)) for name in names}


def joined(scores: Iterable[Score]) -> Score:
    """All outcomes together."""
    return Score(tuple(outcome for score in scores for outcome in score.outcomes))
