"""What is wrong with the books: counted from the tables and the channel's own list, by code that no worker runs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import Connection

from campaigns.border import Border
from campaigns.plan import Plan
from campaigns.state import is_server
from campaigns.workspace import Workspace

_SQLITE_TRAIL = (
    "CREATE TABLE trail (plan_id TEXT, spent INTEGER, reserved INTEGER, budget INTEGER, cells TEXT)",
    """CREATE TRIGGER keep_trail AFTER UPDATE ON account BEGIN
    INSERT INTO trail VALUES (NEW.plan_id, NEW.spent_micros, NEW.reserved_micros, NEW.budget_micros, NEW.cell_used); END""",
)
_SERVER_TRAIL = (
    "CREATE TABLE trail (plan_id TEXT, spent BIGINT, reserved BIGINT, budget BIGINT, cells TEXT)",
    """CREATE FUNCTION keep_trail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO trail VALUES (NEW.plan_id, NEW.spent_micros, NEW.reserved_micros, NEW.budget_micros, NEW.cell_used);
    RETURN NEW; END $$""",
    "CREATE TRIGGER keep_trail AFTER UPDATE ON account FOR EACH ROW EXECUTE FUNCTION keep_trail()",
)
_ACCOUNTS = "SELECT plan_id, spent_micros, reserved_micros, cell_used FROM account ORDER BY plan_id"
_CONTACTS = """
SELECT plan_id, cell, CAST(SUM(CASE WHEN state = 'accepted' THEN cost_micros ELSE 0 END) AS BIGINT),
    CAST(SUM(open_micros + CASE WHEN state = 'reserved' THEN cost_micros ELSE 0 END) AS BIGINT),
    CAST(SUM(cost_micros + liability_micros) AS BIGINT)
FROM contact WHERE state <> 'refused' GROUP BY plan_id, cell
"""
_REDEEMED = "SELECT plan_id, CAST(SUM(cost_micros) AS BIGINT) FROM outcome GROUP BY plan_id"
_KEYS = "SELECT key FROM contact WHERE state = 'accepted'"
_SLOTS = 'SELECT COUNT(*) FROM (SELECT 1 FROM contact GROUP BY plan_id, "row", slot HAVING COUNT(*) > 1) AS twice'
_REDEEMED_TWICE = "SELECT COUNT(*) FROM (SELECT 1 FROM outcome GROUP BY key HAVING COUNT(*) > 1) AS twice"


class Wrong(Border):
    """Counts of what may not be: 0 everywhere when the ledger held.

    `overspends` and `ceilings` are states of an account above its budget or a cell's ceiling, `sent_twice` keys that
    the channel got more than once, `claimed_twice` occurrences of a person with two contacts, `lost` messages sent
    that the books do not have as accepted or the other way round, `redeemed_twice` offers paid twice, `unexplained`
    micros by which accounts differ from their contacts and redemptions, `unsettled` claims left open.
    """

    overspends: int
    ceilings: int
    sent_twice: int
    claimed_twice: int
    lost: int
    redeemed_twice: int
    unexplained: int
    unsettled: int


def keep_trail(ws: Workspace) -> None:
    """Have the database itself keep every state that an account is ever left in."""
    with ws.engine.begin() as connection:
        for statement in _SERVER_TRAIL if is_server(connection) else _SQLITE_TRAIL:
            connection.exec_driver_sql(statement)


def unexplained(connection: Connection) -> int:
    """Micros by which the accounts differ from their contacts and redemptions, in one snapshot of the database."""
    accounts = connection.exec_driver_sql(_ACCOUNTS).all()
    contacts = connection.exec_driver_sql(_CONTACTS).all()
    redeemed = {plan: int(micros) for plan, micros in connection.exec_driver_sql(_REDEEMED)}
    off = 0
    for plan, spent, reserved, cells in accounts:
        own = {cell: values for one, cell, *values in contacts if one == plan}
        off += abs(spent - redeemed.get(plan, 0) - sum(values[0] for values in own.values()))
        off += abs(reserved - sum(values[1] for values in own.values()))
        off += sum(abs(used - own.get(cell, [0, 0, 0])[2]) for cell, used in enumerate(json.loads(cells)))
    return off


def states(ws: Workspace, plans: Mapping[str, Plan]) -> tuple[int, int, int]:
    """States that accounts were left in, those above a budget, and those above a cell's ceiling."""
    ceilings = {name: [int(cell.ceiling.value) for cell in plan.allocation.cells] for name, plan in plans.items()}
    seen = over = above = 0
    with ws.engine.connect() as connection:
        for plan, spent, reserved, budget, cells in connection.exec_driver_sql("SELECT * FROM trail"):
            used = json.loads(cells)
            seen += 1
            over += spent + reserved > budget or reserved < 0 or spent < 0
            above += any(not 0 <= one <= most for one, most in zip(used, ceilings[plan], strict=True))
    return seen, over, above


def sent(channel: Path) -> Counter[int]:
    """How often the channel got each key, as the signed number that the tables hold."""
    lines = channel.read_bytes().split() if channel.exists() else []
    return Counter(int.from_bytes(bytes.fromhex(line.decode()), "big", signed=True) for line in lines)


def wrong(ws: Workspace, plans: Mapping[str, Plan], channel: Path, unsettled: int, seen_off: int) -> Wrong:
    """Everything that is wrong after a storm; `seen_off` is what was unexplained in snapshots taken meanwhile."""
    got = sent(channel)
    _, over, above = states(ws, plans)
    with ws.engine.connect() as connection:
        accepted = set(connection.exec_driver_sql(_KEYS).scalars())
        return Wrong(
            overspends=over,
            ceilings=above,
            sent_twice=sum(times > 1 for times in got.values()),
            claimed_twice=int(connection.exec_driver_sql(_SLOTS).scalar_one()),
            lost=len(accepted ^ set(got)),
            redeemed_twice=int(connection.exec_driver_sql(_REDEEMED_TWICE).scalar_one()),
            unexplained=unexplained(connection) + seen_off,
            unsettled=unsettled,
        )
