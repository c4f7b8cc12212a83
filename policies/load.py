"""Packs to the set of rules in force; anything that is not understood entirely refuses the whole set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import get_args

from campaigns.border import digest
from policies.brand.file import Brand, load_brand
from policies.errors import BadPolicy
from policies.evaluators.columns import MOST_RULES
from policies.exclusion import excluding
from policies.facts import SCOPES, Fact, Scope
from policies.language.bind import bind, suggestion
from policies.language.parse import parse
from policies.language.syntax import reads, text
from policies.language.tokens import TextError
from policies.pack import PackFile, RuleText
from policies.rule import PackNote, PolicySet, Rule
from policies.wording import PLACEHOLDER

SHIPPED = Path(__file__).parent / "packs"
BRAND_FOLDER = "brand"
"""The folder among the packs that holds the brand file; without it the brand shipped is in force."""
_LANGUAGE = 1
"""Part of the hash: raised when the same text would come to mean something else."""


CLOSED_WITHOUT_RULES: tuple[Scope, ...] = ("change", "report", "tool", "audit", "rehearsal")
"""A set of packs may have no rule for these; then everything there is refused (`policies.verdict`)."""


def load_policies(folder: Path | None = None) -> PolicySet:
    """The rules of every `*.yaml` in a folder (default: the packs shipped), in the order of file names.

    BadPolicy, naming file, line and rule and what to write instead, when a pack is missing, unreadable or unsound, when
    a rule does not type-check, or when a scope lacks a rule over one of its guarded facts.
    """
    folder = SHIPPED if folder is None else folder
    paths = pack_paths(folder)
    if not paths:
        raise BadPolicy(
            f"There is no policy pack in {folder}; without policies everything is refused. Name a folder with *.yaml packs."
        )
    files = [PackFile.read(path) for path in paths]
    rules: dict[str, Rule] = {}
    lists: dict[str, tuple[str, ...]] = {}
    for file in files:
        for position, written in enumerate(file.pack.rules):
            if written.id in rules:
                raise file.refuse(
                    position, "id", f"the id is taken by a rule of pack {rules[written.id].pack}; choose another"
                )
            rules[written.id] = _rule(file, position, written)
        for name, words in file.pack.lists.items():
            if name in lists:
                raise BadPolicy(
                    f"{file.path}:{file.line('lists', name)}: the list `{name}` is in another pack too; keep one."
                )
            lists[name] = words
    loaded = tuple(rules.values())
    _complete(folder, loaded)
    _compatible(files, loaded)
    brand = load_brand(folder / BRAND_FOLDER) if (folder / BRAND_FOLDER).is_dir() else load_brand()
    notes = tuple(_note(file) for file in files)
    return PolicySet(loaded, MappingProxyType(lists), _hash(loaded, lists, brand), notes, brand)


def check_examples(folder: Path | None = None) -> None:
    """BadPolicy for the first example in the packs of a folder (default: shipped) that its rule judges otherwise."""
    for path in pack_paths(SHIPPED if folder is None else folder):
        PackFile.read(path).check_examples()


def pack_paths(folder: Path) -> list[Path]:
    """The packs of a folder and those below it, in order; what lies in its `brand/` is a brand file and no pack."""
    found = folder.rglob("*.yaml") if folder.is_dir() else ()
    return sorted(path for path in found if path.parent != folder / BRAND_FOLDER)


def read_rules(path: Path) -> tuple[Rule, ...]:
    """The rules of one pack, loaded by themselves; BadPolicy as for `load_policies`, but for what a set must have."""
    file = PackFile.read(path)
    return tuple(_rule(file, position, written) for position, written in enumerate(file.pack.rules))


def _rule(file: PackFile, position: int, written: RuleText) -> Rule:
    schema = SCOPES[written.scope]
    for name, value in written.params.items():
        if isinstance(value, tuple) and len({type(item) for item in value}) != 1:
            raise file.refuse(position, "params", f"params.{name} must hold values of one kind, and at least one")
    try:
        parsed = parse(written.must)
        tree = bind(parsed, schema.facts, written.params)
    except TextError as error:
        before = written.must[: error.at]
        line = file.line("rules", position, "must")
        column = error.at - (before.rfind("\n") + 1) + 1
        raise BadPolicy(
            f"{file.path}:{line}: rule {written.id}: {error} (character {column} of `{_one_line(written.must)}`)."
        ) from None
    names = reads(tree)
    if not names:
        raise file.refuse(
            position, "must", f"it reads no fact, so it is always the same; {suggestion('', schema.facts)}"
        )
    if written.scope == "contact" and written.severity != "deny":
        raise file.refuse(
            position, "severity", f"a contact is sent or not, so {written.severity!r} means nothing; write deny"
        )
    used = set(names) | _placeholders(file, position, written)
    unused = [name for name in written.params if f"params.{name}" not in text(parsed) and f"params.{name}" not in used]
    if unused:
        raise file.refuse(position, "params", f"params.{unused[0]} is used nowhere; remove it or use it in `must`")
    return Rule(
        id=written.id,
        pack=file.pack.pack,
        scope=written.scope,
        severity=written.severity,
        must=text(parsed),
        tree=tree,
        facts={name: schema.facts[name] for name in names},
        message=written.message,
        limit=written.limit,
        remedy=written.remedy,
        params=MappingProxyType(dict(written.params)),
        kind=written.kind,
    )


def _placeholders(file: PackFile, position: int, written: RuleText) -> set[str]:
    """The names in braces of the rule's texts; BadPolicy when one stands for nothing."""
    schema = SCOPES[written.scope]
    known = (*schema.facts, *schema.words, *(f"params.{name}" for name in written.params))
    found: set[str] = set()
    for field in ("message", "limit", "remedy"):
        for name in PLACEHOLDER.findall(getattr(written, field)):
            if name not in known:
                raise file.refuse(
                    position, field, f"`{{{name}}}` in {field} stands for nothing; {suggestion(name, known)}"
                )
            found.add(name)
    return found


