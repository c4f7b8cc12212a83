"""A pack as it is written: one YAML file, read strictly, every complaint with the line it is about."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, TypeAlias

import yaml
from pydantic import Field, ValidationError

from campaigns.border import Border, canonical
from campaigns.finding import Severity
from policies.errors import BadPolicy
from policies.evaluators.closure import closure
from policies.facts import SCOPES, Scope, Value
from policies.kinds.expand import KindError, expand
from policies.language.bind import bind, suggestion
from policies.language.parse import parse
from policies.language.tokens import TextError

LARGEST_FILE = 256 * 1024
Place: TypeAlias = tuple[str | int, ...]
_Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,59}$")]
_Text = Annotated[str, Field(min_length=1, max_length=2000)]


Given: TypeAlias = dict[_Identifier, Value | None]
"""Facts by name; null is a fact that is not known."""


class Examples(Border):
    """Facts that a rule lets pass and facts that it blocks, each as what differs from the pack's base row of its scope."""

    passes: tuple[Given, ...] = Field(min_length=1)
    blocked: tuple[Given, ...] = Field(min_length=1)


class RuleText(Border):
    """One rule as written; `must` has to hold, the other texts are shown when it does not.

    A rule with a `kind` (see `policies/kinds`) is written with its id and params alone, and stands here expanded.
    """

    id: _Identifier
    scope: Scope
    must: _Text
    severity: Severity
    message: _Text
    limit: _Text
    remedy: _Text
    params: dict[_Identifier, Value | tuple[Value, ...]] = Field(default_factory=dict)
    kind: str | None = None
    examples: Examples | None = None
    legal_ref: _Text | None = None
    source: _Text | None = None
    as_of: date | None = None
    reviewed_by: _Text | None = None


class Pack(Border):
    """A file of rules: its name, what it is for, where its rules come from, and since when they are believed right.

    `lists` names lists of words or phrases by which the facts of texts are counted. `base` states the facts, by scope,
    from which the rules' examples differ; like those it decides nothing and is no part of the policy hash.
    """

    pack: _Identifier
    title: _Text
    source: _Text
    as_of: date
    reviewed_by: _Text | None = None
    lists: dict[_Identifier, tuple[_Text, ...]] = Field(default_factory=dict)
    base: dict[Scope, Given] = Field(default_factory=dict)
    rules: tuple[RuleText, ...]


class PackFile:
    """A pack with its path and its lines. `PackFile.read` raises BadPolicy unless the file is a sound pack."""

    def __init__(self, path: Path, pack: Pack, lines: Mapping[Place, int]) -> None:
        self.path = path
        self.pack = pack
        self._lines = lines

    @classmethod
    def read(cls, path: Path) -> PackFile:
        """The pack in a YAML file of at most 256 KiB, without anchors, tags or repeated keys."""
        written, lines = read_yaml(path)
        plain = _expanded(path, written, lines)
        try:
            pack = Pack.model_validate_json(canonical(plain))
        except ValidationError as error:
            raise _refused(path, plain, lines, error) from None
        return cls(path, pack, lines)

    def check_examples(self) -> None:
        """BadPolicy, with file, line and rule, when an example is judged otherwise than it says.

        Loading does not ask: whoever changes a limit is not to be kept from trying it.
        """
        for scope, base in self.pack.base.items():
            for name in base:
                if name not in SCOPES[scope].facts:
                    unknown = f"`{name}` is not a fact of scope {scope}; {suggestion(name, SCOPES[scope].facts)}"
                    raise BadPolicy(f"{self.path}:{self.line('base', scope, name)}: {unknown}.")
        for position, rule in enumerate(self.pack.rules):
            found = None if rule.examples is None else wrong_example(rule, self.pack.base.get(rule.scope, {}))
            if found is not None:
                line = self.line("rules", position, "examples", *found.place)
                raise BadPolicy(f"{self.path}:{line}: rule {rule.id}: {found.reason}.")

    def line(self, *place: str | int) -> int:
        """The line (from 1) of a place like ("rules", 2, "must"), or of the nearest place around it."""
        return line_of(self._lines, place)

    def refuse(self, position: int, field: str, reason: str) -> BadPolicy:
        """The error that says what is wrong with a field of the rule at this position."""
        rule = self.pack.rules[position]
        return BadPolicy(f"{self.path}:{self.line('rules', position, field)}: rule {rule.id}: {reason}.")


@dataclass(frozen=True, slots=True)
class WrongExample:
    """Where an example of a rule stands, and what is wrong with it."""

    place: tuple[str, int]
    reason: str


def wrong_example(rule: RuleText, base: Mapping[str, Value | None]) -> WrongExample | None:
    """The first example that its rule judges otherwise than it says; None when all are right.

    A rule that cannot be bound is left to loading, which says what is wrong with it.
    """
    facts = SCOPES[rule.scope].facts
    try:
        decide = closure([bind(parse(rule.must), facts, rule.params)])
    except TextError:
        return None
    for field in ("passes", "blocked"):
        for at, given in enumerate(getattr(rule.examples, field)):
            strange = [name for name in given if name not in facts]
            if strange:
                return WrongExample((field, at), f"`{strange[0]}` is not a fact; {suggestion(strange[0], facts)}")
            if (decide({**base, **given}) == 0) != (field == "passes"):
                said = "blocked" if field == "passes" else "let pass"
                return WrongExample(
                    (field, at),
                    f"the example {dict(given)} stands under {field} and is {said}; mend the rule or the example",
                )
    return None


