"""A rule written as a kind becomes the rule it stands for, before anything else is read of it."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import ValidationError

from campaigns.border import canonical
from policies.kinds.catalogue import KINDS
from policies.kinds.kind import Kind
from policies.kinds.parameters import written_out
from policies.language.bind import suggestion

_OWN = ("severity", "message", "limit", "remedy")
_ORIGIN = ("legal_ref", "source", "as_of", "reviewed_by", "examples")
_FIELDS = ("id", "kind", *_OWN, *_ORIGIN, "params")


class KindError(ValueError):
    """A rule of a kind cannot be expanded; `place` leads from the rule to what is wrong with it."""

    def __init__(self, message: str, *place: str) -> None:
        super().__init__(message)
        self.place = place


def expand(rule: Mapping[str, object]) -> dict[str, object]:
    """The plain data of the rule that a rule with a `kind` stands for: scope, must, texts and params as written out.

    Severity and texts written beside the kind replace the kind's own. KindError, saying what to write instead, when the
    kind is unknown, a parameter is missing, unknown or of another type or unit, or `must` or `scope` is written too.
    """
    kind = KINDS.get(str(rule["kind"]))
    if kind is None:
        raise KindError(f"kind {rule['kind']!r} is not known; {suggestion(str(rule['kind']), KINDS)}", "kind")
    for name in rule:
        if name in ("must", "scope"):
            raise KindError(
                f"`{name}` comes from the kind {kind.name}; leave it out, or write the rule without a kind", name
            )
        if name not in _FIELDS:
            raise KindError(f"`{name}` is not a field here; {suggestion(name, _FIELDS)}", name)
    given = _parameters(kind, rule.get("params"))
    must, params = kind.must, dict[str, object]()
    for name, value in given.items():
        if name in kind.words:
            must = must.replace(f"{{{name}}}", kind.words[name][str(value)])
        else:
            params |= written_out(name, value)
    texts = {"severity": kind.severity, "message": kind.message, "limit": kind.limit, "remedy": kind.remedy}
    named = {name: rule[name] for name in ("id", "kind", *_OWN, *_ORIGIN) if name in rule}
    return {**texts, **named, "scope": kind.scope, "must": must, "params": params}


def _parameters(kind: Kind, written: object) -> dict[str, object]:
    """The parameters given, each as its type, and the value that it has by itself where it is left out."""
    try:
        model = kind.params.model_validate_json(canonical(written if written is not None else {}))
    except ValidationError as error:
        found = error.errors(include_url=False)
        first = next((one for one in found if one["type"] == "extra_forbidden"), found[0])
        place = tuple(str(part) for part in first["loc"])
        raise KindError(_reason(kind, place, first["type"], first["msg"], first["input"]), "params", *place) from None
    return {name: getattr(model, name) for name in kind.params.model_fields}


def _reason(kind: Kind, place: tuple[str, ...], problem: str, message: str, given: object) -> str:
    known = tuple(kind.params.model_fields)
    name = place[0] if place else "params"
    if problem == "extra_forbidden":
        return f"{kind.name} has no parameter `{name}`; {suggestion(name, known)}"
    if problem == "missing":
        return f"{kind.name} needs the parameter `{name}`; add it"
    return f"{name}: {given!r} cannot be used; {message.removeprefix('Value error, ')}"
