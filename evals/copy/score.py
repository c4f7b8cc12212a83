"""Recall per family and precision of the linter over the labelled texts, in all and for each half."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from campaigns.border import Border
from evals.copy.texts import FAMILIES, HALVES, Family, Labelled
from policies.brand.file import Brand
from policies.brand.lint import CopyFinding, LintRule, lint
from policies.brand.reader import Reader

TODAY = date(2026, 11, 22)
RULES: Mapping[Family, tuple[LintRule, ...]] = {
    "price": ("price",),
    "claim": ("claim", "comparison"),
    "tone": ("pressure", "shouting"),
    "sensitive": ("sensitive",),
}
"""The linter's rules that answer for a family of violations."""
_JUDGED = {rule for rules in RULES.values() for rule in rules}


class CopyScore(Border):
    """What the linter made of one part of the texts; shares are 0 to 1, counts of texts or findings beside them."""

    part: str
    texts: int
    planted: dict[str, int]
    found: dict[str, int]
    findings: int
    false: int
    clean_texts: int
    clean_flagged: int

    def recall(self, family: Family) -> float:
        """Share of the texts with this violation in which a rule of the family marked the planted words; 1 without any."""
        return self.found[family] / self.planted[family] if self.planted[family] else 1.0

    @property
    def precision(self) -> float:
        """Share of the findings that stand on planted words."""
        return 1 - self.false / self.findings if self.findings else 0.0


@dataclass(frozen=True, slots=True)
class Judged:
    """A labelled text with the linter's findings about price, claim, tone and sensitive inference."""

    text: Labelled
    findings: tuple[CopyFinding, ...]

    @property
    def caught(self) -> bool:
        """Whether a finding of a planted family stands on the planted words."""
        return any(self.caught_as(family) for family in self.text.families)

    def caught_as(self, family: Family) -> bool:
        """Whether a rule of this family, which the text violates, marks what was planted."""
        return any(f.rule in RULES[family] and self._planted(f) for f in self.findings)

    @property
    def missed(self) -> bool:
        """Whether a family that the text violates was not found in it."""
        return not all(self.caught_as(family) for family in self.text.families)

    @property
    def false(self) -> tuple[CopyFinding, ...]:
        """The findings on words that violate nothing; in a text labelled as a whole, those of a family it does not violate."""
        return tuple(finding for finding in self.findings if not self._planted(finding))

    def _planted(self, finding: CopyFinding) -> bool:
        if self.text.spans is None:
            return any(finding.rule in RULES[family] for family in self.text.families)
        return any(finding.start < end and start < finding.end for start, end in self.text.spans)


def judge(
    texts: Sequence[Labelled], brand: Brand, lists: Mapping[str, Sequence[str]], reader: Reader | None = None
) -> tuple[Judged, ...]:
    """Every text with what the linter says about it, with this learnt reader (default: the one shipped).

    Marks of a disguise, links and reading level are not scored.
    """
    return tuple(
        Judged(text, tuple(f for f in lint(text.text, brand, TODAY, lists=lists, reader=reader) if f.rule in _JUDGED))
        for text in texts
    )


def scores(judged: Sequence[Judged]) -> tuple[CopyScore, ...]:
    """The score of all texts, then of each half."""
    parts = [("all", list(judged)), *((half, [one for one in judged if one.text.half == half]) for half in HALVES)]
    return tuple(score(part, ones) for part, ones in parts)


def score(part: str, judged: Sequence[Judged]) -> CopyScore:
    """The score of some texts, under a name."""
    clean = [one for one in judged if not one.text.families]
    return CopyScore(
        part=part,
        texts=len(judged),
        planted={family: sum(family in one.text.families for one in judged) for family in FAMILIES},
        found={
            family: sum(family in one.text.families and one.caught_as(family) for one in judged) for family in FAMILIES
        },
        findings=sum(len(one.findings) for one in judged),
        false=sum(len(one.false) for one in judged),
        clean_texts=len(clean),
        clean_flagged=sum(bool(one.findings) for one in clean),
    )