def read_yaml(path: Path) -> tuple[object, dict[Place, int]]:
    """The plain values of a YAML file of at most 256 KiB, without anchors, tags or repeated keys, and their lines.

    BadPolicy with file and line when it is unreadable or not such a file.
    """
    try:
        data = path.read_bytes()
        source = data.decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise BadPolicy(
            f"{path}: the pack cannot be read ({reason}); mend the file or remove it from the folder."
        ) from None
    if len(data) > LARGEST_FILE:
        raise BadPolicy(f"{path}: the pack has {len(data)} bytes and {LARGEST_FILE} are allowed; split it.")
    lines: dict[Place, int] = {}
    return _plain(path, source, lines), lines


def _plain(path: Path, source: str, lines: dict[Place, int]) -> object:
    loader = yaml.CSafeLoader(source)
    try:
        node = loader.get_single_node()
        if node is None:
            raise BadPolicy(f"{path}:1: the pack is empty; see policies/README.md for what belongs there.")
        return _Reader(path, loader, lines).value(node, ())
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        at = mark.line + 1 if mark is not None else 1
        problem = getattr(error, "problem", None) or "a character is not allowed"
        raise BadPolicy(f"{path}:{at}: the pack is not YAML ({problem}); mend the line.") from None
    finally:
        loader.dispose()


def _expanded(path: Path, plain: object, lines: Mapping[Place, int]) -> object:
    """The file's data with every rule of a kind in place of its expansion."""
    rules = plain.get("rules") if isinstance(plain, dict) else None
    if not isinstance(plain, dict) or not isinstance(rules, list):
        return plain
    written: list[object] = []
    for position, rule in enumerate(rules):
        if not isinstance(rule, dict) or "kind" not in rule:
            written.append(rule)
            continue
        try:
            written.append(expand(rule))
        except KindError as error:
            place: Place = ("rules", position, *error.place)
            raise BadPolicy(f"{path}:{line_of(lines, place)}: {_rule_name(plain, place)}{error}.") from None
    return {**plain, "rules": written}


class _Reader:
    def __init__(self, path: Path, loader: yaml.CSafeLoader, lines: dict[Place, int]) -> None:
        self._path = path
        self._loader = loader
        self._lines = lines
        self._seen: set[int] = set()

    def value(self, node: yaml.Node, place: Place) -> object:
        line = node.start_mark.line + 1
        self._lines[place] = line
        if id(node) in self._seen:
            raise BadPolicy(f"{self._path}:{line}: anchors and aliases are not allowed in a pack; write the value out.")
        self._seen.add(id(node))
        if len(place) > 6:
            raise BadPolicy(
                f"{self._path}:{line}: the pack is nested deeper than any pack needs; see policies/README.md."
            )
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, place)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*place, i)) for i, item in enumerate(node.value)]
        return self._scalar(node, line)

    def _mapping(self, node: yaml.MappingNode, place: Place) -> dict[str, object]:
        found: dict[str, object] = {}
        for key, item in node.value:
            name, line = str(key.value), key.start_mark.line + 1
            if name in found:
                raise BadPolicy(f"{self._path}:{line}: `{name}` is written twice; keep one.")
            found[name] = self.value(item, (*place, name))
            self._lines[(*place, name)] = line
        return found

    def _scalar(self, node: yaml.Node, line: int) -> object:
        try:
            value = self._loader.construct_object(node, deep=True)
        except ValueError as error:
            raise BadPolicy(f"{self._path}:{line}: {node.value!r} cannot be read ({error}); mend the line.") from None
        if isinstance(value, float) and not math.isfinite(value):
            raise BadPolicy(f"{self._path}:{line}: {node.value} is not a finite number; write one out.")
        if isinstance(value, date):
            return value.isoformat()
        if value is None or isinstance(value, bool | int | float | str):
            return value
        raise BadPolicy(f"{self._path}:{line}: {node.value!r} is not text, a number or true/false; write it in quotes.")


def _refused(path: Path, plain: object, lines: Mapping[Place, int], error: ValidationError) -> BadPolicy:
    found = error.errors(include_url=False)
    first = next((one for one in found if one["type"] == "extra_forbidden"), found[0])
    place: Place = first["loc"]
    rule = _rule_name(plain, place)
    field = ".".join(str(part) for part in place if part != "rules") or "the file"
    if first["type"] == "extra_forbidden":
        known = tuple(RuleText.model_fields if place[0] == "rules" else Pack.model_fields)
        reason = f"`{place[-1]}` is not a field here; {suggestion(str(place[-1]), known)}"
    elif first["type"] == "missing":
        reason = f"`{place[-1]}` is missing; add it"
    elif first["type"] == "literal_error":
        allowed = tuple(part.strip(" '") for part in first["ctx"]["expected"].replace(" or ", ",").split(","))
        reason = f"{place[-1]} {first['input']!r} is not known; {suggestion(str(first['input']), allowed)}"
    else:
        reason = f"{field} = {first['input']!r} cannot be used: {first['msg'].lower()}; see policies/README.md"
    return BadPolicy(f"{path}:{line_of(lines, place)}: {rule}{reason}.")


def _rule_name(plain: object, place: Place) -> str:
    if len(place) < 2 or place[0] != "rules" or not isinstance(plain, dict):
        return ""
    rule = plain["rules"][place[1]]
    return f"rule {rule['id']}: " if isinstance(rule, dict) and "id" in rule else f"rule {int(place[1]) + 1}: "


def line_of(lines: Mapping[Place, int], place: Place) -> int:
    """The line (from 1) of a place, or of the nearest place around it."""
    while place not in lines:
        place = place[:-1]
    return lines[place]
