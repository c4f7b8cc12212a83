"""The outbox's SQL: parametrised statements over the tables of `records`; lists of values come in as JSON arrays.

CROSS JOIN keeps SQLite to the written order: look each wanted value up in an index, instead of scanning a plan's rows.
"""

from __future__ import annotations

OPEN_ACCOUNT = """
INSERT INTO account (plan_id, plan_hash, rules, budget_micros, spent_micros, reserved_micros, cell_used, started_at, seen_until)
VALUES (?, ?, ?, ?, 0, 0, ?, ?, ?) ON CONFLICT (plan_id) DO NOTHING
"""
ACCOUNT = "SELECT budget_micros, spent_micros, reserved_micros, cell_used FROM account WHERE plan_id = ?"
SAVE_ACCOUNT = "UPDATE account SET spent_micros = ?, reserved_micros = ?, cell_used = ? WHERE plan_id = ?"
RULES = "SELECT rules FROM account WHERE plan_id = ?"
SAVE_RULES = "UPDATE account SET rules = ? WHERE plan_id = ?"
SEEN_UNTIL = "UPDATE account SET seen_until = ? WHERE plan_id = ?"
HALT = "UPDATE account SET halted_at = COALESCE(halted_at, ?) WHERE plan_id = ?"
HALTED = "SELECT halted_at FROM account WHERE plan_id = ?"
STATE = "SELECT state FROM plan WHERE plan_id = ?"
CLOSE_ACCOUNT = "UPDATE account SET closed_at = seen_until WHERE plan_id = ? AND closed_at IS NULL"

ADD_TICK = "INSERT INTO tick (plan_id, at, slot) VALUES (?, ?, ?)"
TICKS = "SELECT at, slot FROM tick WHERE plan_id = ? ORDER BY at, slot"

ADD_CONTACT = """
INSERT INTO contact (key, plan_id, "row", person_id, slot, at, channel, action, cell, propensity,
                     cost_micros, liability_micros, open_micros, state)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'reserved')
"""
KNOWN_KEYS = "SELECT contact.key FROM json_each(?) AS wanted CROSS JOIN contact ON contact.key = wanted.value"
HELD_SLOTS = """
SELECT contact."row", contact.slot FROM json_each(?) AS wanted CROSS JOIN contact
    ON contact.plan_id = ? AND contact."row" = json_extract(wanted.value, '$[0]')
    AND contact.slot = json_extract(wanted.value, '$[1]')
"""
RESERVED = """
SELECT contact.key, contact."row", contact.at, contact.cell, contact.cost_micros, contact.liability_micros
FROM json_each(?) AS wanted CROSS JOIN contact ON contact.key = wanted.value
WHERE contact.plan_id = ? AND contact.state = 'reserved'
"""
ACCEPT = "UPDATE contact SET state = 'accepted' WHERE key = ?"
REFUSE = "UPDATE contact SET state = 'refused', open_micros = 0 WHERE key = ?"
CONTACTS_NEAR = "SELECT person_id, at FROM contact WHERE at > ? AND at < ? AND state != 'refused'"
CONTACTS_OF_TICK = """
SELECT key, "row", action, slot, cell, propensity, cost_micros, liability_micros, state FROM contact
WHERE plan_id = ? AND at = ? AND slot = ? ORDER BY rowid
"""

OFFERED_ROWS = """
SELECT DISTINCT "row" FROM contact WHERE plan_id = ? AND liability_micros > 0 AND state != 'refused'
"""
OPEN_OF_ROW = """
SELECT key, open_micros FROM contact WHERE plan_id = ? AND "row" = ? AND open_micros > 0 ORDER BY slot
"""
SETTLE_OPEN = "UPDATE contact SET open_micros = open_micros - ? WHERE key = ?"
OPEN_BY_CELL = "SELECT cell, SUM(open_micros) FROM contact WHERE plan_id = ? AND open_micros > 0 GROUP BY cell"
RELEASE_OPEN = "UPDATE contact SET open_micros = 0 WHERE plan_id = ? AND open_micros > 0"

ADD_OUTCOME = """
INSERT INTO outcome (plan_id, kind, "row", at, key, revenue_micros, margin_micros, cost_micros)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""
ADD_REFUSAL = 'INSERT INTO refusal (plan_id, "row", at, mask) VALUES (?, ?, ?, ?)'
ADD_WITHDRAWAL = "INSERT INTO withdrawal (person_id, channel, at, kind, plan_id) VALUES (?, ?, ?, ?, ?)"
ADD_WITHDRAWAL_ONCE = """
INSERT INTO withdrawal (person_id, channel, at, kind, plan_id) SELECT ?, ?, ?, ?, ?
WHERE NOT EXISTS (SELECT 1 FROM withdrawal WHERE person_id = ? AND channel = ?)
"""
WITHDRAWALS = "SELECT DISTINCT person_id, channel FROM withdrawal"
