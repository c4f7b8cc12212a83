"""One tree, several evaluators: the same verdict for random rules and rows, nulls and ill-typed values included."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from types import MappingProxyType

import duckdb
import numpy as np
import polars as pl
import psycopg
import pytest
from cel_expr_python import cel
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.evaluators.closure import closure
from policies.evaluators.columns import columns
from policies.evaluators.frame import violated
from policies.evaluators.reason import explain
from policies.evaluators.sql import mask_sql, violated_sql
from policies.evaluators.validity import is_valid
from policies.facts import NULL_BOOL, NULL_INT, SCOPES, Fact, row_of
from policies.guard import Guard
from policies.language.bind import bind
from policies.language.parse import parse
from policies.language.syntax import reads, text
from policies.rule import PolicySet
from tests.servers import Database

FACTS = {
    "yes": Fact("yes", "bool", ""),
    "also": Fact("also", "bool", ""),
    "n": Fact("n", "int", "", "", -5, 5),
    "m": Fact("m", "int", "", "", 0, 10**18),
    "x": Fact("x", "float", "", "", -1.0, 1.0),
    "word": Fact("word", "str", ""),
    "kind": Fact("kind", "str", "", values=("email", "push")),
}
Row = dict[str, bool | int | float | str | None]

_whole = st.recursive(
    st.sampled_from(["n", "m", "0", "2", "-3", "1000000"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-"]), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        inner.map(lambda t: f"(n * {t})" if "m" not in t else t),
        inner.map(lambda t: f"(-{t})"),
        inner.map(lambda t: f"(yes ? {t} : n)"),
    ),
    max_leaves=4,
)
_fraction = st.recursive(
    st.sampled_from(["x", "0.5", "-1.0", "2.0"]),
    lambda inner: st.tuples(inner, st.sampled_from(["+", "-", "*"]), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
    max_leaves=3,
)
_compare = st.sampled_from(["==", "!=", "<", "<=", ">", ">="])
_leaf = st.one_of(
    st.sampled_from(["yes", "also", "true", "false", "yes == also", "word == 'a'", "word != kind", "kind == 'push'"]),
    st.sampled_from(["n in [1, -2, 3]", "word in ['a', 'é']", "kind in ['email']", "(yes ? word : kind) == 'email'"]),
    st.tuples(_whole, _compare, _whole).map(" ".join),
    st.tuples(_fraction, _compare, _fraction).map(" ".join),
)
_condition = st.recursive(
    _leaf,
    lambda inner: st.one_of(
        inner.map(lambda t: f"!({t})"),
        st.tuples(inner, st.sampled_from(["&&", "||", "==", "!="]), inner).map(lambda t: f"({t[0]}) {t[1]} ({t[2]})"),
        st.tuples(inner, inner, inner).map(lambda t: f"({t[0]}) ? ({t[1]}) : ({t[2]})"),
    ),
    max_leaves=5,
)
_row = st.fixed_dictionaries(
    {
        "yes": st.sampled_from([True, False, None]),
        "also": st.sampled_from([True, False, None]),
        "n": st.one_of(st.integers(-6, 6), st.none()),
        "m": st.one_of(st.sampled_from([0, 1, 10**18, 10**18 + 1, -1, 2**63 - 1]), st.none()),
        "x": st.one_of(st.sampled_from([-1.0, -0.0, 0.0, 0.5, 1.0, 1.5, float("nan"), float("inf")]), st.none()),
        "word": st.sampled_from(["a", "b", "é", "", "email", None]),
        "kind": st.sampled_from(["email", "push", "sms", None]),
    }
)


def as_columns(rows: list[Row]) -> dict[str, np.ndarray]:
    flags = {
        name: np.array([NULL_BOOL if r[name] is None else r[name] for r in rows], np.int8) for name in ("yes", "also")
    }
    wholes = {name: np.array([NULL_INT if r[name] is None else r[name] for r in rows], np.int64) for name in ("n", "m")}
    fractions = {"x": np.array([np.nan if r["x"] is None else r["x"] for r in rows], np.float64)}
    return flags | wholes | fractions | {name: np.array([r[name] for r in rows], object) for name in ("word", "kind")}


def as_frame(rows: list[Row]) -> pl.DataFrame:
    kinds = {"bool": pl.Boolean, "int": pl.Int64, "float": pl.Float64, "str": pl.String}
    return pl.DataFrame(rows, schema={name: kinds[fact.kind] for name, fact in FACTS.items()}, orient="row")


_known_row = st.fixed_dictionaries(
    {
        "yes": st.booleans(),
        "also": st.booleans(),
        "n": st.integers(-5, 5),
        "m": st.sampled_from([0, 1, 5, 10**18]),
        "x": st.sampled_from([-1.0, -0.0, 0.0, 0.5, 1.0]),
        "word": st.sampled_from(["a", "b", "é", "", "email"]),
        "kind": st.sampled_from(["email", "push"]),
    }
)
KINDS = {name: fact.kind for name, fact in FACTS.items()}
STORED = {"bool": "BOOLEAN", "int": "BIGINT", "float": "DOUBLE", "str": "VARCHAR"}
CEL_TYPES = {"bool": cel.Type.BOOL, "int": cel.Type.INT, "float": cel.Type.DOUBLE, "str": cel.Type.STRING}
CEL = cel.NewEnv(variables={name: CEL_TYPES[fact.kind] for name, fact in FACTS.items()})


@pytest.fixture(scope="module")
def duck() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute(
            f"CREATE TABLE people (place BIGINT, {', '.join(f'{n} {STORED[k]}' for n, k in KINDS.items())})"
        )
        yield connection


@pytest.fixture(scope="module")
def lite() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    connection.execute(f"CREATE TABLE people (place, {', '.join(KINDS)})")
    yield connection
    connection.close()


def in_database(connection: duckdb.DuckDBPyConnection | sqlite3.Connection, rows: list[Row], asked: str) -> list[int]:
    connection.execute("DELETE FROM people")
    wanted = ", ".join("?" * (len(KINDS) + 1))
    connection.executemany(
        f"INSERT INTO people VALUES ({wanted})",
        [[place, *(row[name] for name in KINDS)] for place, row in enumerate(rows)],
    )
    return [row[0] for row in connection.execute(f"SELECT {asked} FROM people ORDER BY place").fetchall()]


@settings(max_examples=150, deadline=None)
@given(st.lists(_condition, min_size=1, max_size=3), st.lists(_known_row, min_size=1, max_size=8))
def test_five_evaluators_and_cel_agree_where_all_is_known(
    duck: duckdb.DuckDBPyConnection, lite: sqlite3.Connection, sources: list[str], rows: list[Row]
) -> None:
    trees = tuple(bind(parse(source), FACTS, {}) for source in sources)
    decide = closure(trees)
    expected = [decide(row) for row in rows]
    outside = [CEL.compile(text(tree)) for tree in trees]
    assert [
        sum((rule.eval(data=row).plain_value() is not True) << i for i, rule in enumerate(outside)) for row in rows
    ] == expected
    assert columns(trees)(as_columns(rows), len(rows)).tolist() == expected
    frame = as_frame(rows)
    flags = frame.select(violated(tree, frame.schema).alias(str(i)) for i, tree in enumerate(trees))
    assert [sum(int(v) << i for i, v in enumerate(row)) for row in flags.iter_rows()] == expected
    assert in_database(duck, rows, mask_sql(trees, KINDS)) == expected
    assert in_database(lite, rows, mask_sql(trees, KINDS, "sqlite")) == expected


@settings(max_examples=120, deadline=None)
@given(st.lists(_condition, min_size=1, max_size=3), st.lists(_row, min_size=1, max_size=8))
def test_sql_violates_on_null_and_strange_values_as_the_closure_does(
    duck: duckdb.DuckDBPyConnection, lite: sqlite3.Connection, sources: list[str], rows: list[Row]
) -> None:
    trees = tuple(bind(parse(source), FACTS, {}) for source in sources)
    decide = closure(trees)
    expected = [decide(row) for row in rows]
    assert in_database(duck, rows, mask_sql(trees, KINDS)) == expected
    assert in_database(lite, rows, mask_sql(trees, KINDS, "sqlite")) == expected


@settings(max_examples=100, deadline=None)
@given(_condition, _row)
def test_cel_agrees_on_known_facts_and_anything_else_violates(source: str, row: Row) -> None:
    tree = bind(parse(source), FACTS, {})
    known = all(is_valid(FACTS[name], row[name]) for name in reads(tree))
    if known:
        given = {name: row[name] for name in reads(tree)}
        asked = cel.NewEnv(variables={name: CEL_TYPES[FACTS[name].kind] for name in given}).compile(text(tree))
        assert (closure([tree])(row) == 0) == (asked.eval(data=given).plain_value() is True)
    else:
        assert closure([tree])(row) == 1


@pytest.mark.parametrize("value", ["'1'", "1.5", "NULL", "x'01'", "-6"])
def test_a_column_without_a_type_is_asked_row_by_row(lite: sqlite3.Connection, value: str) -> None:
    lite.execute("DELETE FROM people")
    lite.execute(f"INSERT INTO people (place, n) VALUES (0, {value}), (1, 2)")
    asked = violated_sql(bind(parse("n == n"), FACTS, {}), KINDS, "sqlite")
    assert [row[0] for row in lite.execute(f"SELECT {asked} FROM people ORDER BY place")] == [1, 0]


@pytest.mark.parametrize("columns_there", [{}, {"n": "float"}, {"n": "str"}, {"n": "bool"}])
def test_a_missing_or_other_column_violates_without_being_read(columns_there: dict[str, str]) -> None:
    asked = violated_sql(bind(parse("n == n"), FACTS, {}), columns_there)
    assert duckdb.sql(f"SELECT {asked}").fetchall() == [(True,)]


def test_a_bool_may_be_kept_as_a_number_where_anything_but_0_and_1_is_null() -> None:
    asked = violated_sql(bind(parse("!yes"), FACTS, {}), {"yes": "int"})
    found = duckdb.sql(
        f"SELECT {asked} FROM (VALUES (1, 0), (2, 1), (3, -1), (4, NULL)) AS t(place, yes) ORDER BY place"
    )
    assert [row[0] for row in found.fetchall()] == [False, True, True, True]


def test_texts_and_names_cannot_end_their_quotes() -> None:
    hostile = {"k": Fact("k", "str", "", values=("a' OR TRUE --", "b"))}
    asked = violated_sql(bind(parse('k == "a\' OR TRUE --"'), hostile, {}), {"k": "str"})
    assert duckdb.sql(f"SELECT {asked} FROM (VALUES ('b')) AS t(k)").fetchall() == [(True,)]


@pytest.fixture(scope="module")
def server(database: Database) -> Iterator[psycopg.Connection[tuple[int, ...]]]:
    stored = {"bool": "BOOLEAN", "int": "BIGINT", "float": "DOUBLE PRECISION", "str": "TEXT"}
    with psycopg.connect(database()) as connection:
        connection.execute(
            f"CREATE TEMP TABLE people (place INT, {', '.join(f'{n} {stored[f.kind]}' for n, f in FACTS.items())})"
        )
        yield connection


@settings(max_examples=80, deadline=None)
@given(st.lists(_condition, min_size=1, max_size=3), st.lists(_row, min_size=1, max_size=8))
def test_a_postgres_server_and_closure_agree(
    server: psycopg.Connection[tuple[int, ...]], sources: list[str], rows: list[Row]
) -> None:
    trees = tuple(bind(parse(source), FACTS, {}) for source in sources)
    decide = closure(list(trees))
    server.execute("DELETE FROM people")
    with server.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO people VALUES ({', '.join(['%s'] * (len(FACTS) + 1))})",
            [(place, *(row[name] for name in FACTS)) for place, row in enumerate(rows)],
        )
    asked = mask_sql(trees, KINDS, "postgres")
    found = server.execute(f"SELECT {asked} FROM people ORDER BY place").fetchall()
    assert [int(row[0]) for row in found] == [decide(row) for row in rows]


@settings(max_examples=250, deadline=None)
@given(st.lists(_condition, min_size=1, max_size=3), st.lists(_row, min_size=1, max_size=12))
def test_closure_columns_frame_and_explanation_agree(sources: list[str], rows: list[Row]) -> None:
    trees = [bind(parse(source), FACTS, {}) for source in sources]
    decide = closure(trees)
    expected = [decide(row) for row in rows]
    assert columns(trees)(as_columns(rows), len(rows)).tolist() == expected
    frame = as_frame(rows)
    flags = frame.select(violated(tree, frame.schema).alias(str(i)) for i, tree in enumerate(trees))
    assert [sum(int(v) << i for i, v in enumerate(row)) for row in flags.iter_rows()] == expected
    explained = [sum((explain(tree, row) is not None) << i for i, tree in enumerate(trees)) for row in rows]
    assert explained == expected


@settings(max_examples=150, deadline=None)
@given(_condition, _row)
def test_a_null_or_absent_fact_violates_whatever_else_holds(source: str, row: Row) -> None:
    tree = bind(parse(source), FACTS, {})
    unusable = [name for name in reads(tree) if not is_valid(FACTS[name], row[name])]
    absent = {name: value for name, value in row.items() if name not in reads(tree)[:1]}
    if unusable:
        assert closure([tree])(row) == 1
    if reads(tree):
        assert closure([tree])(absent) == 1
        assert columns([tree])({n: c for n, c in as_columns([row]).items() if n in absent}, 1).tolist() == [1]
        frame = as_frame([row]).select(list(absent))
        assert frame.select(violated(tree, frame.schema)).item() is True


@settings(max_examples=150, deadline=None)
@given(_condition)
def test_the_canonical_text_reads_back_to_itself(source: str) -> None:
    written = text(parse(source))
    assert text(parse(written)) == written
    assert text(bind(parse(written), FACTS, {})) == text(bind(parse(source), FACTS, {}))


@pytest.mark.parametrize("source", ["!yes", "yes || true", "true || yes", "yes == yes", "yes ? true : true"])
def test_null_is_never_allowed_by_negation_or_a_short_cut(source: str) -> None:
    tree = bind(parse(source), FACTS, {})
    assert closure([tree])({"yes": None}) == 1
    assert columns([tree])({"yes": np.array([NULL_BOOL, 3], np.int8)}, 2).tolist() == [1, 1]
    assert (
        pl.DataFrame({"yes": [None]}, schema={"yes": pl.Boolean})
        .select(violated(tree, pl.Schema({"yes": pl.Boolean})))
        .item()
    )


def test_a_mapping_that_makes_up_absent_facts_is_not_believed() -> None:
    decide = closure([bind(parse("!yes && n >= 0"), FACTS, {})])
    assert decide(defaultdict(int, {"yes": False})) == 1
    assert decide(MappingProxyType({"yes": False, "n": 1})) == 0


@pytest.mark.parametrize("value", [1, 0, "true", 1.0, np.int8(1)])
def test_a_condition_is_not_a_number(value: object) -> None:
    tree = bind(parse("yes == yes"), FACTS, {})
    assert closure([tree])({"yes": value}) == 1
    assert explain(tree, {"yes": value}) is not None


@pytest.mark.parametrize(("value", "mask"), [(np.int64(2), 0), (2, 0), (np.int64(6), 1), (True, 1), (2.0, 1), ("2", 1)])
def test_one_contact_may_be_asked_about_with_numpy_numbers(value: object, mask: int) -> None:
    tree = bind(parse("n >= 0"), FACTS, {})
    assert closure([tree])({"n": value}) == mask
    assert (explain(tree, {"n": value}) is not None) == bool(mask)


@pytest.mark.parametrize("column", [np.array(["1"]), np.array([1.0]), np.array([True]), np.array([object()], object)])
def test_a_column_of_another_type_is_null(column: np.ndarray) -> None:
    assert columns([bind(parse("n == n"), FACTS, {})])({"n": column}, 1).tolist() == [1]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_shipped_contact_rules_give_one_mask_one_by_one_and_in_columns(policies: PolicySet, seed: int) -> None:
    rng, n = np.random.default_rng(seed), 40
    edges = {
        "local_minute": [479, 480, 1259, 1260, NULL_INT],
        "sends_7d": [0, 1, 3, 4, NULL_INT],
        "cap_7d": [2, NULL_INT],
    }
    facts: dict[str, np.ndarray] = {}
    for name, fact in SCOPES["contact"].facts.items():
        if fact.kind == "bool":
            facts[name] = rng.choice(np.array([0, 1, NULL_BOOL], np.int8), n)
        else:
            facts[name] = rng.choice(np.array(edges.get(name, [0, 1, 2, 10**6, NULL_INT]), np.int64), n)
    guard = Guard(policies, bytes(32))
    rules = policies.scope("contact")
    masks = columns([rule.tree for rule in rules])(facts, n)
    assert masks.tolist() == [guard.judge(row_of(facts, i)) for i in range(n)]
    frame = pl.DataFrame({name: pl.Series(column) for name, column in facts.items()})
    wide = frame.select(violated(rule.tree, frame.schema).alias(rule.id) for rule in rules)
    assert masks.tolist() == [sum(int(v) << i for i, v in enumerate(row)) for row in wide.iter_rows()]
