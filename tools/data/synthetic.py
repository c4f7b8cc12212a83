"""Addresses, time zones and consents for data that have none: drawn per person from a hash, marked `synthetic`.

Each value depends on the seed, its purpose and the person's id only, so neither the order of rows nor who else is
in the data changes it. Nothing here is ever made for a user's own people: what they lack stays unknown.
"""

from __future__ import annotations

from tools.data.tables import MARKETING, SYNTHETIC
from tools.data.warehouse import Connection

UNKNOWN_ZONE_SHARE = 0.015
ZONE_SHARES = (
    ("America/New_York", 0.46),
    ("America/Chicago", 0.29),
    ("America/Denver", 0.06),
    ("America/Los_Angeles", 0.165),
    ("America/Phoenix", 0.025),
)
"""Shares of people with a known zone, near the United States' population by zone; they add up to 1."""
CONSENT_SHARES = {"email": (0.80, 0.08), "push": (0.50, 0.05)}
"""Per channel the share that granted and the share that withdrew; the rest were never asked and have no row."""
PUSH_TOKEN_SHARE = 0.60
"""Share with the app; it covers everybody who has a push consent, granted or withdrawn."""


def uniform(seed: int, purpose: str, person: str = "person_id") -> str:
    """SQL for a number in [0, 1) fixed by seed, purpose and the id in column `person`."""
    return f"(md5_number_lower('{seed:d}|{purpose}|' || {person}) / 18446744073709551616.0)"


def zone(seed: int, person: str = "person_id") -> str:
    """SQL for an IANA zone name of the United States, null for about 1.5 % of people."""
    drawn, upper, cases = uniform(seed, "zone", person), 0.0, []
    for name, share in ZONE_SHARES:
        upper += share * (1 - UNKNOWN_ZONE_SHARE)
        cases.append(f"WHEN {drawn} < {upper:.6f} THEN '{name}'")
    return f"CASE {' '.join(cases)} END"


def add_identifiers(con: Connection, seed: int) -> None:
    """One e-mail address in the reserved domain `.invalid` (RFC 2606) for everybody, a push token for about 60 %."""
    con.raw_sql(
        f"""
        INSERT INTO identifiers
        SELECT person_id, 'email', 'p' || left(md5('{seed:d}|email|' || person_id), 16) || '@sample.invalid', '{SYNTHETIC}'
        FROM people ORDER BY person_id
        """
    )
    con.raw_sql(
        f"""
        INSERT INTO identifiers
        SELECT person_id, 'push_token', 'synthetic-' || md5('{seed:d}|token|' || person_id), '{SYNTHETIC}'
        FROM people WHERE {uniform(seed, "consent-push")} < {PUSH_TOKEN_SHARE} ORDER BY person_id
        """
    )


def add_consents(con: Connection, seed: int, year: int) -> None:
    """At most one marketing consent per person and channel, all recorded on a day of `year` (365 of them)."""
    for channel, (granted, withdrawn) in CONSENT_SHARES.items():
        drawn = uniform(seed, f"consent-{channel}")
        con.raw_sql(
            f"""
            INSERT INTO consents
            SELECT person_id, '{channel}', '{MARKETING}',
                   CASE WHEN {drawn} < {granted} THEN 'granted' ELSE 'withdrawn' END,
                   TIMESTAMP '{year:d}-01-01 12:00:00'
                       + to_days(CAST(floor(365 * {uniform(seed, f"consent-day-{channel}")}) AS INTEGER)),
                   'generated from seed {seed:d}', '{SYNTHETIC}'
            FROM people WHERE {drawn} < {granted + withdrawn:.6f} ORDER BY person_id
            """
        )
