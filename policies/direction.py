"""Whether other policies may allow anything that those before did not; what is not proved counts as if they did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

from campaigns.policy_version import Direction
from policies.facts import Scope
from policies.language.bind import Param
from policies.language.syntax import text
from policies.rule import PolicySet
from policies.verify.change import LEVELS, Change, compare
from policies.verify.engine import installed


@dataclass(frozen=True, slots=True)
class Judged:
    """A direction with what may newly be allowed or could not be proved, one sentence each, empty when it loosens nothing."""

    direction: Direction
    why: tuple[str, ...] = ()

    @property
    def loosens(self) -> bool:
        """Whether approval is needed."""
        return self.direction not in ("tightening", "neither")


def direction(old: PolicySet, new: PolicySet) -> Judged:
    """The direction from one set of policies to another: by proof where Z3 is installed, else by their texts alone.

    What the code reads beside the rules' conditions (params such as a window or a ladder, a pack's day of review) is
    outside of every proof, so a difference there is undecided.
    """
    beside = _beside(old, new)
    said: Direction
    why: tuple[str, ...]
    if installed():
        change = compare(old, new)
        said, why = change.direction, _said(change)
    else:
        said, why = _by_text(old, new)
    if not beside:
        return Judged(said, why if said not in ("tightening", "neither") else ())
    return Judged("undecided" if said in ("tightening", "neither") else said, (*why, *beside))


def _said(change: Change) -> tuple[str, ...]:
    opened = [
        f"scope {shift.scope}: something that {', '.join(shift.rules)} refused may pass {shift.level}"
        for shift in change.shifts
        if shift.kind == "newly allowed"
    ]
    return (*opened, *change.undecided)


def _by_text(old: PolicySet, new: PolicySet) -> tuple[Direction, tuple[str, ...]]:
    """A tightening when every condition stands that stood, and lists and brand are the same; undecided otherwise."""
    added, why = False, []
    for scope in get_args(Scope):
        for level, severities in LEVELS.items():
            before, after = (
                {text(rule.tree): rule.id for rule in policies.scope(scope) if rule.severity in severities}
                for policies in (old, new)
            )
            gone = [name for condition, name in before.items() if condition not in after]
            added |= any(condition not in before for condition in after)
            why += [f"scope {scope}: {name} is gone or changed, {level}" for name in gone]
    why += [f"the word list `{name}` changed" for name in sorted({*old.lists, *new.lists})
            if old.lists.get(name) != new.lists.get(name)]  # fmt: skip
    if old.brand != new.brand:
        why.append("the brand file changed")
    if why:
        return "undecided", (
            *why,
            "nothing was proved, because Z3 is not installed (`pip install 'twinpilot[verify]'`)",
        )
    return ("tightening" if added else "neither"), ()


def _beside(old: PolicySet, new: PolicySet) -> tuple[str, ...]:
    before, after = _read_by_code(old), _read_by_code(new)
    found = [
        f"rule {name} has other parameters beside its condition, which no proof sees"
        for name in sorted({*before, *after})
        if before.get(name) != after.get(name)
    ]
    days = {note.pack: note.as_of for note in old.packs}
    found += [
        f"pack {note.pack} says that it was reviewed on {note.as_of}, not on {days[note.pack]}"
        for note in new.packs
        if note.pack in days and note.as_of > days[note.pack]
    ]
    # A pack whose age is no longer counted cannot be found too old.
    found += [f"pack {name} is gone" for name in days if name not in {note.pack for note in new.packs}]
    return tuple(found)


def _read_by_code(policies: PolicySet) -> dict[str, Mapping[str, Param]]:
    """Per rule the params that its condition does not read."""
    found = {
        rule.id: {name: value for name, value in rule.params.items() if f"params.{name}" not in rule.must}
        for rule in policies.rules
    }
    return {name: params for name, params in found.items() if params}
