"""How a user's files become the canonical tables: which columns each file has, needs and may leave out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tools.data import cells
from tools.data.cells import Column
from tools.data.source_file import SourceFile
from tools.data.tables import (
    CAMPAIGN_CHANNELS,
    CONSENT_CHANNELS,
    CONSENT_STATES,
    EVENT_KINDS,
    IDENTIFIER_KINDS,
    MARKETING,
    OFFER_TYPES,
    UNKNOWN_ZONE,
)
from tools.data.warehouse import literal

PERSON = Column("person_id", cells.TEXT, needed=True)


@dataclass(frozen=True, slots=True)
class Mapping:
    """One file's columns, and the SQL whose rows fit its canonical table given the file and the market's country."""

    columns: tuple[Column, ...]
    select: Callable[[SourceFile, str], str]


def people(source: SourceFile, market: str) -> str:
    """One row per person; a time zone that is no IANA name counts as unknown, as nobody may be woken by a guess."""
    has_zone = "time_zone" in source.columns
    zone = cells.known_zone("time_zone") if has_zone else "NULL"
    return f"""
        SELECT person_id, coalesce({_get(source, "country", cells.COUNTRY)}, {literal(market)}), {_get(source, "region")},
               {zone} AS zone, {_get(source, "age_band")}, {_get(source, "attributes", cells.JSON)}, {_origin(source)},
               CASE WHEN zone IS NULL THEN '{UNKNOWN_ZONE}' ELSE {_origin(source)} END
        FROM {source.staged}"""


def identifiers(source: SourceFile, _market: str) -> str:
    """One row per address; e-mail addresses in lower case, so that one mailbox is one value."""
    return f"""
        SELECT person_id, lower(kind) AS kind_, CASE WHEN kind_ = 'email' THEN lower("value") ELSE "value" END, {_origin(source)}
        FROM {source.staged}"""


def events(source: SourceFile, _market: str) -> str:
    """One row per event. Without `event_id` it is a digest of the row and how often that row came before.

    Arrival is the event's own time unless given, and never before it. Without `basket_id` the purchases of one
    person at one instant are one basket.
    """
    whole = "concat_ws(chr(31), " + ", ".join(f'coalesce("{name}", chr(30))' for name in source.columns) + ")"
    made = f"md5({whole}) || '-' || row_number() OVER (PARTITION BY {whole} ORDER BY rowid)"
    event_id = '"event_id"' if "event_id" in source.columns else made
    kind = f"coalesce({_get(source, 'kind', cells.one_of(EVENT_KINDS))}, 'purchase')"
    return f"""
        SELECT {event_id}, person_id, {kind} AS kind_, {cells.INSTANT.parse("occurred_at")} AS happened,
               greatest(happened, coalesce({_get(source, "arrived_at", cells.INSTANT)}, happened)),
               coalesce({_get(source, "basket_id")}, CASE WHEN kind_ = 'purchase' THEN person_id || '@' || happened::VARCHAR END),
               {_get(source, "product_id")}, {_get(source, "quantity", cells.WHOLE)}, {_amount(source, "revenue")},
               {_amount(source, "discount")}, {_get(source, "campaign_id")}, {_origin(source)}
        FROM {source.staged}"""


def consents(source: SourceFile, _market: str) -> str:
    """One row per person, channel and instant: of two that contradict each other at once, the withdrawal counts."""
    return f"""
        SELECT person_id, lower(channel) AS channel_, '{MARKETING}', max(lower(status)), {cells.INSTANT.parse("recorded_at")} AS happened,
               coalesce(min({_get(source, "source")}), {literal(source.name)}), {_origin(source)}
        FROM {source.staged} GROUP BY person_id, channel_, happened"""


def products(source: SourceFile, _market: str) -> str:
    """One row per product."""
    return f"""
        SELECT product_id, {_get(source, "department")}, {_get(source, "category")}, {_get(source, "kind")},
               {_get(source, "brand")}, {_origin(source)}
        FROM {source.staged}"""


def campaigns(source: SourceFile, _market: str) -> str:
    """One row per campaign. Its design counts as known when it began, unless the file says when that was."""
    starts = cells.DATE.parse("starts_on")
    return f"""
        SELECT campaign_id, {starts} AS starts, {cells.DATE.parse("ends_on")}, {_get(source, "kind")},
               {_get(source, "channel", cells.one_of(CAMPAIGN_CHANNELS))}, {_get(source, "offer_type", cells.one_of(OFFER_TYPES))},
               {_get(source, "offers", cells.WHOLE)}, {_amount(source, "deepest_discount")},
               {_get(source, "people", cells.WHOLE)}, coalesce({_get(source, "recorded_at", cells.INSTANT)}, starts::TIMESTAMP),
               {_origin(source)}
        FROM {source.staged}"""


def ends_before_it_starts() -> str:
    """SQL that is true for a staged campaign whose last day lies before its first."""
    return f"{cells.DATE.parse('ends_on')} < {cells.DATE.parse('starts_on')}"


def purchase_without_revenue(source: SourceFile) -> str:
    """SQL that is true for a staged purchase which does not say what it brought."""
    kind = f"coalesce({_get(source, 'kind', cells.one_of(EVENT_KINDS))}, 'purchase')"
    return f"{kind} = 'purchase' AND {_amount(source, 'revenue')} IS NULL"


def arrived_too_early(source: SourceFile) -> str:
    """SQL that is true for a staged event that arrived before it happened."""
    return f"{_get(source, 'arrived_at', cells.INSTANT)} < {cells.INSTANT.parse('occurred_at')}"


def _get(source: SourceFile, column: str, cell: cells.Cell = cells.TEXT) -> str:
    return f"({cell.parse(column)})" if column in source.columns else "NULL"


def _amount(source: SourceFile, name: str) -> str:
    return f"coalesce({_get(source, f'{name}_micros', cells.MICROS)}, {_get(source, name, cells.MONEY)})"


def _origin(source: SourceFile) -> str:
    return literal(f"file:{source.name}")


MAPPINGS: dict[str, Mapping] = {
    "people": Mapping(
        (
            PERSON,
            Column("country", cells.COUNTRY),
            Column("region", cells.TEXT),
            Column("time_zone", cells.TEXT),
            Column("age_band", cells.TEXT),
            Column("attributes", cells.JSON),
        ),
        people,
    ),
    "events": Mapping(
        (
            PERSON,
            Column("occurred_at", cells.INSTANT, needed=True),
            Column("event_id", cells.TEXT),
            Column("kind", cells.one_of(EVENT_KINDS)),
            Column("arrived_at", cells.INSTANT),
            Column("basket_id", cells.TEXT),
            Column("product_id", cells.TEXT),
            Column("quantity", cells.WHOLE),
            Column("revenue", cells.MONEY),
            Column("revenue_micros", cells.MICROS),
            Column("discount", cells.MONEY),
            Column("discount_micros", cells.MICROS),
            Column("campaign_id", cells.TEXT),
        ),
        events,
    ),
    "identifiers": Mapping(
        (
            PERSON,
            Column("kind", cells.one_of(IDENTIFIER_KINDS), needed=True),
            Column("value", cells.ADDRESS, needed=True),
        ),
        identifiers,
    ),
    "consents": Mapping(
        (
            PERSON,
            Column("channel", cells.one_of(CONSENT_CHANNELS), needed=True),
            Column("status", cells.one_of(CONSENT_STATES), needed=True),
            Column("recorded_at", cells.INSTANT, needed=True),
            Column("purpose", cells.one_of((MARKETING,))),
            Column("source", cells.TEXT),
        ),
        consents,
    ),
    "products": Mapping(
        (
            Column("product_id", cells.TEXT, needed=True),
            Column("department", cells.TEXT),
            Column("category", cells.TEXT),
            Column("kind", cells.TEXT),
            Column("brand", cells.TEXT),
        ),
        products,
    ),
    "campaigns": Mapping(
        (
            Column("campaign_id", cells.TEXT, needed=True),
            Column("starts_on", cells.DATE, needed=True),
            Column("ends_on", cells.DATE, needed=True),
            Column("kind", cells.TEXT),
            Column("channel", cells.one_of(CAMPAIGN_CHANNELS)),
            Column("offer_type", cells.one_of(OFFER_TYPES)),
            Column("offers", cells.WHOLE),
            Column("deepest_discount", cells.MONEY),
            Column("deepest_discount_micros", cells.MICROS),
            Column("people", cells.WHOLE),
            Column("recorded_at", cells.INSTANT),
        ),
        campaigns,
    ),
}
NEEDED_FILES = ("people", "events")