def _complete(folder: Path, rules: tuple[Rule, ...]) -> None:
    for scope in get_args(Scope):
        own = [rule for rule in rules if rule.scope == scope]
        if not own and scope in CLOSED_WITHOUT_RULES:
            continue
        if not own:
            raise BadPolicy(
                f"{folder}: no rule has scope {scope}, so nothing there could be allowed; add a pack that has some."
            )
        if len(own) > MOST_RULES:
            raise BadPolicy(
                f"{folder}: scope {scope} has {len(own)} rules and {MOST_RULES} fit a mask; join some with &&."
            )
        read = {name for rule in own if rule.severity == "deny" for name in rule.facts}
        guarded = _guarded(SCOPES[scope].facts)
        missing = [name for name in guarded if name not in read]
        if missing:
            raise BadPolicy(
                f"{folder}: no deny rule of scope {scope} reads `{missing[0]}`, which none may leave out; add a rule over it."
            )


def _compatible(files: list[PackFile], rules: tuple[Rule, ...]) -> None:
    """BadPolicy when deny rules exclude each other, as far as that shows without a solver (see `policies/exclusion.py`)."""
    for scope in get_args(Scope):
        found = excluding([rule for rule in rules if rule.scope == scope])
        if found is not None:
            raise excluded(scope, [(rule, _place(files, rule)) for rule in found[0]], found[1])


def excluded(scope: str, rules: Sequence[tuple[Rule, str]], about: str = "") -> BadPolicy:
    """The error for rules, each with its file and line, of which nothing can satisfy all."""
    named = [f"rule {rule.id} ({place}: `{_one_line(rule.must)}`)" for rule, place in rules]
    nothing = f"nothing of scope {scope} could ever be allowed"
    why = f" over {about}" if about else ""
    if len(named) == 1:
        return BadPolicy(f"{named[0]} can never hold{why}, so {nothing}; mend its limit or remove the rule.")
    listed = f"{', '.join(named[:-1])} and {named[-1]}"
    return BadPolicy(f"{listed} exclude each other{why}, so {nothing}; mend the limit of one or remove one.")


def places(folder: Path | None = None) -> dict[str, str]:
    """Where each rule of a folder of packs stands, as `file:line` by id; BadPolicy when a pack cannot be read."""
    files = [PackFile.read(path) for path in pack_paths(SHIPPED if folder is None else folder)]
    return {
        rule.id: f"{file.path}:{file.line('rules', position)}"
        for file in files
        for position, rule in enumerate(file.pack.rules)
    }


def _place(files: list[PackFile], rule: Rule) -> str:
    for file in files:
        for position, written in enumerate(file.pack.rules):
            if written.id == rule.id:
                return f"{file.path}:{file.line('rules', position, 'must')}"
    return rule.pack


def _note(file: PackFile) -> PackNote:
    days = [file.pack.as_of, *(rule.as_of for rule in file.pack.rules if rule.as_of is not None)]
    return PackNote(file.pack.pack, file.pack.source, min(days))


def _guarded(facts: Mapping[str, Fact]) -> list[str]:
    return [name for name, fact in facts.items() if fact.guarded]


def _hash(rules: tuple[Rule, ...], lists: Mapping[str, tuple[str, ...]], brand: Brand) -> str:
    written = [
        {
            "id": rule.id,
            "pack": rule.pack,
            "scope": rule.scope,
            "severity": rule.severity,
            "must": rule.must,
            "message": rule.message,
            "limit": rule.limit,
            "remedy": rule.remedy,
            "params": {name: list(v) if isinstance(v, tuple) else v for name, v in rule.params.items()},
        }
        for rule in rules
    ]
    return digest(
        {
            "language": _LANGUAGE,
            "rules": written,
            "lists": {name: list(words) for name, words in lists.items()},
            "brand": brand.plain(),
        }
    )


def _one_line(source: str) -> str:
    flat = " ".join(source.split())
    return flat if len(flat) <= 80 else flat[:77] + "..."
