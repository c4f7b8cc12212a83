"""The sample is the whole published data set, and what it lacks is generated, marked and repeatable."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from campaigns.store import Store
from campaigns.workspace import Workspace
from tools.data import synthetic
from tools.data.build import LoadReport, fresh_file
from tools.data.sample import SAMPLE_AS_OF, load_sample
from tools.data.tables import TABLES
from tools.data.version import compute_version, data_version
from tools.data.warehouse import Connection, categories, connect, count, rows, visible

Sampled = tuple[Workspace, LoadReport]


@pytest.fixture(scope="module")
def con(sampled: Sampled) -> Connection:
    return connect(sampled[0])


def test_every_published_row_is_there(sampled: Sampled, con: Connection) -> None:
    kinds = dict(rows(con, "SELECT kind, count(*) FROM events GROUP BY kind"))

    assert kinds == {"purchase": 1_469_307, "campaign": 6_589, "redemption": 2_102}
    assert count(con, "SELECT count(DISTINCT campaign_id) FROM events WHERE kind = 'campaign'") == 27
    assert sampled[1].rows == {
        "people": 2_469,
        "identifiers": sampled[1].rows["identifiers"],
        "events": 1_477_998,
        "consents": sampled[1].rows["consents"],
        "products": 92_331,
        "campaigns": 27,
    }


def test_every_campaign_has_its_published_design_and_no_channel(con: Connection) -> None:
    eighth = "SELECT starts_on::VARCHAR, ends_on::VARCHAR, kind, offer_type, offers, people FROM campaigns WHERE campaign_id = '8'"

    assert rows(con, eighth) == [("2017-05-08", "2017-06-25", "Type A", "category_discount", 209, 1_076)]
    assert count(con, "SELECT count(channel) FROM campaigns") == 0
    assert count(con, "SELECT count(*) FROM campaigns WHERE offers > 0 AND people > 0 AND ends_on > starts_on") == 27
    assert rows(con, "SELECT max(deepest_discount_micros), count(deepest_discount_micros) FROM campaigns") == [
        (6_000_000, 26)
    ]


def test_only_designs_of_campaigns_that_began_are_visible(con: Connection) -> None:
    seen = visible(con, "campaigns", SAMPLE_AS_OF)

    assert int(seen.count().to_pyarrow().as_py()) == 20
    assert str(seen.starts_on.max().to_pyarrow().as_py()) == "2017-10-04"


def test_money_is_the_published_sales_to_the_cent(con: Connection) -> None:
    assert count(con, "SELECT sum(revenue_micros) FROM events") == 4_596_039_580_000
    assert (
        count(con, "SELECT count(*) FROM events WHERE revenue_micros % 10000 <> 0 OR discount_micros % 10000 <> 0") == 0
    )


def test_tables_have_exactly_the_canonical_columns_and_keys(con: Connection) -> None:
    for name, table in TABLES.items():
        found = [(str(row[0]), str(row[1])) for row in rows(con, f"DESCRIBE {name}")]
        assert found == list(table.columns)
        keys = ", ".join(table.key)
        assert count(con, f"SELECT count(*) - count(DISTINCT ({keys})) FROM {name}") == 0


def test_arrival_follows_the_event_by_at_most_a_day(con: Connection) -> None:
    beyond = "arrived_at < occurred_at OR arrived_at > occurred_at + INTERVAL 1 DAY"

    assert count(con, f"SELECT count(*) FROM events WHERE {beyond}") == 0
    assert (
        count(
            con, "SELECT count(*) FROM events WHERE kind <> 'purchase' AND arrived_at <> occurred_at + INTERVAL 1 DAY"
        )
        == 0
    )
    assert count(con, "SELECT count(*) FROM (FROM events WHERE kind = 'purchase') WHERE arrived_at = occurred_at") == 0
    split = "SELECT basket_id FROM events GROUP BY basket_id HAVING count(DISTINCT arrived_at - occurred_at) > 1"
    assert count(con, f"SELECT count(*) FROM ({split}) WHERE basket_id IS NOT NULL") == 0


def test_the_clock_stands_at_the_samples_instant(sampled: Sampled) -> None:
    assert Store(sampled[0]).now() == SAMPLE_AS_OF == sampled[1].now


def test_rows_that_arrive_after_now_are_invisible(con: Connection) -> None:
    seen = visible(con, "events", SAMPLE_AS_OF)

    assert int(seen.count().to_pyarrow().as_py()) == count(
        con, "SELECT count(*) FROM events WHERE arrived_at <= TIMESTAMP '2017-10-16'"
    )
    assert seen.arrived_at.max().to_pyarrow().as_py() <= datetime(2017, 10, 16)
    elsewhere = SAMPLE_AS_OF.astimezone(tz=datetime.now().astimezone().tzinfo)
    assert visible(con, "events", elsewhere).count().to_pyarrow() == seen.count().to_pyarrow()


def test_origins_tell_published_from_generated(con: Connection) -> None:
    origins = {name: [row[0] for row in rows(con, f"SELECT DISTINCT origin FROM {name}")] for name in TABLES}

    assert origins == {
        "people": ["completejourney"],
        "identifiers": ["synthetic"],
        "events": ["completejourney"],
        "consents": ["synthetic"],
        "products": ["completejourney"],
        "campaigns": ["completejourney"],
    }
    assert rows(con, "SELECT DISTINCT zone_origin FROM people") == [("synthetic",)]


def test_addresses_can_reach_nobody_real(con: Connection) -> None:
    assert count(con, "SELECT count(*) FROM identifiers WHERE kind = 'email' AND value NOT LIKE '%.invalid'") == 0
    assert count(con, "SELECT count(DISTINCT value) FROM identifiers WHERE kind = 'email'") == 2_469
    assert (
        count(con, "SELECT count(*) FROM identifiers WHERE kind = 'push_token' AND value NOT LIKE 'synthetic-%'") == 0
    )


def test_generated_shares_are_near_what_was_asked_for(con: Connection) -> None:
    people = 2_469
    unknown = count(con, "SELECT count(*) FROM people WHERE time_zone IS NULL") / people
    zones = dict(rows(con, "SELECT time_zone, count(*) FROM people WHERE time_zone IS NOT NULL GROUP BY 1"))
    states = dict(rows(con, "SELECT channel || ' ' || status, count(*) FROM consents GROUP BY 1"))

    # Three standard errors of a share among 2,469 people are at most 0.03.
    assert unknown == pytest.approx(0.015, abs=0.008)
    assert set(zones) == {name for name, _ in synthetic.ZONE_SHARES}
    for name, share in synthetic.ZONE_SHARES:
        assert zones[name] / people == pytest.approx(share, abs=0.03)
    for channel, (granted, withdrawn) in synthetic.CONSENT_SHARES.items():
        assert states[f"{channel} granted"] / people == pytest.approx(granted, abs=0.03)
        assert states[f"{channel} withdrawn"] / people == pytest.approx(withdrawn, abs=0.03)


def test_whoever_has_a_push_consent_has_a_token_and_one_row_per_channel(con: Connection) -> None:
    tokens = "SELECT person_id FROM identifiers WHERE kind = 'push_token'"

    assert count(con, f"SELECT count(*) FROM consents WHERE channel = 'push' AND person_id NOT IN ({tokens})") == 0
    assert count(con, "SELECT count(*) - count(DISTINCT (person_id, channel)) FROM consents") == 0
    assert count(con, "SELECT count(*) FROM consents WHERE recorded_at >= TIMESTAMP '2017-01-01'") == 0


def test_loading_again_gives_the_same_tables_and_version(
    sampled: Sampled, con: Connection, workspace: Workspace
) -> None:
    again = load_sample(workspace, as_of=SAMPLE_AS_OF + timedelta(days=1))

    assert again.data_version == data_version(workspace) == data_version(sampled[0]) == compute_version(con)
    assert Store(workspace).now() == datetime(2017, 10, 17, tzinfo=UTC)
    con.raw_sql(f"ATTACH '{workspace.data_path}' AS again (READ_ONLY)")
    for name in TABLES:
        assert count(con, f"SELECT count(*) FROM (FROM {name} EXCEPT ALL FROM again.{name})") == 0


def test_another_seed_gives_other_addresses_zones_and_consents(con: Connection, workspace: Workspace) -> None:
    with fresh_file(workspace) as (other, _):
        people = [str(row[0]) for row in rows(con, "SELECT person_id FROM people ORDER BY 1 LIMIT 200")]
        values = ", ".join(f"('{person}', 'US', NULL, NULL, NULL, NULL, 'x', 'x')" for person in people)
        other.raw_sql(f"INSERT INTO people VALUES {values}")
        synthetic.add_identifiers(other, 2018)
        synthetic.add_consents(other, 2018, 2016)
        zones = rows(other, f"SELECT person_id, {synthetic.zone(2018)} FROM people")
        addresses = {row[0] for row in rows(other, "SELECT value FROM identifiers")}
        consents = set(rows(other, "SELECT person_id, channel, status FROM consents"))

    assert set(zones) != set(rows(con, "SELECT person_id, time_zone FROM people ORDER BY 1 LIMIT 200"))
    assert addresses.isdisjoint(row[0] for row in rows(con, "SELECT value FROM identifiers"))
    assert not consents <= set(rows(con, "SELECT person_id, channel, status FROM consents"))


def test_a_persons_generated_values_do_not_depend_on_the_others(
    sampled: Sampled, con: Connection, workspace: Workspace
) -> None:
    with fresh_file(workspace) as (alone, _):
        alone.raw_sql("INSERT INTO people VALUES ('900', 'US', NULL, NULL, NULL, NULL, 'x', 'x')")
        seed = workspace.settings.seed
        synthetic.add_identifiers(alone, seed)
        synthetic.add_consents(alone, seed, 2016)
        zone = rows(alone, f"SELECT {synthetic.zone(seed)} FROM people")
        held = {name: rows(alone, f"FROM {name} ORDER BY ALL") for name in ("identifiers", "consents")}

    assert zone == rows(con, "SELECT time_zone FROM people WHERE person_id = '900'")
    for name, found in held.items():
        assert found == rows(con, f"FROM {name} WHERE person_id = '900' ORDER BY ALL")


def test_categories_are_sorted_names_of_the_product_list(sampled: Sampled) -> None:
    found = categories(sampled[0])

    assert "SEAFOOD - FROZEN" in found
    assert list(found) == sorted(found)
