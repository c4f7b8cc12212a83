"""A user's folder is loaded whole or refused in one sentence that names file, column and what to do."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.errors import BadInput
from campaigns.store import Store
from campaigns.workspace import Workspace
from tests.tools.data.conftest import EVENTS, PEOPLE, Folder
from tools.data.load import load_folder
from tools.data.version import data_version
from tools.data.warehouse import connect, rows


def table(workspace: Workspace, query: str) -> list[tuple[object, ...]]:
    con = connect(workspace)
    try:
        return list(rows(con, query))
    finally:
        con.disconnect()


def test_a_small_folder_becomes_canonical_rows(workspace: Workspace, folder: Folder) -> None:
    report = load_folder(
        workspace,
        folder(
            identifiers="person_id,kind,value\na,email,Ann@Example.com\n",
            consents="person_id,channel,status,recorded_at\na,email,granted,2024-01-01\n",
            products="product_id,category\np,TEA\n",
        ),
    )

    assert report.rows == {"people": 2, "identifiers": 1, "events": 2, "consents": 1, "products": 1, "campaigns": 0}
    assert report.notes == ()
    assert table(workspace, "SELECT * FROM people ORDER BY person_id") == [
        ("a", "US", None, "Europe/Paris", None, None, "file:people.csv", "file:people.csv"),
        ("b", "US", None, None, None, None, "file:people.csv", "none"),
    ]
    assert table(
        workspace, "SELECT person_id, kind, occurred_at, arrived_at, revenue_micros FROM events ORDER BY 1"
    ) == [
        ("a", "purchase", datetime(2024, 3, 1, 10), datetime(2024, 3, 1, 10), 12_500_000),
        ("b", "purchase", datetime(2024, 3, 2), datetime(2024, 3, 2), 3_000_000),
    ]
    assert table(workspace, "SELECT value FROM identifiers") == [("ann@example.com",)]


def test_a_campaigns_file_becomes_designs_known_from_their_first_day(workspace: Workspace, folder: Folder) -> None:
    load_folder(
        workspace,
        folder(
            campaigns="campaign_id,starts_on,ends_on,kind,channel,offer_type,offers,deepest_discount,people,recorded_at\n"
            "a,2024-01-05,2024-01-05,Flyer,EMAIL,gift,2,1.50,900,2024-01-02T08:00:00+01:00\n"
            "b,2024-02-01,2024-02-29,,,,,,,\n"
        ),
    )

    days = datetime(2024, 1, 5).date(), datetime(2024, 2, 1).date(), datetime(2024, 2, 29).date()
    assert table(workspace, "SELECT * FROM campaigns ORDER BY campaign_id") == [
        (
            "a",
            days[0],
            days[0],
            "Flyer",
            "email",
            "gift",
            2,
            1_500_000,
            900,
            datetime(2024, 1, 2, 7),
            "file:campaigns.csv",
        ),
        ("b", days[1], days[2], None, None, None, None, None, None, datetime(2024, 2, 1), "file:campaigns.csv"),
    ]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("a,2024-01-05,2024-01-04,,", ["'ends_on'", "data row 1", "before the campaign's first day"]),
        ("a,5 Jan,2024-01-04,,", ["'starts_on'", "'5 Jan'", "a day between"]),
        ("a,2024-01-05,2024-02-30,,", ["'ends_on'", "'2024-02-30'"]),
        ("a,2024-01-05,2024-01-06,radio,", ["'channel'", "'radio'", "email, push, sms"]),
        ("a,2024-01-05,2024-01-06,,cheap", ["'offer_type'", "'cheap'", "category_discount"]),
        ("a,2024-01-05,,,", ["'ends_on'", "empty"]),
        ("a,2024-01-05,2024-01-06,,\na,2024-01-05,2024-01-07,,", ["contradict each other", "campaign_id 'a'"]),
    ],
)
def test_a_design_that_cannot_be_is_refused_and_nothing_is_changed(
    workspace: Workspace, folder: Folder, row: str, words: list[str]
) -> None:
    with pytest.raises(BadInput) as caught:
        load_folder(workspace, folder(campaigns=f"campaign_id,starts_on,ends_on,channel,offer_type\n{row}\n"))

    assert all(word in str(caught.value) for word in words), caught.value
    assert not workspace.data_path.exists()


def test_a_data_file_from_before_designs_is_read_as_one_without_any(workspace: Workspace, folder: Folder) -> None:
    load_folder(workspace, folder())
    with duckdb.connect(str(workspace.data_path)) as con:
        con.execute("DROP TABLE campaigns")

    assert table(workspace, "SELECT count(*) FROM campaigns") == [(0,)]


def test_the_clock_follows_the_latest_arrival(workspace: Workspace, folder: Folder) -> None:
    late = "person_id,occurred_at,arrived_at,revenue\na,2024-03-01,2024-03-05T06:00:00.25+02:00,1\n"

    report = load_folder(workspace, folder(events=late))

    assert report.now == Store(workspace).now() == datetime(2024, 3, 5, 4, 0, 1, tzinfo=UTC)


def test_nothing_is_invented_for_a_users_people(workspace: Workspace, folder: Folder) -> None:
    load_folder(workspace, folder())

    assert (
        table(workspace, "SELECT count(*) FROM identifiers")
        == table(workspace, "SELECT count(*) FROM consents")
        == [(0,)]
    )
    assert table(workspace, "SELECT count(*) FROM people WHERE origin = 'synthetic' OR zone_origin = 'synthetic'") == [
        (0,)
    ]


def test_parquet_and_csv_give_the_same_rows(workspace: Workspace, folder: Folder, tmp_path: Path) -> None:
    made = folder()
    load_folder(workspace, made)
    as_csv = table(workspace, "SELECT * EXCLUDE (origin, event_id) FROM events ORDER BY ALL")
    duckdb.sql(
        f"COPY (SELECT person_id, occurred_at::TIMESTAMP AS occurred_at, revenue::DOUBLE AS revenue "
        f"FROM '{made}/events.csv') TO '{made}/events.parquet'"
    )
    (made / "events.csv").unlink()

    load_folder(workspace, made)

    assert table(workspace, "SELECT * EXCLUDE (origin, event_id) FROM events ORDER BY ALL") == as_csv


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"people": None}, ["people.csv or people.parquet", "add it"]),
        ({"events": None}, ["events.csv or events.parquet", "add it"]),
        ({"people": "id\na\n"}, ["people.csv", "'person_id'", "it has id", "rename"]),
        ({"events": "person_id,revenue\na,1\n"}, ["events.csv", "'occurred_at'", "rename"]),
        ({"events": "person_id,occurred_at\na,2024-01-01\n"}, ["events.csv", "'revenue'", "add it"]),
        ({"people": ""}, ["people.csv is empty"]),
        ({"people": "person_id\n"}, ["people.csv", "no rows"]),
        ({"events": "person_id,occurred_at,revenue\n"}, ["events.csv", "no rows"]),
        ({"people": "person_id,person_id\na,b\n"}, ["people.csv", "'person_id' twice"]),
        ({"people": "person_id\na\nb,c\n"}, ["people.csv", "Line: 3"]),
        ({"people": "person_id,region\na,x\n,y\n"}, ["people.csv", "'person_id'", "data row 2", "empty"]),
        ({"people": "person_id,region\na,x\na,y\n"}, ["people.csv", "person_id 'a'", "contradict"]),
        ({"people": "person_id,country\na,Germany\n"}, ["'country'", "'Germany'", "two-letter"]),
        ({"people": 'person_id,attributes\na,"{x"\n'}, ["'attributes'", "JSON"]),
        ({"people": "person_id,region\na,\x07\n"}, ["'region'", "plain text"]),
        ({"events": EVENTS + "a,yesterday,1\n"}, ["events.csv", "'occurred_at'", "data row 3", "'yesterday'", "2017-10-16T"]),
        ({"events": EVENTS + "a,infinity,1\nb,03/04/2024,1\n"}, ["'infinity'", "and 1 more"]),
        ({"events": EVENTS + "a,2024-13-01,1\n"}, ["'2024-13-01'"]),
        ({"events": EVENTS + "a,9999-01-01,1\n"}, ["'9999-01-01'", "between 1970 and 2200"]),
        ({"events": EVENTS + "a,2199-12-31,1\n"}, ["events.csv", "2199-12-31", "not come yet"]),
        ({"events": EVENTS + "a,2024-01-01,1e309\n"}, ["'revenue'", "'1e309'", "plain number"]),
        ({"events": EVENTS + "a,2024-01-01,-5\n"}, ["'revenue'", "'-5'", "from 0"]),
        ({"events": EVENTS + "a,2024-01-01,nan\n"}, ["'revenue'", "'nan'"]),
        ({"events": EVENTS + 'a,2024-01-01,"1,50"\n'}, ["'revenue'", "'1,50'"]),
        ({"events": EVENTS + "a,2024-01-01,\n"}, ["'revenue'", "data row 3", "no amount"]),
        ({"events": "person_id,occurred_at,revenue,kind\na,2024-01-01,1,visit\n"}, ["'kind'", "'visit'", "purchase, campaign"]),
        ({"events": "person_id,occurred_at,revenue\nzz,2024-01-01,1\n"}, ["events.csv", "no event belongs"]),
        (
            {"events": "event_id,person_id,occurred_at,revenue\n1,a,2024-01-01,1\n1,a,2024-01-01,2\n"},
            ["event_id '1'", "contradict"],
        ),
        ({"identifiers": "person_id,kind,value\na,email,ann\n"}, ["identifiers.csv", "'ann'", "name@example.com"]),
        ({"identifiers": "person_id,kind,value\na,phone,1\n"}, ["'phone'", "email, push_token"]),
        ({"consents": "person_id,channel,status,recorded_at\na,email,yes,2024-01-01\n"}, ["'yes'", "granted, withdrawn"]),
        (
            {"consents": "person_id,channel,purpose,status,recorded_at\na,email,service,granted,2024-01-01\n"},
            ["'purpose'", "'service'", "marketing"],
        ),
        ({"products": "sku\n1\n"}, ["products.csv", "'product_id'"]),
    ],
)  # fmt: skip
def test_bad_files_are_refused_in_one_sentence_and_nothing_changes(
    workspace: Workspace, folder: Folder, files: dict[str, str | None], told: list[str]
) -> None:
    with pytest.raises(BadInput) as refused:
        load_folder(workspace, folder(**files))

    text = str(refused.value)
    assert all(part in text for part in told), text
    assert "\n" not in text
    assert text.endswith(".")
    assert sorted(path.name for path in workspace.root.iterdir() if "duckdb" in path.name) == []
    with pytest.raises(BadInput, match="no data yet"):
        Store(workspace).now()


def test_a_refused_folder_leaves_earlier_data_and_clock(workspace: Workspace, folder: Folder) -> None:
    load_folder(workspace, folder())
    before, clock, version = workspace.data_path.read_bytes(), Store(workspace).now(), data_version(workspace)

    with pytest.raises(BadInput):
        load_folder(workspace, folder(events=EVENTS + "a,never,1\n"))

    assert (workspace.data_path.read_bytes(), Store(workspace).now(), data_version(workspace)) == (
        before,
        clock,
        version,
    )


def test_unreadable_files_are_refused(workspace: Workspace, folder: Folder, tmp_path: Path) -> None:
    made = folder()
    (made / "people.csv").write_bytes(b"person_id,region\na,\xff\xfe\n")
    with pytest.raises(BadInput, match=r"people\.csv cannot be read .*UTF-8"):
        load_folder(workspace, made)
    (made / "people.csv").write_bytes(b"\xff\xfep\x00e\x00")
    with pytest.raises(BadInput, match=r"people\.csv cannot be read .*UTF-8"):
        load_folder(workspace, made)
    (made / "people.csv").unlink()
    (made / "people.parquet").write_bytes(b"PAR1 not really")
    with pytest.raises(BadInput, match=r"people\.parquet cannot be read .*Parquet file\.$"):
        load_folder(workspace, made)
    (made / "people.csv").write_text(PEOPLE)
    with pytest.raises(BadInput, match=r"both people\.csv and people\.parquet"):
        load_folder(workspace, made)
    with pytest.raises(BadInput, match="There is no folder"):
        load_folder(workspace, tmp_path / "nowhere")


def test_a_byte_order_mark_semicolons_odd_case_and_odd_folders_are_understood(
    workspace: Workspace, tmp_path: Path
) -> None:
    made = tmp_path / "it's [1] *"
    made.mkdir()
    neighbour = tmp_path / "it's 1 x"
    neighbour.mkdir()
    (neighbour / "people.csv").write_text("person_id\na\nc\n")
    (made / "people.csv").write_bytes("\ufeffPerson_ID ;zone\r\n a ;x\r\n".encode())
    (made / "events.csv").write_text('person_id;occurred_at;revenue\na;"2024-03-01 10:00:00+02:00";1\n')

    report = load_folder(workspace, made)

    assert report.rows["people"] == 1
    assert report.notes == ("people.csv: nothing uses the columns zone.",)
    assert table(workspace, "SELECT person_id, occurred_at FROM events") == [("a", datetime(2024, 3, 1, 8))]


def test_what_was_corrected_or_left_out_is_said_with_counts(workspace: Workspace, folder: Folder) -> None:
    report = load_folder(
        workspace,
        folder(
            people="person_id,time_zone\na,Mars/Base\nb,Europe/Paris\nb,Europe/Paris\n",
            events="event_id,person_id,occurred_at,arrived_at,revenue\n"
            "1,a,2024-03-02,2024-03-01,1\n1,a,2024-03-02,2024-03-01,1\n2,zz,2024-03-02,2024-03-02,1\n",
        ),
    )

    assert report.notes == (
        "people.csv: 1 of 3 rows repeat another and were read once.",
        "people.csv: 1 time zones such as 'Mars/Base' are no IANA names (Europe/Paris) and count as unknown.",
        "events.csv: 1 of 3 rows repeat another and were read once.",
        "events.csv: 1 of 3 rows are of nobody in the people file and were left out.",
        "events.csv: 2 events arrived before they happened; they count as arrived when they did.",
    )
    assert table(workspace, "SELECT occurred_at = arrived_at FROM events") == [(True,)]


def test_equal_lines_without_an_id_are_two_purchases(workspace: Workspace, folder: Folder) -> None:
    report = load_folder(workspace, folder(events=EVENTS + EVENTS.splitlines()[1] + "\n"))

    assert report.rows["events"] == 3
    assert report.notes == ()


def test_of_two_consents_at_one_instant_the_withdrawal_counts(workspace: Workspace, folder: Folder) -> None:
    said = "person_id,channel,status,recorded_at\na,email,withdrawn,2024-01-01\na,EMAIL,Granted,2024-01-01T00:00:00Z\n"

    load_folder(workspace, folder(consents=said))

    assert table(workspace, "SELECT channel, status FROM consents") == [("email", "withdrawn")]


def test_the_order_of_rows_changes_neither_ids_nor_version(workspace: Workspace, folder: Folder) -> None:
    lines = [f"a,2024-03-0{day},{day}" for day in (1, 1, 2, 3)]
    header = "person_id,occurred_at,revenue\n"
    first = load_folder(workspace, folder(events=header + "\n".join(lines) + "\n"))

    second = load_folder(workspace, folder(events=header + "\n".join(reversed(lines)) + "\n"))
    third = load_folder(workspace, folder(events=header + "\n".join(lines[1:]) + "\n"))

    assert first.data_version == second.data_version
    assert third.data_version != first.data_version


def test_a_change_of_any_one_cell_changes_the_version(workspace: Workspace, folder: Folder) -> None:
    lines = [f"e{day},a,2024-03-0{day},{day}" for day in (1, 2, 3, 4)]
    header = "event_id,person_id,occurred_at,revenue\n"
    variants = [lines, *([*lines[:n], lines[n] + "0", *lines[n + 1 :]] for n in range(4))]

    versions = {
        load_folder(workspace, folder(events=header + "\n".join(each) + "\n")).data_version for each in variants
    }

    assert len(versions) == 5


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cents=st.lists(st.integers(0, 10**11), min_size=1, max_size=5), offset=st.integers(-14, 14))
def test_money_is_exact_and_instants_are_utc(
    workspace: Workspace, folder: Folder, cents: list[int], offset: int
) -> None:
    zone = f"{'-' if offset < 0 else '+'}{abs(offset):02d}:00"
    lines = [f"a,2024-03-02T12:00:00{zone},{value // 100}.{value % 100:02d}" for value in cents]

    load_folder(workspace, folder(events="person_id,occurred_at,revenue\n" + "\n".join(lines) + "\n"))

    found = table(workspace, "SELECT revenue_micros, occurred_at FROM events ORDER BY 1")
    expected = datetime.fromisoformat(f"2024-03-02T12:00:00{zone}").astimezone(UTC).replace(tzinfo=None)
    assert [row[0] for row in found] == sorted(value * 10_000 for value in cents)
    assert {row[1] for row in found} == {expected}


def test_what_a_killed_loader_left_is_cleared_and_a_working_ones_file_stays(
    workspace: Workspace, folder: Folder
) -> None:
    gone = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True, check=True
    )
    for process in (os.getpid(), int(gone.stdout), os.getppid()):
        (workspace.root / f".data-{process}.duckdb").write_bytes(b"half a file")
    (workspace.root / f".data-{int(gone.stdout)}.duckdb.tmp").mkdir()

    load_folder(workspace, folder())

    left = sorted(path.name for path in workspace.root.iterdir() if "duckdb" in path.name)
    assert left == [f".data-{os.getppid()}.duckdb", "data.duckdb"]


def test_an_error_half_way_leaves_the_earlier_data(workspace: Workspace, folder: Folder) -> None:
    load_folder(workspace, folder())
    before = data_version(workspace)

    def stop(line: str) -> None:
        if "version" in line:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load_folder(workspace, folder(events=EVENTS + "a,2024-03-03,9\n"), progress=stop)

    assert data_version(workspace) == before
    assert list(workspace.root.glob(".data-*")) == []
