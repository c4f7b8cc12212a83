"""What the data lack, and what each lack costs a campaign: one measured sentence per gap."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from campaigns.border import Border
from tools.data.tables import CONSENT_CHANNELS, MARKETING
from tools.data.warehouse import Connection, count, literal, utc_naive

STALE_DAYS = 2
"""Days without any arrival after which the latest behaviour is taken to be missing."""


class Gap(Border):
    """Something missing: `affected` of `total` units (people, purchase lines, days) and what follows from it."""

    missing: str
    affected: int
    total: int
    unit: str
    cost: str


@dataclass(frozen=True, slots=True)
class _Probe:
    """A count of the rows of `table` that lack something."""

    missing: str
    table: str
    lacking: str
    unit: str
    cost: str


def gaps(con: Connection, now: datetime) -> tuple[Gap, ...]:
    """Every gap that affects at least one row at `now`, in the order in which it would stop a contact."""
    at = f"TIMESTAMP {literal(str(utc_naive(now)))}"
    found = [_counted(con, probe) for probe in (*_reach(at), *_behaviour(at), *_designs(at))]
    return tuple(gap for gap in (*found, _stale(con, at)) if gap.affected)


def _reach(at: str) -> list[_Probe]:
    probes = [
        _Probe(
            "time zone",
            "people",
            "time_zone IS NULL",
            "people",
            "quiet hours cannot be kept for them, so they are not contacted",
        )
    ]
    for channel, kind in zip(CONSENT_CHANNELS, ("email", "push_token"), strict=True):
        name = channel.replace("email", "e-mail")
        held = f"SELECT person_id FROM identifiers WHERE kind = '{kind}'"
        latest = f"""SELECT person_id FROM consents
                     WHERE channel = '{channel}' AND purpose = '{MARKETING}' AND recorded_at <= {at}
                     GROUP BY person_id HAVING max_by(status, (recorded_at, status)) = 'granted'"""
        probes += [
            _Probe(
                f"{name} consent", "people", f"person_id NOT IN ({latest})", "people",
                f"they refused or were never asked, so no {name} goes to them",
            ),
            _Probe(
                f"{name} address", "people", f"person_id NOT IN ({held})", "people", f"no {name} can reach them"
            ),
        ]  # fmt: skip
    return probes


def _behaviour(at: str) -> list[_Probe]:
    bought = f"SELECT person_id FROM events WHERE kind = 'purchase' AND arrived_at <= {at}"
    answered = f"SELECT person_id FROM events WHERE kind = 'campaign' AND arrived_at <= {at}"
    lines = f"(SELECT product_id FROM events WHERE kind = 'purchase' AND arrived_at <= {at})"
    sorted_products = "SELECT product_id FROM products WHERE category IS NOT NULL"
    return [
        _Probe("purchases", "people", f"person_id NOT IN ({bought})", "people", "nothing is known of what they buy or when"),
        _Probe(
            "earlier campaigns", "people", f"person_id NOT IN ({answered})", "people",
            "how readily they respond is taken to be average",
        ),
        _Probe(
            "product category", lines, f"product_id IS NULL OR product_id NOT IN ({sorted_products})", "purchase lines",
            "these lines count for no category, so category goals miss them",
        ),
        _Probe("age band", "people", "age_band IS NULL", "people", "results cannot be compared between age groups for them"),
    ]  # fmt: skip


def _designs(at: str) -> list[_Probe]:
    ran = f"(SELECT DISTINCT campaign_id FROM events WHERE kind = 'campaign' AND campaign_id IS NOT NULL AND arrived_at <= {at})"
    known = f"SELECT campaign_id FROM campaigns WHERE recorded_at <= {at}"
    return [
        _Probe(
            "campaign design", ran, f"campaign_id NOT IN ({known})", "campaigns",
            "how long they ran and what they offered is not known, so no offer counts as tried by them",
        ),
        _Probe(
            "campaign channel", ran, f"campaign_id NOT IN ({known} AND channel IS NOT NULL)", "campaigns",
            "they say nothing of how people respond on a channel",
        ),
    ]  # fmt: skip


def _counted(con: Connection, probe: _Probe) -> Gap:
    return Gap(
        missing=probe.missing,
        affected=count(con, f"SELECT count(*) FROM {probe.table} WHERE {probe.lacking}"),
        total=count(con, f"SELECT count(*) FROM {probe.table}"),
        unit=probe.unit,
        cost=probe.cost,
    )


def _stale(con: Connection, at: str) -> Gap:
    seen = f"FROM events WHERE arrived_at <= {at}"
    silent = count(con, f"SELECT coalesce(date_diff('day', max(arrived_at), {at}), 0) {seen}")
    covered = count(con, f"SELECT coalesce(date_diff('day', min(occurred_at), {at}), 0) {seen}")
    return Gap(
        missing="recent events",
        affected=silent if silent > STALE_DAYS else 0,
        total=covered,
        unit="days",
        cost="what people did in these last days is not known, so some may have bought already",
    )
