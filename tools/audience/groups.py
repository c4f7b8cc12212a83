"""Groups of people by attributes that no plan may choose by; read for the fairness audit and for nothing else."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from campaigns.workspace import Workspace
from policies.fairness.groups import Groups
from tools.data.warehouse import connect

ATTRIBUTES = ("age_band", "income")
"""What is compared: the age band, and the band of income in the JSON of `people.attributes`."""


def groups_of(ws: Workspace, person_ids: Sequence[str]) -> tuple[Groups, ...]:
    """The groups of these people, in their order, per attribute that anybody among them has."""
    con = connect(ws)
    try:
        people = con.table("people").select("person_id", "age_band", "attributes").to_polars()
    finally:
        con.disconnect()
    wanted = pl.DataFrame({"person_id": list(person_ids)}, schema={"person_id": pl.String})
    found = wanted.join(people, on="person_id", how="left", maintain_order="left").with_columns(
        income=pl.col("attributes").str.extract(r'"income"\s*:\s*"([^"]+)"')
    )
    made = (Groups.of(name, found[name].to_list()) for name in ATTRIBUTES)
    return tuple(groups for groups in made if groups.names)
