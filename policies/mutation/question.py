"""What an evaluator is asked: an exhibit with the answers that every evaluator has to give, found once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from types import ModuleType
from typing import TypeVar

from policies.evaluators import closure, reason
from policies.mutation.corpus import Exhibit, Row
from policies.mutation.database import Database
from policies.mutation.tables import fits

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Question:
    """Trees and rows, with the masks that all evaluators must give and the explanations the explainer must."""

    exhibit: Exhibit
    masks: tuple[int, ...]
    explained: tuple[tuple[reason.Violation | None, ...], ...]
    typed: tuple[int, ...]
    _without: dict[str, list[int]] = field(default_factory=dict)
    _databases: dict[tuple[str, bool], Database] = field(default_factory=dict)
    _answers: dict[object, object] = field(default_factory=dict)

    def masks_without(self, name: str) -> list[int]:
        """The masks of the typed rows when this fact is absent from all of them."""
        if name not in self._without:
            decide = closure.closure(self.exhibit.trees)
            rows = ({key: value for key, value in row.items() if key != name} for row in self.typed_rows)
            self._without[name] = [decide(row) for row in rows]
        return self._without[name]

    def database(self, dialect: str, flags_as_numbers: bool) -> Database:
        """The typed rows in a database of this kind, made once."""
        key = (dialect, flags_as_numbers)
        if key not in self._databases:
            self._databases[key] = Database(dialect, self.typed_rows, self.exhibit.facts, flags_as_numbers)
        return self._databases[key]

    @property
    def wide(self) -> bool:
        """Whether it shows the language's constructs, so that columns of other shapes and types are tried too."""
        return len(self.exhibit.trees) > 1

    @property
    def typed_rows(self) -> list[Row]:
        """The rows that typed columns can hold."""
        return [self.exhibit.rows[at] for at in self.typed]

    @property
    def typed_masks(self) -> list[int]:
        """Their masks."""
        return [self.masks[at] for at in self.typed]

    def once(self, what: object, make: Callable[..., Answer]) -> Answer:
        """An answer of the original evaluators, found at the first call with these words."""
        if what not in self._answers:
            self._answers[what] = make()
        return self._answers[what]  # type: ignore[return-value]


Examiner = Callable[[ModuleType, Question], bool]
"""Whether a (changed) evaluator answers a question as the original does."""


def question(exhibit: Exhibit) -> Question:
    """The exhibit with the answers of the closure and of the explanation."""
    decide = closure.closure(exhibit.trees)
    masks = tuple(decide(row) for row in exhibit.rows)
    explained = tuple(tuple(reason.explain(tree, row) for tree in exhibit.trees) for row in exhibit.rows)
    typed = tuple(at for at, row in enumerate(exhibit.rows) if fits(row, exhibit.facts))
    return Question(exhibit, masks, explained, typed)
