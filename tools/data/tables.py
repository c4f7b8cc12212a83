"""The canonical tables: their columns, types, keys and clocks. Everything that is loaded ends in exactly these.

Instants are DuckDB `TIMESTAMP` without a zone that hold UTC, so that nothing depends on a session's zone.
Money is whole micros of the workspace's currency.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Table:
    """A canonical table: columns with their DuckDB types in order, key, and the column that says when a row was known.

    `required` columns are never null. `known_at` is None for tables that describe and do not happen.
    """

    name: str
    columns: tuple[tuple[str, str], ...]
    key: tuple[str, ...]
    required: tuple[str, ...]
    known_at: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in order."""
        return tuple(name for name, _ in self.columns)

    @property
    def ddl(self) -> str:
        """The CREATE TABLE statement."""
        parts = [f"{name} {kind}{' NOT NULL' if name in self.required else ''}" for name, kind in self.columns]
        return f"CREATE TABLE {self.name} ({', '.join(parts)})"


PEOPLE = Table(
    "people",
    (
        ("person_id", "VARCHAR"),
        ("country", "VARCHAR"),
        ("region", "VARCHAR"),
        ("time_zone", "VARCHAR"),
        ("age_band", "VARCHAR"),
        ("attributes", "VARCHAR"),
        ("origin", "VARCHAR"),
        ("zone_origin", "VARCHAR"),
    ),
    key=("person_id",),
    required=("person_id", "country", "origin", "zone_origin"),
)
IDENTIFIERS = Table(
    "identifiers",
    (("person_id", "VARCHAR"), ("kind", "VARCHAR"), ("value", "VARCHAR"), ("origin", "VARCHAR")),
    key=("person_id", "kind", "value"),
    required=("person_id", "kind", "value", "origin"),
)
EVENTS = Table(
    "events",
    (
        ("event_id", "VARCHAR"),
        ("person_id", "VARCHAR"),
        ("kind", "VARCHAR"),
        ("occurred_at", "TIMESTAMP"),
        ("arrived_at", "TIMESTAMP"),
        ("basket_id", "VARCHAR"),
        ("product_id", "VARCHAR"),
        ("quantity", "BIGINT"),
        ("revenue_micros", "BIGINT"),
        ("discount_micros", "BIGINT"),
        ("campaign_id", "VARCHAR"),
        ("origin", "VARCHAR"),
    ),
    key=("event_id",),
    required=("event_id", "person_id", "kind", "occurred_at", "arrived_at", "origin"),
    known_at="arrived_at",
)
CONSENTS = Table(
    "consents",
    (
        ("person_id", "VARCHAR"),
        ("channel", "VARCHAR"),
        ("purpose", "VARCHAR"),
        ("status", "VARCHAR"),
        ("recorded_at", "TIMESTAMP"),
        ("source", "VARCHAR"),
        ("origin", "VARCHAR"),
    ),
    key=("person_id", "channel", "purpose", "recorded_at"),
    required=("person_id", "channel", "purpose", "status", "recorded_at", "source", "origin"),
    known_at="recorded_at",
)
PRODUCTS = Table(
    "products",
    (
        ("product_id", "VARCHAR"),
        ("department", "VARCHAR"),
        ("category", "VARCHAR"),
        ("kind", "VARCHAR"),
        ("brand", "VARCHAR"),
        ("origin", "VARCHAR"),
    ),
    key=("product_id",),
    required=("product_id", "origin"),
)

CAMPAIGNS = Table(
    "campaigns",
    (
        ("campaign_id", "VARCHAR"),
        ("starts_on", "DATE"),
        ("ends_on", "DATE"),
        ("kind", "VARCHAR"),
        ("channel", "VARCHAR"),
        ("offer_type", "VARCHAR"),
        ("offers", "BIGINT"),
        ("deepest_discount_micros", "BIGINT"),
        ("people", "BIGINT"),
        ("recorded_at", "TIMESTAMP"),
        ("origin", "VARCHAR"),
    ),
    key=("campaign_id",),
    required=("campaign_id", "starts_on", "ends_on", "recorded_at", "origin"),
    known_at="recorded_at",
)
"""How campaigns were planned. Both days count; `offers` are different offers, `deepest_discount_micros` the largest
discount of one of them, `people` those whom it was meant for. Null is not known."""

TABLES: dict[str, Table] = {table.name: table for table in (PEOPLE, IDENTIFIERS, EVENTS, CONSENTS, PRODUCTS, CAMPAIGNS)}
EVENT_KINDS = ("purchase", "campaign", "redemption")
IDENTIFIER_KINDS = ("email", "push_token")
CONSENT_CHANNELS = ("email", "push")
CAMPAIGN_CHANNELS = ("email", "push", "sms", "onsite", "ads")
CATEGORY_DISCOUNT, BASKET_DISCOUNT = "category_discount", "basket_discount"
OFFER_TYPES = (CATEGORY_DISCOUNT, BASKET_DISCOUNT, "percent_off", "free_shipping", "gift", "points", "none")
"""Money off named products or a category, money off any purchase, a share off, no delivery cost, a thing, points, nothing."""
CONSENT_STATES = ("granted", "withdrawn")
MARKETING = "marketing"
SYNTHETIC = "synthetic"
UNKNOWN_ZONE = "none"
"""`zone_origin` of a person whose time zone nobody stated."""

LOAD_FACTS = "CREATE TABLE load_facts (position INTEGER, name VARCHAR, body VARCHAR)"
"""Beside the canonical tables, what the load itself knows: `data_version`, `source`, and one row per `note`."""
