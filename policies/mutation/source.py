"""Small mistakes in a program: a module's source with one operator, word or branch changed."""

from __future__ import annotations

import ast
import pickle
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

_COMPARE: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
_BINARY: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.Mult: ast.Add,
    ast.LShift: ast.RShift,
}  # fmt: skip
_NAMES = {
    "eq": "ne", "ne": "eq", "lt": "le", "le": "lt", "gt": "ge", "ge": "gt", "add": "sub", "sub": "add", "mul": "add",
    "any": "all", "all": "any", "all_horizontal": "any_horizontal", "any_horizontal": "all_horizontal",
    "is_not_null": "is_null", "is_null": "is_not_null", "zeros": "ones",
}  # fmt: skip
_WORDS = (
    (r"(?<![<>=!])<=(?!=)", "<"), (r"(?<![<>=!])<(?![=<>])", "<="), (r"(?<![<>=!])>=(?!=)", ">"), (r"==", "!="),
    (r"!=", "=="), (r"\band\b", "or"), (r"\bor\b", "and"), (r"\bnot\b ?", ""), (r"(?<!\|)\|(?![|=])", "&"),
    (r"(?<!&)&(?!&)", "|"), (r"\bAND\b", "OR"), (r"\bOR\b", "AND"), (r"\bNOT\b ?", ""), (r"\bTrue\b", "False"),
    (r"\bFalse\b", "True"),
)  # fmt: skip
_MANNERS = ("strict", "copy")
"""Arguments that only say how careful or how quick a call is."""
_LABEL = re.compile(r"<[a-z ]+>")
"""A name for generated code in tracebacks."""


@dataclass(frozen=True, slots=True)
class SourceMutant:
    """A module with one statement changed: the function and what was changed there (which names it), the line, the
    module's statements, and the position among them of the changed one."""

    place: str
    line: int
    statements: tuple[ast.stmt, ...]
    changed: int

    @property
    def name(self) -> str:
        """Line and change for a reader."""
        return f"line {self.line}, {self.place}"

    @property
    def tree(self) -> ast.Module:
        """The whole module."""
        return ast.Module(list(self.statements), [])


def source_mutants(source: str) -> Iterator[SourceMutant]:
    """Every mutant of a module; docstrings, annotations, imports, the module's plain constants (which others read)
    and the texts of errors are left alone. Mutants share the statements that did not change."""
    statements = ast.parse(source).body
    seen: dict[str, int] = {}
    for at, statement in enumerate(statements):
        functions, kept = list(_functions(statement)), pickle.dumps(statement)
        for place, node in enumerate(_code(statement)):
            line = getattr(node, "lineno", statement.lineno)
            for change in range(_ways(node)):
                copy = pickle.loads(kept)  # much quicker than a deep copy
                said = _change(next(islice(_code(copy), place, None)), change)
                where = f"{_innermost(functions, line)}: {said}"
                seen[where] = seen.get(where, 0) + 1
                if seen[where] > 1:
                    where += f" ({seen[where]})"
                body = (*statements[:at], ast.fix_missing_locations(copy), *statements[at + 1 :])
                yield SourceMutant(where, line, body, at)


def _functions(statement: ast.stmt) -> Iterator[ast.FunctionDef | ast.ClassDef]:
    return (node for node in ast.walk(statement) if isinstance(node, ast.FunctionDef | ast.ClassDef))


def _innermost(functions: list[ast.FunctionDef | ast.ClassDef], line: int) -> str:
    around = [one for one in functions if one.lineno <= line <= (one.end_lineno or one.lineno)]
    return max(around, key=lambda one: one.lineno).name if around else "module"


def _code(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes whose change could change what the program computes."""
    if isinstance(node, ast.Raise | ast.Import | ast.ImportFrom):
        return
    if isinstance(node, ast.keyword) and node.arg in _MANNERS:
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and _LABEL.fullmatch(node.value):
        return
    if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and node.col_offset == 0:
        return
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
        return
    yield node
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list"):
            continue
        skipped = int(isinstance(node, ast.Call) and name == "args" and _is_cast(node))
        for child in value[skipped:] if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from _code(child)


def _is_cast(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id == "cast"


def _ways(node: ast.AST) -> int:
    match node:
        case ast.Compare(ops=ops):
            return sum(type(op) in _COMPARE for op in ops)
        case ast.BoolOp():
            return 1 + len(node.values)
        case ast.UnaryOp(op=ast.Not() | ast.USub() | ast.Invert()):
            return 1
        case ast.BinOp(op=op):
            return int(type(op) in _BINARY)
        case ast.Constant(value=bool() | int()):
            return 1
        case ast.Constant(value=str() as written):
            return len(list(_replacements(written)))
        case ast.If() | ast.IfExp():
            return 1
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return int(name in _NAMES)
        case _:
            return 0


def _change(node: ast.AST, way: int) -> str:
    """Make the change in place and say what it was."""
    before = ast.unparse(node)[:60].replace("\n", " ") if not isinstance(node, ast.If) else ast.unparse(node.test)[:60]
    match node:
        case ast.Compare():
            place = [at for at, op in enumerate(node.ops) if type(op) in _COMPARE][way]
            node.ops[place] = _COMPARE[type(node.ops[place])]()
        case ast.BoolOp():
            if way == 0:
                node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
            else:
                del node.values[way - 1]
        case ast.UnaryOp():
            node.op = ast.UAdd() if isinstance(node.op, ast.USub) else node.op
            if not isinstance(node.op, ast.UAdd):
                return _drop_sign(node, before)
        case ast.BinOp():
            node.op = _BINARY[type(node.op)]()
        case ast.Constant(value=bool() as flag):
            node.value = not flag
        case ast.Constant(value=int() as number):
            node.value = number + 1
        case ast.Constant(value=str() as written):
            node.value = list(_replacements(written))[way]
        case ast.If() | ast.IfExp():
            node.test = ast.UnaryOp(ast.Not(), node.test)
        case ast.Name():
            node.id = _NAMES[node.id]
        case ast.Attribute():
            node.attr = _NAMES[node.attr]
    after = ast.unparse(node.test)[:60] if isinstance(node, ast.If) else ast.unparse(node)[:60]
    return f"`{before}` becomes `{after}`"


def _drop_sign(node: ast.UnaryOp, before: str) -> str:
    """`not x` becomes `x`, said as `not not x` so that the node keeps its place; for `~x` likewise."""
    node.operand = ast.UnaryOp(node.op, node.operand)
    return f"`{before}` becomes `{ast.unparse(node.operand.operand)[:60]}`"


def _replacements(written: str) -> Iterator[str]:
    for pattern, other in _WORDS:
        for match in re.finditer(pattern, written):
            yield written[: match.start()] + other + written[match.end() :]
