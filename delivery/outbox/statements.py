"""The outbox's SQL, one text for SQLite and PostgreSQL, with named binds over the tables of `records`.

`said` makes a text ready for a connection. Where the two differ a text has one of these words: `{wanted}` is the JSON
array of whole numbers bound as `:wanted`, as rows with a column `value`; `{mine}` locks the rows read for this
transaction, and `{kept}` keeps others from changing them until it ends (SQLite has one writer and needs neither).
What is done once per row of thousands binds by place (`{mark}`, see `said_of_rows`), which costs half of binding by name.

CROSS JOIN keeps SQLite to the written order: look each wanted value up in an index, instead of scanning a plan's rows.
"""

from __future__ import annotations

from functools import cache

from sqlalchemy import Connection, TextClause, text

_WORDS = {
    "sqlite": {"wanted": "json_each(:wanted) AS wanted", "mine": "", "kept": "", "mark": "?"},
    "postgresql": {
        "wanted": "json_array_elements_text(CAST(:wanted AS json)) AS wanted (value)",
        "mine": "FOR UPDATE",
        "kept": "FOR SHARE",
        "mark": "%s",
    },
}
_NUMBER = "CAST(wanted.value AS BIGINT)"

OPEN_ACCOUNT = """
INSERT INTO account (plan_id, plan_hash, rules, budget_micros, spent_micros, reserved_micros, cell_used, started_at, seen_until)
VALUES (:plan, :hash, :rules, :budget, 0, 0, :cells, :at, :at) ON CONFLICT (plan_id) DO NOTHING
"""
LOCK_ACCOUNT = "SELECT 1 FROM account WHERE plan_id = :plan {mine}"
ACCOUNT = "SELECT budget_micros, spent_micros, reserved_micros, cell_used, closed_at FROM account WHERE plan_id = :plan"
SAVE_ACCOUNT = """
UPDATE account SET spent_micros = :spent, reserved_micros = :reserved, cell_used = :cells WHERE plan_id = :plan
"""
MOVE_BUDGET = """
UPDATE account SET budget_micros = :after
WHERE plan_id = :plan AND budget_micros = :before AND closed_at IS NULL AND spent_micros + reserved_micros <= :after
"""
RULES = "SELECT rules FROM account WHERE plan_id = :plan"
SAVE_RULES = "UPDATE account SET rules = :rules WHERE plan_id = :plan"
SEEN_UNTIL = "UPDATE account SET seen_until = :at WHERE plan_id = :plan"
HALT = "UPDATE account SET halted_at = COALESCE(halted_at, :at) WHERE plan_id = :plan"
HALTED = "SELECT halted_at FROM account WHERE plan_id = :plan"
STATE = "SELECT state FROM plan WHERE plan_id = :plan {kept}"
CLOSE_ACCOUNT = "UPDATE account SET closed_at = seen_until WHERE plan_id = :plan AND closed_at IS NULL"

ADD_TICK = "INSERT INTO tick (plan_id, at, slot) VALUES (:plan, :at, :slot)"
TICKS = "SELECT at, slot FROM tick WHERE plan_id = :plan ORDER BY at, slot"

ADD_CONTACT = f"""
INSERT INTO contact (key, plan_id, "row", person_id, slot, at, channel, action, cell, propensity,
                     cost_micros, liability_micros, open_micros, place, state)
VALUES ({", ".join(["{mark}"] * 14)}, 'reserved')
"""
KNOWN_KEYS = f"SELECT contact.key FROM {{wanted}} CROSS JOIN contact WHERE contact.key = {_NUMBER}"
HELD_SLOTS = f"""
SELECT contact."row" FROM {{wanted}} CROSS JOIN contact
WHERE contact.plan_id = :plan AND contact."row" = {_NUMBER} AND contact.slot = :slot
"""
RESERVED = f"""
SELECT contact.key, contact."row", contact.at, contact.cell, contact.cost_micros, contact.liability_micros
FROM {{wanted}} CROSS JOIN contact
WHERE contact.key = {_NUMBER} AND contact.plan_id = :plan AND contact.state = 'reserved'
"""
ACCEPT = f"UPDATE contact SET state = 'accepted' WHERE key IN (SELECT {_NUMBER} FROM {{wanted}})"
REFUSE = f"UPDATE contact SET state = 'refused', open_micros = 0 WHERE key IN (SELECT {_NUMBER} FROM {{wanted}})"
CONTACTS_NEAR = "SELECT person_id, at FROM contact WHERE at > :after AND at < :before AND state != 'refused'"
CONTACTS_OF_TICK = """
SELECT key, "row", action, slot, cell, propensity, cost_micros, liability_micros, state FROM contact
WHERE plan_id = :plan AND at = :at AND slot = :slot ORDER BY place, key
"""
UNSETTLED = "SELECT key FROM contact WHERE plan_id = :plan AND state = 'reserved' ORDER BY at, place, key"

OFFERED_ROWS = """
SELECT DISTINCT "row" FROM contact WHERE plan_id = :plan AND liability_micros > 0 AND state != 'refused'
"""
OPEN_OF_ROW = """
SELECT key, open_micros FROM contact
WHERE plan_id = :plan AND "row" = :row AND open_micros > 0 AND state = 'accepted' ORDER BY slot
"""
SETTLE_OPEN = "UPDATE contact SET open_micros = open_micros - :micros WHERE key = :key"
OPEN_BY_CELL = """
SELECT cell, CAST(SUM(open_micros) AS BIGINT) FROM contact WHERE plan_id = :plan AND open_micros > 0 GROUP BY cell
"""
RELEASE_OPEN = "UPDATE contact SET open_micros = 0 WHERE plan_id = :plan AND open_micros > 0"

ADD_OUTCOME = f"""
INSERT INTO outcome (plan_id, kind, "row", at, key, revenue_micros, margin_micros, cost_micros)
VALUES ({", ".join(["{mark}"] * 8)})
"""
ADD_REFUSAL = 'INSERT INTO refusal (plan_id, "row", at, mask) VALUES ({mark}, {mark}, {mark}, {mark})'
ADD_WITHDRAWAL = f"""
INSERT INTO withdrawal (person_id, channel, at, kind, plan_id) VALUES ({", ".join(["{mark}"] * 5)})
"""
ADD_WITHDRAWAL_ONCE = """
INSERT INTO withdrawal (person_id, channel, at, kind, plan_id)
SELECT CAST({mark} AS VARCHAR), CAST({mark} AS VARCHAR), CAST({mark} AS BIGINT), CAST({mark} AS VARCHAR), CAST({mark} AS VARCHAR)
WHERE NOT EXISTS (SELECT 1 FROM withdrawal WHERE person_id = {mark} AND channel = {mark})
"""
WITHDRAWALS = "SELECT DISTINCT person_id, channel FROM withdrawal"


def said(connection: Connection, statement: str) -> TextClause:
    """The statement as this connection's database understands it."""
    return _said(statement, connection.dialect.name)


@cache
def _said(statement: str, dialect: str) -> TextClause:
    return text(said_of_rows(statement, dialect))


@cache
def said_of_rows(statement: str, dialect: str) -> str:
    """A statement that binds by place as the driver of this dialect takes it, to be run for many rows."""
    for word, meant in _WORDS[dialect].items():
        statement = statement.replace(f"{{{word}}}", meant)
    return statement
