"""Where the people of a plan are reached, as one digest: an approval binds it, a launch computes it again."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from campaigns.workspace import Workspace
from tools.audience.canonical import rows_digest
from tools.data.warehouse import connect, rows

_SCHEMA = {"person_id": pl.String, "kind": pl.String, "value": pl.String}


def recipients_digest(ws: Workspace, person_ids: Sequence[str]) -> str:
    """16 hex digits over every identifier (person, kind, value) that the data hold of these people, in any order.

    One address more, less or other gives other digits; identifiers of other people do not count. Consents are left
    out on purpose: they are read afresh before every message. WarehouseFault when the data cannot be read.
    """
    con = connect(ws)
    try:
        known = pl.DataFrame(rows(con, "SELECT person_id, kind, value FROM identifiers"), schema=_SCHEMA, orient="row")
    finally:
        con.disconnect()
    wanted = pl.DataFrame({"person_id": list(person_ids)}, schema={"person_id": pl.String})
    return rows_digest(known.join(wanted, on="person_id", how="semi").sort(*_SCHEMA))
