"""Health says what is there, how late and how doubled it is, and what each gap costs, as known at the workspace's instant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from campaigns.store import Store
from campaigns.workspace import Workspace
from tests.tools.data.conftest import Folder
from tools.data.build import LoadReport
from tools.data.health import Health, TableHealth, health
from tools.data.load import load_folder
from tools.data.sample import PUBLISHER_NOTE


def table(found: Health, name: str) -> TableHealth:
    return next(each for each in found.tables if each.name == name)


def gap(found: Health, missing: str) -> tuple[int, int]:
    return next(((each.affected, each.total) for each in found.gaps if each.missing == missing), (0, 0))


def test_the_samples_health_is_what_its_tables_say(sampled: tuple[Workspace, LoadReport]) -> None:
    found = health(sampled[0])
    events = table(found, "events")

    assert found.data_version == sampled[1].data_version
    assert PUBLISHER_NOTE in found.notes
    assert events.rows + events.later_rows == 1_477_998
    assert events.latest_arrival is not None
    assert events.latest_arrival <= found.now
    assert 0 < (events.lateness_hours_median or 0) < (events.lateness_hours_p95 or 0) <= 24
    assert events.duplicates == 0
    assert gap(found, "time zone")[0] == round((1 - table(found, "people").completeness["time_zone"]) * 2_469)
    assert gap(found, "push address") == (2_469 - sampled[1].rows["identifiers"] + 2_469, 2_469)


def test_every_planted_gap_is_counted(workspace: Workspace, folder: Folder) -> None:
    load_folder(
        workspace,
        folder(
            people="person_id,time_zone,age_band\na,Europe/Paris,30-39\nb,,\nc,Europe/Paris,\n",
            events="person_id,occurred_at,arrived_at,revenue,product_id\n"
            "a,2024-03-01,2024-03-01T01:00:00Z,1,p\na,2024-03-01,2024-03-01T01:00:00Z,1,p\nb,2024-03-02,2024-03-02T03:00:00Z,1,q\n",
            identifiers="person_id,kind,value\na,email,x@y.z\nb,email,X@y.z\n",
            consents="person_id,channel,status,recorded_at\n"
            "a,email,granted,2024-01-01\nb,email,granted,2024-01-01\nb,email,withdrawn,2024-02-01\n",
            products="product_id,category\np,TEA\n",
        ),
    )

    found = health(workspace)

    assert {(each.missing, each.affected, each.total) for each in found.gaps} == {
        ("time zone", 1, 3),
        ("e-mail consent", 2, 3),
        ("e-mail address", 1, 3),
        ("push consent", 3, 3),
        ("push address", 3, 3),
        ("purchases", 1, 3),
        ("earlier campaigns", 3, 3),
        ("product category", 1, 3),
        ("age band", 2, 3),
    }
    assert all(each.cost for each in found.gaps)
    assert table(found, "events").duplicates == 1
    assert table(found, "identifiers").duplicates == 2
    assert table(found, "events").lateness_hours_median == pytest.approx(1.0)
    assert table(found, "events").origins == ("file:events.csv",)


def test_campaigns_without_a_design_or_a_channel_are_gaps(workspace: Workspace, folder: Folder) -> None:
    load_folder(
        workspace,
        folder(
            events="person_id,occurred_at,kind,revenue,campaign_id\na,2024-03-01,campaign,,x\nb,2024-03-01,campaign,,x\n"
            "a,2024-03-01,campaign,,y\na,2024-03-02,campaign,,z\n",
            campaigns="campaign_id,starts_on,ends_on,channel\nx,2024-03-01,2024-03-09,email\ny,2024-03-01,2024-03-02,\n",
        ),
    )

    found = health(workspace)

    assert (gap(found, "campaign design"), gap(found, "campaign channel")) == ((1, 3), (2, 3))
    assert table(found, "campaigns").completeness["channel"] == 0.5


def test_what_has_not_arrived_yet_is_not_counted_and_silence_is_a_gap(workspace: Workspace, folder: Folder) -> None:
    load_folder(workspace, folder())
    Store(workspace).set_clock(datetime(2024, 3, 1, 12, tzinfo=UTC))
    early = health(workspace)
    Store(workspace).set_clock(datetime(2024, 3, 2, tzinfo=UTC) + timedelta(days=30))
    late = health(workspace)

    assert (table(early, "events").rows, table(early, "events").later_rows) == (1, 1)
    assert gap(early, "purchases") == (1, 2)
    assert gap(early, "recent events") == (0, 0)
    assert gap(late, "recent events") == (30, 31)


def test_health_is_plain_json_and_repeats(workspace: Workspace, folder: Folder) -> None:
    load_folder(workspace, folder())

    assert health(workspace).plain() == health(workspace).plain()
    assert Health.model_validate_json(health(workspace).model_dump_json()) == health(workspace)
