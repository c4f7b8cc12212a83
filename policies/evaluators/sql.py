"""A table in a database: a rule becomes SQL text that is true for a row that violates it, for DuckDB, SQLite or Postgres."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

from policies.errors import BadPolicy
from policies.facts import Fact, Kind, Value
from policies.language.syntax import Binary, Choice, Constant, Listing, Node, Read, Unary, walk

Dialect = Literal["duckdb", "sqlite", "postgres"]
Columns: TypeAlias = Mapping[str, Kind]
"""Column names of a table with the kind of value each holds; a bool may also be kept as the integers 0 and 1 (`int`)."""
_WHOLE: Mapping[Dialect, str] = {"duckdb": "BIGINT", "sqlite": "INTEGER", "postgres": "BIGINT"}
_FRACTION: Mapping[Dialect, str] = {"duckdb": "DOUBLE", "sqlite": "REAL", "postgres": "DOUBLE PRECISION"}
_STORED: Mapping[Kind, str] = {"bool": "integer", "int": "integer", "float": "real", "str": "text"}
"""What SQLite's typeof says; a SQLite column may hold any type in any row, so every row is asked."""


def violated_sql(tree: Node, columns: Columns, dialect: Dialect = "duckdb") -> str:
    """A condition over a table with these columns: true where the bound tree is violated, false where it holds.

    It is never null: a null, a column that is not there or of another kind, or a value out of range violates. Names
    and texts are quoted. BadPolicy when a text holds a character that no database text can.
    """
    writer = _Writer(columns, dialect)
    facts = {node.fact.name: node.fact for node in walk(tree) if isinstance(node, Read)}
    held = " AND ".join([*(writer.valid(fact) for fact in facts.values()), writer.text(tree)])
    return f"(NOT COALESCE({held}, FALSE))"


def mask_sql(trees: tuple[Node, ...], columns: Columns, dialect: Dialect = "duckdb") -> str:
    """A whole number per row: bit i is set when the i-th tree is violated; at most 62 trees."""
    whole = _WHOLE[dialect]
    bits = (
        f"CASE WHEN {violated_sql(tree, columns, dialect)} THEN CAST({1 << i} AS {whole}) ELSE CAST(0 AS {whole}) END"
        for i, tree in enumerate(trees)
    )
    return f"({' + '.join(bits) or '0'})"


class _Writer:
    def __init__(self, columns: Columns, dialect: Dialect) -> None:
        self._columns = columns
        self._dialect: Dialect = dialect

    def valid(self, fact: Fact) -> str:
        """A condition that is true, and never null, where the fact is known."""
        kind, name = self._columns.get(fact.name), _name(fact.name)
        flag_as_number = fact.kind == "bool" and kind == "int"
        if kind != fact.kind and not flag_as_number:
            return "FALSE"
        parts = [f"{name} IS NOT NULL"]
        if self._dialect == "sqlite":
            parts.append(f"typeof({name}) = '{_STORED['int' if flag_as_number else fact.kind]}'")
        if flag_as_number or (fact.kind == "bool" and self._dialect == "sqlite"):
            parts.append(f"{name} IN (0, 1)")
        elif fact.kind in ("int", "float"):
            low, high = (self._literal(bound, fact.kind) for bound in (fact.low, fact.high))
            parts.append(f"({name} >= {low} AND {name} <= {high})")
        elif fact.kind == "str" and fact.values:
            parts.append(f"{name} IN ({', '.join(self._literal(value, 'str') for value in fact.values)})")
        return f"COALESCE({' AND '.join(parts)}, FALSE)"

    def text(self, node: Node) -> str:
        match node:
            case Constant(value, kind):
                return self._literal(value, kind)
            case Read(fact):
                return self._read(fact)
            case Unary("!", operand):
                return f"(NOT {self.text(operand)})"
            case Unary(_, operand):
                return f"(- {self.text(operand)})"
            case Binary("in", left, Listing(items)):
                return f"({self.text(left)} IN ({', '.join(self._literal(item.value, item.kind) for item in items)}))"
            case Binary(op, left, right):
                sign = {"&&": "AND", "||": "OR", "==": "=", "!=": "<>"}.get(op, op)
                return f"({self.text(left)} {sign} {self.text(right)})"
            case Choice(condition, then, other):
                return f"(CASE WHEN {self.text(condition)} THEN {self.text(then)} ELSE {self.text(other)} END)"
            case _:
                raise TypeError(f"an unbound {node!r} cannot be evaluated")

    def _read(self, fact: Fact) -> str:
        """The column in the fact's own type, null where it is not known, so that no arithmetic on it overflows."""
        kind, name = self._columns.get(fact.name), _name(fact.name)
        if fact.kind == "bool" and (kind == "int" or self._dialect == "sqlite"):
            value = f"({name} = 1)"
        elif fact.kind == "int":
            value = self._cast(name, _WHOLE[self._dialect])
        elif fact.kind == "float":
            value = self._cast(name, _FRACTION[self._dialect])
        else:
            value = name
        known = self.valid(fact)
        return f"(CASE WHEN {known} THEN {value} END)" if known != "FALSE" else self._nothing(fact)

    def _nothing(self, fact: Fact) -> str:
        own = {"bool": "BOOLEAN", "int": _WHOLE[self._dialect], "float": _FRACTION[self._dialect], "str": "TEXT"}
        return f"CAST(NULL AS {own[fact.kind]})"

    def _cast(self, name: str, target: str) -> str:
        return f"{'TRY_CAST' if self._dialect == 'duckdb' else 'CAST'}({name} AS {target})"

    def _literal(self, value: Value, kind: Kind) -> str:
        if isinstance(value, bool):
            return "TRUE" if value else "FALSE"
        if isinstance(value, str):
            if "\0" in value:
                raise BadPolicy(f"The text {value!r} holds a NUL character, which no database text can; take it out.")
            return "'" + value.replace("'", "''") + "'"
        if kind == "int":
            return f"CAST({value} AS {_WHOLE[self._dialect]})"
        # From text, because a decimal literal is exact in DuckDB and Postgres and would compare as another number.
        return f"CAST('{float(value)!r}' AS {_FRACTION[self._dialect]})"


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
