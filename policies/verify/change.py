"""What a changed policy newly allows and newly denies, proved over every possible fact and shown by a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from campaigns.finding import Severity
from policies.evaluators.closure import closure
from policies.facts import Scope
from policies.language.syntax import text
from policies.rule import PolicySet, Rule
from policies.verify.ask import Answer, ask
from policies.verify.engine import z3
from policies.verify.formula import Formula, Row, Space

Direction = Literal["tightening", "loosening", "both", "neither", "undecided"]
Kind = Literal["newly allowed", "newly denied"]
LEVELS: dict[str, tuple[Severity, ...]] = {
    "without a denial": ("deny",),
    "without asking a person": ("deny", "require_approval"),
}
_STRICTER_WHEN_LONGER = ("banned_claims", "claim_markers")
"""Word lists of which every further word can only refuse more."""


@dataclass(frozen=True, slots=True)
class Shift:
    """One way in which a scope's verdict changes: facts that one version passes and the other does not.

    `level` says what passing means; `rules` are those of the refusing version that refuse the row, and `read` the
    facts they read.
    """

    scope: Scope
    level: str
    kind: Kind
    witness: Row
    rules: tuple[str, ...]
    read: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """What NEW does that OLD did not: `direction` over all scopes, with a row for each shift.

    `undecided` names what could not be proved and why; as long as anything stands there and no shift shows the
    contrary, the direction is `undecided`, which must be treated like a loosening.
    """

    direction: Direction
    shifts: tuple[Shift, ...]
    undecided: tuple[str, ...]

    @property
    def loosens(self) -> bool:
        """Whether anything is or may be allowed that was refused before."""
        return self.direction not in ("tightening", "neither")


def unproved(why: str) -> Change:
    """A change of which nothing is proved, for the reason given; like every undecided one it counts as a loosening."""
    return Change("undecided", (), (why.rstrip("."),))


def compare(old: PolicySet, new: PolicySet) -> Change:
    """The change from one set of rules to another, by proof; a few milliseconds per scope that differs."""
    shifts: list[Shift] = []
    undecided: list[str] = []
    for scope in get_args(Scope):
        for level, severities in LEVELS.items():
            before, after = _rules(old, scope, severities), _rules(new, scope, severities)
            if [text(rule.tree) for rule in before] == [text(rule.tree) for rule in after]:
                continue
            ways: tuple[tuple[Kind, list[Rule], list[Rule]], ...]
            ways = (("newly allowed", after, before), ("newly denied", before, after))
            for kind, passed, refused in ways:
                if level != "without a denial" and _seen(shifts, scope, kind):
                    continue
                answer = _passed_by_one(passed, refused)
                if answer.kind == "undecided":
                    undecided.append(f"scope {scope}, {kind}: {answer.why}")
                elif answer.witness is not None:
                    shifts.append(_shift(scope, level, kind, refused, answer.witness))
    if old.brand != new.brand:
        undecided.append("the brand file changed, and what it counts is not known to the solver")
    lists = _lists(old, new)
    undecided += lists.undecided
    kinds = {shift.kind for shift in shifts} | lists.kinds
    return Change(_direction(kinds, bool(undecided)), tuple(shifts), tuple(undecided + lists.said))


def _rules(policies: PolicySet, scope: Scope, severities: tuple[Severity, ...]) -> list[Rule]:
    return [rule for rule in policies.scope(scope) if rule.severity in severities]


def _seen(shifts: Sequence[Shift], scope: Scope, kind: str) -> bool:
    return any(shift.scope == scope and shift.kind == kind for shift in shifts)


def _passed_by_one(passed: Sequence[Rule], refused: Sequence[Rule]) -> Answer:
    """Facts that all of the first rules pass and one of the second refuses.

    All facts are known where possible; where only a null tells the two apart, the row has that null.
    """
    space = Space()
    every = _all(space, passed)
    some = z3().Not(_all(space, refused))
    lets, stops = closure([rule.tree for rule in passed]), closure([rule.tree for rule in refused])
    return ask(space, z3().And(every, some), lambda row: lets(row) == 0 and stops(row) != 0, plain=True)


def _all(space: Space, rules: Sequence[Rule]) -> Formula:
    return z3().And(*(space.holds(rule.tree) for rule in rules), z3().BoolVal(True))


def _shift(scope: Scope, level: str, kind: Kind, refused: Sequence[Rule], row: Row) -> Shift:
    mask = closure([rule.tree for rule in refused])(row)
    rules = [rule for place, rule in enumerate(refused) if mask >> place & 1]
    read = tuple(dict.fromkeys(name for rule in rules for name in rule.facts))
    return Shift(scope, level, kind, row, tuple(rule.id for rule in rules), read)


@dataclass(frozen=True, slots=True)
class _Lists:
    kinds: set[str]
    undecided: list[str]
    said: list[str]


def _lists(old: PolicySet, new: PolicySet) -> _Lists:
    """Word lists decide how texts are counted, which no formula sees: known ones by their words, others not at all."""
    found = _Lists(set(), [], [])
    for name in sorted({*old.lists, *new.lists}):
        before, after = set(old.lists.get(name, ())), set(new.lists.get(name, ()))
        if before == after:
            continue
        if name not in _STRICTER_WHEN_LONGER or name not in old.lists or name not in new.lists:
            found.undecided.append(f"the word list `{name}` changed, and what it counts is not known to the solver")
            continue
        if after - before:
            found.kinds.add("newly denied")
            found.said.append(f"the word list `{name}` gains {_words(after - before)}, which is denied from now on")
        if before - after:
            found.kinds.add("newly allowed")
            found.said.append(f"the word list `{name}` loses {_words(before - after)}, which is allowed from now on")
    return found


def _words(words: set[str]) -> str:
    return ", ".join(f'"{word}"' for word in sorted(words))


def _direction(kinds: set[str], undecided: bool) -> Direction:
    if kinds == {"newly allowed", "newly denied"}:
        return "both"
    if undecided:
        return "loosening" if "newly allowed" in kinds else "undecided"
    if not kinds:
        return "neither"
    return "loosening" if "newly allowed" in kinds else "tightening"
