"""The score of the evaluators: their own source broken in every small way, and whether the differential suite notices."""

from __future__ import annotations
import __future__

import ast
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import CodeType, ModuleType

from policies.evaluators import (
    closure,
    columns,
    crossing,
    explainer,
    frame,
    instant,
    nearest,
    reason,
    repair,
    shapes,
    sql,
    validity,
)
from policies.mutation import reasons, verdicts
from policies.mutation.corpus import constructs, exhibits
from policies.mutation.equivalent import EQUIVALENT
from policies.mutation.question import Examiner, Question, question
from policies.mutation.score import Outcome, Score
from policies.mutation.source import SourceMutant, source_mutants
from policies.rule import PolicySet

_DEAR = 8
"""Reasons and repairs are dear to find: the language's constructs are asked in full, and one rule in force of so many."""
_LATE_ANNOTATIONS = __future__.annotations.compiler_flag


def score_evaluators(policies: PolicySet, progress: Callable[[str], None] = lambda _line: None) -> Score:
    """What becomes of every mutant of every evaluator under the differential suite of `corpus.exhibits`.

    A mutant that raises where the original answers is killed; one that is no program at all is left out. A mutant that
    nothing tells from the original survived, unless `equivalent.EQUIVALENT` says why nothing can: it does not count
    then, and the reason is its hint.
    """
    language = [question(exhibit) for exhibit in constructs()]
    in_force = [question(exhibit) for exhibit in exhibits(policies)]
    found: list[Outcome] = []
    for module, examine, step in EXAMINERS:
        questions = [*language, *in_force[::step]]
        name = module.__name__.rsplit(".", 1)[-1]
        progress(f"evaluator {name}")
        codes: dict[int, CodeType] = {}
        if not all(examine(module, one) for one in questions):
            raise AssertionError(f"the evaluator {name} does not agree with the others, so it has no score")
        for mutant in source_mutants(Path(str(module.__file__)).read_text("utf-8")):
            if why := EQUIVALENT.get((name, mutant.place), ""):
                found.append(Outcome(name, mutant.name, "equivalent", why))
                continue
            changed = _loaded(module, mutant, codes)
            if changed is not None:
                killed = _killed(changed, examine, questions)
                found.append(Outcome(name, mutant.name, "killed" if killed else "survived"))
    return Score(tuple(found))


def _loaded(module: ModuleType, mutant: SourceMutant, codes: dict[int, CodeType]) -> ModuleType | None:
    """The changed module, apart from the real one; None when Python refuses to load it.

    `codes` keeps what the statements compile to that all mutants of the module share, by position.
    """
    changed = ModuleType(f"{module.__name__}_mutant")
    changed.__file__ = module.__file__
    sys.modules[changed.__name__] = changed  # dataclasses look their module up
    try:
        for at, statement in enumerate(mutant.statements):
            if at == mutant.changed:
                exec(_compiled(statement), changed.__dict__)
                continue
            if at not in codes:
                codes[at] = _compiled(statement)
            exec(codes[at], changed.__dict__)
    except Exception:
        return None
    finally:
        del sys.modules[changed.__name__]
    return changed


def _compiled(statement: ast.stmt) -> CodeType:
    made: CodeType = compile(ast.Module([statement], []), "<mutant>", "exec", _LATE_ANNOTATIONS, dont_inherit=True)
    return made


def _killed(changed: ModuleType, examine: Examiner, questions: Sequence[Question]) -> bool:
    for one in questions:
        try:
            if not examine(changed, one):
                return True
        except Exception:
            return True
    return False


EXAMINERS: Sequence[tuple[ModuleType, Examiner, int]] = (
    (closure, verdicts.examine_closure, 1),
    (columns, verdicts.examine_columns, 1),
    (frame, verdicts.examine_frame, 1),
    (validity, verdicts.examine_validity, 1),
    (sql, verdicts.examine_sql, 1),
    (reason, reasons.examine_reason, _DEAR),
    (shapes, reasons.examine_shapes, _DEAR),
    (crossing, reasons.examine_crossing, _DEAR),
    (nearest, reasons.examine_nearest, _DEAR),
    (repair, reasons.examine_repair, _DEAR),
    (instant, reasons.examine_instant, _DEAR),
    (explainer, reasons.examine_explainer, _DEAR),
)
"""Every evaluator with the way in which it is asked, about every so manieth rule in force; the tests hold that no file of `policies/evaluators` is missing."""
